"""Complaints about results: written down, made by an owner, answered, and what follows from one that was right."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.competitions.judging.seats import may_read
from khuyencong.competitions.models import Complaint, Entry, EntryState, Round
from khuyencong.competitions.outcome.actions import complaints as actions
from khuyencong.competitions.outcome.actions import recognising
from khuyencong.competitions.outcome.forms import AnswerForm, ComplaintForm, OwnComplaintForm, RecognitionForm
from khuyencong.competitions.outcome.shown import upheld_without
from khuyencong.competitions.outcome.web import crumbs_to, step_page
from khuyencong.competitions.web import entry_or_404, round_or_404
from khuyencong.core.components import Crumb, Fact
from khuyencong.core.dates import format_date, today
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def complaint_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Write down a complaint that came on paper."""
    found = round_or_404(request.actor, pk)
    require(request.actor, Permission.COMPETITION_MANAGE, found)
    # Before that the form would name the products to somebody who may still be judging them blind.
    actions.told_on(found)
    entries = Entry.objects.filter(round=found, state=EntryState.ACCEPTED).order_by("product", "pk")
    form = ComplaintForm(request.POST or None, entries=entries)

    def act() -> None:
        data = dict(form.cleaned_data)
        key = data.pop("creation_key")
        actions.file_complaint(round_id=found.pk, by=request.actor, creation_key=key, fields=data)

    return step_page(
        request,
        about=found.name,
        form=form,
        title="Ghi khiếu nại về kết quả",
        act=act,
        done="Đã ghi khiếu nại.",
        submit_label="Ghi khiếu nại",
        back_url=found.get_absolute_url(),
        crumbs=crumbs_to(found, Crumb("Khiếu nại")),
    )


@opens_to(Permission.OWN_ESTABLISHMENT)
@require_http_methods(SHOW_AND_ACT)
def own_complaint(request: ActorRequest, pk: int) -> HttpResponse:
    """The owner of a product has something against its result."""
    entry = entry_or_404(request.actor, pk)
    require(request.actor, Permission.OWN_ESTABLISHMENT, entry)
    form = OwnComplaintForm(request.POST or None)

    def act() -> None:
        data = form.cleaned_data
        actions.complain(
            entry_id=entry.pk, by=request.actor, creation_key=data["creation_key"], text=data["text"], on=today()
        )

    return step_page(
        request,
        about=entry.product,
        form=form,
        title="Khiếu nại kết quả bình chọn",
        act=act,
        done="Đã gửi khiếu nại tới Hội đồng bình chọn.",
        submit_label="Gửi khiếu nại",
        back_url=entry.get_absolute_url(),
        crumbs=[*crumbs_to(entry.round, Crumb(entry.product, entry.get_absolute_url())), Crumb("Khiếu nại")],
    )


def _complaint(actor: Actor, pk: int) -> Complaint:
    """The complaint of a round that the actor's agency runs; anybody else's is not there."""
    rounds = Round.objects.visible_to(actor).order_by().values("pk")
    rows = Complaint.objects.filter(round__in=rounds).select_related("round__agency", "entry", "by")
    return get_object_or_404(rows, pk=pk)


@opens_to(Permission.COMPETITION_VIEW)
@require_safe
def complaint(request: ActorRequest, pk: int) -> HttpResponse:
    """One complaint with its days, for who runs the round and its council (Đ10.3); the owner reads of it on the product's page."""
    found, actor = _complaint(request.actor, pk), request.actor
    may_answer = allowed(actor, Permission.COMPETITION_MANAGE, found.round)
    may_decide = allowed(actor, Permission.COMPETITION_DECIDE, found.round)
    if not may_read(found.round, actor):
        require(actor, Permission.COMPETITION_MANAGE, found.round)
    context = {
        "complaint": found,
        "facts": _facts(found),
        "answer_url": reverse("award_complaint_answer", args=[found.pk]) if may_answer and not found.result else "",
        "recognise_url": reverse("award_recognise_more", args=[found.pk])
        if may_decide and upheld_without(found)
        else "",
        "crumbs": crumbs_to(found.round, Crumb(_title(found))),
    }
    return render(request, "competitions/outcome/complaint.html", context)


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def complaint_answer(request: ActorRequest, pk: int) -> HttpResponse:
    """What the council answered."""
    found = _complaint(request.actor, pk)
    require(request.actor, Permission.COMPETITION_MANAGE, found.round)
    form = AnswerForm(request.POST or None, initial={"version": found.version})
    back = reverse("award_complaint", args=[found.pk])

    def act() -> None:
        actions.answer_complaint(complaint_id=found.pk, by=request.actor, **form.cleaned_data)

    return step_page(
        request,
        about=f"{found.complainant}: {found.round.name}",
        form=form,
        title="Trả lời khiếu nại",
        act=act,
        done="Đã ghi trả lời khiếu nại.",
        submit_label="Ghi trả lời",
        back_url=back,
        crumbs=crumbs_to(found.round, Crumb(_title(found), back), Crumb("Trả lời")),
    )


def _title(found: Complaint) -> str:
    return f"Khiếu nại ngày {format_date(found.received_on)}"


def _facts(found: Complaint) -> list[Fact]:
    rows = [
        Fact("Kỳ bình chọn", found.round.name, found.round.get_absolute_url()),
        Fact("Về sản phẩm", str(found.entry), found.entry.get_absolute_url()) if found.entry else None,
        Fact("Người khiếu nại", found.complainant),
        Fact("Ngày nhận đơn", format_date(found.received_on)),
        Fact(
            "Thời hiệu",
            f"đến hết ngày {format_date(found.last_on)}{' – đơn đến sau' if found.is_late else ''} (TT 26/2014 Đ20.1)",
        ),
        Fact("Trả lời chậm nhất", f"{format_date(found.answer_by)} (TT 26/2014 Đ20.2)"),
        Fact("Kết quả", found.get_result_display()) if found.result else None,
        Fact("Ngày trả lời", format_date(found.answered_on)) if found.answered_on else None,
        Fact("Văn bản trả lời", found.answer_number) if found.answer_number else None,
    ]
    return [one for one in rows if one is not None]


@opens_to(Permission.COMPETITION_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def recognition_more(request: ActorRequest, pk: int) -> HttpResponse:
    """Recognise the product of a complaint that was upheld, by a decision of its own."""
    found = _complaint(request.actor, pk)
    require(request.actor, Permission.COMPETITION_DECIDE, found.round)
    form = RecognitionForm(
        request.POST or None,
        initial={
            "version": found.round.version,
            "suffix": f"/{found.round.year}/GCN",
            "minutes_on": found.answered_on or today(),
        },
    )

    def act() -> None:
        recognising.recognise_after_complaint(complaint_id=found.pk, by=request.actor, **form.cleaned_data)

    return step_page(
        request,
        about=f"{found.round.name}: {found.entry or ''}",
        form=form,
        title="Công nhận bổ sung sau khiếu nại",
        act=act,
        done="Đã ghi quyết định và cấp giấy chứng nhận.",
        submit_label="Ghi quyết định, cấp giấy chứng nhận",
        back_url=reverse("award_complaint", args=[found.pk]),
        crumbs=crumbs_to(found.round, Crumb("Công nhận bổ sung")),
    )
