"""One envelope: what was given to it, what left it, and the đề án that draw on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Bar, Crumb, Fact
from khuyencong.core.dates import today
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, form_page, run
from khuyencong.finance import actions, ledger, queries
from khuyencong.finance.actions.envelopes import UNDER_WAY
from khuyencong.finance.forms import CarryForm, DelegateForm, EnvelopeForm, ReturnForm
from khuyencong.finance.web import TITLE, form_page_of_plans, source_or_403
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes.models import Envelope


@opens_to(Permission.ENVELOPE_GIVE)
@require_http_methods(SHOW_AND_ACT)
def envelope_give(request: ActorRequest) -> HttpResponse:
    """Enter the decision that gives money to my agency's envelope."""
    form = EnvelopeForm(request.POST or None, source=source_or_403(request), initial={"year": today().year})

    def act() -> None:
        data = form.cleaned_data
        actions.give_envelope(
            by=request.actor,
            year=data["year"],
            source=data["source"],
            spending=data["spending"],
            amount=form.signed_amount,
            document=data["document"],
            on=data["on"],
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        data = form.cleaned_data
        messages.success(request, f"Đã ghi quyết định {data['document']}.")
        return redirect(f"{reverse('plans')}?{urlencode({'year': data['year'], 'source': data['source']})}")
    intro = "Dự toán được giao là giới hạn của mọi phê duyệt trong năm và nguồn ấy."
    return form_page_of_plans(request, form, "Giao dự toán", "Ghi quyết định", intro)


@opens_to(Permission.REPORT_VIEW)
@require_safe
def envelope(request: ActorRequest, pk: int) -> HttpResponse:
    """One envelope with its decisions and its đề án."""
    found = get_object_or_404(queries.visible_envelopes(request.actor), pk=pk)
    balance = ledger.balance_of_envelope(found)
    drawing = queries.drawing_on(found)
    may_change = allowed(request.actor, Permission.ENVELOPE_GIVE, found)
    context = {
        "envelope": found,
        "balance": balance,
        "facts": _facts(found, balance),
        "bars": _bars(balance),
        "decisions": queries.decisions_of(found),
        "drawing": drawing,
        "total": queries.total_of(one for _, one in drawing),
        "may_change": may_change,
        "may_delegate": may_change and queries.heirs_below(found.agency).exists(),
        "crumbs": _crumbs(found),
    }
    return render(request, "finance/envelope.html", context)


def _facts(found: Envelope, balance: ledger.Balance) -> list[Fact]:
    amounts = (
        ("Được giao", balance.given),
        ("Giao lại cấp dưới", balance.delegated),
        ("Chuyển sang năm sau", balance.carried),
        ("Hủy, nộp trả", balance.returned),
        ("Được sử dụng", balance.disposable),
        ("Còn lại, chưa phê duyệt", balance.free),
    )
    return [
        Fact("Cơ quan", found.agency.name),
        Fact("Nguồn, năm", str(found)),
        Fact("Tính chất chi", found.get_spending_display()),
        *(Fact(label, f"{format_dong(amount)} đồng") for label, amount in amounts),
    ]


def _bars(balance: ledger.Balance) -> list[Bar]:
    whole = balance.disposable
    return [
        Bar("Trong kế hoạch", balance.planned, whole),
        Bar("Đã phê duyệt", balance.committed, whole),
        Bar("Đã ký hợp đồng", balance.contracted, whole),
        Bar("Đã chi", balance.paid_out, whole),
    ]


@opens_to(Permission.ENVELOPE_GIVE)
@require_http_methods(SHOW_AND_ACT)
def envelope_delegate(request: ActorRequest, pk: int) -> HttpResponse:
    """Hand money of my agency's envelope on to an agency below."""
    found = _mine(request, pk)
    form = DelegateForm(request.POST or None, initial=_version(found), heirs=queries.heirs_below(found.agency))

    def act() -> None:
        data = form.cleaned_data
        actions.delegate_envelope(
            envelope_id=found.pk,
            version=form.cleaned_data["version"],
            by=request.actor,
            to=data["to"],
            amount=form.signed_amount,
            document=data["document"],
            on=data["on"],
        )

    intro = (
        "Phần giao lại trừ vào hạn mức này và cộng vào hạn mức của đơn vị nhận; đề án do đơn vị nhận chi"
        " thì ký hợp đồng, thanh toán, quyết toán tại đó."
    )
    return _step(request, found, form=form, act=act, title="Giao lại cho đơn vị", intro=intro)


@opens_to(Permission.ENVELOPE_GIVE)
@require_http_methods(SHOW_AND_ACT)
def envelope_carry(request: ActorRequest, pk: int) -> HttpResponse:
    """Carry money of my agency's envelope over into the next year."""
    found = _mine(request, pk)
    unspent = [
        (project, balance.committed - balance.paid_out)
        for project, balance in queries.drawing_on(found)
        if project.state in UNDER_WAY and balance.committed > balance.paid_out
    ]
    free = ledger.balance_of_envelope(found).free
    form = CarryForm(request.POST or None, initial=_version(found), parts=unspent, free=free)

    def act() -> None:
        data = form.cleaned_data
        actions.carry_over(
            envelope_id=found.pk,
            version=form.cleaned_data["version"],
            by=request.actor,
            free=data["free"] or 0,
            parts=form.parts,
            document=data["document"],
            on=data["on"],
        )

    intro = (
        f"Số tiền chuyển sang hạn mức năm {found.year + 1}; phần của đề án tiếp tục là số đã phê duyệt cho đề án ấy."
    )
    return _step(request, found, form=form, act=act, title="Chuyển nguồn sang năm sau", intro=intro)


@opens_to(Permission.ENVELOPE_GIVE)
@require_http_methods(SHOW_AND_ACT)
def envelope_return(request: ActorRequest, pk: int) -> HttpResponse:
    """Give money of my agency's envelope back to the budget."""
    found = _mine(request, pk)
    form = ReturnForm(request.POST or None, initial=_version(found))

    def act() -> None:
        data = form.cleaned_data
        actions.return_money(
            envelope_id=found.pk,
            version=data["version"],
            by=request.actor,
            amount=data["amount"],
            document=data["document"],
            on=data["on"],
        )

    free = format_dong(ledger.balance_of_envelope(found).free)
    intro = f"Chỉ hủy hoặc nộp trả phần chưa phê duyệt cho đề án nào: còn {free} đồng."
    return _step(request, found, form=form, act=act, title="Hủy dự toán, nộp trả", intro=intro)


def _version(found: Envelope) -> dict[str, int]:
    return {"version": ledger.version_of(found)}


def _mine(request: ActorRequest, pk: int) -> Envelope:
    """The envelope whose money I may move; 404 where I may not even see it, NotAllowed where it is not my agency's."""
    found = get_object_or_404(queries.visible_envelopes(request.actor), pk=pk)
    require(request.actor, Permission.ENVELOPE_GIVE, found)
    return found


def _step(
    request: ActorRequest, found: Envelope, *, form: forms.Form, act: Callable[[], Any], title: str, intro: str
) -> HttpResponse:
    return form_page(
        request,
        form=form,
        act=act,
        done="Đã ghi quyết định.",
        back=lambda: redirect(found),
        template="finance/form.html",
        context={
            "title": title,
            "submit_label": "Ghi quyết định",
            "intro": intro,
            "back_url": found.get_absolute_url(),
            "crumbs": [*_crumbs(found, last=False), Crumb(title)],
        },
    )


def _crumbs(found: Envelope, *, last: bool = True) -> list[Crumb]:
    own = f"{found.agency}: {found}"
    plans = f"{reverse('plans')}?year={found.year}&source={found.source}"
    return [Crumb(TITLE, plans), Crumb(own, "" if last else found.get_absolute_url())]
