"""Rows beside an entry: a form to add or correct one, a button that takes one away, and the files of papers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khuyencong.audit.handing_out import hand_out, opened
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, version_of
from khuyencong.establishments import actions
from khuyencong.establishments.details import BY_SLUG, DetailKind
from khuyencong.establishments.door import thread_of
from khuyencong.establishments.forms import DetailForm, detail_form
from khuyencong.establishments.models import Establishment, Paper
from khuyencong.establishments.web import establishment_or_404
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to


@opens_to(Permission.ESTABLISHMENT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def detail_add(request: ActorRequest, pk: int, slug: str) -> HttpResponse:
    """Add a row of the kind that `slug` names."""
    found, kind = _to_edit(request, pk), BY_SLUG[slug]
    form = detail_form(kind)(request.POST or None, request.FILES or None, initial={"version": found.version})
    return _page(
        request,
        found,
        kind,
        form,
        title=f"Thêm {kind.label}",
        done=f"Đã thêm {kind.label}.",
        act=lambda: actions.add_detail(
            establishment_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            kind=kind.key,
            fields=form.cleaned_data,
            upload=form.cleaned_data.get("file"),
        ),
    )


@opens_to(Permission.ESTABLISHMENT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def detail_edit(request: ActorRequest, pk: int, slug: str, row: int) -> HttpResponse:
    """Correct a row."""
    found, kind = _to_edit(request, pk), BY_SLUG[slug]
    one = get_object_or_404(kind.rows_of(found), pk=row)
    initial = {name: getattr(one, name) for name in kind.fields} | {"version": found.version}
    form = detail_form(kind)(request.POST or None, request.FILES or None, initial=initial)
    return _page(
        request,
        found,
        kind,
        form,
        title=f"Sửa {kind.label}",
        done="Đã lưu.",
        act=lambda: actions.update_detail(
            establishment_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            kind=kind.key,
            detail_id=one.pk,
            fields=form.cleaned_data,
            upload=form.cleaned_data.get("file"),
        ),
    )


@opens_to(Permission.ESTABLISHMENT_EDIT)
@require_POST
def detail_remove(request: ActorRequest, pk: int, slug: str, row: int) -> HttpResponse:
    """Take a row away."""
    found, kind = _to_edit(request, pk), BY_SLUG[slug]
    press(
        request,
        lambda: actions.remove_detail(
            establishment_id=found.pk, by=request.actor, version=version_of(request), kind=kind.key, detail_id=row
        ),
        done=f"Đã bỏ một dòng {kind.label}.",
    )
    return _back(found, kind)


@opens_to(Permission.FILE_DOWNLOAD)
@require_GET
def paper_file(request: ActorRequest, pk: int, row: int) -> HttpResponseBase:
    """The file of a paper, always as a download under its own name, for whoever may see it; the download is audited."""
    found = establishment_or_404(request.actor, pk)
    require(request.actor, Permission.FILE_DOWNLOAD, found)
    paper = get_object_or_404(Paper.objects.filter(establishment=found).exclude(file=""), pk=row)
    return hand_out(
        opened(paper.file),
        name=paper.file_name,
        content_type=paper.content_type,
        action="establishment.download",
        by=request.actor,
        subject=found,
        thread=thread_of(found),
        after={"giấy tờ": paper.title},
    )


def _to_edit(request: ActorRequest, pk: int) -> Establishment:
    found = establishment_or_404(request.actor, pk)
    require(request.actor, Permission.ESTABLISHMENT_EDIT, found)
    return found


def _page(
    request: ActorRequest,
    found: Establishment,
    kind: DetailKind,
    form: DetailForm,
    *,
    title: str,
    done: str,
    act: Any,
) -> HttpResponse:
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: _back(found, kind),
        template="establishments/detail_form.html",
        context={"establishment": found, "title": title, "tab": kind.tab},
    )


def _back(found: Establishment, kind: DetailKind) -> HttpResponse:
    return redirect(f"{reverse('establishment', args=[found.pk])}?tab={kind.tab}")
