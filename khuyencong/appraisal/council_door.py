"""How an action takes hold of a council or a meeting: locked, permitted, current.

Both are locked before the đề án of the agenda.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from khuyencong.appraisal.levels import PERMISSION_OF
from khuyencong.appraisal.models import (
    AgendaItem,
    Council,
    CouncilMember,
    CouncilSession,
    CouncilSheet,
    Level,
    MemberRole,
)
from khuyencong.appraisal.voting import Voter
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused, Stale
from khuyencong.people.actors import Actor
from khuyencong.people.models import Membership, User
from khuyencong.people.permissions import require
from khuyencong.people.roles import Role
from khuyencong.places.models import covers
from khuyencong.projects.door import WRITING
from khuyencong.projects.models import Project

COUNCIL_STALE = "Hội đồng đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại."
SEATED = (Role.APPRAISER, Role.LEADER, Role.OFFICER)
STALE = "Phiên họp đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại."
# Who writes for the council: the secretary, or whoever presides where the secretary is away.
CLERKS = (MemberRole.SECRETARY, MemberRole.CHAIR, MemberRole.DEPUTY)
NOT_A_CLERK = "Chỉ Thư ký (hoặc Chủ tịch, Phó Chủ tịch) của Hội đồng ghi phiên họp."


def seatable(by: Actor) -> list[User]:
    """Who may be a member with an account: officers, appraisers and leaders of the actor's agency, by name."""
    hats = Membership.objects.filter(
        covers(today(), start="from_on", end="to_on"), agency=by.agency, role__in=SEATED, is_active=True
    )
    people = User.objects.filter(pk__in=hats.values("user"), is_active=True, is_system=False)
    return list(people.order_by("sort_key", "pk"))


def lock_council(council_id: int, *, by: Actor, version: int) -> Council:
    """The council, locked; NotAllowed, Stale."""
    council = Council.objects.select_for_update(of=("self",)).select_related("agency__province").get(pk=council_id)
    require(by, PERMISSION_OF[Level(council.level)], council)
    if council.version != version:
        raise Stale(COUNCIL_STALE)
    return council


def lock_session(session_id: int, *, by: Actor, version: int) -> CouncilSession:
    """The meeting, locked until the transaction ends, for whoever may appraise at its level. Raises NotAllowed, Stale."""
    session = (
        CouncilSession.objects.select_for_update(of=("self",))
        .select_related("council__agency__province")
        .get(pk=session_id)
    )
    require(by, PERMISSION_OF[Level(session.council.level)], session.council)
    if session.version != version:
        raise Stale(STALE)
    return session


def seat_of(session: CouncilSession, by: Actor) -> CouncilMember | None:
    """The actor's own seat in the council of the meeting."""
    return session.council.members.filter(user=by.user).first()


def as_clerk(session: CouncilSession, by: Actor) -> CouncilMember:
    """The actor's seat, where it is one that writes for the council; Refused otherwise."""
    seat = seat_of(session, by)
    if seat is None or seat.role not in CLERKS:
        raise Refused(NOT_A_CLERK)
    return seat


def open_item(session: CouncilSession, item_id: int) -> AgendaItem:
    """An item of this meeting that is neither concluded nor put off; Refused otherwise."""
    item = session.agenda.select_related("project").filter(pk=item_id).first()
    if item is None:
        raise Refused("Đề án không có trong chương trình của phiên họp này.")
    if item.is_done:
        raise Refused(f"Hội đồng đã xong đề án này: {item.status.lower()}.")
    return item


def writers_of(projects: Iterable[Project]) -> dict[int, set[int]]:
    """{đề án: the users who had a hand in it}, by the same trail as `projects.door.has_written`; one query."""
    by_thread = {project.thread: project.pk for project in projects}
    rows = AuditEvent.objects.filter(thread__in=by_thread, action__in=WRITING, actor__isnull=False)
    found: dict[int, set[int]] = {key: set() for key in by_thread.values()}
    for thread, actor in rows.values_list("thread", "actor").distinct():
        found[by_thread[thread]].add(actor)
    return found


def as_voters(
    members: Iterable[CouncilMember],
    *,
    present: Collection[int],
    sheets: Mapping[int, CouncilSheet],
    writers: Collection[int],
) -> list[Voter]:
    """The members as the vote on one đề án sees them; `present` and `sheets` by the key of the member. No query.

    A declared conflict counts, and one that the trail shows where nothing was declared.
    """
    found = []
    for member in members:
        sheet = sheets.get(member.pk)
        conflict = sheet.conflict if sheet else member.user_id in writers
        points = {point.number: point.met for point in sheet.points.all()} if sheet else None
        found.append(Voter(member.role, member.pk in present, conflict, sheet.outcome if sheet else "", points))
    return found


def changed(session: CouncilSession, *fields: str) -> None:
    """Count a change of the meeting, so that forms opened before it are refused."""
    session.version += 1
    session.save(update_fields=["version", *fields])
