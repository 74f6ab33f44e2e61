"""Surveys: the list, the form on a telephone, what is kept without network, and what an officer does with a survey."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Crumb, Fact
from khuyencong.core.dates import format_date
from khuyencong.core.money import format_dong
from khuyencong.core.personal import masked
from khuyencong.core.web import SHOW_AND_ACT, form_page, run
from khuyencong.establishments.tax_code import tax_code_shown
from khuyencong.law.catalogue import activity_name, catalogue
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.surveys import actions
from khuyencong.surveys.forms import CorrectSurveyForm, NewSurveyForm, RejectForm, TakeInForm
from khuyencong.surveys.models import Survey, SurveyState
from khuyencong.surveys.queries import candidates, surveys_for

PAGE_SIZE = 50
WORKER = Path(settings.PACKAGE_DIR) / "static" / "offline-worker.js"


@opens_to(Permission.SURVEY_VIEW)
@require_safe
def survey_list(request: ActorRequest) -> HttpResponse:
    """The surveys of my area: those that wait first to be chosen, the newest visit first."""
    state, text = request.GET.get("trang-thai", ""), request.GET.get("q", "")
    state = state if state in SurveyState.values else ""
    page = Paginator(surveys_for(request.actor, state=state, text=text), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "q": text[:200],
        "state": state,
        "states": SurveyState.choices,
        "may_record": allowed(request.actor, Permission.SURVEY_RECORD),
    }
    return render(request, "surveys/list.html", context)


@opens_to(Permission.SURVEY_RECORD)
@require_http_methods(SHOW_AND_ACT)
def survey_new(request: ActorRequest) -> HttpResponse:
    """Write a survey down; what a browser had kept without network comes the same way (static/kept-forms.js)."""
    form = NewSurveyForm(request.POST or None, actor=request.actor)
    made: list[Survey] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.record_survey(
                by=request.actor,
                creation_key=data["creation_key"],
                fields=data,
                kept_offline=data["kept_offline"],
            )
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã lưu phiếu khảo sát {made[0].name}.")
        return redirect(made[0].get_absolute_url())
    context = {"form": form, "title": "Phiếu khảo sát mới"}
    return render(request, "surveys/form.html", context, status=422 if request.method == "POST" else 200)


@opens_to(Permission.SURVEY_RECORD)
@require_safe
def survey_shell(request: ActorRequest) -> HttpResponse:
    """The form on a page that holds no record, so that the browser may keep it for days without network."""
    return render(request, "surveys/offline.html", {"form": NewSurveyForm(actor=request.actor)})


@opens_to(Permission.SURVEY_RECORD)
@require_safe
def survey_worker(_request: ActorRequest) -> HttpResponse:
    """The script that answers for this folder when there is no network; its address decides for which pages."""
    return HttpResponse(
        WORKER.read_bytes(), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


@opens_to(Permission.SURVEY_VIEW)
@require_safe
def survey(request: ActorRequest, pk: int) -> HttpResponse:
    """One survey, and the next step for whoever may take it."""
    found = _survey_or_404(request, pk)
    waits = found.state == SurveyState.SENT
    context = {
        "survey": found,
        "facts": _facts(found, whole=allowed(request.actor, Permission.PERSONAL_VIEW, found)),
        "may_handle": waits and allowed(request.actor, Permission.SURVEY_HANDLE, found),
        "may_correct": waits and found.surveyed_by_id == request.actor.user.pk,
        "crumbs": [Crumb("Khảo sát", reverse("surveys")), Crumb(found.name)],
    }
    return render(request, "surveys/survey.html", context)


@opens_to(Permission.SURVEY_RECORD)
@require_http_methods(SHOW_AND_ACT)
def survey_correct(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct one's own survey."""
    found = _survey_or_404(request, pk)
    require(request.actor, Permission.SURVEY_RECORD, found)
    initial = {name: getattr(found, name) for name in actions.FIELDS} | {"version": found.version}
    form = CorrectSurveyForm(request.POST or None, actor=request.actor, initial=initial)
    return form_page(
        request,
        form=form,
        act=lambda: actions.correct_survey(
            survey_id=found.pk, by=request.actor, version=form.cleaned_data["version"], fields=form.cleaned_data
        ),
        done="Đã sửa phiếu khảo sát.",
        back=lambda: redirect(found.get_absolute_url()),
        template="surveys/form.html",
        context={"title": "Sửa phiếu khảo sát", "survey": found},
    )


