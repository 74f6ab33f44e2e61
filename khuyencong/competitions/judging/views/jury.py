"""The pages of a jury: who has signed what, conflicts of interest, closing, giving sheets back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.appraisal.models import Quorum
from khuyencong.competitions.judging import actions, queries
from khuyencong.competitions.judging.forms import DecideForm, ReasonForm
from khuyencong.competitions.judging.readiness import closing
from khuyencong.competitions.judging.seats import HEAD_ONLY, is_covered, is_head, may_look, may_read, seats_of
from khuyencong.competitions.judging.ties import SENTENCES
from khuyencong.competitions.models import Round, RoundState, Sheet, SheetState
from khuyencong.competitions.web import TITLE, round_or_404
from khuyencong.core.components import Action, Crumb
from khuyencong.core.errors import NotAllowed
from khuyencong.core.findings import Finding, blockers
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, run, version_of
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to

PROGRESS = "Tiến độ chấm điểm"


@opens_to(Permission.COMPETITION_VIEW)
@require_safe
def scoring_progress(request: ActorRequest, pk: int) -> HttpResponse:
    """How far each judge is, in counts; what stands against closing; the head's buttons. Never a score."""
    round_, head = _round_of_the_jury(request, pk)
    scoring = round_.state == RoundState.SCORING
    findings = closing(round_) if scoring else []
    context = {
        "round": round_,
        "rows": queries.progress(round_),
        "findings": findings,
        "close": _close(round_, findings) if scoring and head else None,
        "may_reopen": head and scoring,
        "may_reopen_round": round_.state == RoundState.SCORED
        and allowed(request.actor, Permission.COMPETITION_DECIDE, round_),
        "may_read": may_read(round_, request.actor),
        "quorum": Quorum(round_.quorum).label,
        "tie_rule": SENTENCES[round_.tie_rule],
        "crumbs": crumbs_to(round_, PROGRESS),
    }
    return render(request, "competitions/judging/progress.html", context)


@opens_to(Permission.COMPETITION_JUDGE)
@require_safe
def scoring_signed(request: ActorRequest, pk: int) -> HttpResponse:
    """The signed sheets that the head may give back, by judge and code; without a score."""
    round_, head = _round_of_the_jury(request, pk)
    if not head:
        raise NotAllowed(HEAD_ONLY)
    members = [key for seat in seats_of(round_) for key in seat.keys]
    context = {
        "round": round_,
        "rows": queries.signed_sheets(round_, members),
        "open": round_.state == RoundState.SCORING,
        "crumbs": crumbs_to(round_, "Phiếu đã ký"),
    }
    return render(request, "competitions/judging/signed.html", context)


@opens_to(Permission.COMPETITION_JUDGE)
@require_POST
def scoring_close(request: ActorRequest, pk: int) -> HttpResponse:
    """The head closes the scoring."""
    round_, _ = _round_of_the_jury(request, pk)
    done = press(
        request,
        lambda: actions.close_scoring(round_id=round_.pk, by=request.actor, version=version_of(request)),
        done="Đã khóa chấm điểm. Kết quả xem được từ bây giờ.",
    )
    return redirect("competition_scores" if done else "scoring_progress", round_.pk)


