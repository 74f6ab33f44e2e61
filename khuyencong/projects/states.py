"""The life of a đề án: one table of what may follow what, and the one door through which a state changes.

The table is data: the page, the tests and `docs/architecture.md` read it; nothing else changes `Project.state`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models

from khuyencong.core.errors import Refused
from khuyencong.people.permissions import Permission

if TYPE_CHECKING:
    from khuyencong.projects.models import Project


class ProjectState(models.TextChoices):
    DRAFT = "draft", "Đang soạn"
    SUBMITTED = "submitted", "Đã gửi"
    BASE_APPRAISED = "base_appraised", "Đã thẩm định cấp cơ sở"
    CENTRAL_APPRAISED = "central_appraised", "Đã thẩm định cấp Bộ"
    APPROVED = "approved", "Đã phê duyệt"
    IN_PROGRESS = "in_progress", "Đang thực hiện"
    ACCEPTED = "accepted", "Đã nghiệm thu"
    SETTLED = "settled", "Đã quyết toán"
    RETURNED = "returned", "Trả lại để hoàn thiện"
    REJECTED = "rejected", "Không đồng ý"
    WITHDRAWN = "withdrawn", "Đã rút"
    STOPPED = "stopped", "Ngừng thực hiện"


class Route(models.TextChoices):
    """Which appraisals a đề án passes: TT 36/2013 Đ8."""

    LOCAL = "local", "Địa phương: Sở thẩm định"
    NATIONAL = "national", "Quốc gia: Sở rồi Cục thẩm định"
    NATIONAL_DIRECT = "national_direct", "Quốc gia: gửi thẳng Cục"


ALL_ROUTES = frozenset(Route)
NATIONAL_ROUTES = frozenset({Route.NATIONAL, Route.NATIONAL_DIRECT})
WITH_BASE = frozenset({Route.LOCAL, Route.NATIONAL})

S = ProjectState


@dataclass(frozen=True)
class Transition:
    """One allowed step: from a state, on some routes, to a state, for whoever holds the permission."""

    name: str
    label: str  # what the button says
    done: str  # what the timeline says afterwards
    source: ProjectState
    target: ProjectState
    permission: Permission
    routes: frozenset[Route] = ALL_ROUTES
    forward: bool = False  # the step that the work waits for, as opposed to returning, refusing or stopping


P = Permission
TRANSITIONS: tuple[Transition, ...] = (
    Transition("submit", "Gửi thẩm định", "Đã gửi thẩm định", S.DRAFT, S.SUBMITTED, P.PROJECT_SUBMIT, forward=True),
    Transition("submit", "Gửi lại", "Đã gửi lại", S.RETURNED, S.SUBMITTED, P.PROJECT_SUBMIT, forward=True),
    Transition("withdraw", "Rút đề án", "Đã rút", S.DRAFT, S.WITHDRAWN, P.PROJECT_WITHDRAW),
    Transition("withdraw", "Rút đề án", "Đã rút", S.SUBMITTED, S.WITHDRAWN, P.PROJECT_WITHDRAW),
    Transition("withdraw", "Rút đề án", "Đã rút", S.RETURNED, S.WITHDRAWN, P.PROJECT_WITHDRAW),
    # Also after appraisal, as long as it is in no plan (the action asks).
    Transition("withdraw", "Rút đề án", "Đã rút", S.BASE_APPRAISED, S.WITHDRAWN, P.PROJECT_WITHDRAW, WITH_BASE),
    Transition(
        "withdraw", "Rút đề án", "Đã rút", S.CENTRAL_APPRAISED, S.WITHDRAWN, P.PROJECT_WITHDRAW, NATIONAL_ROUTES
    ),
    # TT 36/2013 Đ8.1: Sở appraises what is carried out within one province.
    Transition(
        "base_agree",
        "Thẩm định cấp cơ sở",
        "Sở đồng ý",
        S.SUBMITTED,
        S.BASE_APPRAISED,
        P.APPRAISE_BASE,
        WITH_BASE,
        forward=True,
    ),
    Transition(
        "base_return", "Trả lại", "Sở trả lại để hoàn thiện", S.SUBMITTED, S.RETURNED, P.APPRAISE_BASE, WITH_BASE
    ),
    Transition("base_refuse", "Không đồng ý", "Sở không đồng ý", S.SUBMITTED, S.REJECTED, P.APPRAISE_BASE, WITH_BASE),
    # TT 36/2013 Đ8.2, Đ8.1.b: the national agency, directly where the base level is skipped.
    Transition(
        "central_agree",
        "Thẩm định cấp Bộ",
        "Cục đồng ý",
        S.BASE_APPRAISED,
        S.CENTRAL_APPRAISED,
        P.APPRAISE_CENTRAL,
        frozenset({Route.NATIONAL}),
        forward=True,
    ),
    Transition(
        "central_agree",
        "Thẩm định cấp Bộ",
        "Cục đồng ý",
        S.SUBMITTED,
        S.CENTRAL_APPRAISED,
        P.APPRAISE_CENTRAL,
        frozenset({Route.NATIONAL_DIRECT}),
        forward=True,
    ),
    Transition(
        "central_return",
        "Trả lại",
        "Cục trả lại để hoàn thiện",
        S.BASE_APPRAISED,
        S.RETURNED,
        P.APPRAISE_CENTRAL,
        frozenset({Route.NATIONAL}),
    ),
    Transition(
        "central_return",
        "Trả lại",
        "Cục trả lại để hoàn thiện",
        S.SUBMITTED,
        S.RETURNED,
        P.APPRAISE_CENTRAL,
        frozenset({Route.NATIONAL_DIRECT}),
    ),
    Transition(
        "central_refuse",
        "Không đồng ý",
        "Cục không đồng ý",
        S.BASE_APPRAISED,
        S.REJECTED,
        P.APPRAISE_CENTRAL,
        frozenset({Route.NATIONAL}),
    ),
    Transition(
        "central_refuse",
        "Không đồng ý",
        "Cục không đồng ý",
        S.SUBMITTED,
        S.REJECTED,
        P.APPRAISE_CENTRAL,
        frozenset({Route.NATIONAL_DIRECT}),
    ),
    # NĐ 45/2012 Đ2.2: the plan that holds the đề án is approved, by the Minister or by UBND tỉnh.
    Transition(
        "approve",
        "Phê duyệt trong kế hoạch",
        "Được phê duyệt",
        S.BASE_APPRAISED,
        S.APPROVED,
        P.PLAN_APPROVE,
        frozenset({Route.LOCAL}),
        forward=True,
    ),
    Transition(
        "approve",
        "Phê duyệt trong kế hoạch",
        "Được phê duyệt",
        S.CENTRAL_APPRAISED,
        S.APPROVED,
        P.PLAN_APPROVE,
        NATIONAL_ROUTES,
        forward=True,
    ),
    Transition("start", "Ký hợp đồng", "Đã ký hợp đồng", S.APPROVED, S.IN_PROGRESS, P.CONTRACT_SIGN, forward=True),
    Transition(
        "accept", "Nghiệm thu cơ sở", "Đã nghiệm thu", S.IN_PROGRESS, S.ACCEPTED, P.ACCEPTANCE_RECORD, forward=True
    ),
    # A wrong acceptance is taken back by a document; while the đề án is still in progress this moves no state.
    Transition("annul", "Hủy nghiệm thu", "Đã hủy nghiệm thu", S.ACCEPTED, S.IN_PROGRESS, P.ACCEPTANCE_ANNUL),
    Transition("settle", "Quyết toán", "Đã quyết toán", S.ACCEPTED, S.SETTLED, P.SETTLE, forward=True),
    # What a stopped đề án had accepted and paid is settled too (TT 36/2013 Đ18.4).
    Transition("settle", "Quyết toán phần đã làm", "Đã quyết toán phần đã làm", S.STOPPED, S.SETTLED, P.SETTLE),
    # What was done before force majeure ended a đề án (TT 36/2013 Đ18.4); the action asks for the papers of that case.
    Transition(
        "settle",
        "Quyết toán theo khối lượng đã làm",
        "Đã quyết toán theo khối lượng",
        S.IN_PROGRESS,
        S.SETTLED,
        P.SETTLE,
    ),
    # TT 36/2013 Đ11.2.a: stopping is decided by whoever approved.
    Transition("stop", "Ngừng thực hiện", "Đã ngừng", S.APPROVED, S.STOPPED, P.PROJECT_STOP),
    Transition("stop", "Ngừng thực hiện", "Đã ngừng", S.IN_PROGRESS, S.STOPPED, P.PROJECT_STOP),
    # A finished đề án of the past is entered whole, from its papers or a published source.
    Transition("record_history", "Ghi hồ sơ đã kết thúc", "Ghi từ hồ sơ cũ", S.DRAFT, S.SETTLED, P.RECORD_HISTORY),
)

# The stepper: the states that a đề án passes when all goes well.
STEPS: dict[Route, tuple[ProjectState, ...]] = {
    Route.LOCAL: (S.DRAFT, S.SUBMITTED, S.BASE_APPRAISED, S.APPROVED, S.IN_PROGRESS, S.ACCEPTED, S.SETTLED),
    Route.NATIONAL: (
        S.DRAFT,
        S.SUBMITTED,
        S.BASE_APPRAISED,
        S.CENTRAL_APPRAISED,
        S.APPROVED,
        S.IN_PROGRESS,
        S.ACCEPTED,
        S.SETTLED,
    ),
    Route.NATIONAL_DIRECT: (
        S.DRAFT,
        S.SUBMITTED,
        S.CENTRAL_APPRAISED,
        S.APPROVED,
        S.IN_PROGRESS,
        S.ACCEPTED,
        S.SETTLED,
    ),
}
EDITABLE = frozenset({S.DRAFT, S.RETURNED})
# States in which the State's money is committed to a đề án.
COMMITTED = frozenset({S.APPROVED, S.IN_PROGRESS, S.ACCEPTED, S.SETTLED})

# Approved and not ended: what an adjustment may change.
RUNNING = frozenset({S.APPROVED, S.IN_PROGRESS})


def transitions_from(state: str, route: str) -> tuple[Transition, ...]:
    """What may follow `state` on `route`."""
    return tuple(row for row in TRANSITIONS if row.source == state and route in row.routes)


def find_transition(name: str, *, state: str, route: str) -> Transition | None:
    """The row of the table for this step, or None where the step is not allowed from here."""
    return next((row for row in transitions_from(state, route) if row.name == name), None)


# States in which nobody owes a step.
AT_REST = frozenset({ProjectState.SETTLED, ProjectState.REJECTED, ProjectState.WITHDRAWN})


def permission_of(name: str) -> Permission:
    """Who may take the step called `name`; the same on every route. Raises KeyError for an unknown name."""
    for row in TRANSITIONS:
        if row.name == name:
            return row.permission
    raise KeyError(name)


# Rooms above that tell people of a step: each is called inside its transaction, after the state has changed.
followers: list[Callable[[Project, Transition], None]] = []


def move(project: Project, name: str) -> Transition:
    """The one door: change the state of a locked, permitted, current `project` by the step `name`.

    Saves state and version, then calls the `followers`. Raises Refused with a sentence where the table has no such step from here.
    """
    transition = find_transition(name, state=project.state, route=project.route)
    if transition is None:
        label = next(row.label for row in TRANSITIONS if row.name == name)
        raise Refused(f"Không thể «{label}» khi đề án ở trạng thái «{project.get_state_display()}».")
    project.state = transition.target
    project.version += 1
    project.save()
    for tell in followers:
        tell(project, transition)
    return transition
