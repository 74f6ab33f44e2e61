"""The scenarios of a plan, and a new one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.finance.queries import free_money
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes.models import PlanState
from khuyencong.scenarios import actions
from khuyencong.scenarios.forms import PairForm, ScenarioForm
from khuyencong.scenarios.models import Scenario
from khuyencong.scenarios.queries import scenarios_of
from khuyencong.scenarios.web import crumbs, plan_or_404

TWO = 2


@opens_to(Permission.REPORT_VIEW)
@require_safe
def scenarios(request: ActorRequest, pk: int) -> HttpResponse:
    """What the plan could be: each scenario against the free money, and two of them to put side by side."""
    plan = plan_or_404(request, pk)
    rows = list(scenarios_of(plan))
    draft = plan.state == PlanState.DRAFT
    free = free_money(plan)
    pair = None
    if len(rows) >= TWO:
        pair = PairForm(scenarios=rows, initial={"a": rows[-2].pk, "b": rows[-1].pk})
    context = {
        "plan": plan,
        "draft": draft,
        "rows": [(row, free - vars(row)["given"]) for row in rows],
        "free": free,
        "pair": pair,
        "may_make": draft and allowed(request.actor, Permission.PLAN_EDIT, plan),
        "crumbs": crumbs(plan),
    }
    return render(request, "scenarios/list.html", context)


@opens_to(Permission.PLAN_EDIT)
@require_http_methods(SHOW_AND_ACT)
def scenario_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Lay out another way of filling the plan."""
    plan = plan_or_404(request, pk)
    require(request.actor, Permission.PLAN_EDIT, plan)
    others = list(plan.scenarios.order_by("pk"))
    form = ScenarioForm(request.POST or None, others=others, initial={"name": f"Phương án {len(others) + 1}"})
    made: list[Scenario] = []

    def act() -> None:
        start, copied = form.start
        made.append(
            actions.make_scenario(
                by=request.actor,
                creation_key=form.cleaned_data["creation_key"],
                plan_id=plan.pk,
                name=form.cleaned_data["name"],
                note=form.cleaned_data["note"],
                start=start,
                copied_id=copied,
            )
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã lập «{made[0].name}». Kế hoạch chưa thay đổi gì.")
        return redirect(made[0])
    context = {"plan": plan, "form": form, "crumbs": crumbs(plan, Crumb("Phương án mới"))}
    return render(request, "scenarios/new.html", context, status=422 if request.method == "POST" else 200)
