"""Certificates: who holds them, one of them, withdrawing it, and what its holder reports."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from khuyencong.audit.actions import record
from khuyencong.competitions.models import Certificate, CertificateState, Prize, ProductGroup
from khuyencong.competitions.outcome.actions import certificates as actions
from khuyencong.competitions.outcome.certificate_paper import certificates_pdf, page_address, qr_svg
from khuyencong.competitions.outcome.forms import ReportForm, RevokeForm
from khuyencong.competitions.outcome.holders import (
    RUNNING_OUT,
    certificates_for,
    holders_workbook,
    later_support,
    owes_report,
    read_filters,
    reported_in,
    standing_of,
)
from khuyencong.competitions.outcome.logo import logo_of
from khuyencong.competitions.outcome.prizes import is_paid, sees_money
from khuyencong.competitions.outcome.validity import Standing
from khuyencong.competitions.outcome.web import certificate_or_404, crumbs_to_certificate, step_page
from khuyencong.competitions.states import check_step
from khuyencong.competitions.web import TITLE, hand_out
from khuyencong.core.components import Action, Crumb, Fact
from khuyencong.core.dates import format_date, today
from khuyencong.core.web import SHOW_AND_ACT, take_away
from khuyencong.establishments.models import CertificateLevel
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50
LOGO = "Trong thời hạn, cơ sở được in hoặc dán logo của Chương trình trên sản phẩm, bao bì (TT 26/2014 Đ21.1)."


@opens_to(Permission.COMPETITION_VIEW)
@require_safe
def holders(request: ActorRequest) -> HttpResponse:
    """Who holds certificates, what each got later, and who has reported this year."""
    actor, on = request.actor, today()
    filters = read_filters(request.GET.dict())
    page = Paginator(certificates_for(actor, filters, on), PAGE_SIZE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    support, reports = later_support(actor, found), reported_in(found, on.year)
    context = {
        "filters": filters,
        "page": page,
        "year": on.year,
        "rows": [
            (one, standing_of(one, on), support[one.pk], reports.get(one.pk), owes_report(one, on.year, on))
            for one in found
        ],
        "levels": CertificateLevel.choices,
        "groups": ProductGroup.choices,
        "standings": [*((one.value, one.label) for one in Standing), (RUNNING_OUT, "Hết hạn trong 3 tháng tới")],
        "may_export": allowed(actor, Permission.REPORT_EXPORT),
        "query": request.GET.urlencode(),
        "crumbs": [Crumb(TITLE, reverse("competitions")), Crumb("Giấy chứng nhận")],
    }
    return render(request, "competitions/outcome/holders.html", context)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def holders_xlsx(request: ActorRequest) -> HttpResponse:
    """The yearly report of holders as a file; that somebody took it away is kept in the audit trail."""
    require(request.actor, Permission.COMPETITION_VIEW)
    filters, on = read_filters(request.GET.dict()), today()
    with transaction.atomic():
        content = holders_workbook(request.actor, filters, on.year, on)
        record(
            action="competition.holders_export",
            by=request.actor,
            subject=request.actor.agency,
            thread=request.actor.agency.thread,
            after={"năm báo cáo": on.year, "cấp": filters.level, "hiệu lực": filters.standing, "tìm": filters.text},
        )
    return take_away(content, f"giay-chung-nhan-{on:%Y%m%d}.xlsx")


@opens_to(Permission.COMPETITION_VIEW)
@require_safe
def certificate(request: ActorRequest, pk: int) -> HttpResponse:
    """One certificate: how it stands, what its maker got later, what it reports, and just what I may do now."""
    found, actor, on = certificate_or_404(request.actor, pk), request.actor, today()
    support = later_support(actor, [found])[found.pk]
    reads = sees_money(actor, found.decision.round) or allowed(actor, Permission.COMPETITION_ENTER, found)
    prize = Prize.objects.filter(certificate=found).select_related("posting__answered_by", "payment").first()
    context = {
        "certificate": found,
        "standing": standing_of(found, on),
        "facts": _facts(found),
        "support": support,
        "prize": prize if reads else None,
        "prize_paid": prize is not None and is_paid(prize),
        "reports": found.reports.select_related("by"),
        "raised": found.raised.select_related("round").order_by("pk"),
        "address": page_address(found),
        "qr": qr_svg(found),
        "logo": LOGO,
        "actions": _actions(found, actor),
        "crumbs": crumbs_to_certificate(found),
    }
    return render(request, "competitions/outcome/certificate.html", context)


def _facts(found: Certificate) -> list[Fact]:
    round_, entry = found.decision.round, found.entry
    rows = [
        Fact("Sản phẩm", entry.product, entry.get_absolute_url()),
        Fact("Cơ sở", entry.establishment.name),
        Fact("Nhóm sản phẩm", entry.get_group_display()),
        Fact("Kỳ bình chọn", round_.name, round_.get_absolute_url()),
        Fact("Cấp", f"{round_.get_level_display()}, {round_.place}"),
        Fact("Quyết định", f"{found.decision.number} ngày {format_date(found.decision.decided_on)}"),
        Fact("Ngày cấp", format_date(found.issued_on)),
        Fact("Có giá trị đến hết ngày", f"{format_date(found.valid_until)} (TT 26/2014 Đ17.3)"),
    ]
    if found.withdrawn_on is not None:
        rows.append(Fact("Thu hồi", f"Quyết định {found.withdrawal_number}, từ ngày {format_date(found.withdrawn_on)}"))
        rows.append(Fact("Lý do thu hồi", found.withdrawal_reason))
    return rows


def _actions(found: Certificate, actor: Actor) -> list[Action]:
    made = []
    if _may_print(found, actor):
        url = reverse("award_certificate_pdf", args=[found.pk])
        made.append(Action("print", "Giấy chứng nhận (.pdf)", url, method="get", icon="download"))
        if standing_of(found, today()) is Standing.VALID and logo_of(found.decision.round) is not None:
            url = reverse("award_certificate_logo", args=[found.pk])
            made.append(Action("logo", "Logo của Chương trình", url, method="get", icon="download"))
    if allowed(actor, Permission.COMPETITION_ENTER, found) and owes_report(found, today().year, today()):
        url = reverse("award_holder_report", args=[found.pk])
        made.append(Action("report", "Báo cáo năm của cơ sở", url, method="get", icon="pencil"))
    if found.state == CertificateState.VALID and allowed(actor, Permission.COMPETITION_DECIDE, found):
        url = reverse("award_certificate_revoke", args=[found.pk])
        made.append(Action("revoke", "Ghi thu hồi", url, method="get", icon="ban"))
    return made


def _may_print(found: Certificate, actor: Actor) -> bool:
    return allowed(actor, Permission.COMPETITION_MANAGE, found) or allowed(actor, Permission.COMPETITION_ENTER, found)


@opens_to(Permission.COMPETITION_VIEW)
@require_GET
def certificate_pdf(request: ActorRequest, pk: int) -> HttpResponse:
    """The paper itself, for who issued it and for its holder; the download is audited."""
    found = certificate_or_404(request.actor, pk)
    if not _may_print(found, request.actor):
        require(request.actor, Permission.COMPETITION_MANAGE, found)
    with transaction.atomic():
        content = certificates_pdf(found.decision.round, [found])
        record(
            action="competition.paper",
            by=request.actor,
            subject=found.entry,
            thread=found.entry.thread,
            after={"giấy tờ": f"Giấy chứng nhận {found.number}"},
        )
    return take_away(content, f"giay-chung-nhan-{found.pk}.pdf")


@opens_to(Permission.COMPETITION_VIEW)
@require_GET
def certificate_logo(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The logo, for the holder whose certificate holds today and for who issued it (Đ21.1); the download is audited."""
    found = certificate_or_404(request.actor, pk)
    if not _may_print(found, request.actor):
        require(request.actor, Permission.COMPETITION_MANAGE, found)
    logo = logo_of(found.decision.round)
    if logo is None or standing_of(found, today()) is not Standing.VALID:
        raise Http404("Không có logo cho giấy chứng nhận này.")
    return hand_out(logo, found.entry, by=request.actor)


