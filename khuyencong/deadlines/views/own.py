"""The agency's own time limits: list, new, edit, done; and when leaders are told."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.dates import today
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, run, version_of
from khuyencong.deadlines import actions
from khuyencong.deadlines.actions.leaders import escalation_days
from khuyencong.deadlines.actions.own import FIELDS
from khuyencong.deadlines.forms import EditDeadlineForm, EscalationForm, NewDeadlineForm
from khuyencong.deadlines.models import AgencyDeadline, Escalation, EscalationSetting, RuleKind
from khuyencong.deadlines.rule_days import describe
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, next_or, opens_to

PAGE_SIZE = 50
MOST_ESCALATIONS = 20
FORM = "deadlines/form.html"
KINDS = (
    (RuleKind.MONTHLY, "Ví dụ: ngày 20 hằng tháng gửi số liệu cho UBND tỉnh."),
    (RuleKind.YEARLY, "Ví dụ: ngày 15/12 hằng năm gửi báo cáo tổng kết."),
    (RuleKind.AFTER_STEP, "Ví dụ: thẩm định trong 10 ngày làm việc kể từ khi đề án được gửi."),
    (RuleKind.DAY, "Ví dụ: một cuộc họp, một công văn phải trả lời."),
)
CALENDAR, LIST = ("Lịch", "calendar"), ("Thời hạn của cơ quan", "agency_deadlines")


@opens_to(Permission.DEADLINE_VIEW)
@require_safe
def agency_deadlines(request: ActorRequest) -> HttpResponse:
    """The time limits of my agency, those in force first, and what leaders were told of."""
    on, actor = today(), request.actor
    rows = AgencyDeadline.objects.visible_to(actor).select_related("agency")
    if request.GET.get("xem") != "het":
        rows = rows.exclude(to_on__lt=on)
    page = Paginator(rows.order_by("title", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    may_keep = allowed(actor, Permission.DEADLINE_KEEP)
    context = {
        "page": page,
        "rows": [(row, describe(row), row.to_on is not None and row.to_on < on) for row in page],
        "all": request.GET.get("xem") == "het",
        "may_keep": may_keep,
        "days": escalation_days(actor.agency),
        "told": Escalation.objects.filter(agency__in=actor.agency_ids)[:MOST_ESCALATIONS],
        "crumbs": _crumbs(),
    }
    return render(request, "deadlines/list.html", context)


@opens_to(Permission.DEADLINE_KEEP)
@require_http_methods(SHOW_AND_ACT)
def agency_deadline_new(request: ActorRequest) -> HttpResponse:
    """Set a time limit for my agency: first how its days are counted, then the rest."""
    bound = request.method == "POST"
    chosen = request.POST.get("rule", "") if bound else request.GET.get("cach", "")
    if chosen not in RuleKind.values:
        context: dict[str, Any] = {"kinds": KINDS, "crumbs": _crumbs("Đặt thời hạn")}
        return render(request, "deadlines/kinds.html", context, status=422 if bound else 200)
    rule = RuleKind(chosen)
    form = NewDeadlineForm(
        request.POST if bound else None, rule=rule, initial={"from_on": today(), "working_days": True}
    )

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.add_deadline(by=request.actor, creation_key=data.pop("creation_key"), fields=data)

    if bound and form.is_valid() and run(form, act):
        messages.success(request, "Đã đặt thời hạn; mọi người của cơ quan thấy nó trong lịch.")
        return redirect("agency_deadlines")
    context = {
        "form": form,
        "title": f"Đặt thời hạn: {rule.label.lower()}",
        "back_url": reverse("agency_deadlines"),
        "crumbs": _crumbs("Đặt thời hạn"),
    }
    return render(request, FORM, context, status=422 if bound else 200)


@opens_to(Permission.DEADLINE_KEEP)
@require_http_methods(SHOW_AND_ACT)
def agency_deadline_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct a time limit, or end it with a last day."""
    found = get_object_or_404(AgencyDeadline.objects.visible_to(request.actor).select_related("agency"), pk=pk)
    require(request.actor, Permission.DEADLINE_KEEP, found)
    initial = {name: getattr(found, name) for name in FIELDS} | {"version": found.version}
    form = EditDeadlineForm(
        request.POST if request.method == "POST" else None, rule=RuleKind(found.rule), initial=initial
    )

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.update_deadline(deadline_id=found.pk, by=request.actor, version=data.pop("version"), fields=data)

    return form_page(
        request,
        form=form,
        act=act,
        done="Đã lưu.",
        back=lambda: redirect("agency_deadlines"),
        template=FORM,
        context={
            "title": f"Sửa thời hạn: {found}",
            "back_url": reverse("agency_deadlines"),
            "intro": "Thôi áp dụng thì ghi «Đến hết ngày»; thời hạn đã ghi không xóa được.",
            "crumbs": _crumbs("Sửa"),
        },
    )


