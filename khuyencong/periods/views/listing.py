"""The list of reports, who has not handed in, and beginning one; what an agency asks for: days and indicators."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.dates import today
from khuyencong.core.replicas import from_replica
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, version_of
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.periods import actions
from khuyencong.periods.actions.asking import LIST_KEEPERS
from khuyencong.periods.forms import BeginForm, DayForm, IndicatorForm, ListFilter
from khuyencong.periods.indicators import how_counted
from khuyencong.periods.models import PeriodReport, ReportDay, ReportIndicator
from khuyencong.periods.queries import TONES, listed, may_report_for, standings, years_of
from khuyencong.periods.web import TITLE
from khuyencong.reporting.period import PeriodKind, closing_day, read_period

PAGE = 50


@opens_to(Permission.PERIOD_REPORT_VIEW)
@from_replica
@require_safe
def period_reports(request: ActorRequest) -> HttpResponse:
    """The reports in scope; of one period also who has not handed in."""
    years = years_of(request.actor)
    form = ListFilter(request.GET, years=years)
    valid = form.is_valid()
    values: dict[str, Any] = form.cleaned_data if valid else {"year": None, "ky": "", "state": ""}
    year, part = values["year"], values["ky"]
    period = read_period(year or years[0], part) if part else None
    found = listed(request.actor, year=year, period=period, part=part, state=values["state"])
    page = Paginator(found if valid else found.none(), PAGE).get_page(request.GET.get("page"))
    asked = period if period is not None and year is not None else None
    keeps = request.actor.agency.kind in LIST_KEEPERS
    context = {
        "form": form,
        "page": page,
        "rows": [(one, TONES[one.state]) for one in page.object_list],  # type: ignore[index]  # a state of the column
        "is_filtered": bool(year or part or values["state"]),
        "period": asked,
        "standings": standings(request.actor, asked) if asked is not None else [],
        "may_begin": allowed(request.actor, Permission.PERIOD_REPORT_WRITE) and bool(may_report_for(request.actor)[:1]),
        "may_set_days": keeps and allowed(request.actor, Permission.DEADLINE_KEEP),
        "may_list": keeps and allowed(request.actor, Permission.PERIOD_REPORT_WRITE),
    }
    return render(request, "periods/list.html", context, status=200 if valid else 422)


@opens_to(Permission.PERIOD_REPORT_WRITE)
@require_http_methods(SHOW_AND_ACT)
def period_report_new(request: ActorRequest) -> HttpResponse:
    """Begin a report."""
    agencies = may_report_for(request.actor)
    year = today().year
    period = read_period(year, f"{PeriodKind.YEAR}-1")
    assert period is not None  # noqa: S101  # this year has one
    initial = {"agency": request.actor.agency.pk, "year": year, "ky": period.part, "closing_on": closing_day(period)}
    wanted = request.GET.get("year", "")
    plain = wanted.isascii() and wanted.isdigit() and len(wanted) == 4  # noqa: PLR2004  # digits of a year
    asked = read_period(int(wanted), request.GET.get("ky", "")) if plain else None
    if asked is not None:
        initial |= {"year": asked.year, "ky": asked.part, "closing_on": closing_day(asked)}
    form = BeginForm(request.POST or None, agencies=agencies, initial=initial)
    made: list[PeriodReport] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.begin(
                by=request.actor,
                creation_key=data["creation_key"],
                agency=next(one for one in agencies if one.pk == data["agency"]),
                period=data["period"],
                closing_on=data["closing_on"],
                by_hand=data["by_hand"],
            )
        )

    return form_page(
        request,
        form=form,
        act=act,
        done="Đã lập báo cáo. Bước tiếp: xem số liệu, viết các phần còn trống rồi nộp.",
        back=lambda: redirect(made[0]),
        template="periods/form.html",
        context={
            "title": "Lập báo cáo theo kỳ",
            "submit_label": "Lập báo cáo",
            "back_url": reverse("period_reports"),
            "crumbs": [Crumb(TITLE, reverse("period_reports")), Crumb("Lập báo cáo")],
        },
    )


@opens_to(Permission.DEADLINE_KEEP)
@require_http_methods(SHOW_AND_ACT)
def period_report_days(request: ActorRequest) -> HttpResponse:
    """By which day the agency wants the reports that it receives."""
    require(request.actor, Permission.DEADLINE_KEEP, ReportDay(agency=request.actor.agency))
    form = DayForm(request.POST or None)

    def act() -> Any:
        data = form.cleaned_data
        return actions.set_report_day(
            by=request.actor,
            creation_key=data["creation_key"],
            kind=PeriodKind(data["kind"]),
            days=data["days"],
            document=data["document"] or "",
        )

    return form_page(
        request,
        form=form,
        act=act,
        done="Đã ghi hạn nộp báo cáo.",
        back=lambda: redirect("period_report_days"),
        template="periods/days.html",
        context={
            "rows": ReportDay.objects.filter(agency=request.actor.agency)[:PAGE],
            "crumbs": [Crumb(TITLE, reverse("period_reports")), Crumb("Hạn nộp")],
        },
    )


@opens_to(Permission.PERIOD_REPORT_WRITE)
@require_http_methods(SHOW_AND_ACT)
def period_indicators(request: ActorRequest) -> HttpResponse:
    """The agency's list of indicators, and a new one."""
    form = IndicatorForm(request.POST or None)

    def act() -> Any:
        data = form.cleaned_data
        return actions.keep_indicator(
            by=request.actor,
            creation_key=data["creation_key"],
            label=data["label"],
            unit=data["unit"],
            figure=data["figure"],
            activities=data["activities"],
            document=data["document"] or "",
            position=data["position"],
        )

    rows = ReportIndicator.objects.visible_to(request.actor).in_force()
    return form_page(
        request,
        form=form,
        act=act,
        done="Đã thêm chỉ tiêu.",
        back=lambda: redirect("period_indicators"),
        template="periods/indicators.html",
        context={
            "rows": [(one, how_counted(one)) for one in rows],
            "crumbs": [Crumb(TITLE, reverse("period_reports")), Crumb("Danh mục chỉ tiêu")],
        },
    )


@opens_to(Permission.PERIOD_REPORT_WRITE)
@require_POST
def period_indicator_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Report an indicator no longer."""
    one = get_object_or_404(ReportIndicator.objects.visible_to(request.actor), pk=pk)
    press(
        request,
        lambda: actions.end_indicator(indicator_id=one.pk, by=request.actor, version=version_of(request)),
        done="Đã thôi báo cáo chỉ tiêu này.",
    )
    return redirect("period_indicators")
