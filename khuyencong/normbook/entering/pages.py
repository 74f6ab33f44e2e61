"""What the pages of entered documents share: fetching one in scope, running an action, and what the page of one shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from khuyencong.audit.labels import describe
from khuyencong.audit.models import AuditEvent
from khuyencong.audit.queries import differences, timeline
from khuyencong.core.components import Change, Crumb, Event, Fact, Tone
from khuyencong.core.dates import format_date, format_moment, today
from khuyencong.core.web import form_page, press, version_of
from khuyencong.law.values import Document
from khuyencong.law.wording import period_text
from khuyencong.normbook.entering.forms import province_label
from khuyencong.normbook.models import EnteredDocument, EnteredNorm, EntryState
from khuyencong.normbook.states import check_state, transition
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import require
from khuyencong.people.web import ActorRequest

LIST = "Nhập và xác nhận định mức"
FIELD_LABELS = {"state": "trạng thái", "sha256": "mã băm của tệp"}


def entry_or_404(actor: Actor, pk: int) -> EnteredDocument:
    """The document with everything its pages show, if the actor may know of it; three queries."""
    visible = EnteredDocument.objects.visible_to(actor).select_related(
        "province", "agency__province", "entered_by", "sent_by", "confirmed_by"
    )
    norms = Prefetch("norms", EnteredNorm.objects.prefetch_related("tiers"))
    return get_object_or_404(visible.prefetch_related(norms), pk=pk)


def entry_for_step(request: ActorRequest, pk: int, name: str) -> EnteredDocument:
    """The document on which the actor may take the step `name` of the transition table.

    Raises 404 out of scope, NotAllowed where the matrix refuses, and for a page that is only looked at Refused where
    the state does not allow the step. A posted form goes on to the action, which answers beside what was typed.
    """
    document = entry_or_404(request.actor, pk)
    require(request.actor, transition(name).permission, document)
    if request.method != "POST":
        check_state(document, name)
    return document


def crumbs_to(document: EnteredDocument | None, title: str = "") -> list[Crumb]:
    """The law, the list of entered documents, the document, this page."""
    found = [Crumb("Văn bản và định mức", reverse("norms")), Crumb(LIST, reverse("norm_entries"))]
    if document is None:
        return [*found, Crumb(title)]
    if not title:
        return [*found, Crumb(str(document))]
    return [*found, Crumb(str(document), reverse("norm_entry", args=[document.pk])), Crumb(title)]


def step_page(
    request: ActorRequest,
    document: EnteredDocument,
    form: forms.BaseForm,
    act: Callable[[], Any],
    *,
    title: str,
    done: str,
    context: Mapping[str, Any],
    template: str = "normbook/entry_step.html",
) -> HttpResponse:
    """One step with a form of its own: show it, or act and go back to the document.

    A refused form comes back with status 422 and everything that was typed.
    """
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect("norm_entry", pk=document.pk),
        template=template,
        context={"document": document, "title": title, "crumbs": crumbs_to(document, title), **context},
    )


def button(
    request: ActorRequest, document: EnteredDocument, act: Callable[[int], Any], *, done: str, gone: bool = False
) -> HttpResponse:
    """A plain button, whose form carries the version alone: act and go back, with the sentence either way.

    `gone` says that the document is not there any more once it went through.
    """
    pressed = press(request, lambda: act(version_of(request)), done=done)
    return redirect("norm_entries") if gone and pressed else redirect("norm_entry", pk=document.pk)


@dataclass(frozen=True, slots=True)
class Force:
    """Whether a confirmed document is in force: a badge with its tone, and the day in words."""

    label: str
    tone: Tone
    day: str


def force_of(document: EnteredDocument, law: Document | None) -> Force | None:
    """Whether a confirmed document is in force, to come or over; None for all others.

    `law` is the document as it counts: another may have ended it, and a correction has the days of what it corrects.
    """
    if document.state != EntryState.CONFIRMED or law is None or law.valid_from is None:
        return None
    if law.valid_to is not None and law.valid_to < today():
        return Force("Đã hết hiệu lực", "", f"sau ngày {format_date(law.valid_to)}")
    if law.valid_from > today():
        return Force("Sắp có hiệu lực", "info", f"từ {format_date(law.valid_from)}")
    return Force("Có hiệu lực", "success", f"từ {format_date(law.valid_from)}")


def facts_of(document: EnteredDocument, known: Mapping[str, Document]) -> list[Fact]:
    """What the document is, in the order of its form; `known` are the documents that it may name."""
    by = {
        "Nhập bởi": f"{document.entered_by}, {document.agency.short_name}",
        "Gửi xác nhận bởi": str(document.sent_by or ""),
        "Xác nhận bởi": str(document.confirmed_by or ""),
    }
    if document.confirmed_at:
        by["Xác nhận bởi"] += f", lúc {format_moment(document.confirmed_at)}"
    rows = [
        Fact("Trích yếu", document.title),
        Fact("Cơ quan ban hành", document.issuer),
        Fact("Ngày ban hành", format_date(document.issued_on)),
        Fact("Hiệu lực", period_text(document.valid_from, document.valid_to)),
        Fact("Áp dụng tại", province_label(document.province) if document.province else "Cả nước"),
        *(_named("Thay thế", key, known) for key in document.replaces),
        *([_named("Đính chính cho", document.corrects, known)] if document.corrects else []),
        Fact("Ghi chú", document.note),
        *(Fact(label, value) for label, value in by.items()),
    ]
    return [row for row in rows if row.value]


def _named(label: str, key: str, known: Mapping[str, Document]) -> Fact:
    document = known.get(key)
    if document is None:
        return Fact(label, f"văn bản «{key}», không còn trong hệ thống")
    return Fact(label, document.name, reverse("norm_document", args=[key]))


def events_of(document: EnteredDocument) -> list[Event]:
    """The audit trail of the document, newest first, with what changed; one query."""
    return [
        Event(
            at=event.at,
            title=describe(event.action),
            who=f"{event.actor_label}, {event.agency_label}",
            note=event.note,
            changes=_changes(event),
        )
        for event in reversed(timeline(document.thread))
    ]


def _changes(event: AuditEvent) -> tuple[Change, ...]:
    told = ((one.name, _text(one.name, one.before), _text(one.name, one.after)) for one in differences(event))
    return tuple(Change(FIELD_LABELS.get(name, name), before, after) for name, before, after in told if before != after)


def _text(name: str, value: Any) -> str:
    """A value of the trail as people read it."""
    if value is None:
        return ""
    if name == "state":
        return str(EntryState(value).label)
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    with suppress(ValueError):
        return format_date(date.fromisoformat(str(value)))
    return str(value)
