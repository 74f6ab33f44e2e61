"""Deciding what the public reads of a đề án: the list with ticks, the page of one with its preview, writing, withdrawing."""

from __future__ import annotations

from copy import copy
from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.core.components import Crumb, Tab
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Finding
from khuyencong.core.text import clean
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, run, version_of
from khuyencong.opendata import actions
from khuyencong.opendata.bulk import MOST_AT_ONCE, Result, publish_each
from khuyencong.opendata.forms import PublicationForm, WithdrawForm
from khuyencong.opendata.models import Publication, PublicationState
from khuyencong.opendata.public import TOGETHER, hidden_of, may_agree, preview, previews
from khuyencong.opendata.queries import STANDINGS, own_projects, projects_of
from khuyencong.opendata.rules import PUBLISHABLE, check_publishing, check_texts, doubts, drafts
from khuyencong.opendata.states import check_step
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project

TITLE = "Công bố đề án"
CHOSEN = "chon"
LONGEST_NUMBER = 18  # digits; fits a key of the database
# In the session: what became of those published together, so that loading the page again sends nothing again.
RESULTS = "publication_results"
TEXTS = ("title", "summary", "result", "agreed", "consent_document")
TITLE_OF_WRITING = "Viết bản công khai"
LOOKED_AT, YES = "da_xem", "1"


@opens_to(Permission.PUBLICATION_DECIDE)
@require_safe
def publications(request: ActorRequest) -> HttpResponse:
    """What waits to be published, with ticks; what is published; what was withdrawn."""
    standing = request.GET.get("muc", "")
    standing = standing if standing in dict(STANDINGS) else STANDINGS[0][0]
    text, year = clean(request.GET.get("q", "")[:200]), _year(request.GET.get("nam", ""))
    rows = projects_of(request.actor, standing=standing, text=text, year=year)
    asked = {"q": text, "nam": str(year or "")}
    kept = {name: value for name, value in asked.items() if value}
    context = {
        "page": Paginator(rows, MOST_AT_ONCE).get_page(request.GET.get("page")),
        "standing": standing,
        "text": text,
        "year": year,
        "narrow": bool(kept),
        "tabs": [Tab(label, f"?{urlencode({**kept, 'muc': key})}", active=key == standing) for key, label in STANDINGS],
    }
    return render(request, "opendata/publications.html", context)


@opens_to(Permission.PUBLICATION_DECIDE)
@require_POST
def publications_publish(request: ActorRequest) -> HttpResponse:
    """Show how each of those ticked will look; sent again from there, publish them, each judged by itself."""
    chosen = _chosen(request)
    if request.POST.get(LOOKED_AT) != YES:
        rows = zip(chosen, previews(drafts(chosen)), strict=True)
        return render(request, "opendata/look.html", {"rows": list(rows), "crumbs": _crumbs("Xem trước")})
    results = publish_each(chosen, by=request.actor)
    request.session[RESULTS] = [[one.project.pk, one.refused] for one in results]
    return redirect("publications_done")


@opens_to(Permission.PUBLICATION_DECIDE)
@require_safe
def publications_done(request: ActorRequest) -> HttpResponse:
    """What became of each of those that I published together last."""
    last = request.session.get(RESULTS, [])
    projects = own_projects(request.actor).in_bulk([key for key, _ in last])
    results = [Result(projects[key], refused) for key, refused in last if key in projects]
    context = {
        "done": [one.project for one in results if not one.refused],
        "refused": [one for one in results if one.refused],
        "crumbs": _crumbs("Kết quả công bố"),
    }
    return render(request, "opendata/done.html", context)


@opens_to(Permission.PUBLICATION_DECIDE)
@require_safe
def publication(request: ActorRequest, code: str) -> HttpResponse:
    """One đề án as the public sees it, or would see it."""
    project, found = _project(request.actor, code)
    context = {
        "project": project,
        "publication": found if found.pk is not None else None,
        "version": found.version,
        "preview": preview(found),
        "agreed": [one.name for one in may_agree(found) if one.pk in found.agreed],
        "findings": check_publishing(found, hidden_of(found)),
        "published": found.state == PublicationState.PUBLISHED,
        "withdrawn": found.state == PublicationState.WITHDRAWN,
        "publishable": project.state in PUBLISHABLE,
        "crumbs": _crumbs(project.code),
    }
    return render(request, "opendata/publication.html", context)