@opens_to(Permission.SURVEY_HANDLE)
@require_http_methods(SHOW_AND_ACT)
def survey_take_in(request: ActorRequest, pk: int) -> HttpResponse:
    """Into an entry that is there, or into a new one."""
    found = _survey_or_404(request, pk)
    require(request.actor, Permission.SURVEY_HANDLE, found)
    near = candidates(request.actor, found)
    form = TakeInForm(request.POST or None, candidates=near, initial={"version": found.version})
    return form_page(
        request,
        form=form,
        act=lambda: actions.take_in(
            survey_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            establishment=form.cleaned_data["establishment"],
        ),
        done="Đã đưa phiếu vào hồ sơ cơ sở.",
        back=lambda: redirect(found.get_absolute_url()),
        template="surveys/take_in.html",
        context={"title": "Đưa phiếu vào hồ sơ cơ sở", "survey": found, "near": near, "submit": "Đưa vào hồ sơ"},
    )


@opens_to(Permission.SURVEY_HANDLE)
@require_http_methods(SHOW_AND_ACT)
def survey_reject(request: ActorRequest, pk: int) -> HttpResponse:
    """Put a survey aside."""
    found = _survey_or_404(request, pk)
    require(request.actor, Permission.SURVEY_HANDLE, found)
    form = RejectForm(request.POST or None, initial={"version": found.version})
    return form_page(
        request,
        form=form,
        act=lambda: actions.reject(
            survey_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        ),
        done="Đã ghi: không dùng phiếu này.",
        back=lambda: redirect(found.get_absolute_url()),
        template="surveys/take_in.html",
        context={"title": "Không dùng phiếu", "survey": found, "submit": "Không dùng phiếu"},
    )


def _survey_or_404(request: ActorRequest, pk: int) -> Survey:
    visible = Survey.objects.visible_to(request.actor)
    return get_object_or_404(
        visible.select_related("province__current", "commune", "surveyed_by", "surveyed_for", "establishment"), pk=pk
    )


def _facts(found: Survey, *, whole: bool) -> list[Fact]:
    """What the survey says; persons only as far as the reader may see them."""
    sector = catalogue().sectors.get(found.sector)
    phone = found.phone if whole else masked(found.phone)
    cost = f"{format_dong(found.estimated_cost)} đồng" if found.estimated_cost else ""
    point = f"{found.latitude:.5f}, {found.longitude:.5f}" if found.latitude and found.longitude else ""
    return [
        Fact("Ngày khảo sát", format_date(found.surveyed_on)),
        Fact("Người khảo sát", f"{found.surveyed_by}, {found.surveyed_for}"),
        Fact("Xã, phường, đặc khu", str(found.commune)),
        Fact("Địa chỉ", found.place_text),
        Fact("Loại hình", found.get_kind_display() if found.kind else ""),
        Fact("Mã số thuế", tax_code_shown(found.tax_code, whole=whole)),
        Fact("Ngành nghề", sector.name if sector else ""),
        Fact("Số lao động", "" if found.workers is None else str(found.workers)),
        Fact("Chủ cơ sở", found.owner_name if whole else ""),
        Fact("Điện thoại", phone),
        Fact("Vị trí", point),
        Fact("Cần hỗ trợ", activity_name(found.activity) if found.activity else ""),
        Fact("Nhu cầu", found.need),
        Fact("Dự kiến chi phí", cost),
        Fact("Năm mong muốn", str(found.wanted_year or "")),
        Fact("Ghi chú", found.note),
        Fact("Ghi khi không có mạng", "có" if found.kept_offline else "không"),
    ]
