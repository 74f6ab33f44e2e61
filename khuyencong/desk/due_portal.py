"""Questions that came through the portal and wait for an answer."""

from __future__ import annotations

from collections.abc import Iterable

from khuyencong.deadlines.due import Asked, Due, DueKind
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role
from khuyencong.portal.models import Feedback, FeedbackState

OFFICER = frozenset({Role.OFFICER})
MOST, SHORT = 200, 100


def feedback_dues(asked: Asked) -> Iterable[Due]:
    """Questions to my agency: nothing names a day for them, the oldest first; one query."""
    actor = asked.actor
    mine = Feedback(agency=actor.agency)
    if not OFFICER & asked.roles or not allowed(actor.in_role(Role.OFFICER), Permission.FEEDBACK_ANSWER, mine):
        return
    rows = Feedback.objects.visible_to(actor).filter(state=FeedbackState.NEW).order_by("pk")
    for one in rows[:MOST]:
        title = f"Trả lời câu hỏi qua cổng thông tin: {one.question[:SHORT]}"
        url = one.get_absolute_url()
        yield Due(f"feedback:{one.pk}", title, url, DueKind.OWN, OFFICER, actor.agency.short_name)
