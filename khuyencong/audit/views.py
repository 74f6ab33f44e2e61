"""The event list for auditors and administrators."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khuyencong.audit.forms import EventFilter
from khuyencong.audit.labels import describe
from khuyencong.audit.queries import differences, events_for, narrowed
from khuyencong.people.permissions import Permission
from khuyencong.people.roles import Role
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50


@require_safe
@opens_to(Permission.AUDIT_VIEW)
def event_list(request: ActorRequest) -> HttpResponse:
    """Who did what: newest first, filtered by the address of the page. A filter that cannot be read shows no event."""
    form = EventFilter(request.GET)
    events = events_for(request.actor)
    events = narrowed(events, **form.cleaned_data) if form.is_valid() else events.none()
    page = Paginator(events, PAGE_SIZE).get_page(request.GET.get("page"))
    roles = dict(Role.choices)
    rows = [
        {
            "event": event,
            "action": describe(event.action),
            "place": ", ".join(text for text in (roles.get(event.role, ""), event.agency_label) if text),
            "differences": differences(event),
        }
        for event in page
    ]
    return render(request, "audit/event_list.html", {"form": form, "rows": rows, "page_obj": page})
