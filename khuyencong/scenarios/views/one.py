"""One scenario: its proposals with what is chosen, its sums, and what can be done to all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb, Stat, Tab
from khuyencong.core.errors import DomainError, NotAllowed
from khuyencong.core.money import format_dong
from khuyencong.core.text import clean
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, run, take_away, version_of
from khuyencong.finance.queries import free_money
from khuyencong.finance.ranking import scores_of
from khuyencong.law.priority import Score
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes.models import PlanState
from khuyencong.projects.models import Project
from khuyencong.scenarios import actions, table
from khuyencong.scenarios.export import scenario_workbook
from khuyencong.scenarios.forms import PAGE_SIZE, ChoicesForm, RenameForm, RowFilter, keys_of
from khuyencong.scenarios.models import LONGEST_REASON, Scenario
from khuyencong.scenarios.picking import Bulk
from khuyencong.scenarios.web import crumbs, scenario_or_404

EXPLAINED_SIZE = 40  # explanations are long to read, and to draw
SUMS, EXPLAIN = "tong-hop", "dien-giai"


@dataclass(slots=True)
class Shown:
    """One row as the page draws it, with what somebody typed where it was refused."""

    row: table.Row
    beyond: bool
    chosen: bool
    amount: str
    reason: str
    errors: list[str] = field(default_factory=list)
    score: Score | None = None


@opens_to(Permission.REPORT_VIEW)
@require_safe
def scenario(request: ActorRequest, pk: int) -> HttpResponse:
    """The proposals in the order of the ranking and what is chosen, or the sums by what the money goes to."""
    return _page(request, scenario_or_404(request, pk))


def _page(
    request: ActorRequest, found: Scenario, *, form: ChoicesForm | None = None, status: int = 200
) -> HttpResponse:
    draft = found.plan.state == PlanState.DRAFT
    rows = table.rows_of(found)
    total = table.sums_of(rows)
    dimensions = table.dimensions_of(found)
    free = free_money(found.plan) if draft else None
    sums = request.GET.get("tab") == SUMS
    query = request.GET.urlencode()
    context: dict[str, Any] = {
        "scenario": found,
        "draft": draft,
        "may_edit": draft and allowed(request.actor, Permission.PLAN_EDIT, found),
        "free": free,
        "left": None if free is None else free - total.given,
        "total": total,
        "stats": _stats(total, free),
        "drift": table.drift_of(found, rows),
        "tabs": [
            Tab("Đề án", "?", active=not sums, count=len(rows)),
            Tab("Kinh phí theo nội dung, địa bàn…", f"?tab={SUMS}", active=sums),
        ],
        "sums": sums,
        "query": f"?{query}" if query else "",
        "bulk": Bulk,
        "crumbs": crumbs(found.plan, Crumb(found.name)),
    }
    if sums:
        context["tables"] = [(one.title, table.lines_by(one, rows)) for one in dimensions]
    else:
        context |= _list(request, found, rows, dimensions, free, form)
    return render(request, "scenarios/scenario.html", context, status=status)


def _list(
    request: ActorRequest,
    found: Scenario,
    rows: list[table.Row],
    dimensions: Sequence[table.Dimension],
    free: int | None,
    form: ChoicesForm | None,
) -> dict[str, Any]:
    chosen = RowFilter(request.GET, dimensions=dimensions, rows=rows)
    left = table.narrowed(rows, dimensions, chosen.wanted)
    explain = EXPLAIN in request.GET
    page: Page[table.Row] = Paginator(left, EXPLAINED_SIZE if explain else PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    if form is not None:
        keys = {one.project_id for one in form.rows}
        shown = [row for row in rows if row.project_id in keys]
    scores = {}
    if explain:
        projects = Project.objects.filter(pk__in=[row.project_id for row in shown])
        scores = scores_of(found.plan, list(projects))
    return {
        "filter": chosen,
        "filtered": any(chosen.wanted.values()),
        "page": page,
        "shown": [_shown(row, free, form, scores.get(row.project_id)) for row in shown],
        "keys": ",".join(str(row.project_id) for row in shown),
        "subtotal": table.sums_of(left),
        "form": form,
        "version": found.version,
        "explain": explain,
        "explain_url": _turned(request.GET, EXPLAIN),
    }


def _turned(query: QueryDict, name: str) -> str:
    """The same address with this switch on, or off where it was on."""
    copy = query.copy()
    if name in copy:
        del copy[name]
    else:
        copy[name] = "1"
    return f"?{copy.urlencode()}"


def _shown(row: table.Row, free: int | None, form: ChoicesForm | None, score: Score | None) -> Shown:
    beyond = free is not None and row.chosen and row.running > free
    if form is None:
        return Shown(row, beyond, row.chosen, format_dong(row.amount), row.reason, score=score)
    names = [f"{name}_{row.project_id}" for name in ("chon", "tien", "ly_do")]
    chosen, amount, reason = (form.data.get(name, "") for name in names)
    errors = [str(one) for name in names for one in form.errors.get(name, ())]
    return Shown(row, beyond, bool(chosen), amount, reason, errors, score)


def _stats(total: table.Sums, free: int | None) -> list[Stat]:
    found = [
        Stat(
            "Được chọn",
            format_dong(total.given),
            "đồng",
            f"{format_dong(total.chosen)} trong {format_dong(total.proposals)} đề án",
        ),
        Stat(
            "Đề nghị tất cả",
            format_dong(total.asked),
            "đồng",
            f"đã cắt {format_dong(total.cut)} đồng của đề án được chọn",
        ),
        Stat("Cơ sở thụ hưởng", format_dong(total.people), "cơ sở", "của các đề án được chọn"),
    ]
    if free is not None:
        left = free - total.given
        label = "Còn trong hạn mức" if left >= 0 else "Vượt hạn mức"
        found.insert(0, Stat(label, format_dong(abs(left)), "đồng", f"hạn mức còn lại {format_dong(free)} đồng"))
    return found


@opens_to(Permission.PLAN_EDIT)
@require_POST
def scenario_choose(request: ActorRequest, pk: int) -> HttpResponse:
    """Save the choices of the page that was shown; a refusal shows it again as it was typed."""
    found = scenario_or_404(request, pk)
    require(request.actor, Permission.PLAN_EDIT, found)
    keys = keys_of(request.POST.get("rows", ""))
    rows = found.choices.filter(project__in=keys).select_related("project").order_by("position")
    form = ChoicesForm(request.POST, rows=rows, initial={"version": found.version})

    def act() -> None:
        actions.choose(scenario_id=found.pk, by=request.actor, version=form.cleaned_data["version"], picks=form.picks)

    if form.is_valid() and run(form, act):
        messages.success(request, "Đã lưu lựa chọn.")
        return _back(request, found)
    return _page(request, found, form=form, status=422)


@opens_to(Permission.PLAN_EDIT)
@require_POST
def scenario_bulk(request: ActorRequest, pk: int) -> HttpResponse:
    """Do one thing to all choices: down to the money, all, none, cut to fit, no cut."""
    found = scenario_or_404(request, pk)
    require(request.actor, Permission.PLAN_EDIT, found)
    what = request.POST.get("what", "")
    if what not in Bulk.values:
        messages.error(request, "Hãy chọn một việc có trên trang.")
        return _back(request, found)

    def act() -> str:
        return actions.choose_in_bulk(
            scenario_id=found.pk,
            by=request.actor,
            version=version_of(request),
            what=Bulk(what),
            reason=clean(request.POST.get("reason", ""))[:LONGEST_REASON],
        )

    return _pressed(request, found, act)


@opens_to(Permission.PLAN_EDIT)
@require_POST
def scenario_refresh(request: ActorRequest, pk: int) -> HttpResponse:
    """Reckon the scenario anew by the records and the law of today."""
    found = scenario_or_404(request, pk)
    require(request.actor, Permission.PLAN_EDIT, found)

    def act() -> str:
        told = actions.refresh_scenario(scenario_id=found.pk, by=request.actor, version=version_of(request))
        return f"Đã tính lại theo hồ sơ và quy định hôm nay. {told}"

    return _pressed(request, found, act)


def _pressed(request: ActorRequest, found: Scenario, act: Callable[[], str]) -> HttpResponse:
    """A plain button whose action says itself what has come of it."""
    try:
        messages.success(request, act())
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, str(error))
    return _back(request, found)


def _back(request: ActorRequest, found: Scenario) -> HttpResponse:
    query = request.GET.urlencode()
    return redirect(found.get_absolute_url() + (f"?{query}" if query else ""))


@opens_to(Permission.PLAN_EDIT)
@require_http_methods(SHOW_AND_ACT)
def scenario_rename(request: ActorRequest, pk: int) -> HttpResponse:
    """Give a scenario another name or note."""
    found = scenario_or_404(request, pk)
    require(request.actor, Permission.PLAN_EDIT, found)
    initial = {"version": found.version, "name": found.name, "note": found.note}
    form = RenameForm(request.POST or None, initial=initial)
    return form_page(
        request,
        form=form,
        act=lambda: actions.rename_scenario(scenario_id=found.pk, by=request.actor, **form.cleaned_data),
        done="Đã lưu tên và ghi chú của phương án.",
        back=lambda: redirect(found),
        template="scenarios/rename.html",
        context={
            "scenario": found,
            "crumbs": crumbs(found.plan, Crumb(found.name, found.get_absolute_url()), Crumb("Đổi tên")),
        },
    )


@opens_to(Permission.PLAN_EDIT)
@require_POST
def scenario_delete(request: ActorRequest, pk: int) -> HttpResponse:
    """Drop a scenario."""
    found = scenario_or_404(request, pk)
    require(request.actor, Permission.PLAN_EDIT, found)
    done = press(
        request,
        lambda: actions.delete_scenario(scenario_id=found.pk, by=request.actor, version=version_of(request)),
        done=f"Đã bỏ phương án «{found.name}».",
    )
    return redirect("scenarios", pk=found.plan_id) if done else redirect(found)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def scenario_xlsx(request: ActorRequest, pk: int) -> HttpResponse:
    """The whole scenario as a file; that somebody took it away is kept in the audit trail."""
    found = scenario_or_404(request, pk)
    content = scenario_workbook(found, by=request.actor)
    with transaction.atomic():
        record(action="scenario.export", by=request.actor, subject=found, thread=found.thread)
    return take_away(content, f"phuong-an-{found.pk}.xlsx")
