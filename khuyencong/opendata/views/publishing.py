"""Deciding what the public reads of a đề án: the list with ticks, the page of one with its preview, writing, withdrawing."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.core.components import Crumb, Tab
from khuyencong.core.errors import Refused
from khuyencong.core.text import clean
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, version_of
from khuyencong.opendata import actions
from khuyencong.opendata.actions.publishing import beneficiaries_of
from khuyencong.opendata.bulk import MOST_AT_ONCE, Result, publish_each
from khuyencong.opendata.door import NOT_YET
from khuyencong.opendata.forms import PublicationForm, WithdrawForm
from khuyencong.opendata.models import Publication, PublicationState
from khuyencong.opendata.public import preview
from khuyencong.opendata.queries import STANDINGS, own_projects, projects_of
from khuyencong.opendata.rules import PUBLISHABLE, check_publishing, suggested_title
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
TEXTS = ("title", "summary", "result", "consent", "consent_document")


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
    """Publish all that are ticked; each is judged by itself."""
    chosen = _chosen(request)
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
    there = found.pk is not None
    context = {
        "project": project,
        "publication": found if there else None,
        "version": found.version,
        "preview": preview(found) if there else None,
        "suggested": suggested_title(project, beneficiaries_of(found)),
        "findings": check_publishing(found, beneficiaries_of(found)) if there else [],
        "published": found.state == PublicationState.PUBLISHED,
        "withdrawn": found.state == PublicationState.WITHDRAWN,
        "publishable": project.state in PUBLISHABLE,
        "crumbs": _crumbs(project.code),
    }
    return render(request, "opendata/publication.html", context)


@opens_to(Permission.PUBLICATION_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def publication_write(request: ActorRequest, code: str) -> HttpResponse:
    """The public texts."""
    project, found = _project(request.actor, code)
    initial = {name: getattr(found, name) for name in (*TEXTS, "version")}
    if found.pk is None:
        initial["title"] = suggested_title(project, beneficiaries_of(found))
    form = PublicationForm(request.POST or None, initial=initial)

    def act() -> None:
        data = form.cleaned_data
        actions.write_publication(project_id=project.pk, by=request.actor, version=data["version"], fields=data)

    return _step(request, project, form, "Viết bản công khai", act, "Đã ghi; hãy xem trang như người ngoài sẽ thấy.")


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
    form: PublicationForm | WithdrawForm,
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
    rows = Project.objects.visible_to(actor).select_related("publication", "province__current", "implementing_unit")
    project = get_object_or_404(rows, code=code)
    require(actor, Permission.PUBLICATION_DECIDE, project)
    found = getattr(project, "publication", None)
    return project, found or Publication(project=project, version=NOT_YET)


def _chosen(request: ActorRequest) -> list[Project]:
    """The đề án that are ticked. Http404 where one is out of sight, Refused where none or too many are ticked."""
    texts = request.POST.getlist(CHOSEN)
    wanted = {int(one) if one.isascii() and one.isdigit() and len(one) <= LONGEST_NUMBER else 0 for one in texts}
    if not wanted:
        raise Refused("Hãy đánh dấu ít nhất một đề án.")
    if len(wanted) > MOST_AT_ONCE:
        raise Refused(f"Mỗi lần nhiều nhất {MOST_AT_ONCE} đề án: hãy chọn bớt.")
    found = list(Project.objects.visible_to(request.actor).filter(pk__in=wanted).order_by("pk"))
    if len(found) < len(wanted):
        raise Http404
    return found


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) == len("2026") else None


def _crumbs(*levels: tuple[str, str] | str) -> list[Crumb]:
    own = [Crumb(one) if isinstance(one, str) else Crumb(*one) for one in levels]
    return [Crumb(TITLE, reverse("publications")), *own]