@opens_to(Permission.COMPETITION_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def certificate_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """Record the decision that withdraws it."""
    found = certificate_or_404(request.actor, pk)
    require(request.actor, Permission.COMPETITION_DECIDE, found)
    if request.method != "POST":
        check_step(found, "revoke")
    form = RevokeForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        actions.revoke_certificate(certificate_id=found.pk, by=request.actor, **form.cleaned_data)

    return step_page(
        request,
        about=f"{found.number}: {found.entry.product}",
        form=form,
        title="Thu hồi giấy chứng nhận",
        act=act,
        done="Đã ghi thu hồi giấy chứng nhận.",
        submit_label="Ghi thu hồi",
        back_url=reverse("award_certificate", args=[found.pk]),
        crumbs=crumbs_to_certificate(found, "Thu hồi"),
    )


@opens_to(Permission.COMPETITION_ENTER)
@require_http_methods(SHOW_AND_ACT)
def holder_report(request: ActorRequest, pk: int) -> HttpResponse:
    """What the holder reports of a year; the owner, or an officer as told (Đ22.2)."""
    found = certificate_or_404(request.actor, pk)
    require(request.actor, Permission.COMPETITION_ENTER, found)
    form = ReportForm(request.POST or None, initial={"year": min(today().year, found.valid_until.year)})

    def act() -> None:
        data = dict(form.cleaned_data)
        key = data.pop("creation_key")
        actions.report_holding(certificate_id=found.pk, by=request.actor, creation_key=key, fields=data)

    return step_page(
        request,
        about=f"{found.number}: {found.entry.product}",
        form=form,
        title="Báo cáo năm của cơ sở có giấy chứng nhận",
        act=act,
        done="Đã ghi báo cáo năm.",
        submit_label="Gửi báo cáo",
        back_url=reverse("award_certificate", args=[found.pk]),
        crumbs=crumbs_to_certificate(found, "Báo cáo năm"),
    )
