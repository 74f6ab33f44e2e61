"""Closed periods of the ledger: the list, closing the next one, opening the last one again."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT, form_page
from khuyencong.finance import actions
from khuyencong.finance.book_forms import ClosePeriodForm, ReopenPeriodForm
from khuyencong.finance.models import ClosedPeriod
from khuyencong.finance.periods import closed_to
from khuyencong.finance.web import TITLE
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to

NAME = "Khóa sổ"
DECEMBER = 12


@opens_to(Permission.REPORT_VIEW)
@require_safe
def periods(request: ActorRequest) -> HttpResponse:
    """The closed periods of my scope, latest first; those that were opened again stay in the list."""
    found = list(ClosedPeriod.objects.visible_to(request.actor).select_related("agency__province", "by", "reopened_by"))
    latest: dict[int, int] = {}
    for one in found:  # latest first
        if one.reopened_at is None:
            latest.setdefault(one.agency_id, one.pk)
    may = {key for key in latest.values() if _may_reopen(request, found, key)}
    context = {
        "rows": [(one, one.pk in may) for one in found],
        "may_close": allowed(request.actor, Permission.PERIOD_CLOSE),
        "crumbs": [Crumb(TITLE, reverse("plans")), Crumb(NAME)],
    }
    return render(request, "finance/periods.html", context)


def _may_reopen(request: ActorRequest, found: list[ClosedPeriod], key: int) -> bool:
    period = next(one for one in found if one.pk == key)
    return allowed(request.actor, Permission.PERIOD_REOPEN, period)


@opens_to(Permission.PERIOD_CLOSE)
@require_http_methods(SHOW_AND_ACT)
def period_close(request: ActorRequest) -> HttpResponse:
    """Close a month or a year of my agency's ledger."""
    form = ClosePeriodForm(request.POST or None, initial=_next_period(request))

    def act() -> None:
        data = form.cleaned_data
        actions.close_period(
            by=request.actor,
            creation_key=data["creation_key"],
            year=data["year"],
            month=data["month"],
            document=data["document"],
            on=data["on"],
        )

    intro = (
        "Sau khi khóa, chứng từ đến muộn của kỳ này được ghi vào ngày đầu tiên sau kỳ đã khóa, là «điều chỉnh kỳ trước»;"
        " số đã báo cáo không đổi. Các kỳ khóa lần lượt, không bỏ cách."
    )
    return form_page(
        request,
        form=form,
        act=act,
        done="Đã khóa sổ.",
        back=lambda: redirect("periods"),
        template="finance/form.html",
        context={"title": "Khóa sổ kinh phí", "submit_label": "Khóa sổ", "intro": intro, **_around("Khóa một kỳ")},
    )


def _next_period(request: ActorRequest) -> dict[str, int]:
    """The month after the last closed day, or the one before this month."""
    closed, now = closed_to(request.actor.agency_ids), today()
    year, month = (closed.year, closed.month) if closed else (now.year, now.month - 2)
    years, following = divmod(month, DECEMBER)
    return {"year": year + years, "month": following + 1}


@opens_to(Permission.PERIOD_REOPEN)
@require_http_methods(SHOW_AND_ACT)
def period_reopen(request: ActorRequest, pk: int) -> HttpResponse:
    """Open my agency's latest closed period again, with a reason."""
    visible = ClosedPeriod.objects.visible_to(request.actor).select_related("agency__province")
    period = get_object_or_404(visible, pk=pk)
    require(request.actor, Permission.PERIOD_REOPEN, period)
    if request.method != "POST" and period.reopened_at is not None:
        raise Refused(f"Kỳ {period} đã được mở lại.")
    form = ReopenPeriodForm(request.POST or None, initial={"version": period.version})

    def act() -> None:
        data = form.cleaned_data
        actions.reopen_period(period_id=period.pk, version=data["version"], by=request.actor, reason=data["reason"])

    intro = f"Mở lại {period} của {period.agency.name}. Các dòng đã ghi sang kỳ sau giữ nguyên ngày ghi sổ."
    return form_page(
        request,
        form=form,
        act=act,
        done=f"Đã mở lại {period}.",
        back=lambda: redirect("periods"),
        template="finance/form.html",
        context={"title": f"Mở lại {period}", "submit_label": "Mở lại", "intro": intro, **_around("Mở lại")},
    )


def _around(last: str) -> dict[str, object]:
    crumbs = [Crumb(TITLE, reverse("plans")), Crumb(NAME, reverse("periods")), Crumb(last)]
    return {"back_url": reverse("periods"), "crumbs": crumbs}
