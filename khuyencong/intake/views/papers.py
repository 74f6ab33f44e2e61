"""Papers of a request: sent by a phone, taken out again, handed out to whoever may see the request."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khuyencong.audit.handing_out import hand_out, opened
from khuyencong.core.web import SHOW_AND_ACT, press, run, version_of
from khuyencong.intake import actions
from khuyencong.intake.forms.requests import PapersForm
from khuyencong.intake.request_page import crumbs_to, request_or_404
from khuyencong.intake.states import check_writable
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to


@opens_to(Permission.REQUEST_MAKE)
@require_http_methods(SHOW_AND_ACT)
def papers_add(request: ActorRequest, pk: int) -> HttpResponse:
    """Photos taken now, or files that are there already; all of them are kept or none."""
    found = request_or_404(request.actor, pk)
    require(request.actor, Permission.REQUEST_MAKE, found)
    sending = request.method == "POST"
    if not sending:
        check_writable(found)
    form = PapersForm(request.POST, request.FILES) if sending else PapersForm(initial={"version": found.version})

    def act() -> None:
        actions.add_papers(
            request_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            title=form.cleaned_data["title"],
            uploads=form.uploads,
        )

    if sending and form.is_valid() and run(form, act):
        messages.success(request, f"Đã thêm {len(form.uploads)} tệp: {form.cleaned_data['title']}.")
        return redirect(f"{found.get_absolute_url()}#giay-to")
    context = {"found": found, "form": form, "crumbs": crumbs_to(found, "Thêm giấy tờ")}
    return render(request, "intake/request/papers.html", context, status=422 if sending else 200)


@opens_to(Permission.REQUEST_MAKE)
@require_POST
def paper_remove(request: ActorRequest, pk: int, paper: int) -> HttpResponse:
    """Take a paper out of a request that is being written."""
    found = request_or_404(request.actor, pk)
    press(
        request,
        lambda: actions.remove_paper(
            request_id=found.pk, by=request.actor, version=version_of(request), paper_id=paper
        ),
        done="Đã bỏ giấy tờ.",
    )
    return redirect(found)


@opens_to(Permission.REQUEST_VIEW)
@require_GET
def paper(request: ActorRequest, pk: int, paper: int) -> HttpResponseBase:
    """The file, always as a download under its own name, for whoever may see the request; the download is audited."""
    found = request_or_404(request.actor, pk)
    require(request.actor, Permission.REQUEST_VIEW, found)
    kept = get_object_or_404(found.papers, pk=paper)
    return hand_out(
        opened(kept.file),
        name=kept.file_name,
        content_type=kept.content_type,
        action="request.download",
        by=request.actor,
        subject=found,
        thread=found.thread,
    )
