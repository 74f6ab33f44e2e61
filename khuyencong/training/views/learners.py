"""The list of those who come: by an officer, from Excel, corrected; the list to be signed; and everybody of all classes."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb
from khuyencong.core.errors import Refused
from khuyencong.core.pages import page_of
from khuyencong.core.web import SHOW_AND_ACT, run, take_away
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.training import actions, paper, shown
from khuyencong.training.entering import FIELDS
from khuyencong.training.forms import ChangeLearnerForm, ImportForm, NewLearnerForm, ReasonForm
from khuyencong.training.importing import LearnerList, read_learners, template
from khuyencong.training.models import CourseState, Learner
from khuyencong.training.queries import LONGEST, learners_for
from khuyencong.training.views.courses import tabs
from khuyencong.training.web import TITLE, communes_for, course_or_404, crumbs_to, learner_of, permitted, step_page

PAGE_SIZE = 100
MOST_NOTES = 5  # of a list that was taken
MANAGE = Permission.TRAINING_MANAGE


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def all_learners(request: ActorRequest) -> HttpResponse:
    """Everybody of the classes in my scope, by name."""
    text = request.GET.get("q", "")[:LONGEST]
    page = page_of(
        learners_for(request.actor, text),
        shown=Learner.objects.select_related("commune", "course__project"),
        number=request.GET.get("page"),
        size=50,
    )
    # By role alone: what is listed is in scope already, and no row is asked for more.
    whole = allowed(request.actor, Permission.PERSONAL_VIEW)
    context = {
        "page": page,
        "rows": shown.shown_learners(list(page.object_list), whole=whole),
        "q": text,
        "tabs": tabs("course_learners"),
        "crumbs": [Crumb(TITLE, reverse("courses")), Crumb("Người học")],
    }
    return render(request, "training/learners.html", context)


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def roster(request: ActorRequest, pk: int) -> HttpResponse:
    """The list of one class."""
    found = course_or_404(request.actor, pk)
    whole = allowed(request.actor, Permission.PERSONAL_VIEW, found)
    page = page_of(
        found.learners.listed(),
        shown=Learner.objects.select_related("commune", "employment"),
        number=request.GET.get("page"),
        size=PAGE_SIZE,
    )
    may = allowed(request.actor, MANAGE, found)
    context = {
        "course": found,
        "page": page,
        "rows": shown.shown_learners(list(page.object_list), whole=whole),
        "sessions": found.sessions.count(),
        "may_enter": may and found.state in {CourseState.PLANNED, CourseState.RUNNING},
        "may_correct": may and found.state != CourseState.CANCELLED,
        "may_download": allowed(request.actor, Permission.FILE_DOWNLOAD, found),
        "crumbs": crumbs_to(found, "Danh sách"),
    }
    return render(request, "training/roster.html", context)


@opens_to(MANAGE)
@require_http_methods(SHOW_AND_ACT)
def learner_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Put somebody into the list."""
    found = permitted(request, pk, MANAGE)
    form = NewLearnerForm(request.POST or None, communes=communes_for(found.project))

    def act() -> None:
        data = form.cleaned_data
        actions.add_learner(course_id=found.pk, by=request.actor, creation_key=data["creation_key"], fields=data)

    return step_page(
        request, course=found, form=form, title=f"Thêm {found.person_word}", act=act, done="Đã thêm vào danh sách.",
        submit_label="Thêm", back_url=reverse("course_roster", args=[found.pk]),
    )  # fmt: skip


@opens_to(MANAGE)
@require_http_methods(SHOW_AND_ACT)
def learner_change(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct somebody of the list."""
    learner = learner_of(request, pk)
    found = learner.course
    initial = {name: getattr(learner, name) for name in FIELDS} | {"version": learner.version}
    form = ChangeLearnerForm(request.POST or None, communes=communes_for(found.project), initial=initial)

    def act() -> None:
        data = form.cleaned_data
        actions.change_learner(learner_id=learner.pk, by=request.actor, version=data["version"], fields=data)

    return step_page(
        request, course=found, form=form, title=f"Sửa: {learner.name}", act=act, done="Đã sửa.", submit_label="Lưu",
        back_url=reverse("course_roster", args=[found.pk]),
    )  # fmt: skip


@opens_to(MANAGE)
@require_http_methods(SHOW_AND_ACT)
def learner_remove(request: ActorRequest, pk: int) -> HttpResponse:
    """Take somebody out of the list."""
    learner = learner_of(request, pk)
    form = ReasonForm(request.POST or None, initial={"version": learner.version})

    def act() -> None:
        actions.remove_learner(learner_id=learner.pk, by=request.actor, **form.cleaned_data)

    return step_page(
        request, course=learner.course, form=form, title=f"Đưa ra khỏi danh sách: {learner.name}", act=act,
        done="Đã đưa ra khỏi danh sách.", submit_label="Đưa ra",
        back_url=reverse("course_roster", args=[learner.course_id]),
    )  # fmt: skip


@opens_to(MANAGE)
@require_http_methods(SHOW_AND_ACT)
def roster_import(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a list from Excel, whole or not at all; the refused rows come back on the page, or as a file."""
    found = permitted(request, pk, MANAGE)
    form = ImportForm(request.POST or None, request.FILES or None)
    read: list[LearnerList] = []
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            read.append(read_learners(form.cleaned_data["file"].read(), found))
            if read[0].refused:
                raise Refused(f"Có {len(read[0].refused)} dòng chưa nhập được: chưa dòng nào được ghi.")
            actions.import_learners(
                course_id=found.pk, by=request.actor, creation_key=form.cleaned_data["creation_key"], rows=read[0].rows
            )

        if run(form, act):
            notes = "".join(f" {note}" for note in read[0].notes[:MOST_NOTES])
            messages.success(request, f"Đã nhập {len(read[0].rows)} người.{notes}")
            return redirect(reverse("course_roster", args=[found.pk]))
        if read and read[0].refused and "tra-lai" in request.POST:
            return take_away(read[0].back(), "dong-chua-nhap.xlsx")
    context = {
        "course": found,
        "form": form,
        "errors": read[0].errors if read else [],
        "notes": read[0].notes if read else [],
        "crumbs": crumbs_to(found, Crumb("Danh sách", reverse("course_roster", args=[found.pk])), "Nhập từ Excel"),
    }
    return render(request, "training/import.html", context, status=422 if request.method == "POST" else 200)


@opens_to(MANAGE)
@require_GET
def roster_template(request: ActorRequest, pk: int) -> HttpResponse:
    """An empty list to fill in."""
    return take_away(template(permitted(request, pk, MANAGE)), "mau-danh-sach.xlsx")


@opens_to(Permission.FILE_DOWNLOAD)
@require_GET
def signed_list(request: ActorRequest, pk: int) -> HttpResponse:
    """The list to be signed, as a PDF; that somebody took it away is kept in the trail."""
    found = course_or_404(request.actor, pk)
    require(request.actor, Permission.FILE_DOWNLOAD, found)
    with transaction.atomic():
        content = paper.signed_list_pdf(found, whole=allowed(request.actor, Permission.PERSONAL_VIEW, found))
        record(action="course.signed_list", by=request.actor, subject=found, thread=found.thread)
    return take_away(content, f"danh-sach-{found.pk}.pdf")
