"""How the plan of a year stood on a day, and what its decisions changed."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.audit.handing_out import hand_out, opened
from khuyencong.core.components import Crumb
from khuyencong.core.dates import today
from khuyencong.core.web import SHOW_AND_ACT, form_page
from khuyencong.finance import actions, history, queries
from khuyencong.finance.forms import DecisionFileForm, HistoryForm
from khuyencong.finance.web import TITLE
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes.models import AnnualPlan


@opens_to(Permission.REPORT_VIEW)
@require_safe
def plan_history(request: ActorRequest, pk: int) -> HttpResponse:
    """The year's plan in all its rounds on one day, beside another day or the one before its last decision."""
    found = get_object_or_404(queries.visible_plans(request.actor), pk=pk)
    form = HistoryForm(request.GET or None)
    days = form.cleaned_data if form.is_bound and form.is_valid() else {}
    day = days.get("ngay") or today()
    decisions = history.decisions_of_year(found)
    other = days.get("so_voi")
    after = history.plan_on(decisions, day)
    rows = history.differences(history.plan_on(decisions, other) if other else after, after)
    context = {
        "plan": found,
        "form": form if form.is_bound else HistoryForm(initial={"ngay": day}),
        "decisions": [(one, reverse("plan_history", args=[found.pk])) for one in decisions],
        "rows": [row for row in rows if row.what] if other else rows,
        "unchanged": sum(not row.what for row in rows) if other else 0,
        "day": day,
        "other": other,
        "before": sum(row.before or 0 for row in rows),
        "after": sum(row.after or 0 for row in rows),
        "crumbs": [*crumbs_of(found), Crumb("Các lần điều chỉnh")],
    }
    return render(request, "finance/history.html", context)


@opens_to(Permission.PLAN_APPROVE)
@require_http_methods(SHOW_AND_ACT)
def plan_attach(request: ActorRequest, pk: int) -> HttpResponse:
    """Attach the signed decision to a plan that was approved without it."""
    found = get_object_or_404(queries.visible_plans(request.actor), pk=pk)
    require(request.actor, Permission.PLAN_APPROVE, found)
    form = DecisionFileForm(request.POST or None, request.FILES or None, initial={"version": found.version})
    return form_page(
        request,
        form=form,
        act=lambda: actions.attach_decision(
            plan_id=found.pk,
            version=form.cleaned_data["version"],
            by=request.actor,
            upload=form.cleaned_data["file"],
        ),
        done="Đã đính kèm quyết định.",
        back=lambda: redirect(found),
        template="finance/form.html",
        context={
            "title": "Đính kèm quyết định",
            "submit_label": "Đính kèm",
            "intro": f"Bản quét của Quyết định {found.decision_number}. Tệp đã ghi không thay được nữa.",
            "back_url": found.get_absolute_url(),
            "crumbs": [*crumbs_of(found), Crumb("Đính kèm quyết định")],
        },
    )


@opens_to(Permission.FILE_DOWNLOAD)
@require_safe
def plan_decision(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The signed decision as a download, for whoever may see the plan; the download is audited."""
    found = get_object_or_404(queries.visible_plans(request.actor), pk=pk)
    require(request.actor, Permission.FILE_DOWNLOAD, found)
    if not found.decision_file:
        raise Http404("Kế hoạch chưa có tệp quyết định.")
    return hand_out(
        opened(found.decision_file),
        name=found.decision_file_name,
        content_type=found.decision_file_type,
        action="plan.download",
        by=request.actor,
        subject=found,
        thread=found.thread,
    )


def crumbs_of(found: AnnualPlan) -> list[Crumb]:
    """The list of plans, and the plan itself."""
    plans = f"{reverse('plans')}?year={found.year}&source={found.source}"
    return [Crumb(TITLE, plans), Crumb(found.title, found.get_absolute_url())]
