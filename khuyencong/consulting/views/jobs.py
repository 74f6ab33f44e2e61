"""The steps of a job, each a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from khuyencong.consulting import actions
from khuyencong.consulting.actions import PhaseInput
from khuyencong.consulting.actions.jobs import ENDS, MOST_PHASES
from khuyencong.consulting.forms import (
    AcceptForm,
    AnnexForm,
    BookingForm,
    EndForm,
    FilesForm,
    OfferEditForm,
    OfferForm,
    PhaseForm,
    ReasonForm,
    SignForm,
)
from khuyencong.consulting.models import Booking, BookingKind, Client, Job, JobState
from khuyencong.consulting.money import money_of, most_invoiced
from khuyencong.consulting.shown import BOOKINGS
from khuyencong.consulting.states import TRANSITIONS, check_step
from khuyencong.consulting.web import crumbs_to, job_to_keep, step_page
from khuyencong.core.components import Crumb
from khuyencong.core.dates import today
from khuyencong.core.forms import VersionedForm
from khuyencong.core.web import SHOW_AND_ACT, form_page, run
from khuyencong.people.permissions import Permission, require
from khuyencong.people.queries import staff_of
from khuyencong.people.web import ActorRequest, opens_to

ENDINGS = {row.name: row.label for row in TRANSITIONS if row.name in ENDS}
DONE = {"close": "Đã ghi thanh lý.", "stop": "Đã ghi chấm dứt.", "lose": "Đã ghi là không ký được."}
PHASES = "gd"


def _crumbs(job: Job, title: str) -> list[Crumb]:
    return crumbs_to((job.title, job.get_absolute_url()), title)


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def job_new(request: ActorRequest) -> HttpResponse:
    """An offer to a client (`?khach-hang=`)."""
    actor = request.actor
    require(actor, Permission.CONSULTING_MANAGE, Job(agency=actor.agency))
    clients = list(Client.objects.filter(agency__in=actor.agency_ids).order_by("name").values_list("pk", "name"))
    if not clients and request.method != "POST":
        messages.info(request, "Trước hết hãy ghi khách hàng.")
        return redirect("consulting_client_new")
    initial = {"client": request.GET.get("khach-hang", ""), "in_charge": actor.user.pk}
    form = OfferForm(request.POST or None, users=staff_of(actor), clients=clients, initial=initial)
    made: list[Job] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.offer_job(by=actor, creation_key=data["creation_key"], client_id=int(data["client"]), fields=data)
        )

    return form_page(
        request,
        form=form,
        act=act,
        done="Đã ghi báo giá.",
        back=lambda: redirect(made[0]),
        template="consulting/step.html",
        context={
            "title": "Ghi báo giá",
            "about": "",
            "submit_label": "Ghi báo giá",
            "back_url": reverse("consulting"),
            "crumbs": crumbs_to("Ghi báo giá"),
            "intro": "Thu của việc này là thu riêng của đơn vị, không thuộc kinh phí khuyến công.",
        },
    )


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def job_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Another offer."""
    found = job_to_keep(request, pk)
    names = ("kind", "title", "offer_number", "offered_on", "offered", "note", "version")
    initial = {name: getattr(found, name) for name in names} | {"in_charge": found.in_charge_id}
    form = OfferEditForm(request.POST or None, users=staff_of(request.actor), initial=initial)

    def act() -> None:
        data = form.cleaned_data
        actions.change_offer(job_id=found.pk, by=request.actor, version=data["version"], fields=data)

    return _step(request, found, form, "Sửa báo giá", act, "Đã sửa báo giá.", "Ghi")


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def job_sign(request: ActorRequest, pk: int) -> HttpResponse:
    """The contract is signed."""
    found = job_to_keep(request, pk)
    if request.method != "POST":
        check_step(found, "sign")
    form = SignForm(request.POST or None, initial={"version": found.version, "value": found.offered})

    def act() -> None:
        data = form.cleaned_data
        actions.sign_job(
            job_id=found.pk, by=request.actor, version=data["version"], number=data["number"], on=data["on"],
            value=data["value"], ends_on=data["ends_on"],
        )  # fmt: skip

    return _step(request, found, form, "Ghi hợp đồng", act, "Đã ghi hợp đồng. Chia giai đoạn nếu cần.", "Ghi hợp đồng")


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def job_divide(request: ActorRequest, pk: int) -> HttpResponse:
    """The phases that are not accepted yet, as rows of one form."""
    found = job_to_keep(request, pk)
    bound = request.POST if request.method == "POST" else None
    form = VersionedForm(bound, initial={"version": found.version})
    rows = [
        {"title": one.title, "amount": one.amount, "due_on": one.due_on}
        for one in found.phases.filter(accepted_on__isnull=True)
    ]
    made: Any = forms.formset_factory(  # the stubs know no formset class of ours
        PhaseForm, extra=2, max_num=MOST_PHASES, absolute_max=MOST_PHASES, validate_max=True
    )
    formset = made(bound, prefix=PHASES, initial=rows)

    def act() -> None:
        phases = [
            PhaseInput(row["title"], row["amount"], row.get("due_on"))
            for row in formset.cleaned_data
            if row.get("title")
        ]
        actions.divide_job(job_id=found.pk, by=request.actor, version=form.cleaned_data["version"], phases=phases)

    if bound is not None and form.is_valid() and formset.is_valid() and run(form, act):
        messages.success(request, "Đã chia giai đoạn.")
        return redirect(found)
    context = {
        "form": form,
        "formset": formset,
        "title": "Chia giai đoạn",
        "about": found.title,
        "submit_label": "Ghi giai đoạn",
        "back_url": found.get_absolute_url(),
        "crumbs": _crumbs(found, "Chia giai đoạn"),
        "intro": "Giai đoạn đã nghiệm thu giữ nguyên. Mọi giai đoạn cộng lại bằng giá trị hợp đồng.",
    }
    return render(request, "consulting/step.html", context, status=422 if bound is not None else 200)


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def phase_accept(request: ActorRequest, pk: int, number: int) -> HttpResponse:
    """Minutes of acceptance of one phase."""
    found = job_to_keep(request, pk)
    phase = get_object_or_404(found.phases, number=number)
    form = AcceptForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.accept_phase(
            job_id=found.pk, number=number, by=request.actor, version=data["version"], on=data["on"],
            document=data["document"],
        )  # fmt: skip

    return _step(request, found, form, f"Nghiệm thu: {phase}", act, "Đã ghi nghiệm thu.", "Ghi nghiệm thu")


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def phase_annul(request: ActorRequest, pk: int, number: int) -> HttpResponse:
    """A phase was accepted wrongly."""
    found = job_to_keep(request, pk)
    phase = get_object_or_404(found.phases, number=number)
    form = ReasonForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.annul_acceptance(
            job_id=found.pk, number=number, by=request.actor, version=data["version"], reason=data["reason"]
        )

    return _step(request, found, form, f"Hủy nghiệm thu: {phase}", act, "Đã hủy nghiệm thu.", "Hủy nghiệm thu")


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def job_annex(request: ActorRequest, pk: int) -> HttpResponse:
    """An annex gives the contract another value."""
    found = job_to_keep(request, pk)
    form = AnnexForm(request.POST or None, initial={"version": found.version, "on": today(), "value": found.value})

    def act() -> None:
        data = form.cleaned_data
        actions.annex_job(
            job_id=found.pk, by=request.actor, version=data["version"], number=data["number"], on=data["on"],
            value=data["value"],
        )  # fmt: skip

    done = "Đã ghi phụ lục. Phần chưa nghiệm thu là một giai đoạn: chia lại nếu cần."
    return _step(request, found, form, "Ghi phụ lục", act, done, "Ghi phụ lục")


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def job_reopen(request: ActorRequest, pk: int) -> HttpResponse:
    """Take the end of a job back."""
    found = job_to_keep(request, pk)
    if request.method != "POST":
        check_step(found, "reopen")
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    form.fields["reason"].label = "Lý do mở lại"

    def act() -> None:
        data = form.cleaned_data
        actions.reopen_job(job_id=found.pk, by=request.actor, version=data["version"], reason=data["reason"])

    return _step(request, found, form, "Mở lại", act, "Đã mở lại.", "Mở lại")


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def job_end(request: ActorRequest, pk: int, step: str) -> HttpResponse:
    """Close, stop or lose."""
    if step not in ENDINGS:
        raise Http404
    found = job_to_keep(request, pk)
    if request.method != "POST":
        check_step(found, step)
    form = EndForm(request.POST or None, initial={"version": found.version, "on": today()})
    if step == "close":
        form.fields["reason"].label = "Số, ngày biên bản thanh lý"

    def act() -> None:
        data = form.cleaned_data
        actions.end_job(
            job_id=found.pk, step=step, by=request.actor, version=data["version"], on=data["on"],
            reason=data["reason"],
        )  # fmt: skip

    return _step(request, found, form, ENDINGS[step], act, DONE[step], "Ghi")


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def booking_new(request: ActorRequest, pk: int, kind: str) -> HttpResponse:
    """An invoice, a receipt, a refund, a debt given up or a cost."""
    if kind not in BookingKind.values:
        raise Http404
    found, chosen = job_to_keep(request, pk), BookingKind(kind)
    money = money_of(found.bookings.all())
    initial: dict[str, Any] = {"version": found.version, "on": today()}
    if chosen == BookingKind.INVOICE and found.state != JobState.SIGNED:
        initial["amount"] = max(most_invoiced(found) - money.invoiced, 0) or None
    if chosen in {BookingKind.RECEIPT, BookingKind.WRITTEN_OFF} and money.owed > 0:
        initial["amount"] = money.owed
    if chosen == BookingKind.REFUND and money.owed < 0:
        initial["amount"] = -money.owed
    form = BookingForm(request.POST or None, kind=chosen, initial=initial)

    def act() -> None:
        data = form.cleaned_data
        actions.book(job_id=found.pk, kind=chosen, by=request.actor, version=data["version"], fields=data)

    return _step(request, found, form, BOOKINGS[chosen], act, "Đã ghi.", "Ghi")


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def booking_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Take back what was booked wrongly."""
    found = job_to_keep(request, get_object_or_404(Booking, pk=pk).job_id)
    booking = found.bookings.get(pk=pk)
    form = ReasonForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.take_back(booking_id=pk, by=request.actor, version=data["version"], reason=data["reason"])

    return _step(request, found, form, f"Hủy: {booking}", act, "Đã hủy khoản ấy.", "Hủy khoản này")


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def job_files(request: ActorRequest, pk: int) -> HttpResponse:
    """Add files."""
    found = job_to_keep(request, pk)
    form = FilesForm(request.POST or None, request.FILES or None, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.add_job_files(job_id=found.pk, by=request.actor, version=data["version"], uploads=data["uploads"])

    return _step(request, found, form, "Thêm tệp", act, "Đã thêm tệp.", "Thêm")


def _step(
    request: ActorRequest, job: Job, form: forms.BaseForm, title: str, act: Any, done: str, submit_label: str
) -> HttpResponse:
    return step_page(
        request,
        form=form,
        title=title,
        about=str(job),
        act=act,
        done=done,
        submit_label=submit_label,
        back_url=job.get_absolute_url(),
        crumbs=_crumbs(job, title),
    )
