"""The papers of many records: choosing them, how far it is, the ZIP."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb
from khuyencong.core.errors import Refused
from khuyencong.core.money import percent
from khuyencong.core.turns import turn_page
from khuyencong.core.web import SHOW_AND_ACT, run, take_away, version_of
from khuyencong.papers import actions, queries
from khuyencong.papers.catalogue import FORMS
from khuyencong.papers.forms import BatchForm
from khuyencong.papers.models import PaperBatch
from khuyencong.papers.packing import zip_of
from khuyencong.papers.turns import make_some
from khuyencong.papers.web import batch_or_404, crumbs, form_or_404, tabs
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50


@opens_to(Permission.PAPER_VIEW)
@require_safe
def paper_batches(request: ActorRequest) -> HttpResponse:
    """The batches of my agency, and the forms that can be made for many records at once."""
    context = {
        "page": Paginator(queries.batches_of(request.actor), PAGE_SIZE).get_page(request.GET.get("page")),
        "forms": [form for form in FORMS.values() if form.subject.gathered is not None],
        "may_make": allowed(request.actor, Permission.PAPER_MAKE),
        "tabs": tabs(request.actor, "paper_batches"),
    }
    return render(request, "papers/batches.html", context)


@opens_to(Permission.PAPER_MAKE)
@require_http_methods(SHOW_AND_ACT)
def paper_batch_new(request: ActorRequest, form: str) -> HttpResponse:
    """Choose a group («?nhom=»), leave out what is not wanted, begin."""
    actor, wanted = request.actor, form_or_404(form)
    gathered = wanted.subject.gathered
    if gathered is None:
        raise Http404
    groups = list(gathered.groups(actor))
    group = request.GET.get("nhom", "")
    members = list(gathered.members(actor, group)) if group in dict(groups) else []
    bound = request.method == "POST"
    chosen = BatchForm(request.POST, members=members) if bound else BatchForm(members=members)
    made: list[PaperBatch] = []

    def act() -> None:
        data = chosen.cleaned_data
        made.append(
            actions.begin_batch(
                form=wanted, group=group, keys=data["keys"], by=actor, creation_key=data["creation_key"]
            )
        )

    if bound and chosen.is_valid() and run(chosen, act):
        return redirect(made[0])
    context = {
        "form": chosen,
        "wanted": wanted,
        "label": gathered.label,
        "groups": groups,
        "group": group,
        "members": members,
        "crumbs": crumbs(Crumb("Lập hàng loạt", reverse("paper_batches")), wanted.title),
    }
    return render(request, "papers/batch_new.html", context, status=422 if bound else 200)


@opens_to(Permission.PAPER_VIEW)
@require_safe
def paper_batch(request: ActorRequest, pk: int) -> HttpResponse:
    """What is made and what could not be, or how far it is."""
    found = batch_or_404(request.actor, pk)
    items = found.items.select_related("paper").order_by("position")
    context = {
        "page": Paginator(items, PAGE_SIZE).get_page(request.GET.get("page")),
        "refused": found.items.exclude(told="").count(),
        "may_make": allowed(request.actor, Permission.PAPER_MAKE, found),
        "crumbs": crumbs(Crumb("Lập hàng loạt", reverse("paper_batches")), found.title),
    }
    return render(request, "papers/batch.html", context | _progress(found))


@opens_to(Permission.PAPER_MAKE)
@require_POST
def paper_batch_go_on(request: ActorRequest, pk: int) -> HttpResponse:
    """Make the next papers. The page asks again by itself, or a person presses the button."""
    found = batch_or_404(request.actor, pk)
    require(request.actor, Permission.PAPER_MAKE, found)
    return turn_page(
        request,
        found,
        lambda: make_some(batch_id=found.pk, by=request.actor, version=version_of(request)),
        address=found.get_absolute_url(),
        runs=lambda one: one.runs,
        template="papers/batch_progress.html",
        progress=_progress,
    )


@opens_to(Permission.PAPER_VIEW)
@require_GET
def paper_batch_zip(request: ActorRequest, pk: int) -> HttpResponse:
    """All papers of the batch with an index; the download is audited."""
    found = batch_or_404(request.actor, pk)
    if found.runs:
        raise Refused("Bộ giấy tờ đang được lập: hãy đợi đến khi xong rồi tải.")
    content = zip_of(found)
    after = {"bộ": found.title, "số giấy tờ": found.items.filter(paper__isnull=False).count()}
    record(action="paper.batch_zip", by=request.actor, subject=found, thread=found.thread, after=after)
    return take_away(content, f"giay-to-{found.pk}.zip")


def _progress(found: PaperBatch, sentence: str = "") -> dict[str, object]:
    return {"batch": found, "percent": percent(found.made, found.wanted), "sentence": sentence}
