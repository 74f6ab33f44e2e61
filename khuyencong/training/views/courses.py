"""The list of classes, the table by kind, one class, and the steps of its life."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb, Tab
from khuyencong.core.dates import today
from khuyencong.core.pages import page_of
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, take_away, version_of
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.training import actions, shown
from khuyencong.training.actions.courses import FIELDS as COURSE_FIELDS
from khuyencong.training.export import table_workbook
from khuyencong.training.figures import table
from khuyencong.training.forms import ChangeCourseForm, NewCourseForm, ReasonForm
from khuyencong.training.models import Course, CourseKind, CourseState, LearnerCertificate
from khuyencong.training.public import may_enter, may_evaluate
from khuyencong.training.queries import (
    Heads,
    courses_for,
    extent_of,
    heads_of,
    read_filters,
    read_year,
    scores_of,
    sessions_of,
)
from khuyencong.training.rules import doubts_of, kinds_for, law_on, rate_lines
from khuyencong.training.web import TITLE, communes_for, course_or_404, crumbs_to, permitted, step_page

PAGE_SIZE = 50
SPAN = 5  # years of the table where none are asked for


def tabs(current: str) -> list[Tab]:
    """The three lists."""
    pages = (("courses", "Lớp, hội nghị"), ("course_table", "Theo loại"), ("course_learners", "Người học"))
    return [Tab(label, reverse(name), active=name == current) for name, label in pages]


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def courses(request: ActorRequest) -> HttpResponse:
    """The classes of my scope, the latest first."""
    filters = read_filters(request.GET)
    page = page_of(
        courses_for(request.actor, filters),
        shown=Course.objects.select_related("project__implementing_unit"),
        number=request.GET.get("page"),
        size=PAGE_SIZE,
    )
    heads = heads_of(one.pk for one in page.object_list)
    context = {
        "filters": filters,
        "page": page,
        "rows": [
            (one, shown.TONES.get(CourseState(one.state), ""), heads.get(one.pk, Heads())) for one in page.object_list
        ],
        "kinds": CourseKind.choices,
        "states": CourseState.choices,
        "may_hold": allowed(request.actor, Permission.TRAINING_MANAGE),
        "tabs": tabs("courses"),
    }
    return render(request, "training/courses.html", context)


def _span(request: ActorRequest) -> tuple[int, int]:
    """The years of the table; the last five unless others are asked for, in their order."""
    this = today().year
    first = read_year(request.GET.get("tu", "")) or this - SPAN + 1
    last = read_year(request.GET.get("den", "")) or this
    return min(first, last), max(first, last)


@opens_to(Permission.REPORT_VIEW)
@require_safe
def course_table(request: ActorRequest) -> HttpResponse:
    """Classes and people by kind over some years."""
    first, last = _span(request)
    lines = table(request.actor, first=date(first, 1, 1), last=date(last, 12, 31))
    context = {
        "lines": lines[:-1],
        "total": lines[-1] if lines else None,
        "first": first,
        "last": last,
        "tabs": tabs("course_table"),
        "may_export": allowed(request.actor, Permission.REPORT_EXPORT),
        "crumbs": [Crumb(TITLE, reverse("courses")), Crumb("Theo loại")],
    }
    return render(request, "training/table.html", context)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def course_table_xlsx(request: ActorRequest) -> HttpResponse:
    """The same as a file. That somebody took it away is kept in the audit trail."""
    require(request.actor, Permission.REPORT_VIEW)
    first, last = _span(request)
    with transaction.atomic():
        content = table_workbook(request.actor, first=first, last=last)
        record(
            action="course.export",
            by=request.actor,
            subject=request.actor.agency,
            thread=f"courses:{first}-{last}",
            after={"từ năm": first, "đến năm": last},
        )
    return take_away(content, f"dao-tao-{first}-{last}.xlsx")


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def course(request: ActorRequest, pk: int) -> HttpResponse:
    """One class: programme, who came, money, what they think of it, and just what I may do now."""
    found, actor = course_or_404(request.actor, pk), request.actor
    heads = heads_of([found.pk]).get(found.pk, Heads())
    sessions = sessions_of(found, heads.listed)
    law, lists = law_on(found), shown.lists_of(found)
    lines = rate_lines(list(found.rates.all()), planned=found.planned_learners, extent=extent_of(found, sessions))
    answers, scores = scores_of(found)
    open_now = found.state in {CourseState.PLANNED, CourseState.RUNNING}
    may_manage = allowed(actor, Permission.TRAINING_MANAGE, found)
    certificates = LearnerCertificate.objects.filter(decision__course=found).select_related("learner", "decision")
    context = {
        "course": found,
        "project": found.project,
        "tone": shown.TONES.get(CourseState(found.state), ""),
        "facts": shown.facts_of(found, heads),
        "heads": heads,
        "sessions": sessions,
        "trainers": found.trainers.all(),
        "law": law,
        "doubts": doubts_of(found, law, lines),
        "lines": lines,
        "lists": lists,
        "unpaid": shown.unpaid_sentence(lists),
        "answers": answers,
        "scores": scores,
        "too_many_answers": answers > heads.attended,
        "comments": found.evaluations.exclude(comment="")[:20],
        "certificates": certificates,
        "files": found.files.select_related("uploaded_by"),
        "whole": allowed(actor, Permission.PERSONAL_VIEW, found),
        "may_manage": may_manage,
        "may_change": may_manage and open_now,
        "may_mark": may_manage and found.state == CourseState.RUNNING,
        "may_pay": may_manage and found.state in {CourseState.RUNNING, CourseState.DONE},
        "may_certify": found.state == CourseState.DONE and allowed(actor, Permission.TRAINING_DECIDE, found),
        "may_withdraw": allowed(actor, Permission.TRAINING_DECIDE, found),
        "may_download": allowed(actor, Permission.FILE_DOWNLOAD, found),
        "door_open": may_enter(found) or may_evaluate(found),
        "actions": shown.buttons_of(found, actor),
        "events": shown.timeline_of(found),
        "today": today(),
        "crumbs": crumbs_to(found),
    }
    return render(request, "training/course.html", context)


@opens_to(Permission.TRAINING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def course_new(request: ActorRequest) -> HttpResponse:
    """A new class of the đề án that the address names; without one, which đề án may hold any."""
    actor, code = request.actor, request.GET.get("de-an", "")
    if not code:
        if request.method == "POST":
            raise Http404("Chưa chọn đề án.")
        return render(request, "training/choose.html", {"projects": shown.projects_with_courses(actor)})
    project = get_object_or_404(
        Project.objects.visible_to(actor).select_related("province", "implementing_unit", "department", "funder"),
        code=code,
    )
    require(actor, Permission.TRAINING_MANAGE, project)
    form = NewCourseForm(request.POST or None, kinds=kinds_for(project), communes=communes_for(project))
    made: list[Course] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.create_course(project_id=project.pk, by=actor, creation_key=data["creation_key"], fields=data)
        )

    return form_page(
        request,
        form=form,
        act=act,
        done="Đã lập. Ghi các buổi, giảng viên rồi mở lớp.",
        back=lambda: redirect(made[0].get_absolute_url()),
        template="training/new.html",
        context={
            "project": project,
            "crumbs": [Crumb(TITLE, reverse("courses")), Crumb("Lập lớp, hội nghị")],
        },
    )


@opens_to(Permission.TRAINING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def course_change(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct what a class is."""
    found = permitted(request, pk, Permission.TRAINING_MANAGE)
    initial = {name: getattr(found, name) for name in COURSE_FIELDS} | {"version": found.version}
    form = ChangeCourseForm(
        request.POST or None, kinds=kinds_for(found.project), communes=communes_for(found.project), initial=initial
    )

    def act() -> None:
        data = form.cleaned_data
        actions.change_course(course_id=found.pk, by=request.actor, version=data["version"], fields=data)

    return step_page(request, course=found, form=form, title="Sửa", act=act, done="Đã sửa.", submit_label="Lưu")


