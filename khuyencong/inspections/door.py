"""How an action takes hold of an inspection or a finding: locked, permitted, and still what the page showed."""

from __future__ import annotations

from khuyencong.core.errors import Refused, Stale
from khuyencong.inspections.models import FindingState, Inspection, InspectionFinding
from khuyencong.inspections.states import check_finding_step, check_step, permission_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

STALE = "Cuộc kiểm tra đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."
ALL_CLOSED = FindingState.CLOSED


def lock_inspection(inspection_id: int, *, by: Actor, permission: Permission, version: int) -> Inspection:
    """The inspection, locked until the transaction ends; Raises NotAllowed, Stale. Must be called in a transaction."""
    inspection = Inspection.objects.with_all().select_for_update(of=("self",)).get(pk=inspection_id)
    require(by, permission, inspection)
    if inspection.version != version:
        raise Stale(STALE)
    return inspection


def lock_for_step(inspection_id: int, step: str, *, by: Actor, version: int) -> Inspection:
    """As `lock_inspection`, for a step of the table; Refused where the state does not allow it."""
    inspection = lock_inspection(inspection_id, by=by, permission=permission_of(step), version=version)
    check_step(inspection, step)
    return inspection


def lock_finding(finding_id: int, step: str, *, by: Actor, version: int) -> InspectionFinding:
    """The finding after its inspection, both locked. Raises NotAllowed, Stale, Refused."""
    key = InspectionFinding.objects.values_list("inspection_id", flat=True).get(pk=finding_id)
    inspection = Inspection.objects.with_all().select_for_update(of=("self",)).get(pk=key)
    finding = (
        InspectionFinding.objects.select_related("establishment", "visit")
        .select_for_update(of=("self",))
        .get(pk=finding_id)
    )
    finding.inspection = inspection
    require(by, permission_of(step), finding)
    if finding.version != version:
        raise Stale(STALE.replace("Cuộc kiểm tra", "Kiến nghị"))
    check_finding_step(finding, step)
    return finding


def touch(inspection: Inspection) -> None:
    """Count a change that does not move the state, so that forms opened before it are refused."""
    inspection.version += 1
    inspection.save(update_fields=["version"])


def need(text: str, sentence: str) -> str:
    """The text without blanks around it; Refused with the sentence where nothing is left."""
    found = text.strip()
    if not found:
        raise Refused(sentence)
    return found
