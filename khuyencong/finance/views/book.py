"""The ledger as a list, and what is open at the end of a year; both also as files."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb, Stat
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_trieu
from khuyencong.core.web import take_away
from khuyencong.finance import queries
from khuyencong.finance.book import Asked, asked_in, holders, page_of_book, rows_for, totals_of
from khuyencong.finance.book_forms import BookFilter, YearEndFilter
from khuyencong.finance.export import ledger_workbook, year_end_workbook
from khuyencong.finance.models import EntryKind
from khuyencong.finance.web import TITLE
from khuyencong.finance.year_end import YearEnd, year_end
from khuyencong.law.deadlines import settlement_end
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes.models import Envelope, FundingSource


@opens_to(Permission.REPORT_VIEW)
@require_safe
def ledger_list(request: ActorRequest) -> HttpResponse:
    """Rows of the ledger, newest first, with running sums; the filter stays in the address."""
    form, asked = _filter(request)
    rows = rows_for(request.actor, asked) if asked else rows_for(request.actor, Asked()).none()
    totals, whole = totals_of(rows), asked is not None and asked.is_of_whole_envelopes
    page, lines = page_of_book(rows, totals, number=request.GET.get("page"), whole=whole)
    envelope = None
    if asked and asked.envelope:
        found = Envelope.objects.visible_to(request.actor).select_related("agency")
        envelope = found.filter(pk=asked.envelope).first()
    sums = [(kind.label, getattr(totals.balance, kind)) for kind in EntryKind if getattr(totals.balance, kind)]
    context = {
        "form": form,
        "lines": lines,
        "page_obj": page,
        "sums": sums,
        "free": totals.balance.free if whole else None,
        "whole": whole,
        "one_agency": bool(asked and (asked.agency or asked.envelope)),
        "envelope": envelope,
        "query": request.GET.urlencode(),
        "crumbs": [Crumb(TITLE, reverse("plans")), Crumb("Sổ kinh phí")],
    }
    return render(request, "finance/ledger.html", context)


@opens_to(Permission.REPORT_EXPORT)
@require_safe
def ledger_xlsx(request: ActorRequest) -> HttpResponse:
    """The rows of the same filter as a file; that somebody took it away is kept in the trail."""
    _, asked = _filter(request)
    if asked is None:
        raise Refused("Bộ lọc của sổ kinh phí không đọc được: hãy mở lại trang và lọc lại.")
    with transaction.atomic():
        rows = rows_for(request.actor, asked)
        count = totals_of(rows).count
        content = ledger_workbook(rows, count=count, whole=asked.is_of_whole_envelopes, by=request.actor)
        record(
            action="ledger.export",
            by=request.actor,
            subject=request.actor.agency,
            thread=f"agency:{request.actor.agency.pk}",
            after={"số dòng": count},
            note=request.GET.urlencode()[:500],
        )
    return take_away(content, "so-kinh-phi.xlsx")


def _filter(request: ActorRequest) -> tuple[BookFilter, Asked | None]:
    """The filter of the address; without one the latest year of my own agency. None where it cannot be read."""
    agencies, years = holders(request.actor), queries.envelope_years(request.actor)
    data = request.GET
    if not data.keys() - {"page"}:
        own = [one.pk for one in agencies if one.pk == request.actor.agency.pk]
        first = {"co_quan": own[0] if own else "", "nam": years[0] if years else ""}
        form = BookFilter(first, agencies=agencies, years=years)
    else:
        form = BookFilter(data, agencies=agencies, years=years)
    return form, asked_in(form.asked) if form.is_valid() else None


@opens_to(Permission.REPORT_VIEW)
@require_safe
def year_end_page(request: ActorRequest) -> HttpResponse:
    """What my agency, or another one of my scope, has open at the end of a year, each with its next step."""
    form, agency, year = _whose_year(request)
    found = year_end(request.actor, agency, year) if agency else None
    national = found is not None and any(one.envelope.source == FundingSource.NATIONAL for one in found.envelopes)
    context = {
        "form": form,
        "found": found,
        "year": year,
        "stats": _stats(found) if found else [],
        "deadline": settlement_end(year) if national else None,
        "query": request.GET.urlencode(),
        "crumbs": [Crumb(TITLE, reverse("plans")), Crumb("Việc cuối năm")],
    }
    return render(request, "finance/year_end.html", context)


@opens_to(Permission.REPORT_EXPORT)
@require_safe
def year_end_xlsx(request: ActorRequest) -> HttpResponse:
    """The same as a file; that somebody took it away is kept in the trail."""
    _, agency, year = _whose_year(request)
    if agency is None:
        raise Refused("Chưa có hạn mức nào trong phạm vi của bạn.")
    with transaction.atomic():
        found = year_end(request.actor, agency, year)
        content = year_end_workbook(found, by=request.actor)
        record(
            action="year_end.export",
            by=request.actor,
            subject=agency,
            thread=f"agency:{agency.pk}",
            after={"năm": year, "số đề án": len(found.projects)},
        )
    return take_away(content, f"cuoi-nam-{year}.xlsx")


def _whose_year(request: ActorRequest) -> tuple[YearEndFilter, Agency | None, int]:
    """Agency and year of the address; my own and the latest where it names none that exists."""
    agencies = holders(request.actor)
    years = queries.envelope_years(request.actor) or [today().year]
    form = YearEndFilter(request.GET, agencies=agencies, years=years)
    chosen = form.cleaned_data if form.is_valid() else {}
    by_key = {one.pk: one for one in agencies}
    own = by_key.get(request.actor.agency.pk) or (agencies[0] if agencies else None)
    agency = by_key.get(chosen.get("co_quan") or 0, own)
    current = today().year if today().year in years else years[0]
    year = chosen.get("nam") or current
    shown = YearEndFilter({"co_quan": agency.pk if agency else "", "nam": year}, agencies=agencies, years=years)
    return shown, agency, year


def _stats(found: YearEnd) -> list[Stat]:
    running = sum(one.contract_runs for one in found.projects)
    waiting = sum(one.waiting is not None for one in found.projects)
    money = (
        ("Đã duyệt, chưa chi", found.total(lambda one: one.unspent)),
        ("Tạm ứng chưa nghiệm thu", found.total(lambda one: one.unaccepted)),
        ("Nghiệm thu chưa thanh toán", found.total(lambda one: one.whole.still_payable)),
        ("Phải thu hồi", found.total(lambda one: one.to_recover)),
        ("Hạn mức chưa phê duyệt", found.free),
    )
    return [
        Stat("Đề án còn mở", str(len(found.projects)), "đề án"),
        Stat("Hợp đồng đang thực hiện", str(running), "hợp đồng"),
        Stat("Khoản chi chưa xong", str(waiting), "khoản"),
        *(Stat(label, format_trieu(amount), "triệu đồng") for label, amount in money),
    ]