@opens_to(Permission.COMPETITION_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def scoring_reopen(request: ActorRequest, pk: int) -> HttpResponse:
    """Open the scoring again, before anything is decided."""
    round_ = round_or_404(request.actor, pk)
    require(request.actor, Permission.COMPETITION_DECIDE, round_)
    form = ReasonForm(request.POST or None, initial={"version": round_.version})
    back = reverse("scoring_progress", args=[round_.pk])
    return form_page(
        request,
        form=form,
        act=lambda: actions.reopen_scoring(
            round_id=round_.pk, by=request.actor, version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        ),
        done="Đã mở lại chấm điểm: điểm lại được giữ kín cho đến khi Trưởng ban khóa.",
        back=lambda: redirect(back),
        template="competitions/judging/step.html",
        context={
            "title": "Mở lại chấm điểm",
            "submit_label": "Mở lại chấm điểm",
            "back_url": back,
            "crumbs": crumbs_to(round_, "Mở lại chấm điểm"),
        },
    )  # fmt: skip


@opens_to(Permission.COMPETITION_JUDGE)
@require_http_methods(SHOW_AND_ACT)
def sheet_reopen(request: ActorRequest, pk: int) -> HttpResponse:
    """The head gives one signed sheet back to its judge."""
    sheet = get_object_or_404(Sheet.objects.select_related("member", "entry").defer("total", "remark"), pk=pk)
    round_, head = _round_of_the_jury(request, sheet.entry.round_id)
    if not head:
        raise NotAllowed(HEAD_ONLY)
    form = ReasonForm(request.POST or None, initial={"version": sheet.version})
    back = reverse("scoring_signed", args=[round_.pk])
    title = f"Mở lại phiếu của {sheet.member} cho sản phẩm {sheet.entry.code}"
    return form_page(
        request,
        form=form,
        act=lambda: actions.reopen_sheet(
            sheet_id=sheet.pk, by=request.actor, version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        ),
        done=f"Đã mở lại phiếu {sheet.entry.code} của {sheet.member}; giám khảo được báo.",
        back=lambda: redirect(back),
        template="competitions/judging/step.html",
        context={
            "title": title,
            "lead": "Điểm đã ký vẫn được giữ trong hồ sơ. Lý do được ghi lại và báo cho giám khảo.",
            "submit_label": "Mở lại phiếu",
            "back_url": back,
            "blocked": sheet.state != SheetState.SIGNED,
            "crumbs": crumbs_to(round_, "Mở lại phiếu"),
        },
    )  # fmt: skip


@opens_to(Permission.COMPETITION_MANAGE)
@require_POST
def competition_conflicts_find(request: ActorRequest, pk: int) -> HttpResponse:
    """Compare judges and products once more."""
    round_ = round_or_404(request.actor, pk)
    require(request.actor, Permission.COMPETITION_MANAGE, round_)
    press(
        request,
        lambda: actions.find_conflicts(round_id=round_.pk, by=request.actor),
        done="Đã rà soát: những cặp mới thấy nằm trong danh sách.",
    )
    return redirect("competition_conflicts", round_.pk)


@opens_to(Permission.COMPETITION_VIEW)
@require_http_methods(SHOW_AND_ACT)
def competition_conflicts(request: ActorRequest, pk: int) -> HttpResponse:
    """Who may not score what, and the decisions that wait."""
    round_, _ = _round_of_the_jury(request, pk)
    rows = queries.conflicts_of(round_)
    may_decide = allowed(request.actor, Permission.COMPETITION_DECIDE, round_)
    covered = is_covered(round_, request.actor)
    if covered and not may_decide:
        # «Cùng họ» beside another judge's name would tell the family name of the maker.
        rows = [one for one in rows if one.member.user_id == request.actor.user.pk]
    open_ = round_.state in {RoundState.CALLED, RoundState.SCORING}
    decidable = [one for one in rows if one.found_by not in actions.BEYOND_DOUBT] if may_decide and open_ else []
    form = DecideForm(request.POST or None, conflicts=decidable)
    bound = request.method == "POST"

    def act() -> None:
        data = form.cleaned_data
        actions.decide_conflicts(
            round_id=round_.pk, by=request.actor, keys=data["keys"], decision=data["decision"], reason=data["reason"]
        )

    if bound:
        require(request.actor, Permission.COMPETITION_DECIDE, round_)
        if form.is_valid() and run(form, act):
            return redirect("competition_conflicts", round_.pk)
    chosen = set(request.POST.getlist("keys")) if bound else {str(one.pk) for one in rows if not one.decision}
    runs = may_decide or allowed(request.actor, Permission.COMPETITION_MANAGE, round_)
    context = {
        "round": round_,
        "rows": [(one, one in decidable, str(one.pk) in chosen) for one in rows],
        # In a blind round the words of one judge would tell the others who the maker is.
        "reasons": not covered if runs else not round_.is_blind,
        "own_only": covered and not may_decide,
        "form": form if decidable else None,
        "waiting": sum(not one.decision for one in rows),
        "may_find": open_ and allowed(request.actor, Permission.COMPETITION_MANAGE, round_),
        "crumbs": crumbs_to(round_, "Xung đột lợi ích"),
    }
    return render(request, "competitions/judging/conflicts.html", context, status=422 if bound else 200)


def _round_of_the_jury(request: ActorRequest, pk: int) -> tuple[Round, bool]:
    """The round for those who run it or sit in its council or jury, and whether this is the head. Raises 404, NotAllowed."""
    round_ = round_or_404(request.actor, pk)
    if not may_look(round_, request.actor):
        raise NotAllowed("Trang này dành cho cơ quan tổ chức, Hội đồng bình chọn và Ban Giám khảo.")
    return round_, is_head(round_, request.actor)


def _close(round_: Round, findings: list[Finding]) -> Action:
    against = blockers(findings)
    return Action(
        key="khoa-cham",
        label="Khóa chấm điểm",
        url=reverse("scoring_close", args=[round_.pk]),
        tone="primary",
        blocked=against[0] if against else None,
        hidden={"version": round_.version},
        sentence="Khóa rồi thì không ai ký hay sửa phiếu nữa, và kết quả được mở cho Trưởng ban, Hội đồng, cơ quan tổ chức.",
        article="khoản 3 Điều 16 TT 26/2014",
        confirm_label="Khóa chấm điểm",
    )


def crumbs_to(round_: Round, title: str) -> list[Crumb]:
    """The list, this round, this page."""
    return [Crumb(TITLE, reverse("competitions")), Crumb(round_.name, round_.get_absolute_url()), Crumb(title)]
