"""Two scenarios of a plan side by side, on a page and as a file."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb
from khuyencong.core.web import take_away
from khuyencong.finance.queries import free_money
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes.models import AnnualPlan, PlanState
from khuyencong.scenarios.compare import Comparison, compare
from khuyencong.scenarios.export import comparison_workbook
from khuyencong.scenarios.forms import PAGE_SIZE, PairForm
from khuyencong.scenarios.queries import visible_scenarios
from khuyencong.scenarios.web import crumbs, plan_or_404

EVERYTHING = "tat-ca"


@opens_to(Permission.REPORT_VIEW)
@require_safe
def scenario_compare(request: ActorRequest, pk: int) -> HttpResponse:
    """What differs between the two that the address names, project by project and in every sum."""
    plan = plan_or_404(request, pk)
    form = PairForm(request.GET, scenarios=plan.scenarios.order_by("pk"))
    if not form.is_valid():
        return redirect("scenarios", pk=plan.pk)
    both = _both(request, plan, form)
    everything = EVERYTHING in request.GET
    free = free_money(plan) if plan.state == PlanState.DRAFT else None
    sides = {"a": both.left.pk, "b": both.right.pk}
    context = {
        "plan": plan,
        "both": both,
        "form": form,
        "free": free,
        "left_over": None if free is None else free - both.total.left.given,
        "right_over": None if free is None else free - both.total.right.given,
        "differing": len(both.differing),
        "everything": everything,
        "page": Paginator(both.pairs if everything else both.differing, PAGE_SIZE).get_page(request.GET.get("page")),
        "export_url": f"{reverse('scenario_compare_xlsx', args=[plan.pk])}?{urlencode(sides)}",
        "turned_url": f"?{urlencode({'a': both.right.pk, 'b': both.left.pk})}",
        "everything_url": f"?{urlencode(sides if everything else {**sides, EVERYTHING: 1})}",
        "crumbs": crumbs(plan, Crumb("So sánh")),
    }
    return render(request, "scenarios/compare.html", context)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def scenario_compare_xlsx(request: ActorRequest, pk: int) -> HttpResponse:
    """The comparison as a file, all proposals of it."""
    plan = plan_or_404(request, pk)
    form = PairForm(request.GET, scenarios=plan.scenarios.order_by("pk"))
    if not form.is_valid():
        return redirect("scenarios", pk=plan.pk)
    both = _both(request, plan, form)
    content = comparison_workbook(both, by=request.actor)
    with transaction.atomic():
        record(
            action="scenario.export",
            by=request.actor,
            subject=both.left,
            thread=both.left.thread,
            after={"so với": both.right.name},
        )
    return take_away(content, f"so-sanh-phuong-an-{both.left.pk}-{both.right.pk}.xlsx")


def _both(request: ActorRequest, plan: AnnualPlan, form: PairForm) -> Comparison:
    rows = visible_scenarios(request.actor).filter(plan=plan.pk)
    left, right = (get_object_or_404(rows, pk=form.cleaned_data[side]) for side in ("a", "b"))
    return compare(left, right)
