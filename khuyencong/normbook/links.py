"""Where the pages of this room lead: the tabs above each of them, and the form that puts a document right."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode

from khuyencong.core.components import Tab
from khuyencong.law.values import Document
from khuyencong.normbook.reading.places import PlaceBook
from khuyencong.normbook.rules import can_be_corrected, may_enter_for
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed

PAGES = (
    ("norms", "Định mức theo ngày"),
    ("norm_contents", "Chín nội dung"),
    ("norm_documents", "Văn bản"),
    ("norm_compare", "So sánh"),
    ("norm_changes", "Thay đổi theo ngày"),
)
KEEPING = ("norm_entries", "Nhập và xác nhận")


def law_tabs(actor: Actor, active: str = "") -> list[Tab]:
    """The tabs for an actor; `active` is the URL name of the page they stand on, "" for a page below one of them."""
    keeps = allowed(actor, Permission.NORM_EDIT) or allowed(actor, Permission.NORM_CONFIRM)
    pages = [*PAGES, KEEPING] if keeps else PAGES
    return [Tab(label, reverse(name), active=name == active) for name, label in pages]


def correction_url(actor: Actor, document: Document | None, places: PlaceBook, *, activity: str = "") -> str:
    """The form that corrects this document, for who enters documents of its place; "" for everybody else."""
    if document is None or not allowed(actor, Permission.NORM_EDIT):
        return ""
    province = places.province(document.scope)
    if (document.scope and province is None) or not may_enter_for(actor.agency, province):
        return ""
    if document.corrects or not can_be_corrected(document, document.scope):
        return ""
    asked = {"corrects": document.id, **({"activity": activity} if activity else {})}
    return f"{reverse('norm_entry_new')}?{urlencode(asked)}"
