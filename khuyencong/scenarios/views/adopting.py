"""Adopting a scenario: what it would do to the plan, and then doing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from khuyencong.core.components import Crumb
from khuyencong.core.forms import VersionedForm
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.finance.queries import free_money
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes.models import PlanState
from khuyencong.projects.models import Project
from khuyencong.scenarios import actions
from khuyencong.scenarios.actions.adopting import Change, changes_of, concerned, in_the_way
from khuyencong.scenarios.door import DECIDED, choices_of
from khuyencong.scenarios.picking import total_of
from khuyencong.scenarios.web import crumbs, scenario_or_404


@opens_to(Permission.PLAN_EDIT)
@require_http_methods(SHOW_AND_ACT)
def scenario_adopt(request: ActorRequest, pk: int) -> HttpResponse:
    """Show what would be put in, taken out and cut, and what stands in the way; do it all, or nothing."""
    found = scenario_or_404(request, pk)
    require(request.actor, Permission.PLAN_EDIT, found)
    form = VersionedForm(request.POST or None, initial={"version": found.version})
    done: list[list[Change]] = []

    def act() -> None:
        done.append(
            actions.adopt_scenario(scenario_id=found.pk, by=request.actor, version=form.cleaned_data["version"])
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        count = len(done[0])
        told = f"{count} đề án thay đổi." if count else "Kế hoạch đã đúng như phương án, không có gì thay đổi."
        messages.success(request, f"Đã áp dụng «{found.name}» vào kế hoạch. {told}")
        return redirect("plan", pk=found.plan_id)
    plan, choices = found.plan, choices_of(found)
    projects = list(Project.objects.filter(concerned(plan, choices)).with_money(year=plan.year).order_by("pk"))
    changes = changes_of(plan, choices, projects)
    blocked = [DECIDED] if plan.state != PlanState.DRAFT else []
    blocked += in_the_way(found, {one.project_id: one for one in choices}, changes, projects)
    total, free = total_of(choices), free_money(plan)
    context = {
        "scenario": found,
        "plan": plan,
        "form": form,
        "blocked": blocked,
        "parts": _parts(changes),
        "total": total,
        "free": free,
        "over": max(0, total - free),
        "crumbs": crumbs(plan, Crumb(found.name, found.get_absolute_url()), Crumb("Áp dụng vào kế hoạch")),
    }
    return render(request, "scenarios/adopt.html", context, status=422 if request.method == "POST" else 200)


def _parts(changes: list[Change]) -> list[tuple[str, list[Change]]]:
    """The changes by what happens, without what does not."""
    parts = (
        ("Đưa vào kế hoạch", [one for one in changes if one.before is None]),
        ("Đưa ra khỏi kế hoạch", [one for one in changes if one.after is None]),
        ("Đổi số hỗ trợ", [one for one in changes if one.before is not None and one.after is not None]),
    )
    return [part for part in parts if part[1]]
