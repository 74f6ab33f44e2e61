"""Prizes of a round: how much by which norm, preparing their payment, and which payment of the ledger each was."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.competitions.models import Prize
from khuyencong.competitions.outcome.actions import prizes as actions
from khuyencong.competitions.outcome.forms import PrizeForm, PrizePaymentForm, TieForm
from khuyencong.competitions.outcome.prizes import (
    is_paid,
    norm_of,
    owed,
    paying_projects,
    postings_for,
    sees_money,
    unpaid,
    waits,
)
from khuyencong.competitions.outcome.web import crumbs_to, step_page
from khuyencong.competitions.web import round_or_404
from khuyencong.core.components import Crumb, Stat
from khuyencong.core.dates import format_date
from khuyencong.core.errors import NotAllowed
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.finance.models import PaymentKind
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

MOST_POSTINGS = 50
NO_PROJECT = (
    "Chưa có đề án nào để chi: cần một đề án đã ký hợp đồng, do cơ quan của bạn chi trả, có nội dung «Thưởng sản phẩm công nghiệp "
    "nông thôn tiêu biểu» hoặc bình chọn sản phẩm, hoặc là đề án chi trả ghi ở kỳ bình chọn."
)


@opens_to(Permission.COMPETITION_VIEW)
@require_safe
def prizes(request: ActorRequest, pk: int) -> HttpResponse:
    """What is owed, what was paid by which payment, what nobody has decided yet."""
    found, actor = round_or_404(request.actor, pk), request.actor
    if not sees_money(actor, found):
        require(actor, Permission.COMPETITION_MANAGE, found)
    rows = list(
        Prize.objects.filter(certificate__decision__round=found)
        .select_related(
            "certificate__entry__establishment", "posting__project", "posting__answered_by", "payment__project"
        )
        .order_by("pk")
    )
    paid = sum(one.amount for one in rows if is_paid(one))
    left, amounts = owed(found).count(), list(unpaid(found).values_list("amount", flat=True))
    prepares = bool(amounts) and allowed(actor, Permission.PAYMENT_PREPARE)
    projects = paying_projects(found, actor) if prepares else []
    context = {
        "round": found,
        "rows": [(one, is_paid(one), waits(one)) for one in rows],
        "to_pay": sum(amounts),
        "may_pay": bool(projects),
        "why_not": NO_PROJECT if prepares and not projects else "",
        "norm": norm_of(found),
        "left": left,
        "stats": [
            Stat("Được thưởng", str(len(rows)), "sản phẩm"),
            Stat("Tổng mức thưởng", format_dong(sum(one.amount for one in rows)), "đồng"),
            Stat("Đã chi", format_dong(paid), "đồng"),
            Stat("Chưa có mức thưởng", str(left), "giấy chứng nhận"),
        ],
        "may_award": left and allowed(actor, Permission.COMPETITION_DECIDE, found),
        "may_tie": allowed(actor, Permission.COMPETITION_MANAGE, found),
        "crumbs": crumbs_to(found, Crumb("Tiền thưởng")),
    }
    return render(request, "competitions/outcome/prizes.html", context)


@opens_to(Permission.COMPETITION_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def prize_award(request: ActorRequest, pk: int) -> HttpResponse:
    """How much every recognised product gets."""
    found = round_or_404(request.actor, pk)
    require(request.actor, Permission.COMPETITION_DECIDE, found)
    norm = norm_of(found)
    form = PrizeForm(request.POST or None, initial={"version": found.version, "amount": norm.cap})

    def act() -> None:
        actions.award_prizes(round_id=found.pk, by=request.actor, **form.cleaned_data)

    return step_page(
        request,
        about=found.name,
        form=form,
        title="Mức thưởng",
        act=act,
        done="Đã ghi mức thưởng.",
        submit_label="Ghi mức thưởng",
        back_url=reverse("award_prizes", args=[found.pk]),
        crumbs=crumbs_to(found, Crumb("Mức thưởng")),
        context={
            "intro": f"Mức cao nhất một sản phẩm: {format_dong(norm.cap)} đồng ({norm.citation})."
            if norm.cap is not None
            else norm.reason,
            "findings": [norm.warning] if norm.warning else [],
        },
    )


@opens_to(Permission.PAYMENT_PREPARE)
@require_http_methods(SHOW_AND_ACT)
def prize_pay(request: ActorRequest, pk: int) -> HttpResponse:
    """Prepare one payment of the đề án that pays, for every prize that nothing pays yet."""
    found, actor = round_or_404(request.actor, pk), request.actor
    if not sees_money(actor, found):
        raise NotAllowed("Trang này dành cho kế toán của cơ quan tổ chức bình chọn.")
    projects = paying_projects(found, actor)
    amounts = list(unpaid(found).values_list("amount", flat=True))
    runs = bool(projects) and projects[0].state == ProjectState.IN_PROGRESS
    kind = PaymentKind.ADVANCE if runs else PaymentKind.FINAL
    form = PrizePaymentForm(request.POST or None, projects=projects, initial={"version": found.version, "kind": kind})

    def act() -> None:
        data = form.cleaned_data
        actions.prepare_payment_of_prizes(
            round_id=found.pk,
            by=actor,
            version=data["version"],
            creation_key=data["creation_key"],
            project_id=int(data["project"]),
            kind=PaymentKind(data["kind"]),
            condition_document=data["condition_document"],
        )

    return step_page(
        request,
        about=found.name,
        form=form,
        title="Lập khoản chi tiền thưởng",
        act=act,
        done="Đã lập khoản chi tiền thưởng, chờ kiểm tra hoặc duyệt ở trang của đề án.",
        submit_label="Lập và trình duyệt",
        back_url=reverse("award_prizes", args=[found.pk]),
        crumbs=crumbs_to(found, Crumb("Tiền thưởng", reverse("award_prizes", args=[found.pk])), Crumb("Lập khoản chi")),
        context={"nothing_to_choose": not projects or not amounts, "intro": _about_payment(projects, amounts)},
    )


def _about_payment(projects: list[Project], amounts: list[int]) -> str:
    if not amounts:
        return "Không có tiền thưởng nào chờ lập khoản chi."
    if not projects:
        return NO_PROJECT
    return (
        f"Một khoản chi {format_dong(sum(amounts))} đồng cho {len(amounts)} sản phẩm, theo mức thưởng đã ghi. Khoản chi được "
        "kiểm tra, duyệt và ghi đã chi như mọi khoản chi của đề án: lúc ấy mới vào sổ."
    )


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def prize_tie(request: ActorRequest, pk: int) -> HttpResponse:
    """Which payment of the ledger was this prize."""
    prize = get_object_or_404(
        Prize.objects.select_related("certificate__entry__establishment", "certificate__entry__round__province"), pk=pk
    )
    found = round_or_404(request.actor, prize.certificate.entry.round_id)
    require(request.actor, Permission.COMPETITION_MANAGE, found)
    rows = postings_for(prize)[:MOST_POSTINGS]
    form = TieForm(
        request.POST or None,
        initial={"version": found.version},
        postings=[
            (
                str(one.pk),
                (
                    f"{format_date(one.on)}: {format_dong(one.amount)} đồng, {one.document}"
                    f" – {one.project.code if one.project else ''}"
                    f"{f', {one.beneficiary.establishment}' if one.beneficiary else ''}"
                ),
            )
            for one in rows
        ],
    )

    def act() -> None:
        data = form.cleaned_data
        actions.tie_prize(prize_id=prize.pk, by=request.actor, version=data["version"], posting_id=int(data["posting"]))

    return step_page(
        request,
        about=f"{prize.certificate.entry.product}: {format_dong(prize.amount)} đồng",
        form=form,
        title="Khoản chi của tiền thưởng",
        act=act,
        done="Đã gắn tiền thưởng với khoản chi trong sổ kinh phí.",
        submit_label="Gắn với khoản chi",
        back_url=reverse("award_prizes", args=[found.pk]),
        crumbs=crumbs_to(found, Crumb("Tiền thưởng", reverse("award_prizes", args=[found.pk])), Crumb("Khoản chi")),
        context={
            "nothing_to_choose": not rows,
            "intro": ""
            if rows
            else "Sổ kinh phí chưa có khoản chi nào của đề án thưởng cho cơ sở này. Hãy lập, duyệt và chi khoản thưởng ở trang "
            "của đề án (nội dung «Thưởng sản phẩm công nghiệp nông thôn tiêu biểu» hoặc đề án của kỳ bình chọn), rồi quay lại đây.",
        },
    )
