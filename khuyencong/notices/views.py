"""The notices of whoever is signed in; nobody else's exist here."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from khuyencong.notices import actions
from khuyencong.notices.models import Notice
from khuyencong.people.web import ActorRequest, signed_in

PAGE_SIZE = 50


@signed_in
@require_safe
def notice_list(request: ActorRequest) -> HttpResponse:
    """What I was told, the newest first."""
    mine = Notice.objects.of(request.actor.user)
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "notices/list.html", {"page": page, "unread": mine.unread().count()})


@signed_in
@require_POST
def open_notice(request: ActorRequest, pk: int) -> HttpResponse:
    """Note that I have read it, and go to the page it is about."""
    notice = get_object_or_404(Notice.objects.of(request.actor.user), pk=pk)
    actions.mark_read(user=request.actor.user, notices=[notice.pk])
    return HttpResponseRedirect(notice.own_path) if notice.own_path else redirect("notices")


@signed_in
@require_POST
def read_all(request: ActorRequest) -> HttpResponse:
    """Note that I have read everything."""
    count = actions.mark_all_read(user=request.actor.user)
    if count:
        messages.success(request, f"Đã đánh dấu {count} thông báo là đã đọc.")
    return redirect("notices")
