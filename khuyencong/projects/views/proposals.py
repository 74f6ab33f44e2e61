"""«Nhập danh sách đề án»: the template, a file on its way to drafts, and what became of the earlier ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.core.components import Crumb, Fact, Stat, Tab
from khuyencong.core.dates import format_moment, today
from khuyencong.core.money import format_dong, percent
from khuyencong.core.turns import turn_page
from khuyencong.core.web import SHOW_AND_ACT, press, run, take_away, version_of
from khuyencong.documents.incoming.stored import columns_of, refused_of
from khuyencong.establishments.importing.lists import load_lists
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.actions import proposals as lists
from khuyencong.projects.importing import turns
from khuyencong.projects.importing.files import refused_workbook, template_workbook
from khuyencong.projects.models import ProposalList, ProposalListState, ProposalOutcome, ProposalRow
from khuyencong.projects.proposal_form import ProposalListForm

PAGE_SIZE = 50
TITLE = "Nhập danh sách đề án"
# What a person looks at first.
ORDER = (ProposalOutcome.REFUSED, ProposalOutcome.CREATE, ProposalOutcome.EXISTS)


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def proposal_lists(request: ActorRequest) -> HttpResponse:
    """Bring a file; and the earlier files of my unit, newest first."""
    bound = request.method == "POST"
    form = (
        ProposalListForm(request.POST, request.FILES) if bound else ProposalListForm(initial={"year": today().year + 1})
    )
    made: list[ProposalList] = []

    def act() -> None:
        made.append(
            lists.start_proposals(
                by=request.actor,
                creation_key=form.cleaned_data["creation_key"],
                file_name=form.file_name,
                content=form.cleaned_data["file"].read(),
                year=form.cleaned_data["year"],
            )
        )

    if bound and form.is_valid() and run(form, act):
        return redirect(made[0])
    found = ProposalList.objects.visible_to(request.actor).select_related("made_by")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": _with_counts(page.object_list), "crumbs": _crumbs()}
    return render(request, "projects/proposals/lists.html", context, status=422 if bound else 200)


@opens_to(Permission.PROJECT_EDIT)
@require_GET
def proposal_template(request: ActorRequest) -> HttpResponse:
    """The empty list for my province, with its communes."""
    return take_away(template_workbook(load_lists(request.actor)), "mau-danh-sach-de-an.xlsx")


@opens_to(Permission.PROJECT_EDIT)
@require_safe
def proposal_list(request: ActorRequest, pk: int) -> HttpResponse:
    """What would be made of a file, how far it has come, or what was made."""
    found = _list_or_404(request, pk)
    context = {"found": found, "facts": _facts(found), "crumbs": _crumbs(found.file_name)}
    if found.state == ProposalListState.APPLYING:
        return render(request, "projects/proposals/running.html", context | _progress(found))
    counts = _counts(found)
    outcome = request.GET.get("ket-qua", "")
    rows = _rows(found, outcome if outcome in ProposalOutcome.values else "")
    context |= {
        "stats": [_stat(found, one, counts[one]) for one in ORDER],
        "tabs": _tabs(counts, outcome),
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "refused": counts[ProposalOutcome.REFUSED],
        "waiting": found.state == ProposalListState.CHECKED,
    }
    return render(request, "projects/proposals/list.html", context)


@opens_to(Permission.PROJECT_EDIT)
@require_POST
def proposal_list_go_on(request: ActorRequest, pk: int) -> HttpResponse:
    """Make the next đề án. The page asks again by itself, or a person presses the button."""
    found = _list_or_404(request, pk)
    require(request.actor, Permission.PROJECT_EDIT, found)
    return turn_page(
        request,
        found,
        lambda: turns.go_on(list_id=found.pk, by=request.actor, version=version_of(request)),
        address=found.get_absolute_url(),
        runs=lambda one: one.state == ProposalListState.APPLYING,
        template="projects/proposals/progress.html",
        progress=_progress,
    )


@opens_to(Permission.PROJECT_EDIT)
@require_POST
def proposal_list_apply(request: ActorRequest, pk: int) -> HttpResponse:
    """Begin to make what was shown."""
    found = _list_or_404(request, pk)
    require(request.actor, Permission.PROJECT_EDIT, found)
    press(
        request,
        lambda: lists.begin_proposals(list_id=found.pk, by=request.actor, version=version_of(request)),
        done="Đang lập đề án.",
    )
    return redirect(found)


@opens_to(Permission.PROJECT_EDIT)
@require_POST
def proposal_list_drop(request: ActorRequest, pk: int) -> HttpResponse:
    """Throw a file away of which nothing was made."""
    found = _list_or_404(request, pk)
    require(request.actor, Permission.PROJECT_EDIT, found)
    dropped = press(
        request,
        lambda: lists.drop_proposals(list_id=found.pk, by=request.actor, version=version_of(request)),
        done=f"Đã bỏ tệp {found.file_name}; không đề án nào được lập.",
    )
    return redirect("proposal_lists") if dropped else redirect(found)


@opens_to(Permission.PROJECT_EDIT)
@require_GET
def proposal_list_refused(request: ActorRequest, pk: int) -> HttpResponse:
    """The refused rows as the same sheet with a column «Lỗi», to be corrected and brought again."""
    found = _list_or_404(request, pk)
    rows = lists.refused_rows(found)
    content = refused_workbook(found.sheet_name, columns_of(found.columns), refused_of(rows))
    lists.record_refused(found=found, by=request.actor, rows=len(rows))
    return take_away(content, f"de-an-loi-{found.pk}.xlsx")


def _list_or_404(request: ActorRequest, pk: int) -> ProposalList:
    visible = ProposalList.objects.visible_to(request.actor).select_related("made_by", "agency")
    return get_object_or_404(visible, pk=pk)


def _crumbs(last: str = "") -> list[Crumb]:
    crumbs = [Crumb("Đề án", reverse("projects"))]
    return [*crumbs, Crumb(TITLE, reverse("proposal_lists")), Crumb(last)] if last else [*crumbs, Crumb(TITLE)]


def _facts(found: ProposalList) -> list[Fact]:
    return [
        Fact("Năm kế hoạch", str(found.year)),
        Fact("Đơn vị thực hiện", found.agency.name),
        Fact("Trang tính", found.sheet_name),
        Fact("Số dòng", format_dong(found.rows)),
        Fact("Người nhập", str(found.made_by)),
        Fact("Lúc", format_moment(found.made_at)),
    ]


def _progress(found: ProposalList, sentence: str = "") -> dict[str, Any]:
    return {"found": found, "percent": percent(found.applied, found.to_apply), "sentence": sentence}


def _counts(found: ProposalList) -> dict[ProposalOutcome, int]:
    counts = dict(found.lines.order_by().values_list("outcome").annotate(Count("pk")))
    return {outcome: counts.get(outcome.value, 0) for outcome in ORDER}


def _with_counts(found: Iterable[ProposalList]) -> list[tuple[ProposalList, list[int]]]:
    """Lists with how many rows came to what, in the order of ORDER; one query for the counts of all."""
    listed = list(found)
    grouped = ProposalRow.objects.filter(of__in=listed).order_by().values_list("of", "outcome").annotate(Count("pk"))
    counts = {(of, outcome): number for of, outcome, number in grouped}
    return [(one, [counts.get((one.pk, outcome.value), 0) for outcome in ORDER]) for one in listed]


def _rows(found: ProposalList, outcome: str) -> QuerySet[ProposalRow]:
    rank = Case(*(When(outcome=one, then=Value(at)) for at, one in enumerate(ORDER)), output_field=IntegerField())
    rows = found.lines.select_related("project").annotate(rank=rank).order_by("rank", "number")
    return rows.filter(outcome=outcome) if outcome else rows


def _stat(found: ProposalList, outcome: ProposalOutcome, count: int) -> Stat:
    label = str(outcome.label)
    if outcome is ProposalOutcome.CREATE:
        label = "Đã lập" if found.state == ProposalListState.APPLIED else "Sẽ lập"
    return Stat(label, format_dong(count), "dòng", url=f"?ket-qua={outcome.value}" if count else "")


def _tabs(counts: dict[ProposalOutcome, int], chosen: str) -> list[Tab]:
    every = Tab("Tất cả", "?", active=chosen not in ProposalOutcome.values, count=sum(counts.values()))
    shown = [
        Tab(str(one.label), f"?ket-qua={one.value}", active=one.value == chosen, count=counts[one]) for one in ORDER
    ]
    return [every, *shown]
