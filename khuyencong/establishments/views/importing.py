"""«Nhập cơ sở từ Excel»: the template, a file on its way in, and what became of the earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb, Fact, Stat, Tab
from khuyencong.core.dates import format_moment
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong, percent
from khuyencong.core.turns import turn_page
from khuyencong.core.web import SHOW_AND_ACT, press, run, take_away, version_of
from khuyencong.documents.incoming.stored import columns_of, refused_of
from khuyencong.establishments.actions import importing
from khuyencong.establishments.forms.importing import ImportForm
from khuyencong.establishments.importing.files import refused_workbook, template_workbook
from khuyencong.establishments.importing.lists import load_lists
from khuyencong.establishments.models import Import, ImportRow, ImportState, RowOutcome
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50
TITLE = "Nhập cơ sở từ Excel"
RUNNING = (ImportState.READ, ImportState.APPLYING)
# What a person looks at first.
ORDER = (RowOutcome.REFUSED, RowOutcome.CREATE, RowOutcome.UPDATE, RowOutcome.UNCHANGED)


@opens_to(Permission.ESTABLISHMENT_IMPORT)
@require_http_methods(SHOW_AND_ACT)
def imports(request: ActorRequest) -> HttpResponse:
    """Bring a file; and the earlier files of my agency, newest first."""
    bound = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if bound else ImportForm()
    made: list[Import] = []

    def act() -> None:
        made.append(
            importing.start_import(
                by=request.actor,
                creation_key=form.cleaned_data["creation_key"],
                file_name=form.file_name,
                content=form.cleaned_data["file"].read(),
            )
        )

    if bound and form.is_valid() and run(form, act):
        return redirect(made[0])
    found = Import.objects.visible_to(request.actor).select_related("made_by")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": _with_counts(page.object_list), "crumbs": _crumbs()}
    return render(request, "establishments/imports.html", context, status=422 if bound else 200)


@opens_to(Permission.ESTABLISHMENT_IMPORT)
@require_GET
def import_template(request: ActorRequest) -> HttpResponse:
    """The empty list for my province, with its communes."""
    return take_away(template_workbook(load_lists(request.actor)), "mau-danh-sach-co-so.xlsx")


@opens_to(Permission.ESTABLISHMENT_IMPORT)
@require_safe
def import_page(request: ActorRequest, pk: int) -> HttpResponse:
    """How far a file has come, what would be done with it, or what was."""
    found = _import_or_404(request, pk)
    context = {"found": found, "facts": _facts(found), "crumbs": _crumbs(found.file_name)}
    if found.state in RUNNING:
        return render(request, "establishments/import_running.html", context | _progress(found))
    counts = _counts(found)
    outcome = request.GET.get("ket-qua", "")
    rows = _rows(found, outcome if outcome in RowOutcome.values else "")
    context |= {
        "stats": [_stat(found, one, counts[one]) for one in ORDER],
        "tabs": _tabs(counts, outcome),
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "refused": counts[RowOutcome.REFUSED],
        "to_apply": found.to_apply if found.state == ImportState.CHECKED else 0,
        "may_drop": found.state == ImportState.CHECKED,
    }
    return render(request, "establishments/import.html", context)


@opens_to(Permission.ESTABLISHMENT_IMPORT)
@require_POST
def import_go_on(request: ActorRequest, pk: int) -> HttpResponse:
    """Take the next rows, looking or writing. The page asks again by itself, or a person presses the button."""
    found = _import_or_404(request, pk)
    require(request.actor, Permission.ESTABLISHMENT_IMPORT, found)
    step = importing.apply_on if found.state == ImportState.APPLYING else importing.check_on
    return turn_page(
        request,
        found,
        lambda: step(import_id=found.pk, by=request.actor, version=version_of(request)),
        address=found.get_absolute_url(),
        runs=lambda one: one.state in RUNNING,
        template="establishments/import_progress.html",
        progress=_progress,
    )


@opens_to(Permission.ESTABLISHMENT_IMPORT)
@require_POST
def import_apply(request: ActorRequest, pk: int) -> HttpResponse:
    """Begin to write what was shown."""
    found = _import_or_404(request, pk)
    return _pressed(
        request,
        lambda: importing.begin_apply(import_id=found.pk, by=request.actor, version=version_of(request)),
        found,
        done="Đang ghi vào hồ sơ.",
    )


@opens_to(Permission.ESTABLISHMENT_IMPORT)
@require_POST
def import_drop(request: ActorRequest, pk: int) -> HttpResponse:
    """Throw a file away that was not written."""
    found = _import_or_404(request, pk)
    require(request.actor, Permission.ESTABLISHMENT_IMPORT, found)
    dropped = press(
        request,
        lambda: importing.drop_import(import_id=found.pk, by=request.actor, version=version_of(request)),
        done=f"Đã bỏ tệp {found.file_name}; hồ sơ cơ sở không thay đổi.",
    )
    return redirect("establishment_imports") if dropped else redirect(found)


@opens_to(Permission.ESTABLISHMENT_IMPORT)
@require_GET
def import_refused(request: ActorRequest, pk: int) -> HttpResponse:
    """The refused rows as the same sheet with a column «Lỗi», to be corrected and brought again."""
    found = _import_or_404(request, pk)
    rows = list(found.lines.filter(outcome=RowOutcome.REFUSED).order_by("number"))
    if not rows:
        raise Refused("Tệp này không có dòng nào bị từ chối.")
    content = refused_workbook(found.sheet_name, columns_of(found.columns), refused_of(rows))
    with transaction.atomic():
        record(
            action="establishment.import_refused",
            by=request.actor,
            subject=found,
            thread=found.thread,
            after={"số dòng": len(rows)},
        )
    return take_away(content, f"dong-loi-{found.pk}.xlsx")


def _pressed(request: ActorRequest, act: Callable[[], Any], found: Import, *, done: str) -> HttpResponse:
    require(request.actor, Permission.ESTABLISHMENT_IMPORT, found)
    press(request, act, done=done)
    return redirect(found)


def _import_or_404(request: ActorRequest, pk: int) -> Import:
    visible = Import.objects.visible_to(request.actor).select_related("made_by", "agency")
    return get_object_or_404(visible, pk=pk)


def _crumbs(last: str = "") -> list[Crumb]:
    crumbs = [Crumb("Cơ sở", reverse("establishments"))]
    return [*crumbs, Crumb(TITLE, reverse("establishment_imports")), Crumb(last)] if last else [*crumbs, Crumb(TITLE)]


def _facts(found: Import) -> list[Fact]:
    return [
        Fact("Trang tính", found.sheet_name),
        Fact("Số dòng", format_dong(found.rows)),
        Fact("Người nhập", str(found.made_by)),
        Fact("Lúc", format_moment(found.made_at)),
    ]


def _progress(found: Import, sentence: str = "") -> dict[str, Any]:
    writing = found.state == ImportState.APPLYING
    done, total = (found.applied, found.to_apply) if writing else (found.checked, found.rows)
    return {
        "found": found,
        "writing": writing,
        "done": done,
        "total": total,
        "percent": percent(done, total),
        "sentence": sentence,
    }


def _counts(found: Import) -> dict[RowOutcome, int]:
    counts = dict(found.lines.order_by().values_list("outcome").annotate(Count("pk")))
    return {outcome: counts.get(outcome.value, 0) for outcome in ORDER}


def _with_counts(found: Iterable[Import]) -> list[tuple[Import, list[int]]]:
    """Imports with how many rows came to what, in the order of ORDER; one query for the counts of all."""
    listed = list(found)
    grouped = ImportRow.objects.filter(of__in=listed).order_by().values_list("of", "outcome").annotate(Count("pk"))
    counts = {(of, outcome): number for of, outcome, number in grouped}
    return [(one, [counts.get((one.pk, outcome.value), 0) for outcome in ORDER]) for one in listed]


def _rows(found: Import, outcome: str) -> QuerySet[ImportRow]:
    rank = Case(*(When(outcome=one, then=Value(at)) for at, one in enumerate(ORDER)), output_field=IntegerField())
    rows = found.lines.select_related("establishment").annotate(rank=rank).order_by("rank", "number")
    return rows.filter(outcome=outcome) if outcome else rows


def _stat(found: Import, outcome: RowOutcome, count: int) -> Stat:
    label = {RowOutcome.CREATE: "Đã thêm mới", RowOutcome.UPDATE: "Đã cập nhật"}.get(outcome, str(outcome.label))
    if found.state != ImportState.APPLIED:
        label = {RowOutcome.CREATE: "Sẽ thêm mới", RowOutcome.UPDATE: "Sẽ cập nhật"}.get(outcome, label)
    return Stat(label, format_dong(count), "dòng", url=f"?ket-qua={outcome.value}" if count else "")


def _tabs(counts: dict[RowOutcome, int], chosen: str) -> list[Tab]:
    every = Tab("Tất cả", "?", active=chosen not in RowOutcome.values, count=sum(counts.values()))
    shown = [
        Tab(str(one.label), f"?ket-qua={one.value}", active=one.value == chosen, count=counts[one]) for one in ORDER
    ]
    return [every, *shown]
