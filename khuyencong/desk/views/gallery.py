"""Every component on one page, for whoever builds pages."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khuyencong.core.gallery import gallery_context
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to


@opens_to(Permission.MATRIX_VIEW)
@require_safe
def gallery(request: ActorRequest) -> HttpResponse:
    """The components with made-up data."""
    return render(request, "gallery.html", gallery_context())
