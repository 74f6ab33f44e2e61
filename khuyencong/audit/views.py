"""The event list for auditors and administrators."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from khuyencong.audit.actions import record
from khuyencong.audit.export import events_workbook
from khuyencong.audit.forms import EventFilter, HeadForm
from khuyencong.audit.labels import describe
from khuyencong.audit.models import AuditEvent
from khuyencong.audit.queries import differences, events_for, narrowed
from khuyencong.audit.verify import compare_head, head_now
from khuyencong.core.components import Crumb, Fact
from khuyencong.core.dates import format_date
from khuyencong.core.web import take_away
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
    context = {"form": form, "rows": rows, "page_obj": page, "query": request.GET.urlencode()}
    return render(request, "audit/event_list.html", context)


@require_safe
@opens_to(Permission.AUDIT_EXPORT)
def event_export(request: ActorRequest) -> HttpResponse:
    """The events of the same filter as a spreadsheet; taking them away is an event too."""
    form = EventFilter(request.GET)
    events = events_for(request.actor)
    events = narrowed(events, **form.cleaned_data) if form.is_valid() else events.none()
    content = events_workbook(events, by=request.actor)
    record(
        action="audit.export",
        by=request.actor,
        subject=request.actor.agency,
        thread=f"user:{request.actor.user.pk}",
        note=request.GET.urlencode(),
    )
    return take_away(content, "nhat-ky.xlsx")


@require_safe
@opens_to(Permission.AUDIT_VIEW)
def chain_head(request: ActorRequest) -> HttpResponse:
    """The end of the chain, to be printed and signed; and a printed one held against today's chain."""
    seq, digest = head_now()
    event = AuditEvent.objects.filter(seq=seq).first()
    asked = "seq" in request.GET
    form = HeadForm(request.GET if asked else None)
    compared = asked and form.is_valid()
    context = {
        "seq": seq,
        "form": form,
        "compared": compared,
        "broken": compare_head(form.cleaned_data["seq"], form.cleaned_data["hash"]) if compared else None,
        "facts": [
            Fact("Sự kiện cuối", f"số {seq}"),
            Fact(
                "Lúc",
                f"{timezone.localtime(event.at):%H:%M:%S} ngày {format_date(timezone.localdate(event.at))}"
                if event
                else "",
            ),
            Fact("Mã băm", " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))),
        ],
        "crumbs": [Crumb("Nhật ký", reverse("audit:event_list")), Crumb("Đầu chuỗi")],
    }
    return render(request, "audit/chain_head.html", context)
