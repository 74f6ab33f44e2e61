"""A council of the small world, its meetings and its sheets, by the real actions."""

from uuid import uuid4

from khuyencong.appraisal import actions
from khuyencong.appraisal.actions import Judgement, MemberInput, SheetInput
from khuyencong.appraisal.models import POINTS, CouncilSession
from khuyencong.core.dates import today

ALL_MET = {number: Judgement(met=True) for number in POINTS}
ONE_UNMET = ALL_MET | {3: Judgement(met=False, comment="Chưa rõ năng lực")}
GUEST = "Ông Khách Thử Nghiệm"


def council_of(world, agency="dong-thap", *, guest=True, quorum="half", **fields):
    """Chair: the leader; secretary: the appraiser; member: the officer; and a guest."""
    members = [
        MemberInput("chair", world.actor(agency, "leader").user),
        MemberInput("secretary", world.actor(agency, "appraiser").user),
        MemberInput("member", world.actor(agency, "officer").user),
        *([MemberInput("member", guest=GUEST, position="Sở Tài chính")] if guest else []),
    ]
    values = {
        "title": "Hội đồng thẩm định thử nghiệm",
        "decision_number": "11/QĐ-SCT",
        "decision_on": today(),
        "active_from": today(),
        "active_to": None,
        "quorum": quorum,
        **fields,
    }
    return actions.create_council(
        by=world.actor(agency, "appraiser"), creation_key=uuid4(), fields=values, members=members
    )


def session_of(world, council, projects, agency="dong-thap"):
    """A meeting of today; the attendance is not marked yet."""
    council.refresh_from_db()
    return actions.call_session(
        council_id=council.pk,
        by=world.actor(agency, "appraiser"),
        version=council.version,
        held_on=today(),
        place="Phòng họp số 2",
        projects=projects,
    )


def fresh(session):
    return CouncilSession.objects.get(pk=session.pk)


def seat(session, role):
    """The first member with that role: chair, secretary, member, or guest."""
    members = list(session.council.members.all())
    if role == "guest":
        return next(one for one in members if one.guest)
    return next(one for one in members if one.role == role and not one.guest)


def attend(world, session, *roles, agency="dong-thap"):
    """Mark these as present; everybody where none is named."""
    present = [seat(session, role).pk for role in roles] or [one.pk for one in session.council.members.all()]
    return actions.mark_attendance(
        session_id=session.pk,
        by=world.actor(agency, "appraiser"),
        version=fresh(session).version,
        present=present,
        minutes_number="05/BB-HĐ",
    )


HANDS = {"chair": "leader", "secretary": "appraiser", "member": "officer", "guest": "appraiser"}


def vote(world, session, role, outcome="agree", agency="dong-thap", item=None, **values):
    """Hand in the sheet of that member; the guest's by the secretary."""
    if values.get("conflict"):
        sheet = SheetInput(**values)
    else:
        given = {"points": ALL_MET if outcome == "agree" else ONE_UNMET, "comment": "Bổ sung báo giá", **values}
        sheet = SheetInput(outcome=outcome, **given)
    return actions.hand_in_sheet(
        session_id=session.pk,
        by=world.actor(agency, HANDS[role]),
        version=fresh(session).version,
        item_id=(item or session.agenda.get()).pk,
        member_id=seat(session, role).pk,
        sheet=sheet,
    )


def close(world, session, agency="dong-thap", item=None):
    return actions.close_sheets(
        session_id=session.pk,
        by=world.actor(agency, "appraiser"),
        version=fresh(session).version,
        item_id=(item or session.agenda.get()).pk,
    )


def conclude(world, session, agency="dong-thap", item=None, **values):
    item = item or session.agenda.get()
    item.project.refresh_from_db()
    return actions.conclude(
        session_id=session.pk,
        by=world.actor(agency, "appraiser"),
        version=fresh(session).version,
        item_id=item.pk,
        project_version=item.project.version,
        norm_confirmed=True,
        **values,
    )
