"""One line of a statement: which payment it is, or that it is none."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from khuyencong.core.components import Crumb, Fact
from khuyencong.core.dates import format_date
from khuyencong.core.forms import VersionedForm
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.finance.models import Payment
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.treasury import actions, queries
from khuyencong.treasury.forms import AsideForm, MatchForm
from khuyencong.treasury.models import StatementLine
from khuyencong.treasury.views.home import TITLE

MATCH, ASIDE = "khop", "de-rieng"


@opens_to(Permission.TREASURY_KEEP)
@require_http_methods(SHOW_AND_ACT)
def line_match(request: ActorRequest, pk: int) -> HttpResponse:
    """Choose the payment among those of the same amount."""
    found = _line_or_404(request, pk)
    choices = _choices(found)
    form = _match_form(request, found, choices, bound=request.method == "POST")

    def act() -> None:
        data = form.cleaned_data
        actions.match_line(
            line_id=found.pk,
            by=request.actor,
            version=data["version"],
            payment_id=data["payment"],
            voucher_number=data["voucher_number"],
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã khớp dòng {found.number}: {format_dong(found.amount)} đồng.")
        return redirect(found.of)
    return _page(request, found, choices, {MATCH: form})


@opens_to(Permission.TREASURY_KEEP)
@require_http_methods(SHOW_AND_ACT)
def line_aside(request: ActorRequest, pk: int) -> HttpResponse:
    """Say that the line is no payment of a đề án, or bring it back."""
    found = _line_or_404(request, pk)
    form = AsideForm(
        request.POST if request.method == "POST" else None,
        prefix=ASIDE,
        initial={"version": found.of.version, "reason": found.set_aside},
    )

    def act() -> None:
        data = form.cleaned_data
        actions.set_lines_aside(
            statement_id=found.of_id,
            by=request.actor,
            version=data["version"],
            line_ids=[found.pk],
            reason=data["reason"],
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã ghi dòng {found.number}.")
        return redirect(found.of)
    return _page(request, found, _choices(found), {ASIDE: form})


def _line_or_404(request: ActorRequest, pk: int) -> StatementLine:
    rows = StatementLine.objects.filter(agency__in=request.actor.agency_ids)
    found = get_object_or_404(rows.select_related("of__agency", "payment__project", "decided_by"), pk=pk)
    require(request.actor, Permission.TREASURY_KEEP, found.of)
    return found


def _choices(found: StatementLine) -> list[tuple[int, str]]:
    payments = [one for one in queries.matchable(found.agency_id, [found]) if one.amount == found.amount]
    return [(one.pk, _told(one)) for one in payments]


def _told(payment: Payment) -> str:
    account = f", tài khoản {payment.account}" if payment.account else ""
    voucher = f", chứng từ {payment.voucher_number}" if payment.voucher_number else ""
    return f"{payment.project.code} {payment.project.name}: {payment.stands.lower()}{account}{voucher}"


def _match_form(
    request: ActorRequest, found: StatementLine, choices: list[tuple[int, str]], *, bound: bool
) -> MatchForm:
    match = queries.propose_one(found)
    initial = {
        "version": found.of.version,
        "voucher_number": found.reference,
        "payment": match.payment.pk if match.payment else None,
    }
    return MatchForm(request.POST if bound else None, prefix=MATCH, payments=choices, initial=initial)


def _page(
    request: ActorRequest, found: StatementLine, choices: list[tuple[int, str]], bound: dict[str, VersionedForm]
) -> HttpResponse:
    waits = found.payment is None and not found.set_aside
    aside = bound.get(ASIDE) or AsideForm(
        prefix=ASIDE, initial={"version": found.of.version, "reason": found.set_aside}
    )
    matching = bound.get(MATCH) or _match_form(request, found, choices, bound=False)
    context = {
        "found": found,
        "crumbs": [
            Crumb(TITLE, reverse("treasury")),
            Crumb(found.of.file_name, found.of.get_absolute_url()),
            Crumb(f"Dòng {found.number}"),
        ],
        "facts": _facts(found),
        "why": queries.propose_one(found).sentence if waits else "",
        "matching": matching if waits and choices else None,
        "aside": aside if found.payment is None and found.amount else None,
        "refused": [form for form in bound.values() if form.is_bound and not waits],
    }
    return render(request, "treasury/line.html", context, status=422 if request.method == "POST" else 200)


def _facts(found: StatementLine) -> list[Fact]:
    facts = [
        Fact("Ngày", format_date(found.on) if found.on else ""),
        Fact("Số tiền", f"{format_dong(found.amount)} đồng"),
        Fact("Số chứng từ", found.reference),
        Fact("Tài khoản nhận", found.account),
        Fact("Đơn vị nhận", found.holder),
        Fact("Nội dung", found.text),
    ]
    if found.payment is not None:
        facts.append(Fact("Đã khớp", found.payment.project.code, found.payment.project.get_absolute_url()))
    if found.set_aside:
        facts.append(Fact("Để riêng", found.set_aside))
    return facts
