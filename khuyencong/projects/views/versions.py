"""Versions of a đề án: the list, one of them as it read, and what differs between two."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project, ProjectVersion
from khuyencong.projects.versions import differences, is_whole, part_for_page
from khuyencong.projects.web import crumbs_to, project_or_404

TAB = "dieu-chinh"
MOST_DIGITS = 4


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def version(request: ActorRequest, code: str, number: int) -> HttpResponse:
    """One version: description, beneficiaries, estimate, files as they stood that day."""
    project = project_or_404(request.actor, code)
    found = get_object_or_404(project.versions.select_related("made_by"), number=number)
    context = {
        "project": project,
        "version": found,
        "whole": is_whole(found),
        "parts": [part_for_page(part) for part in found.content["parts"]],
        "others": project.versions.defer("content"),
        "before": number - 1 if number > 1 else None,
        "crumbs": crumbs_to(project, str(found), TAB),
    }
    return render(request, "projects/version.html", context)


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def version_differences(request: ActorRequest, code: str) -> HttpResponse:
    """What differs between two versions (`?tu=`, `?den=`; by default the last two), field by field and line by line."""
    project = project_or_404(request.actor, code)
    versions = list(project.versions.defer("content"))
    numbers = [one.number for one in versions]
    if not numbers:
        raise Http404("Đề án chưa có phiên bản nào.")
    earlier = _number(request.GET.get("tu", ""), numbers, default=numbers[-2:][0])
    later = _number(request.GET.get("den", ""), numbers, default=numbers[-1])
    before, after = _version(project, earlier), _version(project, later)
    context = {
        "project": project,
        "before": before,
        "after": after,
        "versions": versions,
        "differences": differences(before.content, after.content),
        "crumbs": crumbs_to(project, "So sánh phiên bản", TAB),
    }
    return render(request, "projects/version_differences.html", context)


def _number(text: str, numbers: list[int], *, default: int) -> int:
    """The number that the address names; 404 where the đề án has no such version."""
    if not text:
        return default
    if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS and int(text) in numbers:
        return int(text)
    raise Http404("Đề án không có phiên bản này.")


def _version(project: Project, number: int) -> ProjectVersion:
    return get_object_or_404(project.versions.select_related("made_by"), number=number)
