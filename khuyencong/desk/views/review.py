"""The desk of an appraiser: what waits, the most urgent first, and one decision for several that are alike."""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.appraisal.models import Level, Outcome
from khuyencong.core.components import Crumb
from khuyencong.core.dates import today
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.desk.review.bulk import MOST_AT_ONCE, BulkForm, Result, chosen_in, decide_each, versions_in
from khuyencong.desk.review.filters import QueueFilter
from khuyencong.desk.review.queue import QueueRow, in_order, level_of, rows_of
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import EstimateLine, Project, ProjectQuerySet

PAGE_SIZE = 20
# How many are asked what the law says of them, where the filter is about that.
MOST_JUDGED = 60
# In the session: what became of those decided on together, so that loading the page again sends nothing again.
RESULTS = "review_results"


@opens_to(Permission.APPRAISE_BASE)
@require_safe
def review_queue(request: ActorRequest) -> HttpResponse:
    """The đề án that wait for my level, by deadline, each with what the law says of it."""
    actor = request.actor
    asked = QueueFilter(request.GET, actor=actor)
    keys = in_order(asked.qs, level_of(actor), on=today())
    number, wanted = request.GET.get("page"), asked.wanted
    page: Page[QueueRow]
    if wanted is None:
        chosen = Paginator(keys, PAGE_SIZE).get_page(number)
        page = Page(rows_of(list(chosen), actor), chosen.number, chosen.paginator)  # type: ignore[arg-type]  # the paginator counts keys, the page shows rows
        support, left_out = _asked_by(asked.qs), 0
    else:
        rows = [row for row in rows_of(keys[:MOST_JUDGED], actor) if wanted(row)]
        page = Paginator(rows, PAGE_SIZE).get_page(number)
        support, left_out = sum(row.asked for row in rows), max(len(keys) - MOST_JUDGED, 0)
    context = {
        "page": page,
        "filter": asked,
        "filtered": any(request.GET.get(name) for name in asked.form.fields),
        "support": support,
        "left_out": left_out,
        "most_judged": MOST_JUDGED,
        "level": Level(level_of(actor)).label,
        "some_can_be_chosen": any(not row.own for row in page.object_list),
    }
    return render(request, "desk/review/queue.html", context)


def _asked_by(projects: ProjectQuerySet) -> int:
    """The support that all of them ask for, in đồng; one query."""
    lines = EstimateLine.objects.filter(project__in=projects.order_by().values("pk"))
    return lines.aggregate(sum=Sum("support"))["sum"] or 0


@opens_to(Permission.APPRAISE_BASE)
@require_http_methods(SHOW_AND_ACT)
def review_bulk(request: ActorRequest) -> HttpResponse:
    """Look once more at each of the chosen đề án, then decide on all of them; each is judged by itself."""
    posted = request.method == "POST"
    projects = chosen_in(request.POST if posted else request.GET, request.actor)
    form = BulkForm(request.POST if posted else None)
    if posted and projects and form.is_valid():
        data = form.cleaned_data
        results = decide_each(
            projects,
            by=request.actor,
            versions=versions_in(request.POST),
            outcome=Outcome(data["outcome"]),
            unmet={int(number) for number in data["unmet"]},
            comment=data["comment"],
            minutes_number=data["minutes_number"],
            appraised_on=data["appraised_on"],
        )
        if any(not one.refused for one in results):
            request.session[RESULTS] = {
                "outcome": data["outcome"],
                "of": [[one.project.pk, one.refused] for one in results],
            }
            return redirect("review_done")
        for one in results:
            form.add_error(None, f"{one.project.code}: {one.refused}")
    rows = rows_of([project.pk for project in projects], request.actor)
    waiting = {row.project.pk for row in rows}
    context = {
        "form": form,
        "rows": rows,
        "gone": [project for project in projects if project.pk not in waiting],
        "ready": sum(row.is_clean for row in rows),
        "most": MOST_AT_ONCE,
        "crumbs": _crumbs("Thẩm định nhiều đề án"),
    }
    return render(request, "desk/review/bulk.html", context, status=422 if posted else 200)


@opens_to(Permission.APPRAISE_BASE)
@require_safe
def review_done(request: ActorRequest) -> HttpResponse:
    """What became of each of those that I decided on together last: done, or the sentence that says why not."""
    last = request.session.get(RESULTS, {"outcome": "", "of": []})
    projects = Project.objects.visible_to(request.actor).in_bulk([key for key, _ in last["of"]])
    results = [Result(projects[key], refused) for key, refused in last["of"] if key in projects]
    context = {
        "done": [one.project for one in results if not one.refused],
        "refused": [one for one in results if one.refused],
        "outcome": dict(Outcome.choices).get(last["outcome"], ""),
        "crumbs": _crumbs("Kết quả"),
    }
    return render(request, "desk/review/done.html", context)


def _crumbs(title: str) -> list[Crumb]:
    return [Crumb("Bàn thẩm định", reverse("review_queue")), Crumb(title)]
