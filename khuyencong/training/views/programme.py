"""The programme of a class: sessions, trainers, rates, files, and the poster for the door."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.audit.handing_out import hand_out, opened
from khuyencong.core.findings import Finding
from khuyencong.core.web import SHOW_AND_ACT, press, version_of
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.training import actions
from khuyencong.training.actions import SessionInput
from khuyencong.training.door import OPEN
from khuyencong.training.forms import FilesForm, MoveSessionForm, RateForm, SessionsForm, TrainerForm
from khuyencong.training.public import door_address, may_enter, may_evaluate, qr_of
from khuyencong.training.rules import law_on
from khuyencong.training.web import course_or_404, crumbs_to, permitted, step_page

MANAGE = Permission.TRAINING_MANAGE


@opens_to(MANAGE)
@require_http_methods(SHOW_AND_ACT)
def sessions(request: ActorRequest, pk: int) -> HttpResponse:
    """Add sessions, of one day or of every day of a span."""
    found = permitted(request, pk, MANAGE)
    initial = {
        "version": found.version,
        "first": found.starts_on,
        "last": found.ends_on,
        "morning_from": "7:30",
        "morning_to": "11:00",
        "afternoon_from": "13:30",
        "afternoon_to": "16:30",
    }
    form = SessionsForm(request.POST or None, trainers=found.trainers.all(), initial=initial)

    def act() -> None:
        data = form.cleaned_data
        actions.add_sessions(
            course_id=found.pk, by=request.actor, version=data["version"], sessions=form.sessions,
            topic=data["topic"], trainer=data["trainer"],
        )  # fmt: skip

    return step_page(
        request, course=found, form=form, title="Thêm buổi", act=act, done="Đã thêm các buổi.",
        submit_label="Thêm buổi", intro="Xóa giờ của buổi không có. Chủ nhật được bỏ qua, trừ khi đánh dấu.",
    )  # fmt: skip


@opens_to(MANAGE)
@require_POST
def session_remove(request: ActorRequest, pk: int, session: int) -> HttpResponse:
    """Take a session out that was added by mistake."""
    found = permitted(request, pk, MANAGE)
    get_object_or_404(found.sessions, pk=session)

    def act() -> None:
        actions.remove_session(course_id=found.pk, session_id=session, by=request.actor, version=version_of(request))

    press(request, act, done="Đã bỏ buổi.")
    return redirect(found.get_absolute_url())


@opens_to(MANAGE)
@require_http_methods(SHOW_AND_ACT)
def session_move(request: ActorRequest, pk: int, session: int) -> HttpResponse:
    """Put a session on its right day and hour."""
    found = permitted(request, pk, MANAGE)
    one = get_object_or_404(found.sessions, pk=session)
    initial = {name: getattr(one, name) for name in ("held_on", "starts_at", "ends_at")}
    form = MoveSessionForm(request.POST or None, initial={**initial, "version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.move_session(
            course_id=found.pk, session_id=session, by=request.actor, version=data["version"], reason=data["reason"],
            to=SessionInput(data["held_on"], data["starts_at"], data["ends_at"]),
        )  # fmt: skip

    return step_page(
        request, course=found, form=form, title=f"Chuyển buổi {one}", act=act, done="Đã chuyển buổi.",
        submit_label="Chuyển buổi", intro="Điểm danh đã ghi đi theo buổi.",
    )  # fmt: skip


@opens_to(MANAGE)
@require_POST
def door_renew(request: ActorRequest, pk: int) -> HttpResponse:
    """Another address at the door, where the old one is in wrong hands."""
    found = permitted(request, pk, MANAGE)

    def act() -> None:
        actions.renew_door(course_id=found.pk, by=request.actor, version=version_of(request))

    press(request, act, done="Đã đổi địa chỉ: mã QR cũ không mở được nữa, hãy in và dán tờ mới.")
    return redirect("course_poster", found.pk)


@opens_to(MANAGE)
@require_http_methods(SHOW_AND_ACT)
def trainer(request: ActorRequest, pk: int) -> HttpResponse:
    """Add who teaches or reports."""
    found = permitted(request, pk, MANAGE)
    form = TrainerForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        actions.add_trainer(course_id=found.pk, by=request.actor, **form.cleaned_data)

    return step_page(
        request, course=found, form=form, title="Thêm giảng viên, báo cáo viên", act=act, done="Đã thêm.",
        submit_label="Thêm",
    )  # fmt: skip


@opens_to(MANAGE)
@require_POST
def trainer_remove(request: ActorRequest, pk: int, trainer_id: int) -> HttpResponse:
    """Take a trainer out."""
    found = permitted(request, pk, MANAGE)
    get_object_or_404(found.trainers, pk=trainer_id)

    def act() -> None:
        actions.remove_trainer(course_id=found.pk, trainer_id=trainer_id, by=request.actor, version=version_of(request))

    press(request, act, done="Đã bỏ.")
    return redirect(found.get_absolute_url())


@opens_to(MANAGE)
@require_http_methods(SHOW_AND_ACT)
def rate(request: ActorRequest, pk: int) -> HttpResponse:
    """Write a rate down with its document; what the law room says stands above the form."""
    found = permitted(request, pk, MANAGE)
    form = RateForm(request.POST or None, initial={"version": found.version})
    law = law_on(found)
    said: list[Finding | None] = []

    def act() -> None:
        said.append(actions.set_rate(course_id=found.pk, by=request.actor, **form.cleaned_data))

    answer = step_page(
        request, course=found, form=form, title="Mức chi", act=act, done="Đã ghi mức chi.", submit_label="Ghi mức chi",
        intro=f"{law.sentence} ({law.citation})" if law.citation else law.sentence,
    )  # fmt: skip
    if said and said[0] is not None:
        messages.warning(request, f"{said[0].sentence} ({said[0].article})")
    return answer


@opens_to(MANAGE)
@require_POST
def rate_remove(request: ActorRequest, pk: int, rate_id: int) -> HttpResponse:
    """Take a rate back."""
    found = permitted(request, pk, MANAGE)
    get_object_or_404(found.rates, pk=rate_id)

    def act() -> None:
        actions.remove_rate(course_id=found.pk, rate_id=rate_id, by=request.actor, version=version_of(request))

    press(request, act, done="Đã bỏ mức chi.")
    return redirect(found.get_absolute_url())


@opens_to(MANAGE)
@require_http_methods(SHOW_AND_ACT)
def files(request: ActorRequest, pk: int) -> HttpResponse:
    """Add materials, signed lists and other files."""
    found = permitted(request, pk, MANAGE)
    form = FilesForm(request.POST or None, request.FILES or None, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.add_files(
            course_id=found.pk, by=request.actor, version=data["version"], kind=data["kind"], uploads=data["uploads"]
        )

    return step_page(
        request, course=found, form=form, title="Thêm tệp", act=act, done="Đã thêm tệp.", submit_label="Thêm tệp"
    )


@opens_to(Permission.FILE_DOWNLOAD)
@require_GET
def course_file(request: ActorRequest, pk: int, file: int) -> HttpResponseBase:
    """One file, always as a download under its own name; the download is audited."""
    found = course_or_404(request.actor, pk)
    require(request.actor, Permission.FILE_DOWNLOAD, found)
    one = get_object_or_404(found.files, pk=file)
    return hand_out(
        opened(one.file),
        name=one.name,
        content_type=one.content_type,
        action="course.download",
        by=request.actor,
        subject=found,
        thread=found.thread,
    )


@opens_to(MANAGE)
@require_safe
def poster(request: ActorRequest, pk: int) -> HttpResponse:
    """A sheet for the door: the code that opens the page of the class without an account."""
    found = permitted(request, pk, MANAGE)
    address = door_address(found)
    context = {
        "course": found,
        "address": address,
        "qr": qr_of(address),
        "may_enter": may_enter(found),
        "may_evaluate": may_evaluate(found),
        "may_renew": found.state in OPEN,
        "crumbs": crumbs_to(found, "Mã QR ở cửa lớp"),
    }
    return render(request, "training/poster.html", context)
