"""How an action takes hold of a scenario: locked, permitted, still the one that the form showed, its plan a draft."""

from __future__ import annotations

from khuyencong.audit.queries import last_change
from khuyencong.core.errors import Refused, Stale
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.programmes.models import PlanState
from khuyencong.scenarios.models import Scenario, ScenarioChoice

STALE = "Phương án đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."
DECIDED = "Kế hoạch đã có quyết định: các phương án chỉ còn để xem."
GONE = "Phương án đã được bỏ. Chưa có gì được ghi."


def lock_scenario(scenario_id: int, *, by: Actor, version: int) -> Scenario:
    """The scenario, locked until the transaction ends. Raises NotAllowed, Stale, Refused. Only inside a transaction."""
    rows = Scenario.objects.select_for_update(of=("self",)).select_related("plan__agency__province")
    scenario = rows.filter(pk=scenario_id).first()
    if scenario is None:
        raise Stale(GONE)
    require(by, Permission.PLAN_EDIT, scenario)
    if scenario.version != version:
        raise Stale(f"{STALE} {last_change(scenario.thread)}".strip())
    if scenario.plan.state != PlanState.DRAFT:
        raise Refused(DECIDED)
    return scenario


def choices_of(scenario: Scenario) -> list[ScenarioChoice]:
    """Its choices in their order, each with its đề án, in one query."""
    return list(scenario.choices.select_related("project").order_by("position"))


def touch(scenario: Scenario) -> None:
    """Count a change, so that forms opened before it are refused."""
    scenario.version += 1
    scenario.save(update_fields=["version"])
