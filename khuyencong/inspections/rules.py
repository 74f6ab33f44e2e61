"""Who may inspect what, and which days can be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.door import WRITING
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

# Before the decision the place is seen by the appraisers (`appraisal.actions.record_visit`).
INSPECTED = frozenset(
    {
        ProjectState.APPROVED,
        ProjectState.IN_PROGRESS,
        ProjectState.ACCEPTED,
        ProjectState.SETTLED,
        ProjectState.STOPPED,
    }
)
OF_THE_CUC = "TT 36/2013 Đ20.3"
OF_THE_SO = "TT 36/2013 Đ21.6; TTLT 26/2014 Đ9.1"


def check_subject(project: Project | None, establishment: Establishment | None, *, by: Actor) -> None:
    """Refused unless the agency may inspect this: the Cục what uses national money, a Sở what lies in its province."""
    if project is None and establishment is None:
        raise Refused("Hãy chọn đề án hoặc cơ sở để kiểm tra.")
    if project is not None:
        if project.state not in INSPECTED:
            raise Refused(
                f"Đề án ở trạng thái «{project.get_state_display()}» chưa có gì để kiểm tra: chỉ kiểm tra đề án đã phê duyệt."
            )
        if by.is_national and project.source != FundingSource.NATIONAL:
            raise Refused(
                "Cục kiểm tra đề án khuyến công quốc gia; đề án địa phương do Sở kiểm tra.", article=OF_THE_CUC
            )
        if not project.is_in_scope(by):
            raise Refused("Đề án không thuộc địa bàn của cơ quan.", article=OF_THE_SO)
        known = project.beneficiaries.values_list("establishment_id", flat=True)
        if establishment is not None and establishment.pk not in set(known):
            raise Refused("Cơ sở này không thụ hưởng đề án ấy.")
    elif establishment is not None and not establishment.is_in_scope(by):
        raise Refused("Cơ sở không thuộc địa bàn của cơ quan.", article=OF_THE_SO)


def check_inspectors(project: Project | None, users: Iterable[User]) -> None:
    """Refused where one of them had a hand in writing the đề án; one query."""
    people = {user.pk: user for user in users}
    if project is None or not people:
        return
    wrote = set(
        AuditEvent.objects.filter(thread=project.thread, actor__in=people, action__in=WRITING)
        .order_by()
        .values_list("actor", flat=True)
    )
    if wrote:
        names = ", ".join(str(people[key]) for key in sorted(wrote) if key is not None)
        raise Refused(f"Người đã lập, sửa hoặc gửi đề án không kiểm tra đề án ấy: {names}.")


def check_past(on: date, what: str) -> None:
    """Refused for a day that has not come."""
    if on > today():
        raise Refused(f"{what} không được ở tương lai ({format_date(on)}).")


def check_not_before(on: date, earlier: date | None, what: str, other: str) -> None:
    """Refused where `on` lies before the day that it rests on."""
    if earlier is not None and on < earlier:
        raise Refused(f"{what} ({format_date(on)}) không được trước {other} ({format_date(earlier)}).")
