"""What happens to a survey: written on the spot, then taken into the registry or put aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import save_once
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused, Stale
from khuyencong.establishments.actions import register_establishment
from khuyencong.establishments.actions.details import add_detail
from khuyencong.establishments.models import Establishment, EstablishmentKind, NeedState
from khuyencong.establishments.tax_code import tax_code_shown
from khuyencong.notices.actions import notify, people_of
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.people.permissions import Permission, require
from khuyencong.people.roles import Role
from khuyencong.surveys.models import Survey, SurveyState

FIELDS = (
    "commune",
    "surveyed_on",
    "name",
    "kind",
    "tax_code",
    "place_text",
    "owner_name",
    "phone",
    "sector",
    "workers",
    "activity",
    "need",
    "estimated_cost",
    "wanted_year",
    "note",
    "latitude",
    "longitude",
)
# What the survey says of the establishment itself, by the name it has in the registry.
OF_THE_ESTABLISHMENT = (
    "name", "kind", "tax_code", "place_text", "owner_name", "phone", "sector", "workers", "latitude", "longitude",
)  # fmt: skip
OUTSIDE = "Bạn chỉ khảo sát trong địa bàn của cơ quan mình."
NO_LONGER = "Phiếu này đã được xử lý."


@transaction.atomic
def record_survey(*, by: Actor, creation_key: UUID, fields: Mapping[str, Any], kept_offline: bool = False) -> Survey:
    """Write a survey down; the same `creation_key` twice gives the first one back.

    Raises NotAllowed, and Refused outside the actor's area.
    """
    require(by, Permission.SURVEY_RECORD)
    survey = Survey(creation_key=creation_key, surveyed_by=by.user, surveyed_for=by.agency, kept_offline=kept_offline)
    earlier = Survey.objects.filter(creation_key=creation_key, surveyed_by=by.user).first()
    if earlier is not None:
        return earlier
    _write(survey, fields, by)
    earlier = save_once(survey, author="surveyed_by")
    if earlier is not None:
        return earlier
    record(action="survey.record", by=by, subject=survey, thread=survey.thread, after=snapshot(survey))
    officers = Agency.objects.filter(kind=AgencyKind.CENTRE, province=survey.province, active_to__isnull=True)
    notify(
        users=[user for agency in officers for user in people_of(agency, Role.OFFICER) if user != by.user],
        sentence=f"Phiếu khảo sát mới: {survey.name}, {survey.commune}.",
        url=survey.get_absolute_url(),
    )
    return survey


@transaction.atomic
def correct_survey(*, survey_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Survey:
    """Correct a survey that nobody has handled yet; its writer only. Raises NotAllowed, Stale, Refused."""
    survey = _lock(survey_id, by=by, permission=Permission.SURVEY_RECORD, version=version)
    if survey.surveyed_by_id != by.user.pk:
        raise Refused("Chỉ người ghi phiếu mới sửa được phiếu.")
    before = snapshot(survey)
    _write(survey, fields, by)
    _save(survey)
    record(action="survey.correct", by=by, subject=survey, thread=survey.thread, before=before, after=snapshot(survey))
    return survey


@transaction.atomic
def take_in(*, survey_id: int, by: Actor, version: int, establishment: Establishment | None) -> Survey:
    """Take a survey into the registry: into an entry that is there, or (None) into a new one; its need goes with it.

    An entry that is there keeps what it says of itself. Raises NotAllowed, Stale, Refused.
    """
    survey = _lock(survey_id, by=by, permission=Permission.SURVEY_HANDLE, version=version)
    entry = establishment or _registered(survey, by)
    if entry.merged_into_id is not None or entry.province.current_id != survey.province.current_id:
        raise Refused("Hãy chọn một cơ sở đang có trong cùng tỉnh.")
    if survey.need:
        add_detail(
            establishment_id=entry.pk,
            by=by,
            version=entry.version,
            kind="need",
            fields={
                "activity": survey.activity,
                "description": survey.need[:500],
                "estimated_cost": survey.estimated_cost,
                "wanted_year": survey.wanted_year,
                "found_on": survey.surveyed_on,
                "state": NeedState.OPEN,
            },
        )
    survey.establishment = entry
    _handle(survey, SurveyState.TAKEN_IN, by)
    record(
        action="survey.take_in",
        by=by,
        subject=survey,
        thread=survey.thread,
        after={"cơ sở": f"{entry.pk}: {entry.name}", "hồ sơ mới": establishment is None},
    )
    return survey


@transaction.atomic
def reject(*, survey_id: int, by: Actor, version: int, reason: str) -> Survey:
    """Put a survey aside, saying why. Raises NotAllowed, Stale, Refused."""
    survey = _lock(survey_id, by=by, permission=Permission.SURVEY_HANDLE, version=version)
    if not reason.strip():
        raise Refused("Hãy ghi lý do không dùng phiếu.")
    survey.reason = reason.strip()
    _handle(survey, SurveyState.REJECTED, by)
    record(action="survey.reject", by=by, subject=survey, thread=survey.thread, note=survey.reason)
    notify(users=[survey.surveyed_by], sentence=f"Phiếu khảo sát «{survey.name}» không được dùng: {survey.reason}",
           url=survey.get_absolute_url())  # fmt: skip
    return survey


def snapshot(survey: Survey) -> dict[str, Any]:
    """What the audit trail keeps of a survey; persons stay out of it."""
    return {
        "name": survey.name,
        "kind": survey.kind,
        "tax_code": tax_code_shown(survey.tax_code, whole=False),
        "commune": str(survey.commune),
        "surveyed_on": survey.surveyed_on.isoformat(),
        "sector": survey.sector,
        "workers": survey.workers,
        "activity": survey.activity,
        "need": survey.need,
        "estimated_cost": survey.estimated_cost,
        "wanted_year": survey.wanted_year,
        "kept_offline": survey.kept_offline,
    }


def _write(survey: Survey, fields: Mapping[str, Any], by: Actor) -> None:
    for name in FIELDS:
        if name in fields:
            setattr(survey, name, fields[name])
    survey.province = survey.commune.province
    if not survey.is_in_scope(by):
        raise Refused(OUTSIDE)
    if survey.surveyed_on > today():
        raise Refused("Ngày khảo sát không thể ở sau hôm nay.")


def _registered(survey: Survey, by: Actor) -> Establishment:
    """A new entry from what the survey says; pressing twice makes one, since its key follows from the survey's."""
    values = {name: getattr(survey, name) for name in OF_THE_ESTABLISHMENT}
    values["kind"] = survey.kind or EstablishmentKind.UNKNOWN
    if not survey.sector:
        raise Refused("Phiếu chưa ghi ngành nghề: hãy đăng ký cơ sở rồi chọn cơ sở ấy ở đây.")
    return register_establishment(
        by=by,
        creation_key=uuid5(survey.creation_key, "establishment"),
        fields={**values, "province": survey.province, "commune": survey.commune},
    )


def _lock(survey_id: int, *, by: Actor, permission: Permission, version: int) -> Survey:
    """The survey, locked until the transaction ends and not handled yet. Raises NotAllowed, Stale, Refused."""
    survey = (
        Survey.objects.select_for_update(of=("self",))
        .select_related("province__current", "commune__province", "surveyed_by")
        .get(pk=survey_id)
    )
    require(by, permission, survey)
    if survey.state != SurveyState.SENT:
        raise Refused(NO_LONGER)
    if survey.version != version:
        raise Stale("Phiếu đã được sửa sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại.")
    return survey


def _handle(survey: Survey, state: SurveyState, by: Actor) -> None:
    survey.state = state
    survey.handled_by = by.user
    survey.handled_on = today()
    _save(survey)


def _save(survey: Survey) -> None:
    survey.version += 1
    survey.save()
