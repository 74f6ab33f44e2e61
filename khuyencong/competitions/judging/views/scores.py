"""What the jury has found, after closing: the table, its file, one sheet, all sheets as one PDF."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from khuyencong.audit.actions import record
from khuyencong.audit.handing_out import opened
from khuyencong.competitions.judging.actions import begin_print, print_next
from khuyencong.competitions.judging.arithmetic import FAR, points_shown
from khuyencong.competitions.judging.export import scores_workbook
from khuyencong.competitions.judging.paper import LOADED, sheets_pdf
from khuyencong.competitions.judging.scores import score_table
from khuyencong.competitions.judging.seats import check_reading, is_covered
from khuyencong.competitions.judging.ties import SENTENCES
from khuyencong.competitions.judging.views.jury import crumbs_to
from khuyencong.competitions.models import Round, Sheet, SheetPrint
from khuyencong.competitions.web import round_or_404
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.errors import Refused
from khuyencong.core.forms import StyledForm
from khuyencong.core.money import percent
from khuyencong.core.turns import turn_page
from khuyencong.core.web import press, take_away, version_of
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50
SCORES = "Kết quả chấm điểm"


class PrintForm(StyledForm):
    """Asks for all sheets as one PDF, once however often it is pressed."""

    creation_key = CreationKeyField()


@opens_to(Permission.COMPETITION_VIEW)
@require_safe
def competition_scores(request: ActorRequest, pk: int) -> HttpResponse:
    """The result, best first, with the spread of the sheets; refused before closing, which the trail remembers."""
    round_ = _readable(request, pk)
    table = score_table(round_, covered=is_covered(round_, request.actor))
    page = Paginator(table.results, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "round": round_,
        "table": table,
        "page": page,
        "rows": [table.row(one) for one in page.object_list],
        "far": points_shown(FAR),
        "tie_rule": SENTENCES[round_.tie_rule],
        "prints": round_.prints.select_related("made_by")[:3],
        "print_form": PrintForm(),
        "crumbs": crumbs_to(round_, SCORES),
    }
    return render(request, "competitions/judging/scores.html", context)


@opens_to(Permission.COMPETITION_VIEW)
@require_GET
def competition_scores_xlsx(request: ActorRequest, pk: int) -> HttpResponse:
    """The same table as a file; the download is audited."""
    round_ = _readable(request, pk)
    content = scores_workbook(score_table(round_, covered=is_covered(round_, request.actor)))
    record(action="competition.scores_export", by=request.actor, subject=round_, thread=round_.thread)
    return take_away(content, f"ket-qua-cham-{round_.pk}.xlsx")


@opens_to(Permission.COMPETITION_VIEW)
@require_GET
def score_sheet_pdf(request: ActorRequest, pk: int) -> HttpResponse:
    """One signed sheet: a judge takes their own at any time, others after closing."""
    rows = Sheet.objects.select_related("member", "entry")
    sheet = get_object_or_404(rows, pk=pk)
    round_ = round_or_404(request.actor, sheet.entry.round_id)
    if not sheet.is_in_scope(request.actor):
        check_reading(round_, request.actor)
    signature = sheet.signatures.select_related(*LOADED).last()
    if signature is None or sheet.signed_at is None:
        raise Http404
    content = sheets_pdf(round_, [signature])
    after = {"sản phẩm": sheet.entry.code, "giám khảo": sheet.member.full_name}
    record(action="competition.sheet_download", by=request.actor, subject=sheet, thread=sheet.thread, after=after)
    return take_away(content, f"phieu-cham-{sheet.pk}.pdf")


@opens_to(Permission.COMPETITION_VIEW)
@require_POST
def sheet_print_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask for all signed sheets as one PDF."""
    round_ = _readable(request, pk)
    form = PrintForm(request.POST)
    made: list[SheetPrint] = []
    if not form.is_valid():
        raise Refused("Biểu mẫu đã cũ: hãy mở lại trang kết quả chấm điểm.")
    press(
        request,
        lambda: made.append(
            begin_print(round_id=round_.pk, by=request.actor, creation_key=form.cleaned_data["creation_key"])
        ),
        done="Đang lập tệp phiếu chấm điểm.",
    )
    return redirect(made[0]) if made else redirect("competition_scores", round_.pk)


@opens_to(Permission.COMPETITION_VIEW)
@require_safe
def sheet_print(request: ActorRequest, pk: int) -> HttpResponse:
    """How far the file is, or where to take it."""
    found = _print_or_404(request, pk)
    context = {"crumbs": crumbs_to(found.round, "Phiếu chấm điểm"), "back_url": _scores_address(found.round)}
    return render(request, "competitions/judging/print.html", context | _progress(found))


@opens_to(Permission.COMPETITION_VIEW)
@require_POST
def sheet_print_go_on(request: ActorRequest, pk: int) -> HttpResponse:
    """Set the next sheets. The page asks again by itself, or a person presses the button."""
    found = _print_or_404(request, pk)
    return turn_page(
        request,
        found,
        lambda: print_next(print_id=found.pk, by=request.actor, version=version_of(request)),
        address=found.get_absolute_url(),
        runs=lambda one: one.runs,
        template="competitions/judging/print_progress.html",
        progress=_progress,
    )


@opens_to(Permission.COMPETITION_VIEW)
@require_GET
def sheet_print_pdf(request: ActorRequest, pk: int) -> HttpResponse:
    """The whole file; the download is audited."""
    found = _print_or_404(request, pk)
    if found.runs:
        raise Refused("Tệp đang được lập: hãy đợi đến khi xong rồi tải.")
    with opened(found.file) as stream:
        content = stream.read()
    after = {"số phiếu": found.wanted}
    record(
        action="competition.sheets_download", by=request.actor, subject=found, thread=found.round.thread, after=after
    )
    return take_away(content, f"phieu-cham-diem-{found.round_id}.pdf")


def _readable(request: ActorRequest, pk: int) -> Round:
    """The round whose scores this person may read now. Raises 404 out of scope, NotAllowed."""
    round_ = round_or_404(request.actor, pk)
    check_reading(round_, request.actor)
    return round_


def _print_or_404(request: ActorRequest, pk: int) -> SheetPrint:
    found = get_object_or_404(SheetPrint, pk=pk)
    found.round = _readable(request, found.round_id)
    return found


def _progress(found: SheetPrint, sentence: str = "") -> dict[str, object]:
    return {"print": found, "percent": percent(found.made, found.wanted), "sentence": sentence}


def _scores_address(round_: Round) -> str:
    return reverse("competition_scores", args=[round_.pk])
