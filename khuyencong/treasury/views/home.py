"""«Kho bạc»: what waits for me, the lists, the statements, what is matched with nothing; the agency's rule."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Crumb, Stat
from khuyencong.core.dates import today
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.finance.actions import set_payment_rule
from khuyencong.finance.models import PaymentRule
from khuyencong.finance.payment_rules import rule_of
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.treasury import queries
from khuyencong.treasury.forms import RuleForm
from khuyencong.treasury.models import PaymentList, Statement

TITLE = "Kho bạc"
MOST_WAITING, PAGE_SIZE, LATEST = 50, 20, 5
UNMATCHED_SIZE = 50


def crumbs(last: str = "") -> list[Crumb]:
    """The home, and the page."""
    return [Crumb(TITLE, reverse("treasury")), Crumb(last)] if last else [Crumb(TITLE)]


@opens_to(Permission.TREASURY_VIEW)
@require_safe
def treasury(request: ActorRequest) -> HttpResponse:
    """What waits for me first, then what is on its way. Constant queries."""
    actor = request.actor
    waiting = queries.waiting_for(actor)
    count = waiting.count()
    lines, payments = queries.unmatched_lines(actor).count(), queries.unmatched_payments(actor).count()
    kinds = queries.kinds_to_list(actor)
    may_keep = allowed(actor, Permission.TREASURY_KEEP, PaymentList(agency=actor.agency))
    unmatched = reverse("treasury_unmatched")
    context = {
        "crumbs": crumbs(),
        "stats": [
            Stat("Chờ tôi", format_dong(count), "khoản chi", url="#cho-toi" if count else ""),
            Stat("Đã duyệt, chưa vào bảng kê", format_dong(sum(row[2] for row in kinds)), "khoản chi"),
            Stat("Dòng sao kê chưa khớp", format_dong(lines), "dòng", url=unmatched if lines else ""),
            Stat("Khoản chi chưa có trên sao kê", format_dong(payments), "khoản", url=unmatched if payments else ""),
        ],
        "waiting": list(waiting[:MOST_WAITING]),
        "waiting_count": count,
        "kinds": kinds,
        "page": Paginator(queries.lists_of(actor), PAGE_SIZE).get_page(request.GET.get("page")),
        "statements": list(Statement.objects.visible_to(actor).select_related("made_by")[:LATEST]),
        "rule": rule_of(actor.agency, today()),
        "may_keep": may_keep,
        "may_rule": allowed(actor, Permission.PAYMENT_RULE, PaymentRule(agency=actor.agency)),
    }
    return render(request, "treasury/home.html", context)


@opens_to(Permission.TREASURY_VIEW)
@require_safe
def unmatched(request: ActorRequest) -> HttpResponse:
    """Lines without a payment, and payments without a line."""
    actor = request.actor
    lines = Paginator(queries.unmatched_lines(actor), UNMATCHED_SIZE).get_page(request.GET.get("page"))
    payments = Paginator(queries.unmatched_payments(actor), UNMATCHED_SIZE).get_page(request.GET.get("khoan"))
    context = {
        "crumbs": crumbs("Chưa khớp"),
        "lines": lines,
        "payments": payments,
        "may_keep": allowed(actor, Permission.TREASURY_KEEP, Statement(agency=actor.agency)),
    }
    return render(request, "treasury/unmatched.html", context)


@opens_to(Permission.PAYMENT_RULE)
@require_http_methods(SHOW_AND_ACT)
def payment_rule(request: ActorRequest) -> HttpResponse:
    """From which amount payments of my agency are checked, now and before; and a new rule."""
    actor = request.actor
    require(actor, Permission.PAYMENT_RULE, PaymentRule(agency=actor.agency))
    form = RuleForm(request.POST or None)

    def act() -> None:
        data = form.cleaned_data
        set_payment_rule(
            by=actor,
            creation_key=data["creation_key"],
            from_amount=data["from_amount"],
            starts_on=data["starts_on"],
            document=data["document"],
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, "Đã đặt mức kiểm tra chi.")
        return redirect("payment_rule")
    rules = PaymentRule.objects.filter(agency__in=actor.agency_ids).select_related("set_by")
    context = {
        "crumbs": crumbs("Kiểm tra khoản chi"),
        "form": form,
        "rules": rules,
        "rule": rule_of(actor.agency, today()),
    }
    return render(request, "treasury/rule.html", context, status=422 if request.method == "POST" else 200)
