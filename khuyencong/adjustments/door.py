"""How an action takes hold of an adjustment: đề án and adjustment locked, permitted, and still what the page showed."""

from __future__ import annotations

from khuyencong.adjustments.models import Adjustment
from khuyencong.adjustments.money import Held, held_by
from khuyencong.adjustments.states import check_step, permission_of
from khuyencong.core.errors import Refused, Stale
from khuyencong.finance import ledger
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import require
from khuyencong.projects.models import Project
from khuyencong.projects.states import RUNNING

STALE = "Đề nghị đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."
WRITE = "propose"  # whoever may propose may write, as long as it may be proposed


def lock_for_step(adjustment_id: int, step: str, *, by: Actor, version: int) -> Adjustment:
    """The adjustment with its đề án, locked until the transaction ends, on which `step` may be taken now.

    Raises NotAllowed where the matrix refuses, Stale where `version` is not the current one, Refused where the state
    does not allow the step. Must be called inside a transaction.
    """
    project_id = Adjustment.objects.values_list("project_id", flat=True).get(pk=adjustment_id)
    project = (
        Project.objects.select_for_update(of=("self",))
        .select_related(
            "province__current",
            "province_before",
            "commune",
            "implementing_unit",
            "department",
            "funder",
            "payer",
            "plan",
        )
        .get(pk=project_id)
    )
    adjustment = Adjustment.objects.select_for_update(of=("self",)).get(pk=adjustment_id)
    adjustment.project = project
    require(by, permission_of(step), adjustment)
    if adjustment.version != version:
        raise Stale(STALE)
    check_step(adjustment, step)
    return adjustment


def lock_to_write(adjustment_id: int, *, by: Actor, version: int) -> Adjustment:
    """As `lock_for_step`, for changing the proposal."""
    adjustment = lock_for_step(adjustment_id, WRITE, by=by, version=version)
    check_running(adjustment.project)
    return adjustment


def lock_with_envelopes(adjustment_id: int, step: str, *, by: Actor, version: int) -> tuple[Adjustment, Held]:
    """As `lock_for_step`, after the envelopes that pay: approvals of the same money queue there.

    Raises Stale too where money of the đề án came to stand in another envelope before its lock was free.
    """
    project = Project.objects.select_related("payer").get(adjustments=adjustment_id)
    locked = ledger.lock_envelopes(held_by(project).keys)
    adjustment = lock_for_step(adjustment_id, step, by=by, version=version)
    held = held_by(adjustment.project)
    if held.keys - locked.keys():
        raise Stale(STALE)
    return adjustment, held


def check_running(project: Project) -> None:
    """Refused unless the đề án is approved and not ended: nothing of a settled, stopped or withdrawn one changes."""
    if project.state not in RUNNING:
        raise Refused(
            f"Đề án ở trạng thái «{project.get_state_display()}» không điều chỉnh được.", article="TT 36/2013 Đ11"
        )