@opens_to(Permission.DEADLINE_DONE)
@require_POST
def agency_deadline_done(request: ActorRequest, pk: int) -> HttpResponse:
    """Write that the work of one day is done, and go back to where the button stood."""
    found = get_object_or_404(AgencyDeadline.objects.visible_to(request.actor).select_related("agency"), pk=pk)
    require(request.actor, Permission.DEADLINE_DONE, found)
    on, version = _day(request.POST.get("on", "")), version_of(request)
    press(
        request,
        lambda: actions.mark_done(deadline_id=found.pk, by=request.actor, version=version, on=on),
        done=f"Đã ghi xong: {found}.",
    )
    return HttpResponseRedirect(next_or(request, "calendar"))


@opens_to(Permission.DEADLINE_DONE)
@require_POST
def agency_deadline_undone(request: ActorRequest, pk: int) -> HttpResponse:
    """Take back that the work of one day is done."""
    found = get_object_or_404(AgencyDeadline.objects.visible_to(request.actor).select_related("agency"), pk=pk)
    require(request.actor, Permission.DEADLINE_DONE, found)
    on, version = _day(request.POST.get("on", "")), version_of(request)
    press(
        request,
        lambda: actions.unmark_done(deadline_id=found.pk, by=request.actor, version=version, on=on),
        done=f"Đã bỏ ghi xong: {found}.",
    )
    return HttpResponseRedirect(next_or(request, "calendar"))


@opens_to(Permission.DEADLINE_KEEP)
@require_http_methods(SHOW_AND_ACT)
def escalation_setting(request: ActorRequest) -> HttpResponse:
    """After how many working days overdue work is laid before the leaders of my agency."""
    setting = EscalationSetting.objects.filter(agency=request.actor.agency).first()
    initial = {
        "version": setting.version if setting else 1,
        "working_days": escalation_days(request.actor.agency),
    }
    form = EscalationForm(request.POST or None, initial=initial)
    return form_page(
        request,
        form=form,
        act=lambda: actions.set_escalation(by=request.actor, **form.cleaned_data),
        done="Đã lưu mức báo lãnh đạo.",
        back=lambda: redirect("agency_deadlines"),
        template=FORM,
        context={
            "title": "Khi nào báo lãnh đạo",
            "back_url": reverse("agency_deadlines"),
            "intro": "Việc của cơ quan quá hạn từng ấy ngày làm việc sẽ hiện ở «Việc của tôi» và trong thư nhắc việc của lãnh đạo.",
            "crumbs": _crumbs("Báo lãnh đạo"),
        },
    )


def _day(text: str) -> date:
    """The day that the button carries; one that is none is no day of any time limit."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min


def _crumbs(*more: str) -> list[Crumb]:
    parts = [Crumb(label, reverse(name)) for label, name in (CALENDAR, LIST)]
    if not more:
        return [parts[0], Crumb(LIST[0])]
    return [*parts, *map(Crumb, more)]
