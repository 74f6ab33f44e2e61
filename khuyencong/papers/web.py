"""What the pages of papers share: finding a form, a paper, an upload in scope; files that leave."""

from __future__ import annotations

from uuid import UUID

from django.core.files.storage import Storage
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from khuyencong.core.components import Crumb, Tab
from khuyencong.core.files import check_leaving
from khuyencong.papers.catalogue import FORMS
from khuyencong.papers.form import Form
from khuyencong.papers.models import Paper, PaperBatch
from khuyencong.papers.queries import Upload, batches_of, upload_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed

GONE = "Tệp không còn trên máy chủ: hãy báo người quản trị."


def form_or_404(code: str) -> Form:
    """The form of the catalogue with that code."""
    if code not in FORMS:
        raise Http404
    return FORMS[code]


def paper_or_404(actor: Actor, pk: int) -> Paper:
    """The paper, if it is of the actor's agency or about a record in its scope; a stranger's is not there."""
    paper = get_object_or_404(Paper.objects.select_related("agency", "template__agency", "created_by"), pk=pk)
    if not allowed(actor, Permission.PAPER_VIEW, paper):
        raise Http404
    return paper


def upload_or_404(actor: Actor, key: UUID) -> Upload:
    """The upload of the actor's agency; another's is not there."""
    found = upload_of(actor, key)
    if found is None:
        raise Http404
    return found


def batch_or_404(actor: Actor, pk: int) -> PaperBatch:
    """The batch of the actor's agency; another's is not there."""
    return get_object_or_404(batches_of(actor), pk=pk)


def bytes_or_404(storage: Storage, name: str) -> bytes:
    """What lies on the disk under that name. Raises Http404, and Refused while the file is held back."""
    check_leaving(name)
    try:
        with storage.open(name, "rb") as file:
            content: bytes = file.read()
    except FileNotFoundError:
        raise Http404(GONE) from None
    return content


def crumbs(*more: Crumb | str) -> list[Crumb]:
    """The list of papers, and what lies under it; a text is this page."""
    return [Crumb("Giấy tờ", reverse("papers")), *(Crumb(one) if isinstance(one, str) else one for one in more)]


def tabs(actor: Actor, active: str) -> list[Tab]:
    """The parts of this room that the actor may open."""
    rows = (
        ("papers", "Giấy tờ đã lập", Permission.PAPER_VIEW),
        ("paper_scans", "Bản quét đã ký", Permission.PAPER_VIEW),
        ("paper_batches", "Lập hàng loạt", Permission.PAPER_VIEW),
        ("paper_templates", "Mẫu của cơ quan", Permission.PAPER_TEMPLATE),
    )
    return [Tab(label, reverse(name), name == active) for name, label, wanted in rows if allowed(actor, wanted)]


def picture_answer(content: bytes) -> HttpResponse:
    """A picture for the page: shown, not stored by anybody between."""
    return HttpResponse(
        content,
        content_type="image/jpeg",
        headers={"Cache-Control": "private, max-age=3600", "Content-Disposition": "inline"},
    )
