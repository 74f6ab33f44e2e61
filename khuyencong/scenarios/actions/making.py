"""Making a scenario of a draft plan, and dropping one."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, models, transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.errors import Refused
from khuyencong.finance.queries import free_money
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.programmes.models import AnnualPlan, PlanState
from khuyencong.scenarios.door import DECIDED, choices_of, lock_scenario
from khuyencong.scenarios.models import Scenario, ScenarioChoice
from khuyencong.scenarios.picking import pick_down, total_of
from khuyencong.scenarios.proposals import Reckoned, reckon_proposals

MOST_SCENARIOS = 20
NAME_TAKEN = "Kế hoạch đã có phương án tên này: hãy đặt tên khác."
AS_PLANNED = "Theo số đang ghi trong kế hoạch"


class Start(models.TextChoices):
    """What a new scenario begins with."""

    EMPTY = "trong", "Chưa chọn đề án nào"
    PLAN = "ke-hoach", "Đúng như kế hoạch đang soạn"
    RANKING = "thu-tu", "Theo thứ tự ưu tiên cho hết hạn mức"
    COPY = "chep", "Chép một phương án khác"


@transaction.atomic
def make_scenario(
    *,
    by: Actor,
    creation_key: UUID,
    plan_id: int,
    name: str,
    note: str = "",
    start: Start = Start.EMPTY,
    copied_id: int | None = None,
) -> Scenario:
    """Lay out a way of filling a draft plan. `copied_id`: the scenario of the same plan that `Start.COPY` copies.

    A copy has the numbers and the order of its model; the others are reckoned now. The same `creation_key` twice gives
    the first one back. Raises NotAllowed, Refused.
    """
    plan = AnnualPlan.objects.select_for_update(of=("self",)).select_related("agency__province").get(pk=plan_id)
    require(by, Permission.PLAN_EDIT, plan)
    earlier = Scenario.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if plan.state != PlanState.DRAFT:
        raise Refused(DECIDED)
    if plan.scenarios.count() >= MOST_SCENARIOS:
        raise Refused(f"Một kế hoạch có nhiều nhất {MOST_SCENARIOS} phương án: hãy bỏ bớt phương án không còn dùng.")
    scenario = Scenario(
        creation_key=creation_key,
        plan=plan,
        name=name.strip(),
        note=note.strip(),
        plan_version=plan.version,
        created_by=by.user,
    )
    choices = _copied(scenario, copied_id) if start == Start.COPY else _begun(plan, start)
    if not choices:
        raise Refused("Chưa có đề án nào đã thẩm định xong của năm và nguồn này: chưa có gì để lập phương án.")
    try:
        earlier = save_once(scenario, author="created_by")
    except IntegrityError:
        raise Refused(NAME_TAKEN) from None
    if earlier is not None:
        return earlier
    for one in choices:
        one.scenario = scenario
    ScenarioChoice.objects.bulk_create(choices)
    record(
        action="scenario.make",
        by=by,
        subject=scenario,
        thread=scenario.thread,
        after={
            "tên": scenario.name,
            "kế hoạch": plan.title,
            "bắt đầu từ": Start(start).label,
            "số đề án": len(choices),
            "chọn": sum(one.chosen for one in choices),
            "kinh phí": total_of(choices),
        },
    )
    return scenario


def _begun(plan: AnnualPlan, start: Start) -> list[ScenarioChoice]:
    found = reckon_proposals(plan)
    choices = [one.choice(position) for position, one in enumerate(found, start=1)]
    if start == Start.PLAN:
        for one, choice in zip(found, choices, strict=True):
            _as_planned(one, choice)
    if start == Start.RANKING:
        pick_down(choices, free_money(plan))
    return choices


def _as_planned(one: Reckoned, choice: ScenarioChoice) -> None:
    """What stands in the plan beyond what the law allows today comes in for what it allows."""
    if not one.planned:
        return
    choice.amount = min(one.granted, one.most)
    choice.chosen = choice.amount > 0
    choice.reason = AS_PLANNED if choice.amount < one.most else ""


def _copied(scenario: Scenario, copied_id: int | None) -> list[ScenarioChoice]:
    model = scenario.plan.scenarios.filter(pk=copied_id or 0).first()
    if model is None:
        raise Refused("Hãy chọn phương án để chép, của chính kế hoạch này.")
    scenario.plan_version, scenario.reckoned_at = model.plan_version, model.reckoned_at
    rows = choices_of(model)
    for one in rows:
        one.pk, one._state.adding = None, True  # noqa: SLF001  # Django's way of copying a row
    return rows


@transaction.atomic
def rename_scenario(*, scenario_id: int, by: Actor, version: int, name: str, note: str) -> Scenario:
    """Call it otherwise, or say otherwise what it is for. Raises NotAllowed, Stale, Refused."""
    scenario = lock_scenario(scenario_id, by=by, version=version)
    if not name.strip():
        raise Refused("Hãy đặt tên cho phương án.")
    before = {"tên": scenario.name, "ghi chú": scenario.note}
    scenario.name, scenario.note = name.strip(), note.strip()
    scenario.version += 1
    try:
        with transaction.atomic():
            scenario.save(update_fields=["name", "note", "version"])
    except IntegrityError:
        raise Refused(NAME_TAKEN) from None
    after = {"tên": scenario.name, "ghi chú": scenario.note}
    record(action="scenario.rename", by=by, subject=scenario, thread=scenario.thread, before=before, after=after)
    return scenario


@transaction.atomic
def delete_scenario(*, scenario_id: int, by: Actor, version: int) -> None:
    """Drop a scenario; the plan stays as it is. Raises NotAllowed, Stale, Refused."""
    scenario = lock_scenario(scenario_id, by=by, version=version)
    choices = choices_of(scenario)
    record(
        action="scenario.delete",
        by=by,
        subject=scenario,
        thread=scenario.thread,
        before={
            "tên": scenario.name,
            "kế hoạch": scenario.plan.title,
            "chọn": {one.project.code: one.amount for one in choices if one.chosen},
        },
    )
    scenario.delete()
