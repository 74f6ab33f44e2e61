"""An officer receives a request, asks for more, declines it, or makes a đề án of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.establishments.models import Need, NeedState
from khuyencong.intake.door import lock_for_step
from khuyencong.intake.models import SupportRequest
from khuyencong.intake.states import move
from khuyencong.intake.tell import tell_owners
from khuyencong.people.actors import Actor
from khuyencong.projects.actions import LineInput, add_beneficiary, create_project, save_estimate
from khuyencong.projects.models import Project, ProjectKind


@transaction.atomic
def receive_request(*, request_id: int, by: Actor, version: int) -> SupportRequest:
    """Take the request in hand: from now on this officer answers for it. Raises NotAllowed, Stale, Refused."""
    request = lock_for_step(request_id, "receive", by=by, version=version)
    return _move_and_record(request, "receive", by, told=f"{by.agency.name} đã tiếp nhận, {by.user} xử lý.")


@transaction.atomic
def return_request(*, request_id: int, by: Actor, version: int, answer: str) -> SupportRequest:
    """Ask the owner for what is missing. Raises NotAllowed, Stale, Refused without an answer."""
    request = lock_for_step(request_id, "return", by=by, version=version)
    return _move_and_record(request, "return", by, answer=answer, told=f"cần bổ sung: {answer.strip()[:200]}")


@transaction.atomic
def decline_request(*, request_id: int, by: Actor, version: int, answer: str) -> SupportRequest:
    """Say that it cannot be supported, and why. Raises NotAllowed, Stale, Refused without an answer."""
    request = lock_for_step(request_id, "decline", by=by, version=version)
    return _move_and_record(request, "decline", by, answer=answer, told=f"không hỗ trợ được: {answer.strip()[:200]}")


@transaction.atomic
def take_up_request(*, request_id: int, by: Actor, version: int, source: str, year: int, name: str) -> SupportRequest:
    """Make a đề án draft of the actor's unit of it, once, with the establishment, the activity, the text and the need.

    `source` is that of the money, `name` the name of the đề án. Raises NotAllowed, Stale, and Refused where no đề án
    can be made (nobody holds that money, the year has passed, the establishment may not be its beneficiary).
    """
    request = lock_for_step(request_id, "take_up", by=by, version=version)
    establishment = request.establishment
    project = create_project(
        by=by,
        creation_key=request.creation_key,
        source=source,
        province=establishment.province.current or establishment.province,
        fields={
            "name": name,
            "kind": ProjectKind.SINGLE,
            "activity": request.activity,
            "sector": establishment.sector,
            "year": year,
            "province_before": establishment.province_before,
            "commune": establishment.commune,
            "place_text": establishment.place_text,
            "necessity": request.description,
        },
    )
    beneficiary = add_beneficiary(
        project_id=project.pk,
        by=by,
        version=project.version,
        establishment=establishment,
        commits_own_capital=request.commits_own_capital,
        declares_no_other_support=request.declares_no_other_support,
    )
    if request.total_cost:
        _estimate(request, project, beneficiary.pk, by)
    _note_need(request, by)
    request.project = project
    return _move_and_record(
        request,
        "take_up",
        by,
        told=f"cán bộ đã lập đề án {project.code} và đang soạn hồ sơ.",
        after={"đề án": project.code},
    )


def _move_and_record(
    request: SupportRequest,
    step: str,
    by: Actor,
    *,
    told: str,
    answer: str = "",
    after: dict[str, Any] | None = None,
) -> SupportRequest:
    before = {"state": request.state}
    request.handled_by, request.handled_for = by.user, by.agency
    request.answer = answer.strip()
    move(request, step, answer=answer)
    tell_owners(request, told, but=by.user)
    record(
        action=f"request.{step}",
        by=by,
        subject=request,
        thread=request.thread,
        before=before,
        after={"state": request.state, **(after or {})},
        note=request.answer,
    )
    return request


def _estimate(request: SupportRequest, project: Project, beneficiary_id: int, by: Actor) -> None:
    """One line with what the owner expects; the officer splits it up."""
    total, support = request.total_cost or 0, request.support_wished or 0
    project.refresh_from_db(fields=["version"])
    line = LineInput(
        request.title, total=total, support=support, counterpart=total - support, beneficiary_id=beneficiary_id
    )
    save_estimate(project_id=project.pk, by=by, version=project.version, lines=[line])


def _note_need(request: SupportRequest, by: Actor) -> None:
    """The registry learns of the need, as one that is being met."""
    if request.establishment.merged_into_id is not None:
        raise Refused("Hồ sơ cơ sở đã được gộp vào một hồ sơ khác: hãy lập đề nghị từ hồ sơ ấy.")
    need = Need(
        establishment=request.establishment,
        activity=request.activity,
        description=request.title,
        estimated_cost=request.total_cost,
        wanted_year=request.wanted_year,
        found_on=today(),
        state=NeedState.TAKEN_UP,
    )
    need.save()
    record(
        action="establishment.need_taken_up",
        by=by,
        subject=request.establishment,
        thread=f"establishment:{request.establishment_id}",
        after={"nhu cầu": request.title, "năm": request.wanted_year},
    )
