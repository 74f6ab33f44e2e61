"""The desk of a judge: my rounds, my products, one sheet with what is kept as one types, signing, declaring a conflict."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.audit.handing_out import opened
from khuyencong.competitions.judging import actions, queries
from khuyencong.competitions.judging.arithmetic import points_shown
from khuyencong.competitions.judging.drafting import keep_scores, signed_before
from khuyencong.competitions.judging.forms import DeclareForm, SheetForm, SignForm
from khuyencong.competitions.judging.near import barred
from khuyencong.competitions.judging.seats import seat_of
from khuyencong.competitions.judging.shown import description, photos, shown
from khuyencong.competitions.models import Criterion, Entry, Member, Round, RoundState, Score, SheetState
from khuyencong.competitions.web import TITLE, round_or_404
from khuyencong.core.components import Crumb
from khuyencong.core.errors import DomainError, NotAllowed
from khuyencong.core.web import SHOW_AND_ACT, form_page, run
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to

DESK = "Bàn chấm điểm"


@opens_to(Permission.COMPETITION_JUDGE)
@require_safe
def scoring(request: ActorRequest) -> HttpResponse:
    """The rounds in which I judge."""
    context = {"rows": queries.my_rounds(request.actor), "crumbs": [Crumb(TITLE, reverse("competitions")), Crumb(DESK)]}
    return render(request, "competitions/judging/rounds.html", context)


@opens_to(Permission.COMPETITION_JUDGE)
@require_safe
def scoring_round(request: ActorRequest, pk: int) -> HttpResponse:
    """My products in one round, what waits first."""
    round_, member = _seat_or_404(request, pk)
    rows = queries.desk_rows(round_, member)
    context = {
        "round": round_,
        "member": member,
        "rows": rows,
        "left": sum(row.waits for row in rows),
        "open": round_.state == RoundState.SCORING,
        "crumbs": _crumbs(round_),
    }
    return render(request, "competitions/judging/desk.html", context)


@opens_to(Permission.COMPETITION_JUDGE)
@require_http_methods(SHOW_AND_ACT)
def scoring_sheet(request: ActorRequest, pk: int, entry: int) -> HttpResponse:
    """My sheet of one product; signed, it is shown as it was signed."""
    round_, member = _seat_or_404(request, pk)
    found = _entry_or_404(round_, entry)
    criteria = list(round_.criteria.order_by("order"))
    sheet = member.sheets.filter(entry=found).first()
    form = SheetForm(request.POST or None, round_=round_, criteria=criteria, sheet=sheet)
    bound = request.method == "POST"

    def act() -> None:
        data = form.cleaned_data
        keep_scores(
            member=member, entry=found, by=request.actor, version=data["version"], typed=form.typed(),
            page=data["page"], turn=data["turn"] or None,
        )  # fmt: skip

    if bound and form.is_valid() and run(form, act):
        if request.POST.get("then") == "sign":
            return redirect("scoring_sign", round_.pk, found.pk)
        messages.success(request, "Đã lưu phiếu.")
        return redirect("scoring_sheet", round_.pk, found.pk)
    signed = sheet if sheet is not None and sheet.state == SheetState.SIGNED else None
    why = "" if signed else _why_not(round_, member, found)
    context = {
        "round": round_,
        "member": member,
        "entry": found,
        "shown": shown(found, round_),
        "facts": description(found, round_),
        "photos": photos(found),
        "form": form,
        "sheet": sheet,
        "signature": signed.signatures.last() if signed else None,
        "total": points_shown(signed.total) if signed and signed.total is not None else "",
        "why": why,
        "reopened": sheet.reopenings.last() if sheet and not signed else None,
        "near": _neighbours(queries.entries_to_judge(round_), found),
        "crumbs": _crumbs(round_, found),
    }
    return render(request, "competitions/judging/sheet.html", context, status=422 if bound else 200)


@opens_to(Permission.COMPETITION_JUDGE)
@require_POST
def scoring_keep(request: ActorRequest, pk: int, entry: int) -> HttpResponse:
    """Keep what is being typed (static/scoring.js): when, the version now, and a sentence for each field not understood."""
    round_, member = _seat_or_404(request, pk)
    found = _entry_or_404(round_, entry)
    criteria = list(round_.criteria.order_by("order"))
    form = SheetForm(request.POST, round_=round_, criteria=criteria, sheet=None)
    form.is_valid()
    if not {"version", "page", "turn"} <= form.cleaned_data.keys():
        return JsonResponse({"error": "Trang này đã cũ: hãy tải lại trang."}, status=HTTPStatus.CONFLICT)
    data = form.cleaned_data
    try:
        sheet = keep_scores(
            member=member, entry=found, by=request.actor, version=data["version"], typed=form.typed(),
            page=data["page"], turn=data["turn"],
        )  # fmt: skip
    except NotAllowed:
        raise
    except DomainError as error:
        return JsonResponse({"error": str(error)}, status=HTTPStatus.CONFLICT)
    at = timezone.localtime(sheet.saved_at or timezone.now())
    errors = {name: " ".join(map(str, said)) for name, said in form.errors.items()}
    return JsonResponse({"saved": f"{at:%H:%M:%S}", "version": sheet.version, "errors": errors})


@opens_to(Permission.COMPETITION_JUDGE)
@require_http_methods(SHOW_AND_ACT)
def scoring_sign(request: ActorRequest, pk: int, entry: int) -> HttpResponse:
    """What I am about to sign, once more in one table; then it is frozen."""
    round_, member = _seat_or_404(request, pk)
    found = _entry_or_404(round_, entry)
    sheet = get_object_or_404(member.sheets, entry=found)
    scores = {one.criterion_id: one for one in sheet.scores.all()}
    criteria = list(round_.criteria.order_by("order"))
    given = [scores[one.pk].points for one in criteria if one.pk in scores and scores[one.pk].points is not None]
    form = SignForm(request.POST or None, initial={"version": sheet.version})
    return form_page(
        request,
        form=form,
        act=lambda: actions.sign_sheet(
            member=member, entry=found, by=request.actor, version=form.cleaned_data["version"]
        ),
        done=f"Đã ký phiếu của sản phẩm {found.code}.",
        back=lambda: redirect("scoring_round", round_.pk),
        template="competitions/judging/sign.html",
        context={
            "round": round_,
            "entry": found,
            "shown": shown(found, round_),
            "sheet": sheet,
            "rows": [_line(one, scores.get(one.pk)) for one in criteria],
            "total": points_shown(sum((one for one in given if one is not None), Decimal(0))),
            "missing": len(criteria) - len(given),
            "crumbs": _crumbs(round_, found, "Ký phiếu"),
        },
    )


@opens_to(Permission.COMPETITION_JUDGE)
@require_http_methods(SHOW_AND_ACT)
def scoring_conflict(request: ActorRequest, pk: int, entry: int) -> HttpResponse:
    """Declare that I am too near to this product."""
    round_, member = _seat_or_404(request, pk)
    found = _entry_or_404(round_, entry)
    form = DeclareForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: actions.declare_conflict(
            member=member, entry=found, by=request.actor, note=form.cleaned_data["note"]
        ),
        done=f"Đã ghi xung đột lợi ích: bạn không chấm sản phẩm {found.code}.",
        back=lambda: redirect("scoring_round", round_.pk),
        template="competitions/judging/step.html",
        context={
            "title": f"Khai xung đột lợi ích với sản phẩm {found.code}",
            "submit_label": "Khai và không chấm",
            "back_url": reverse("scoring_sheet", args=[round_.pk, found.pk]),
            "crumbs": _crumbs(round_, found, "Xung đột lợi ích"),
        },
    )


@opens_to(Permission.COMPETITION_JUDGE)
@require_safe
def scoring_photo(request: ActorRequest, pk: int, entry: int, photo: int) -> HttpResponseBase:
    """One photo of a product that I judge; its name on the disk says nothing of who took it."""
    round_, _ = _seat_or_404(request, pk)
    found = get_object_or_404(_entry_or_404(round_, entry).photos, pk=photo)
    with opened(found.file) as stream:
        content = stream.read()
    headers = {"Cache-Control": "private, max-age=3600", "Content-Disposition": "inline"}
    return HttpResponse(content, content_type=found.content_type, headers=headers)


def _line(criterion: Criterion, score: Score | None) -> tuple[str, str, str, str]:
    """Text, most points, points («» where there are none), note."""
    points = points_shown(score.points) if score is not None and score.points is not None else ""
    return criterion.text, points_shown(criterion.max_points), points, score.note if score else ""


def _seat_or_404(request: ActorRequest, pk: int) -> tuple[Round, Member]:
    """The round and my seat in its jury today; 404 for whoever holds none."""
    round_ = round_or_404(request.actor, pk)
    member = seat_of(round_, request.actor)
    if member is None or round_.state in {RoundState.DRAFT, RoundState.CANCELLED}:
        raise Http404
    return round_, member


def _entry_or_404(round_: Round, pk: int) -> Entry:
    rows = round_.entries.accepted().select_related("establishment__province", "establishment__commune")
    return get_object_or_404(rows, pk=pk)


def _why_not(round_: Round, member: Member, entry: Entry) -> str:
    """Why there is no form, in one sentence; "" where I may score."""
    if round_.state != RoundState.SCORING:
        return f"Kỳ bình chọn ở trạng thái «{round_.get_state_display()}»: không chấm điểm được."
    earlier = signed_before(member, entry)
    if earlier is not None:
        return f"{earlier.member} đã ký phiếu của ghế này cho sản phẩm: phiếu ấy được tính."
    return barred(member, [entry]).get(entry.pk, "")


def _neighbours(entries: list[Entry], entry: Entry) -> tuple[Entry | None, Entry | None]:
    """The products before and after this one, by their codes."""
    keys = [one.pk for one in entries]
    at = keys.index(entry.pk)
    return (entries[at - 1] if at else None, entries[at + 1] if at + 1 < len(keys) else None)


def _crumbs(round_: Round, entry: Entry | None = None, title: str = "") -> list[Crumb]:
    desk = reverse("scoring_round", args=[round_.pk])
    found = [Crumb(TITLE, reverse("competitions")), Crumb(round_.name, round_.get_absolute_url())]
    if entry is None:
        return [*found, Crumb(DESK)]
    found.append(Crumb(DESK, desk))
    if not title:
        return [*found, Crumb(entry.code)]
    return [*found, Crumb(entry.code, reverse("scoring_sheet", args=[round_.pk, entry.pk])), Crumb(title)]
