"""Two ways of filling the draft plan of the demo, so that the comparison has something to show."""

from __future__ import annotations

from uuid import uuid4

from khuyencong.demo.walk import World
from khuyencong.programmes.models import AnnualPlan
from khuyencong.scenarios.actions import Pick, Start, choose, make_scenario


def load_plan_scenarios(world: World, agency: str, plan: AnnualPlan) -> None:
    """One by the ranking, and one that takes everything, each for four fifths of what it may get."""
    planner = world.actor(agency, "appraiser")
    make_scenario(
        by=planner,
        creation_key=uuid4(),
        plan_id=plan.pk,
        name="Phương án 1: theo thứ tự ưu tiên",
        note="Chọn từ trên xuống cho hết hạn mức, không cắt giảm.",
        start=Start.RANKING,
    )
    wide = make_scenario(
        by=planner,
        creation_key=uuid4(),
        plan_id=plan.pk,
        name="Phương án 2: chia đều",
        note="Mọi đề án đều có phần, mỗi đề án bốn phần năm.",
    )
    picks = {
        one.project_id: Pick(chosen=True, amount=one.most * 4 // 5, reason="Ví dụ: chia đều hạn mức.")
        for one in wide.choices.filter(most__gt=0)
    }
    choose(scenario_id=wide.pk, by=planner, version=wide.version, picks=picks)
