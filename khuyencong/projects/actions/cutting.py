"""Giving a đề án less than it asked for, before the plan that holds it is decided."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.normbook.book import current_book
from khuyencong.notices.actions import notify
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.actions.charge import officers_of
from khuyencong.projects.cutting import grant, limits_of
from khuyencong.projects.door import lock_project, touch
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.projects.states import find_transition
from khuyencong.projects.support import beneficiaries_of
from khuyencong.projects.years import lines_by_year

NOT_YET = "Chỉ cắt giảm được đề án đã thẩm định xong và chưa được phê duyệt; đề án đã được phê duyệt thì điều chỉnh theo Điều 11."
ARTICLE = "TT 36/2013 Đ6.3"


@transaction.atomic
def cut_support(*, project_id: int, version: int, by: Actor, amount: int, reason: str) -> Project:
    """Set what an appraised đề án gets in its plan year to `amount` đồng, at most what it asked for and the law allows today.

    What it asked for stays in its lines and in the frozen sheets; the beneficiary pays the difference. An amount that
    was cut before may so be raised again; later years stay as they were asked for. Not while it is in a plan, whose ledger counts it: the action that adopts a
    scenario takes it out first. The unit is told. Raises NotAllowed, Stale, Refused.
    """
    project = lock_project(project_id, by=by, permission=Permission.PLAN_EDIT, version=version)
    if find_transition("approve", state=project.state, route=project.route) is None:
        raise Refused(NOT_YET)
    if project.plan_id is not None:
        raise Refused("Đề án đang nằm trong một kế hoạch: hãy đưa ra rồi mới đổi số hỗ trợ.")
    lines = list(project.lines.all())
    before = [_line(line) for line in lines]
    granted = sum(line.support for line in lines_by_year(project, lines)[project.year])
    limits = limits_of(project, beneficiaries_of(project), lines, year=project.year, on=today(), book=current_book())
    asked, most = sum(limit.asked for limit in limits), sum(limit.most for limit in limits)
    if not 0 < amount <= asked:
        raise Refused(f"Số hỗ trợ phải lớn hơn 0 và không quá số đề nghị {format_dong(asked)} đồng.")
    if amount > most:
        raise Refused(f"Theo quy định hiện nay, đề án chỉ được hỗ trợ tối đa {format_dong(most)} đồng.")
    if amount == granted:
        raise Refused(f"Số hỗ trợ của đề án đã là {format_dong(amount)} đồng.")
    if amount < asked and not reason.strip():
        raise Refused("Hãy ghi lý do cắt giảm.", article=ARTICLE)
    grant(limits, amount)
    EstimateLine.objects.bulk_update(lines, ["support", "counterpart", "asked"])
    touch(project)
    _tell(project, granted, amount, reason.strip())
    record(
        action="project.cut_support",
        by=by,
        subject=project,
        thread=project.thread,
        before={"kinh phí khuyến công": granted, "dòng": before},
        after={"kinh phí khuyến công": amount, "đề nghị": asked, "dòng": [_line(line) for line in lines]},
        note=reason.strip(),
    )
    return project


def _line(line: EstimateLine) -> dict[str, str | int]:
    return {"nội dung": line.content, "khuyến công": line.support, "đóng góp": line.counterpart}


def _tell(project: Project, before: int, now: int, reason: str) -> None:
    """Whoever looks after it at the unit, or where nobody does, its officers."""
    in_charge = project.in_charge
    users = (
        [in_charge] if in_charge is not None and in_charge.is_active else list(officers_of(project.implementing_unit))
    )
    why = f" Lý do: {reason}" if reason else ""
    sentence = (
        f"Đề án {project.code}: kinh phí khuyến công dự kiến từ {format_dong(before)} thành {format_dong(now)} đồng."
    )
    notify(users=users, sentence=sentence + why, url=f"{reverse('project', args=[project.code])}?tab=du-toan")
