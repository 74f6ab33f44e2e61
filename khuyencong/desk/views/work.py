"""The first page after signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from khuyencong.adjustments.queries import waiting_for
from khuyencong.core.dates import today
from khuyencong.deadlines.due import grouped
from khuyencong.desk.due import beside_the_lists, question, too_late
from khuyencong.desk.work import MOST_OPEN, MOST_TASKS, by_urgency, counter_tasks, norm_tasks, tasks
from khuyencong.people.actors import signed_in_user
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role
from khuyencong.people.web import ActorRequest, public, signed_in
from khuyencong.reporting.queries import year_numbers

MOST_LATE = 30
HOMES = {Role.OWNER: "own_establishment", Role.COLLABORATOR: "surveys"}


@public
@require_safe
def work(request: HttpRequest) -> HttpResponseBase:
    """The first page of the site: «Việc của tôi» of whoever is signed in, the portal for everybody else."""
    return redirect("portal") if signed_in_user(request) is None else _work(request)


@signed_in
def _work(request: ActorRequest) -> HttpResponse:
    """What waits for me, by deadline, then my agency's year in five numbers; owners and collaborators have pages of their own."""
    home = HOMES.get(request.actor.role)
    if home is not None:
        return redirect(home)
    year, asked = today().year, question(request.actor, on=today())
    dues = beside_the_lists(asked)
    found, late = tasks(request.actor, asked.work), too_late(asked)
    context = {
        "tasks": found[:MOST_TASKS],
        "task_count": len(found),
        "task_groups": by_urgency(found[:MOST_TASKS], asked.on),
        "due_groups": grouped([due for due in dues if not due.done], asked.on),
        "too_late": late[:MOST_LATE],
        "late_count": len(late),
        "today": asked.on,
        "may_mark": allowed(request.actor, Permission.DEADLINE_DONE),
        "looked_at": MOST_OPEN if asked.work.is_cut else 0,
        "norm_tasks": norm_tasks(request.actor),
        "counter": counter_tasks(request.actor),
        "adjustments": waiting_for(request.actor),
        "numbers": year_numbers(request.actor, year),
        "year": year,
        "may_create": allowed(request.actor, Permission.PROJECT_EDIT),
    }
    return render(request, "desk/work.html", context)