@opens_to(Permission.TRAINING_MANAGE)
@require_POST
def course_open(request: ActorRequest, pk: int) -> HttpResponse:
    """Open the list and the door."""
    found = permitted(request, pk, Permission.TRAINING_MANAGE)

    def act() -> None:
        actions.open_course(course_id=found.pk, by=request.actor, version=version_of(request))

    press(request, act, done="Đã mở lớp: ghi danh, điểm danh được từ bây giờ.")
    return redirect(found.get_absolute_url())


@opens_to(Permission.TRAINING_MANAGE)
@require_POST
def course_finish(request: ActorRequest, pk: int) -> HttpResponse:
    """End the class."""
    found = permitted(request, pk, Permission.TRAINING_MANAGE)

    def act() -> None:
        actions.finish_course(course_id=found.pk, by=request.actor, version=version_of(request))

    press(request, act, done="Lớp đã kết thúc và được tính vào kết quả.")
    return redirect(found.get_absolute_url())


@opens_to(Permission.TRAINING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def course_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Say why it does not take place."""
    found = permitted(request, pk, Permission.TRAINING_MANAGE)
    form = ReasonForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        actions.cancel_course(course_id=found.pk, by=request.actor, **form.cleaned_data)

    return step_page(
        request, course=found, form=form, title="Không tổ chức", act=act, done="Đã ghi: không tổ chức.",
        submit_label="Không tổ chức",
    )  # fmt: skip


@opens_to(Permission.TRAINING_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def course_reopen(request: ActorRequest, pk: int) -> HttpResponse:
    """Open again what has ended."""
    found = permitted(request, pk, Permission.TRAINING_DECIDE)
    form = ReasonForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        actions.reopen_course(course_id=found.pk, by=request.actor, **form.cleaned_data)

    return step_page(
        request, course=found, form=form, title="Mở lại lớp", act=act, done="Đã mở lại lớp.", submit_label="Mở lại lớp"
    )
