"""«Hoạt động khác»: what was done in a period beside đề án, and the records behind each number."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.replicas import from_replica
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.reporting.activities import BY_CODE, SUBJECTS, done, left_out, records
from khuyencong.reporting.figure_forms import narrowed_by, read_question
from khuyencong.reporting.figures import whole_book

PAGE = 100
# What such a record does not have: it is carried out by an agency in a place, not paid by one source for one content.
NOT_ASKED = ("source", "activity")


@opens_to(Permission.REPORT_VIEW)
@from_replica
@require_safe
def activity_tables(request: ActorRequest) -> HttpResponse:
    """A table for each kind of activity by province; two queries for all of them and one for each."""
    asked = read_question(request.actor, _without(request.GET.dict()))
    for name in NOT_ASKED:
        del asked.form.fields[name]
    context: dict[str, Any] = {
        "form": asked.form,
        "crumbs": [Crumb("Kết quả", reverse("results")), Crumb("Hoạt động khác")],
    }
    question = asked.question
    if question is None:
        return render(request, "reporting/activities.html", context, status=422)
    book = whole_book()
    context |= {
        "question": question,
        "narrowed": narrowed_by(question),
        "period_url": question.address("period_tables"),
        "found": [done(one, question, actor=request.actor, book=book) for one in SUBJECTS],
    }
    return render(request, "reporting/activities.html", context)


@opens_to(Permission.REPORT_VIEW)
@from_replica
@require_safe
def activity_list(request: ActorRequest) -> HttpResponse:
    """The records that one number adds up, each with what it adds."""
    subject = BY_CODE.get(request.GET.get("muc", ""))
    question = read_question(request.actor, _without(request.GET.dict())).question
    code = request.GET.get("so", "")
    if subject is None or question is None or (code and subject.count(code) is None):
        raise Http404("Không có số liệu này.")
    count = subject.count(code) if code else None
    province = request.GET.get("tinh", "")
    rows = records(subject, question, actor=request.actor, province=province, code=code)
    order = (f"-{code}", "pk") if code else ("pk",)
    rows = rows.select_related(*subject.related).order_by(*order)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    values = list(rows.values_list(code, flat=True)) if code else []
    context = {
        "subject": subject,
        "count": count,
        "question": question,
        "narrowed": narrowed_by(question),
        "page": page,
        "rows": [(one, getattr(one, code) if code else None) for one in page.object_list],
        "number": page.paginator.count,
        "sum": sum(values),
        "left_out": left_out(subject, question, actor=request.actor, province=province),
        "crumbs": [
            Crumb("Kết quả", reverse("results")),
            Crumb("Hoạt động khác", question.address("activity_tables")),
            Crumb(count.label if count else subject.title),
        ],
    }
    return render(request, "reporting/activity_list.html", context)


def _without(query: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if name not in NOT_ASKED}
