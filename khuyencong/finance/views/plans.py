"""Plans and envelopes of an agency."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.core.components import Bar, Crumb, Fact
from khuyencong.core.dates import format_date, today
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, press, run, version_of
from khuyencong.finance import actions, ledger, queries
from khuyencong.finance.actions.plans import heirs_of
from khuyencong.finance.forms import MoneyFilter, PayerForm, PlanDecisionForm, PlanForm
from khuyencong.finance.holders import SOURCE_OF_AGENCY
from khuyencong.finance.web import TITLE, form_page_of_plans, source_or_403
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes.models import AnnualPlan, FundingSource, PlanState

LARGEST_KEY = 10


@opens_to(Permission.REPORT_VIEW)
@require_safe
def plans(request: ActorRequest) -> HttpResponse:
    """The envelopes of my scope with what became of their money, and the plans; year and source stay in the address."""
    years = queries.envelope_years(request.actor) or [today().year]
    latest = years[0]
    # Without a choice in the address the latest year is shown; an empty choice means every year.
    form = MoneyFilter(request.GET if "year" in request.GET else {**request.GET.dict(), "year": latest}, years=years)
    year, source = (form.cleaned_data["year"], form.cleaned_data["source"]) if form.is_valid() else (latest, "")
    rows = queries.envelope_rows(request.actor, year=year, source=source)
    context = {
        "form": form,
        "rows": rows,
        "total": queries.total_of(row.balance for row in rows),
        "plans": queries.plan_rows(request.actor, year=year, source=source),
        "may_plan": _own_source(request, Permission.PLAN_EDIT) is not None,
        "may_give": _own_source(request, Permission.ENVELOPE_GIVE) is not None,
    }
    return render(request, "finance/plans.html", context)


def _own_source(request: ActorRequest, permission: Permission) -> FundingSource | None:
    """The source whose money my agency holds, if I may do that with it."""
    source = SOURCE_OF_AGENCY.get(request.actor.agency.kind)
    return source if allowed(request.actor, permission) else None


@opens_to(Permission.PLAN_EDIT)
@require_http_methods(SHOW_AND_ACT)
def plan_new(request: ActorRequest) -> HttpResponse:
    """Open a draft plan of my agency."""
    source = source_or_403(request)
    year = today().year
    rounds = AnnualPlan.objects.filter(agency=request.actor.agency, year=year, source=source)
    next_round = (rounds.aggregate(last=Max("round"))["last"] or 0) + 1
    title = f"Kế hoạch {source.label.lower()} năm {year}" + (f", đợt {next_round}" if next_round > 1 else "")
    form = PlanForm(request.POST or None, source=source, initial={"year": year, "round": next_round, "title": title})
    made: list[AnnualPlan] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.create_plan(
                by=request.actor, year=data["year"], source=data["source"], title=data["title"], round_=data["round"]
            )
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, "Đã lập kế hoạch. Tiếp theo: đưa các đề án đã thẩm định vào.")
        return redirect("plan", pk=made[0].pk)
    intro = "Kế hoạch của một năm, một nguồn và một đợt. Sau khi lập, chọn các đề án đã thẩm định để trình phê duyệt."
    return form_page_of_plans(request, form, "Lập kế hoạch", "Lập kế hoạch", intro)


@opens_to(Permission.REPORT_VIEW)
@require_safe
def plan(request: ActorRequest, pk: int) -> HttpResponse:
    """One plan: its projects against the free money, what could be added, and the decision."""
    return _plan_page(request, get_object_or_404(queries.visible_plans(request.actor), pk=pk))


def _plan_page(
    request: ActorRequest, found: AnnualPlan, form: PlanDecisionForm | None = None, status: int = 200
) -> HttpResponse:
    draft = found.state == PlanState.DRAFT
    may_edit = draft and allowed(request.actor, Permission.PLAN_EDIT, found)
    rows = queries.projects_in(found)
    balance = queries.balance_of_plan(found)
    total = sum(row.support for row in rows)
    if form is None and draft and allowed(request.actor, Permission.PLAN_APPROVE, found):
        form = PlanDecisionForm(initial={"version": found.version})
    context = {
        "plan": found,
        "draft": draft,
        "rows": rows,
        "sums": {"total": sum(row.total for row in rows), "support": total},
        "candidates": queries.candidates_for(found) if may_edit else (),
        "heirs": heirs_of(found) if may_edit else (),
        "may_attach": found.state == PlanState.APPROVED
        and not found.decision_file
        and allowed(request.actor, Permission.PLAN_APPROVE, found),
        "may_edit": may_edit,
        "bars": _bars(found, balance, total),
        "over": max(0, total - balance.free) if draft else 0,
        "facts": _plan_facts(found),
        "form": form,
        "crumbs": [Crumb(TITLE, f"{reverse('plans')}?year={found.year}&source={found.source}"), Crumb(found.title)],
    }
    return render(request, "finance/plan.html", context, status=status)


def _bars(found: AnnualPlan, balance: ledger.Balance, total: int) -> list[Bar]:
    approved = Bar(
        "Đã phê duyệt, trừ hoàn lại",
        balance.committed,
        balance.given,
        note=f"trên hạn mức {format_dong(balance.given)} đồng",
    )
    if found.state != PlanState.DRAFT:
        return [approved]
    return [
        approved,
        Bar("Kế hoạch này", total, balance.free, note=f"trên hạn mức còn lại {format_dong(balance.free)} đồng"),
    ]


def _plan_facts(found: AnnualPlan) -> list[Fact]:
    facts = [
        Fact("Cơ quan", str(found.agency)),
        Fact("Nguồn kinh phí", f"{found.get_source_display()}, năm {found.year}, đợt {found.round}"),
    ]
    if found.decision_on:
        facts.append(Fact("Quyết định phê duyệt", f"{found.decision_number}, ngày {format_date(found.decision_on)}"))
        facts.append(Fact("Người ký", found.decided_by))
    if found.approved_as:
        facts.append(Fact("Người ghi phê duyệt", found.approved_as))
    return facts


@opens_to(Permission.PLAN_EDIT)
@require_POST
def plan_put(request: ActorRequest, pk: int) -> HttpResponse:
    """Put an appraised project into the plan, to be paid by the plan's agency or by one to which it delegated money."""
    found = get_object_or_404(queries.visible_plans(request.actor), pk=pk)
    form = PayerForm(request.POST, plan=found, heirs=heirs_of(found))
    if not form.is_valid():
        messages.error(request, "Đơn vị chi không có trong danh sách: hãy chọn lại.")
        return redirect("plan", pk=found.pk)
    action = partial(actions.put_in_plan, payer=form.cleaned_data["payer"])
    return _change(request, pk, action, "Đã đưa đề án {} vào kế hoạch.")


