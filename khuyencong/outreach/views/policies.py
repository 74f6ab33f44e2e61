"""Keeping the library of explained policies; what everybody reads is in `public.py`."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.core.dates import today
from khuyencong.core.web import SHOW_AND_ACT, press, version_of
from khuyencong.outreach import actions, shown
from khuyencong.outreach.forms import PolicyEditForm, PolicyForm
from khuyencong.outreach.models import PolicyArticle
from khuyencong.outreach.validity import document_choices, explained_by
from khuyencong.outreach.views.looking import tabs
from khuyencong.outreach.web import crumbs_to, policy_or_404, step_page
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50
LIBRARY = "Chính sách giải thích"


@opens_to(Permission.OUTREACH_VIEW)
@require_safe
def policies(request: ActorRequest) -> HttpResponse:
    """Drafts and what is published, with a word where a document has changed since."""
    rows = PolicyArticle.objects.visible_to(request.actor).select_related("agency").prefetch_related("documents")
    page = Paginator(rows.order_by("state", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    found = explained_by(page.object_list, today())
    context = {
        "page": page,
        "rows": [
            (one, shown.POLICY_TONES[one.state], any(doc.doubt for doc in found[one.pk])) for one in page.object_list
        ],
        "may_write": allowed(request.actor, Permission.OUTREACH_MANAGE, PolicyArticle(agency=request.actor.agency)),
        "tabs": tabs("policies_kept"),
        "crumbs": crumbs_to(LIBRARY),
    }
    return render(request, "outreach/policies_kept.html", context)


@opens_to(Permission.OUTREACH_VIEW)
@require_safe
def policy(request: ActorRequest, pk: int) -> HttpResponse:
    """One explanation as its office sees it."""
    found = policy_or_404(request.actor, pk)
    context = {
        "article": found,
        "tone": shown.POLICY_TONES[found.state],
        "documents": explained_by([found], today())[found.pk],
        "actions": shown.policy_buttons(found, request.actor),
        "crumbs": crumbs_to((LIBRARY, reverse("policies_kept")), found.title),
    }
    return render(request, "outreach/policy_keep.html", context)


@opens_to(Permission.OUTREACH_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def policy_new(request: ActorRequest) -> HttpResponse:
    """A new explanation."""
    require(request.actor, Permission.OUTREACH_MANAGE, PolicyArticle(agency=request.actor.agency))
    form = PolicyForm(request.POST or None, choices=document_choices(request.actor))
    made: list[PolicyArticle] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(actions.write_policy(by=request.actor, creation_key=data["creation_key"], fields=data))

    return step_page(
        request,
        form=form,
        title="Viết bài giải thích",
        about=request.actor.agency.name,
        act=act,
        done="Đã ghi bản nháp; chờ lãnh đạo duyệt đăng.",
        submit_label="Ghi bản nháp",
        back_url=reverse("policies_kept"),
        made=made,
        crumbs=crumbs_to((LIBRARY, reverse("policies_kept")), "Viết bài giải thích"),
    )


@opens_to(Permission.OUTREACH_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def policy_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """A draft anew."""
    found = policy_or_404(request.actor, pk)
    require(request.actor, Permission.OUTREACH_MANAGE, found)
    initial = {name: getattr(found, name) for name in ("title", "body", "as_of", "version")}
    initial["documents"] = [one.document for one in found.documents.all()]
    form = PolicyEditForm(request.POST or None, choices=document_choices(request.actor), initial=initial)

    def act() -> None:
        data = form.cleaned_data
        actions.change_policy(article_id=found.pk, by=request.actor, version=data["version"], fields=data)

    return step_page(
        request,
        form=form,
        title="Sửa bài giải thích",
        about=found.title,
        act=act,
        done="Đã sửa bản nháp.",
        submit_label="Ghi",
        back_url=found.get_absolute_url(),
        crumbs=crumbs_to((LIBRARY, reverse("policies_kept")), (found.title, found.get_absolute_url()), "Sửa"),
    )


@opens_to(Permission.OUTREACH_PUBLISH)
@require_POST
def policy_publish(request: ActorRequest, pk: int) -> HttpResponse:
    """A leader lets it out."""
    found = policy_or_404(request.actor, pk)

    def act() -> None:
        actions.publish_policy(article_id=found.pk, by=request.actor, version=version_of(request))

    press(request, act, done="Đã đăng: mọi người đọc được ở trang Chính sách.")
    return redirect(found)


@opens_to(Permission.OUTREACH_MANAGE)
@require_POST
def policy_take_down(request: ActorRequest, pk: int) -> HttpResponse:
    """Back to a draft."""
    found = policy_or_404(request.actor, pk)

    def act() -> None:
        actions.take_down_policy(article_id=found.pk, by=request.actor, version=version_of(request))

    press(request, act, done="Đã gỡ xuống để sửa.")
    return redirect(found)
