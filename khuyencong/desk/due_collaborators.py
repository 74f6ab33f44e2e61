"""What falls due in the network of collaborators: terms that end with nobody to follow, lists of allowances that wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from khuyencong.collaborators.models import AllowanceList, AllowanceState, Term
from khuyencong.collaborators.shown import SOON
from khuyencong.core.dates import format_date
from khuyencong.deadlines.due import Asked, Due, DueKind
from khuyencong.law.deadlines import Deadline
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role

OFFICER, LEADER = frozenset({Role.OFFICER}), frozenset({Role.LEADER})
ARTICLE = "Điều 8 Nghị định 45/2012/NĐ-CP"
MOST = 100  # a list with more of them is read on its own page


def collaborator_dues(asked: Asked) -> Iterable[Due]:
    """Terms of the province that end within sixty days with no other to follow; one query."""
    actor = asked.actor
    if not OFFICER & asked.roles or not allowed(actor.in_role(Role.OFFICER), Permission.COLLABORATOR_MANAGE):
        return
    follows = Term.objects.standing().filter(collaborator=OuterRef("collaborator"), starts_on__gt=OuterRef("ends_on"))
    rows = (
        Term.objects.standing()
        .filter(
            ~Exists(follows),
            collaborator__province__in=actor.province_ids,
            ends_on__range=(asked.on, asked.on + timedelta(days=SOON)),
        )
        .select_related("collaborator", "commune")
        .order_by("ends_on", "pk")[:MOST]
    )
    for one in rows:
        if one.ends_on is None:
            continue
        sentence = f"Nhiệm kỳ hết ngày {format_date(one.ends_on)}."
        deadline = Deadline(one.ends_on, sentence, ARTICLE, verified=True, inclusive=True)
        title = f"Cộng tác viên sắp hết nhiệm kỳ: {one.collaborator}, {one.commune}"
        url = one.collaborator.get_absolute_url()
        agency = actor.agency.short_name
        yield Due(f"term:{one.pk}", title, url, DueKind.OWN, OFFICER, agency, deadline=deadline, reminder=True)


def allowance_dues(asked: Asked) -> Iterable[Due]:
    """Lists of my agency: drafts for the leader, approved ones to be tied to their payment. Nothing names a day. One query."""
    if not (OFFICER | LEADER) & asked.roles:
        return
    rows = AllowanceList.objects.filter(
        Q(posting__isnull=True) | Q(posting__answered_by__isnull=False),  # the payment of the latter was taken back
        agency__in=asked.actor.agency_ids,
        state__in=[AllowanceState.DRAFT, AllowanceState.APPROVED],
    )
    for one in rows.order_by("first_month", "pk")[:MOST]:
        draft = one.state == AllowanceState.DRAFT
        what, roles = ("Duyệt bảng kê", LEADER) if draft else ("Gắn với khoản đã chi", OFFICER)
        title = f"{what}: thù lao cộng tác viên {one.months}"
        key, agency = f"allowance:{one.pk}:{one.state}", asked.actor.agency.short_name
        yield Due(key, title, one.get_absolute_url(), DueKind.OWN, roles, agency)
