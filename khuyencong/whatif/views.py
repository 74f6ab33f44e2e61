"""«Tính thử»: the trials of my scope, a new one, its progress and its result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb, Fact, Stat, Tab
from khuyencong.core.dates import format_moment
from khuyencong.core.errors import DomainError, NotAllowed, Refused, Stale
from khuyencong.core.money import format_dong, format_trieu, percent
from khuyencong.core.web import SHOW_AND_ACT, run, take_away, version_of
from khuyencong.normbook.book import current_book
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.states import ProjectState
from khuyencong.whatif import actions, queries
from khuyencong.whatif.count import LEFT_OUT, Tally
from khuyencong.whatif.export import trial_workbook
from khuyencong.whatif.forms import ScopeChoices, TrialForm, change_formset, content_choices
from khuyencong.whatif.models import Effect, Trial, TrialState

PAGE_SIZE = 50
TITLE = "Tính thử định mức"


@opens_to(Permission.TRIAL_VIEW)
@require_safe
def trials(request: ActorRequest) -> HttpResponse:
    """The trials that I may see, newest first."""
    page = Paginator(queries.trials_of(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": queries.with_sums(page.object_list),
        "may_make": allowed(request.actor, Permission.TRIAL_MAKE),
    }
    return render(request, "whatif/trials.html", context)


@opens_to(Permission.TRIAL_MAKE)
@require_http_methods(SHOW_AND_ACT)
def trial_new(request: ActorRequest) -> HttpResponse:
    """Say what is tried on which đề án; the count begins on the page of the trial."""
    bound = request.POST if request.method == "POST" else None
    book = current_book()
    scopes = ScopeChoices(request.actor, book)
    form = TrialForm(bound, actor=request.actor, scopes=scopes)
    formset = change_formset(bound, scopes=scopes, contents=content_choices(book, scopes))
    made: list[Trial] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.make_trial(
                by=request.actor,
                creation_key=data["creation_key"],
                name=data["name"],
                changes=[*formset.changes, *form.rules],
                first_year=data["first_year"] or 0,
                last_year=data["last_year"] or 0,
                source=data["source"],
                plan=data["plan"],
            )
        )

    if bound is not None and form.is_valid() & formset.is_valid() and run(form, act):
        return redirect(made[0])
    context = {
        "form": form,
        "formset": formset,
        "left_out": _left_out(),
        "crumbs": [Crumb(TITLE, reverse("trials")), Crumb("Lần tính thử mới")],
    }
    return render(request, "whatif/new.html", context, status=200 if bound is None else 422)


@opens_to(Permission.TRIAL_VIEW)
@require_safe
def trial(request: ActorRequest, pk: int) -> HttpResponse:
    """The progress of a trial that is being counted, or what it has come to."""
    found = _trial_or_404(request, pk)
    context = {
        "trial": found,
        "facts": _facts(found),
        "left_out": _left_out(),
        "crumbs": [Crumb(TITLE, reverse("trials")), Crumb(found.name)],
    }
    if found.state == TrialState.RUNNING:
        shown = queries.result_of(found)
        return render(request, "whatif/running.html", context | _progress(request, found) | {"result": shown})
    return render(request, "whatif/trial.html", context | _result(request, found))


@opens_to(Permission.TRIAL_MAKE)
@require_POST
def trial_count(request: ActorRequest, pk: int) -> HttpResponse:
    """Count for a second more. The page asks again by itself, or a person presses the button."""
    found = _trial_or_404(request, pk)
    require(request.actor, Permission.TRIAL_MAKE, found)
    sentence = ""
    try:
        found = actions.count_on(trial_id=found.pk, by=request.actor, version=version_of(request))
    except NotAllowed:
        raise
    except Stale as error:
        # Another page counts too: this one goes on from where the other has come.
        found.refresh_from_db()
        sentence = "" if request.htmx else str(error)
    except DomainError as error:
        found.refresh_from_db()
        sentence = str(error)
    if not request.htmx:
        if sentence:
            messages.error(request, sentence)
        return redirect(found)
    if found.state == TrialState.DONE:
        return HttpResponse(headers={"HX-Redirect": found.get_absolute_url()})
    return render(request, "whatif/progress.html", _progress(request, found, sentence))


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def trial_xlsx(request: ActorRequest, pk: int) -> HttpResponse:
    """The result as a file, with the đề án that the page lists. That somebody took it away is kept in the audit trail."""
    found = _trial_or_404(request, pk)
    if found.state != TrialState.DONE:
        raise Refused("Phép thử chưa tính xong nên chưa tải về được.")
    result = queries.result_of(found)
    chosen = queries.row_filter(result, request.GET.dict())
    rows = queries.affected(found, request.actor, result, chosen)
    content = trial_workbook(found, result, rows, chosen, facts=_facts(found), by=request.actor)
    with transaction.atomic():
        record(
            action="trial.export",
            by=request.actor,
            subject=found,
            thread=found.thread,
            after={"bộ lọc": {name: value for name, value in chosen.data.items() if value}},
        )
    return take_away(content, f"tinh-thu-{found.pk}.xlsx")


def _trial_or_404(request: ActorRequest, pk: int) -> Trial:
    visible = Trial.objects.visible_to(request.actor).select_related("agency__province", "made_by", "plan")
    return get_object_or_404(visible, pk=pk)


def _progress(request: ActorRequest, found: Trial, sentence: str = "") -> dict[str, Any]:
    return {
        "trial": found,
        "version": actions.version_of_count(found),
        "percent": percent(found.counted, found.total),
        "may_count": allowed(request.actor, Permission.TRIAL_MAKE, found),
        "sentence": sentence,
    }


def _result(request: ActorRequest, found: Trial) -> dict[str, Any]:
    """What the chosen tab of a counted trial shows."""
    result = queries.result_of(found)
    keys = [key for key, _ in queries.TABS]
    chosen = request.GET.get("tab", "")
    tab = chosen if chosen in keys else keys[0]
    query = "&".join(part for part in request.GET.urlencode().split("&") if part and not part.startswith("tab="))
    counts = {"de-an": result.total.sums.affected, "muc-thu": len(result.shifts)}
    return {
        "result": result,
        "stats": _stats(result),
        "tab": tab,
        "tabs": [Tab(label, f"?tab={key}", active=key == tab, count=counts.get(key)) for key, label in queries.TABS],
        "export_url": f"{reverse('trial_xlsx', args=[found.pk])}{'?' if query else ''}{query}",
        **TAB_CONTENTS[tab](request, found, result),
    }


def _effects(_request: ActorRequest, _found: Trial, result: queries.Result) -> dict[str, Any]:
    shown = [line for line in result.effects if line.sums.projects or line.key == Effect.INADMISSIBLE]
    return {"lines": shown, "notes": _notes(result.tally)}


def _activities(request: ActorRequest, _found: Trial, result: queries.Result) -> dict[str, Any]:
    chosen = queries.row_filter(result, request.GET.dict())
    lines, total = queries.activities_of(result, chosen.data["place"])
    field = chosen["place"] if len(result.places) > 1 else None
    return {"lines": lines, "total": total, "bars": queries.largest(lines), "filter": field}


def _places(request: ActorRequest, _found: Trial, result: queries.Result) -> dict[str, Any]:
    chosen = queries.row_filter(result, request.GET.dict())
    lines, total = queries.places_of(result, chosen.data["activity"])
    return {"lines": lines, "total": total, "bars": queries.largest(lines), "filter": chosen["activity"]}


def _rows(request: ActorRequest, found: Trial, result: queries.Result) -> dict[str, Any]:
    chosen = queries.row_filter(result, request.GET.dict())
    rows = queries.affected(found, request.actor, result, chosen)
    return {
        "filter": chosen,
        "filtered": any(chosen.data.values()),
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "sums": queries.sums_of(rows),
    }


def _norms(_request: ActorRequest, _found: Trial, _result: queries.Result) -> dict[str, Any]:
    return {}


TAB_CONTENTS: dict[str, Callable[[ActorRequest, Trial, queries.Result], dict[str, Any]]] = {
    "tac-dong": _effects,
    "noi-dung": _activities,
    "dia-ban": _places,
    "de-an": _rows,
    "muc-thu": _norms,
}


def _stats(result: queries.Result) -> list[Stat]:
    sums = result.total.sums
    over = next(line for line in result.effects if line.key == Effect.INADMISSIBLE)
    return [
        Stat("Đề án đã tính", format_dong(sums.projects), "đề án", f"{format_dong(sums.affected)} bị tác động"),
        Stat(over.label, format_dong(over.sums.projects), "đề án", over.note, over.url),
        Stat(
            "Mức tối đa theo mức thử",
            format_trieu(sums.after),
            "triệu đồng",
            f"hiện nay {format_trieu(sums.before)}, chênh lệch {_signed(sums.difference)}",
        ),
        Stat(
            "Đề nghị chi được theo mức thử",
            format_trieu(sums.within_after),
            "triệu đồng",
            f"hiện nay {format_trieu(sums.within_before)}, chênh lệch {_signed(sums.within_difference)}",
        ),
    ]


def _signed(amount: int) -> str:
    return f"+{format_trieu(amount)}" if amount > 0 else format_trieu(amount)


def _notes(tally: Tally) -> str:
    """What a reader of the sums must know."""
    told = "«Đề nghị chi được» là phần đề nghị nằm trong mức tối đa của từng cơ sở."
    if tally.over_already:
        told += f" {format_dong(tally.over_already)} đề án đang vượt mức hoặc chưa có định mức."
    if tally.unmeasured:
        told += f" {format_dong(tally.unmeasured)} đề án không có mức bằng số, cộng vào mức tối đa là 0."
    return told


def _facts(found: Trial) -> list[Fact]:
    years = str(found.first_year) if found.first_year == found.last_year else f"{found.first_year}–{found.last_year}"
    over = f"Kế hoạch «{found.plan}»" if found.plan else f"Năm kế hoạch {years}"
    source = found.get_source_display() if found.source else "mọi nguồn kinh phí"
    area = (
        "cả nước"
        if found.agency.province is None
        else f"địa bàn {found.agency.province.current or found.agency.province}"
    )
    return [
        Fact("Tính trên", f"{over}, {source.lower()}, {area}"),
        Fact("Số đề án", format_dong(found.total)),
        Fact("Cơ quan, người lập", f"{found.agency}, {found.made_by}"),
        Fact("Lập lúc", format_moment(found.created_at)),
    ]


def _left_out() -> str:
    """The states that are not counted, as a list in a sentence."""
    return ", ".join(f"«{ProjectState(state).label}»" for state in LEFT_OUT)
