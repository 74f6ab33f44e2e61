"""The plan of a year, what stands in it or is ordered besides, and what an agency sets for itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused, Stale
from khuyencong.establishments.models import Establishment
from khuyencong.inspections.door import STALE, lock_for_step, lock_inspection, need
from khuyencong.inspections.models import AfterCare, Inspection, InspectionPlan, InspectionReason, InspectionState
from khuyencong.inspections.queries import after_care_of
from khuyencong.inspections.rules import check_inspectors, check_not_before, check_past, check_subject
from khuyencong.inspections.states import move
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, Membership, User
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.models import Project

FURTHEST = 2  # years from now that a plan may speak of


@transaction.atomic
def make_inspection_plan(*, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> InspectionPlan:
    """Enter the decision on what to inspect in a year; the đề án are put in one by one. Raises NotAllowed, Refused."""
    plan = InspectionPlan(agency=by.agency, creation_key=creation_key, created_by=by.user)
    require(by, Permission.INSPECTION_PLAN, plan)
    earlier = InspectionPlan.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    plan.year, plan.decision_on = fields["year"], fields["decision_on"]
    plan.title = need(fields["title"], "Hãy ghi tên kế hoạch kiểm tra.")
    plan.decision_number = need(fields["decision_number"], "Hãy ghi số quyết định.")
    plan.note = fields.get("note", "")
    check_past(plan.decision_on, "Ngày quyết định")
    if abs(plan.year - today().year) > FURTHEST:
        raise Refused(f"Kế hoạch của năm {plan.year} không ghi được bây giờ.")
    same = InspectionPlan.objects.filter(agency__in=by.agency_ids, year=plan.year, decision_number=plan.decision_number)
    if same.exists():
        raise Refused(f"Quyết định {plan.decision_number} đã được ghi cho năm {plan.year}.")
    made = save_once(plan, author="created_by")
    if made is not None:
        return made
    record(
        action="inspection_plan.make",
        by=by,
        subject=plan,
        thread=plan.thread,
        after={"năm": plan.year, "quyết định": plan.decision_number, "ngày": plan.decision_on.isoformat()},
        note=plan.title,
    )
    return plan


@transaction.atomic
def plan_inspection(
    *,
    by: Actor,
    creation_key: UUID,
    fields: Mapping[str, Any],
    plan: InspectionPlan | None = None,
    project: Project | None = None,
    establishment: Establishment | None = None,
) -> Inspection:
    """Put a đề án or an establishment into a plan, or order an inspection of it with a decision of its own.

    `fields`: reason, why, planned_on, lead, and without a plan order_number and order_on.
    Raises NotAllowed, Refused (TT 36/2013 Đ20.3, Đ21; TTLT 26/2014 Đ9.1).
    """
    inspection = Inspection(agency=by.agency, creation_key=creation_key, created_by=by.user)
    require(by, Permission.INSPECTION_PLAN, inspection)
    earlier = Inspection.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    check_subject(project, establishment, by=by)
    inspection.project, inspection.establishment = project, establishment
    inspection.reason, inspection.why = InspectionReason(fields["reason"]), fields.get("why", "").strip()
    _rest_on(inspection, plan, fields, by)
    if inspection.reason in {InspectionReason.COMPLAINT, InspectionReason.RISK} and not inspection.why:
        raise Refused("Hãy ghi nội dung phản ánh hoặc dấu hiệu rủi ro dẫn tới cuộc kiểm tra.")
    inspection.planned_on = fields["planned_on"]
    _check_day(inspection)
    inspection.lead = fields["lead"]
    _check_lead(inspection, by)
    waiting = Inspection.objects.filter(
        agency__in=by.agency_ids, project=project, establishment=establishment, state=InspectionState.PLANNED
    )
    if waiting.exists():
        raise Refused("Đã có một cuộc kiểm tra đang chờ thực hiện ở đây: hãy dùng cuộc ấy.")
    made = save_once(inspection, author="created_by")
    if made is not None:
        return made
    record(
        action="inspection.plan",
        by=by,
        subject=inspection,
        thread=inspection.thread,
        after={
            "kiểm tra": inspection.subject_name,
            "căn cứ": inspection.basis,
            "lý do": inspection.get_reason_display(),
            "chậm nhất": inspection.planned_on.isoformat(),
            "trưởng đoàn": str(inspection.lead),
        },
        note=inspection.why,
    )
    return inspection


@transaction.atomic
def reschedule(*, inspection_id: int, by: Actor, version: int, planned_on: date, lead: User, why: str) -> Inspection:
    """Another day, lead or reason for one that nobody has been to yet. Raises NotAllowed, Stale, Refused."""
    inspection = lock_inspection(inspection_id, by=by, permission=Permission.INSPECTION_PLAN, version=version)
    if inspection.state != InspectionState.PLANNED:
        raise Refused("Chỉ đổi ngày, trưởng đoàn khi chưa kiểm tra.")
    before = {"chậm nhất": inspection.planned_on.isoformat(), "trưởng đoàn": str(inspection.lead)}
    inspection.planned_on, inspection.lead, inspection.why = planned_on, lead, why.strip()
    _check_day(inspection)
    _check_lead(inspection, by)
    inspection.version += 1
    inspection.save()
    record(
        action="inspection.reschedule",
        by=by,
        subject=inspection,
        thread=inspection.thread,
        before=before,
        after={"chậm nhất": planned_on.isoformat(), "trưởng đoàn": str(lead)},
        note=inspection.why,
    )
    return inspection


@transaction.atomic
def cancel(*, inspection_id: int, by: Actor, version: int, reason: str) -> Inspection:
    """It will not take place. Raises NotAllowed, Stale, Refused."""
    inspection = lock_for_step(inspection_id, "cancel", by=by, version=version)
    inspection.cancelled_because = need(reason, "Hãy ghi lý do không thực hiện.")
    move(inspection, "cancel")
    record(
        action="inspection.cancel",
        by=by,
        subject=inspection,
        thread=inspection.thread,
        after={"trạng thái": inspection.get_state_display()},
        note=inspection.cancelled_because,
    )
    return inspection


@transaction.atomic
def set_after_care(*, by: Actor, version: int, years: int | None, document: str) -> AfterCare:
    """For how many years after settlement the agency is reminded to look; None: it is not. Raises NotAllowed, Stale, Refused."""
    agency = Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=by.agency.pk)
    setting = after_care_of(agency)
    require(by, Permission.INSPECTION_PLAN, setting)
    if setting.version != version:
        raise Stale(STALE.replace("Cuộc kiểm tra", "Số năm"))
    if years is not None and not document.strip():
        raise Refused("Số năm theo dõi là quy định của cơ quan: hãy ghi văn bản quy định.")
    before = {"số năm": setting.years, "văn bản": setting.document}
    setting.years, setting.document, setting.set_by = years, document.strip(), by.user
    setting.version += 1
    setting.save()
    record(
        action="inspection.after_care",
        by=by,
        subject=setting,
        thread=setting.thread,
        before=before,
        after={"số năm": years, "văn bản": setting.document},
    )
    return setting


def _rest_on(inspection: Inspection, plan: InspectionPlan | None, fields: Mapping[str, Any], by: Actor) -> None:
    """The plan of one's own agency, or a decision or order."""
    inspection.plan = plan
    if plan is not None:
        if plan.agency_id not in by.agency_ids:
            raise Refused("Kế hoạch kiểm tra này là của cơ quan khác.")
        return
    sentence = "Kiểm tra đột xuất phải có số và ngày của quyết định hoặc lệnh kiểm tra."
    inspection.order_number, inspection.order_on = need(fields.get("order_number") or "", sentence), fields["order_on"]
    if inspection.order_on is None:
        raise Refused(sentence)
    check_past(inspection.order_on, "Ngày quyết định, lệnh kiểm tra")


def _check_day(inspection: Inspection) -> None:
    based_on = inspection.plan.decision_on if inspection.plan else inspection.order_on
    check_not_before(inspection.planned_on, based_on, "Ngày kiểm tra", "ngày quyết định")
    if inspection.plan is not None and inspection.planned_on.year != inspection.plan.year:
        raise Refused(f"Ngày kiểm tra phải nằm trong năm {inspection.plan.year} của kế hoạch.")


def _check_lead(inspection: Inspection, by: Actor) -> None:
    if not Membership.objects.filter(user=inspection.lead, agency__in=by.agency_ids, is_active=True).exists():
        raise Refused("Trưởng đoàn phải là người của cơ quan kiểm tra.")
    check_inspectors(inspection.project, [inspection.lead])