@opens_to(Permission.PUBLICATION_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def publication_write(request: ActorRequest, code: str) -> HttpResponse:
    """The public texts: what was typed is shown as everybody will see it, and written when it is sent again from there."""
    project, found = _project(request.actor, code)
    initial = {name: getattr(found, name) for name in (*TEXTS, "version")}
    form = PublicationForm(request.POST or None, initial=initial, hidden=may_agree(found))
    url = reverse("publication", args=[project.code])
    context: dict[str, object] = {
        "title": TITLE_OF_WRITING,
        "project": project,
        "published": found.state == PublicationState.PUBLISHED,
        "back_url": url,
        "crumbs": _crumbs((project.code, url), TITLE_OF_WRITING),
    }
    asked: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        texts = form.texts

        def act() -> None:
            actions.write_publication(project_id=project.pk, by=request.actor, version=texts["version"], fields=texts)

        if texts["seen"] == form.digest() and run(form, act):
            messages.success(request, "Đã ghi bản công khai.")
            return redirect(url)
        typed = copy(found)
        for name in TEXTS:
            setattr(typed, name, texts[name])
        asked = doubts(typed)
        context |= {"preview": preview(typed), "findings": [*check_texts(typed, hidden_of(typed)), *asked]}
        form.note(form.digest())
    if not asked:
        del form.fields["looked"]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "opendata/write.html", {"form": form, **context}, status=status)


@opens_to(Permission.PUBLICATION_DECIDE)
@require_POST
def publication_publish(request: ActorRequest, code: str) -> HttpResponse:
    """Let everybody read it."""
    project, _ = _project(request.actor, code)

    def act() -> None:
        actions.publish_project(project_id=project.pk, by=request.actor, version=version_of(request))

    press(request, act, done="Đã công bố. Mọi người đọc được trên cổng thông tin sau nhiều nhất một phút.")
    return redirect("publication", project.code)


@opens_to(Permission.PUBLICATION_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def publication_withdraw(request: ActorRequest, code: str) -> HttpResponse:
    """Take it off all public pages and files."""
    project, found = _project(request.actor, code)
    if request.method != "POST":
        check_step(found, "withdraw")
    form = WithdrawForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.withdraw_publication(
            project_id=project.pk, by=request.actor, version=data["version"], reason=data["reason"]
        )

    done = "Đã gỡ. Sau nhiều nhất một phút không trang công khai nào còn đề án này."
    return _step(request, project, form, "Gỡ xuống", act, done)


def _step(
    request: ActorRequest,
    project: Project,
    form: WithdrawForm,
    title: str,
    act: object,
    done: str,
) -> HttpResponse:
    url = reverse("publication", args=[project.code])
    return form_page(
        request,
        form=form,
        act=act,  # type: ignore[arg-type]  # a function without arguments
        done=done,
        back=lambda: redirect(url),
        template="opendata/step.html",
        context={"title": title, "project": project, "back_url": url, "crumbs": _crumbs((project.code, url), title)},
    )


def _project(actor: Actor, code: str) -> tuple[Project, Publication]:
    """The đề án in scope with its publication, unsaved where there is none. Raises 404 out of scope, NotAllowed."""
    rows = Project.objects.visible_to(actor).select_related("publication", *TOGETHER)
    project = get_object_or_404(rows, code=code)
    require(actor, Permission.PUBLICATION_DECIDE, project)
    return project, drafts([project])[0]


def _chosen(request: ActorRequest) -> list[Project]:
    """The đề án that are ticked. Http404 where one is out of sight, Refused where none or too many are ticked."""
    texts = request.POST.getlist(CHOSEN)
    wanted = {int(one) if one.isascii() and one.isdigit() and len(one) <= LONGEST_NUMBER else 0 for one in texts}
    if not wanted:
        raise Refused("Hãy đánh dấu ít nhất một đề án.")
    if len(wanted) > MOST_AT_ONCE:
        raise Refused(f"Mỗi lần nhiều nhất {MOST_AT_ONCE} đề án: hãy chọn bớt.")
    found = list(
        Project.objects.visible_to(request.actor).filter(pk__in=wanted).select_related(*TOGETHER).order_by("pk")
    )
    if len(found) < len(wanted):
        raise Http404
    return found


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) == len("2026") else None


def _crumbs(*levels: tuple[str, str] | str) -> list[Crumb]:
    own = [Crumb(one) if isinstance(one, str) else Crumb(*one) for one in levels]
    return [Crumb(TITLE, reverse("publications")), *own]
