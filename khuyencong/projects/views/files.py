"""Handing out attached files."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from khuyencong.audit.handing_out import hand_out, opened
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.web import project_or_404


@opens_to(Permission.FILE_DOWNLOAD)
@require_GET
def attachment(request: ActorRequest, code: str, pk: int) -> HttpResponseBase:
    """The file, always as a download under its own name, for whoever may see the project; the download is audited."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.FILE_DOWNLOAD, project)
    found = get_object_or_404(project.attachments, pk=pk)
    return hand_out(
        opened(found.file),
        name=found.name,
        content_type=found.content_type,
        action="project.download",
        by=request.actor,
        subject=project,
        thread=project.thread,
    )