@opens_to(Permission.PLAN_EDIT)
@require_POST
def plan_take_out(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a project out of the plan."""
    return _change(request, pk, actions.take_out_of_plan, "Đã đưa đề án {} ra khỏi kế hoạch.")


def _change(request: ActorRequest, pk: int, action: Callable[..., Any], done: str) -> HttpResponse:
    """One button beside one project of the plan page; the sentence comes back there either way."""
    found = get_object_or_404(queries.visible_plans(request.actor), pk=pk)
    require(request.actor, Permission.PLAN_EDIT, found)
    key = request.POST.get("project", "")
    # Only projects that this plan's page offers; any other is not there for it.
    offered = queries.projects_of_agency(found)
    project = get_object_or_404(
        offered, pk=int(key) if key.isascii() and key.isdigit() and len(key) < LARGEST_KEY else 0
    )
    version = version_of(request)
    press(
        request,
        lambda: action(plan_id=found.pk, version=version, project_id=project.pk, by=request.actor),
        done=done.format(project.code),
    )
    return redirect("plan", pk=found.pk)


@opens_to(Permission.PLAN_APPROVE)
@require_POST
def plan_approve(request: ActorRequest, pk: int) -> HttpResponse:
    """Record the decision; a refusal shows the plan again, with the sentence and what was typed."""
    found = get_object_or_404(queries.visible_plans(request.actor), pk=pk)
    require(request.actor, Permission.PLAN_APPROVE, found)
    form = PlanDecisionForm(request.POST, request.FILES)

    def act() -> None:
        data = form.cleaned_data
        with transaction.atomic():  # the decision with its file, or neither
            plan = actions.approve_plan(
                plan_id=found.pk,
                version=data["version"],
                by=request.actor,
                decision_number=data["decision_number"],
                decision_on=data["decision_on"],
                decided_by=data["decided_by"],
            )
            if data["file"]:
                actions.attach_decision(plan_id=plan.pk, version=plan.version, by=request.actor, upload=data["file"])

    if form.is_valid() and run(form, act):
        messages.success(
            request,
            f"Đã ghi quyết định {form.cleaned_data['decision_number']}; các đề án trong kế hoạch được phê duyệt.",
        )
        return redirect("plan", pk=found.pk)
    return _plan_page(request, found, form, status=422)
