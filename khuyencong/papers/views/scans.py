"""Signed papers come back: uploading, how far reading is, what was found, the pages as pictures."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb
from khuyencong.core.money import percent
from khuyencong.core.turns import turn_page
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.papers import actions, queries
from khuyencong.papers.forms import ScansForm
from khuyencong.papers.models import Scan
from khuyencong.papers.pictures import shown
from khuyencong.papers.queries import Upload
from khuyencong.papers.turns import read_some
from khuyencong.papers.web import bytes_or_404, crumbs, picture_answer, tabs, upload_or_404
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50


@opens_to(Permission.PAPER_VIEW)
@require_http_methods(SHOW_AND_ACT)
def paper_scans(request: ActorRequest) -> HttpResponse:
    """The scans of my agency, and the form that brings more."""
    bound = request.method == "POST"
    if bound:
        require(request.actor, Permission.PAPER_MAKE)
    form = ScansForm(request.POST, request.FILES) if bound else ScansForm()

    def act() -> None:
        actions.keep_scans(by=request.actor, upload=form.cleaned_data["creation_key"], files=form.cleaned_data["scans"])

    if bound and form.is_valid() and run(form, act):
        return redirect("paper_upload", form.cleaned_data["creation_key"])
    context = {
        "form": form,
        "page": Paginator(queries.uploads_of(request.actor), PAGE_SIZE).get_page(request.GET.get("page")),
        "may_make": allowed(request.actor, Permission.PAPER_MAKE),
        "tabs": tabs(request.actor, "paper_scans"),
    }
    return render(request, "papers/scans.html", context, status=422 if bound else 200)


@opens_to(Permission.PAPER_VIEW)
@require_safe
def paper_upload(request: ActorRequest, key: UUID) -> HttpResponse:
    """What became of the files of one upload, page by page, or how far reading has come."""
    found = upload_or_404(request.actor, key)
    context = {
        "crumbs": crumbs(Crumb("Bản quét đã ký", reverse("paper_scans")), found.scans[0].name),
        "may_make": allowed(request.actor, Permission.PAPER_MAKE, found.scans[0]),
    }
    return render(request, "papers/upload.html", context | _progress(found))


@opens_to(Permission.PAPER_MAKE)
@require_POST
def paper_upload_go_on(request: ActorRequest, key: UUID) -> HttpResponse:
    """Read the next pages. The page asks again by itself, or a person presses the button."""
    found = upload_or_404(request.actor, key)
    first = found.scans[0]
    require(request.actor, Permission.PAPER_MAKE, first)
    return turn_page(
        request,
        first,
        lambda: read_some(scan_id=first.pk, by=request.actor),
        address=first.get_absolute_url(),
        runs=lambda _: upload_or_404(request.actor, key).runs,
        template="papers/upload_progress.html",
        progress=lambda _, sentence: _progress(upload_or_404(request.actor, key), sentence),
    )


def _progress(found: Upload, sentence: str = "") -> dict[str, object]:
    return {"upload": found, "percent": percent(found.read, found.count), "sentence": sentence}


@opens_to(Permission.PAPER_VIEW)
@require_GET
def scan_page(request: ActorRequest, pk: int, number: int) -> HttpResponse:
    """One page as a picture: of a scan of my agency, or of a paper that I may see."""
    scan = _scan_or_404(request.actor, pk, number)
    content = bytes_or_404(scan.file.storage, scan.file.name or "")
    return picture_answer(shown(content, scan.content_type, number))


@opens_to(Permission.PAPER_VIEW)
@require_GET
def scan_file(request: ActorRequest, pk: int) -> HttpResponse:
    """The file as it was uploaded; the download is audited."""
    scan = get_object_or_404(Scan, pk=pk, agency__in=request.actor.agency_ids)
    content = bytes_or_404(scan.file.storage, scan.file.name or "")
    after = {"tệp": scan.name, "sha256": scan.sha256}
    record(action="paper.scan_download", by=request.actor, subject=scan, thread=scan.thread, after=after)
    ending = (scan.file.name or "").rpartition(".")[2]
    return HttpResponse(
        content,
        content_type=scan.content_type,
        headers={"Content-Disposition": f'attachment; filename="ban-quet-{scan.pk}.{ending}"'},
    )


def _scan_or_404(actor: Actor, pk: int, number: int) -> Scan:
    scan = get_object_or_404(Scan.objects.select_related("agency"), pk=pk, count__gte=number)
    if number < 1:
        raise Http404
    if scan.is_in_scope(actor):
        return scan
    pages = scan.pages.filter(number=number, paper__isnull=False).select_related("paper__agency")
    if not any(page.paper and allowed(actor, Permission.PAPER_VIEW, page.paper) for page in pages):
        raise Http404
    return scan
