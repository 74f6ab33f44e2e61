"""What was advised to an establishment of a đề án (NĐ 45/2012 Đ4.5). Its money is that of the đề án: nothing is paid here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.consulting.door import lock_advice, need
from khuyencong.consulting.models import Advice
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.projects.states import ProjectState

ARTICLE = "NĐ 45/2012 Đ4.5"
ADVISING = frozenset({"consulting", "relocation_consulting", "cleaner_production_assessment"})
S = ProjectState
ADVISED = frozenset({S.APPROVED, S.IN_PROGRESS, S.ACCEPTED, S.SETTLED})


@transaction.atomic
def record_advice(*, by: Actor, creation_key: UUID, project: Project, fields: Mapping[str, Any]) -> Advice:
    """Write down what a consultant did for one establishment of a đề án. Raises NotAllowed, Refused."""
    advice = Advice(project=project, creation_key=creation_key, created_by=by.user)
    require(by, Permission.CONSULTING_MANAGE, advice)
    earlier = Advice.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if project.activity not in ADVISING:
        raise Refused("Chỉ ghi lần tư vấn cho đề án có nội dung tư vấn cho cơ sở.", article=ARTICLE)
    _refuse_elsewhere(project)
    _write(advice, fields)
    made = save_once(advice, author="created_by")
    if made is not None:
        return made
    record(action="advice.record", by=by, subject=advice, thread=advice.thread, after=_told(advice))
    return advice


@transaction.atomic
def correct_advice(*, advice_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Advice:
    """Put right what was written. Raises NotAllowed, Stale, Refused."""
    advice = lock_advice(advice_id, by=by, version=version)
    _refuse_elsewhere(advice.project)
    before = _told(advice)
    _write(advice, fields)
    advice.version += 1
    advice.save()
    record(action="advice.correct", by=by, subject=advice, thread=advice.thread, before=before, after=_told(advice))
    return advice


@transaction.atomic
def withdraw_advice(*, advice_id: int, by: Actor, version: int, reason: str) -> Advice:
    """It was written by mistake: it stays to be read, and counts for nothing. Raises NotAllowed, Stale, Refused."""
    advice = lock_advice(advice_id, by=by, version=version)
    _refuse_elsewhere(advice.project)
    before = _told(advice)
    advice.withdrawn_because = need(reason, "Hãy ghi lý do bỏ lần tư vấn này.")
    advice.version += 1
    advice.save(update_fields=["withdrawn_because", "version"])
    record(
        action="advice.withdraw",
        by=by,
        subject=advice,
        thread=advice.thread,
        before=before,
        note=advice.withdrawn_because,
    )
    return advice


def _refuse_elsewhere(project: Project) -> None:
    """What may be written, may be put right and withdrawn as long."""
    if project.state not in ADVISED:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không ghi lần tư vấn.")


def parts_for(project: Project, advice: Advice | None = None) -> list[Beneficiary]:
    """Whom a consulting may be written for: the beneficiaries, and of one written before also whoever has left since."""
    found = list(project.beneficiaries.select_related("establishment"))
    if advice is not None and advice.beneficiary_id not in {one.pk for one in found}:
        found.append(advice.beneficiary)
    return found


def _write(advice: Advice, fields: Mapping[str, Any]) -> None:
    known = parts_for(advice.project, advice if advice.pk else None)
    part = next((one for one in known if one.pk == int(fields["beneficiary"])), None)
    if part is None:
        raise Refused("Cơ sở này không thụ hưởng đề án.")
    advice.beneficiary = part
    advice.subject = need(fields["subject"], "Hãy ghi nội dung tư vấn.")
    advice.consultant = need(fields["consultant"], "Hãy ghi đơn vị, người tư vấn.")
    advice.from_on, advice.to_on, advice.days = fields["from_on"], fields["to_on"], fields["days"]
    if advice.to_on < advice.from_on:
        raise Refused("Ngày kết thúc không trước ngày bắt đầu.")
    if advice.to_on > today():
        raise Refused(f"Ghi tư vấn đã làm: đến ngày không sau hôm nay ({format_date(today())}).")
    most = (advice.to_on - advice.from_on).days + 1
    if not 0 < advice.days <= most:
        raise Refused(f"Số ngày tư vấn lớn hơn 0 và không quá {most} ngày của khoảng thời gian ấy.")
    advice.contract, advice.cost = fields.get("contract", "").strip(), fields.get("cost")
    advice.result = need(fields["result"], "Hãy ghi kết quả, sản phẩm tư vấn.")


def _told(advice: Advice) -> dict[str, Any]:
    """For the trail: the consultant may be a person, and is read at the record (ADR 0038)."""
    return {
        "cơ sở": str(advice.beneficiary),
        "nội dung": advice.subject,
        "từ ngày": advice.from_on.isoformat(),
        "đến ngày": advice.to_on.isoformat(),
        "số ngày": str(advice.days),
        "chi phí (đồng)": advice.cost,
    }
