"""A council: set up by decision, meeting, declaring conflicts, voting, concluding."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from khuyencong.appraisal import actions
from khuyencong.appraisal.actions import MemberInput, SheetInput
from khuyencong.appraisal.models import Appraisal, Council, CouncilMember, CouncilSession, CouncilSheet, SheetPoint
from khuyencong.appraisal.tests.meeting import (
    ALL_MET,
    ONE_UNMET,
    attend,
    close,
    conclude,
    council_of,
    fresh,
    seat,
    session_of,
    vote,
)
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.notices.models import Notice
from khuyencong.people.actors import Actor
from khuyencong.people.models import Membership
from khuyencong.people.roles import Role
from khuyencong.testing import approve_in_plan, make_project


@pytest.fixture
def meeting(world):
    """A meeting of one submitted đề án; everybody is there."""
    session = session_of(world, council_of(world), [make_project(world, state="submitted")])
    attend(world, session)
    return session


def everybody(world, session, *, agency="dong-thap", item=None, **outcomes):
    for role in ("chair", "secretary", "member", "guest"):
        vote(world, session, role, outcomes.get(role, "agree"), agency=agency, item=item)


# --- the council -----------------------------------------------------------------------------------------------------


def seats(world, *more, chair="leader", secretary="appraiser"):
    found = [MemberInput("chair", world.actor("dong-thap", chair).user)]
    return [*found, MemberInput("secretary", world.actor("dong-thap", secretary).user), *more]


def make(world, members, who=("dong-thap", "appraiser"), **fields):
    values = {
        "title": "Hội đồng", "decision_number": "1/QĐ", "decision_on": today(), "active_from": today(),
        "active_to": None, "quorum": "half", **fields,
    }  # fmt: skip
    return actions.create_council(by=world.actor(*who), creation_key=uuid4(), fields=values, members=members)


def test_a_council_needs_chair_secretary_and_three_members_of_the_agency(world):
    guest = MemberInput("member", guest="Khách")
    other = MemberInput("member", world.actor("phu-tho", "officer").user)
    accountant = MemberInput("member", world.actor("dong-thap", "accountant").user)
    twice = MemberInput("member", world.actor("dong-thap", "leader").user)
    chair = MemberInput("chair", guest="Khách")
    both = MemberInput("member", world.actor("dong-thap", "officer").user, guest="Khách")
    for members, words in (
        (seats(world), "ít nhất 3"),
        ([*seats(world, guest)[1:], guest], "một Chủ tịch"),
        (seats(world, guest, chair), "một Chủ tịch"),
        (seats(world, other), "của cơ quan"),
        (seats(world, accountant), "của cơ quan"),
        (seats(world, twice), "một vị trí"),
        (seats(world, both), "một tài khoản"),
        (seats(world, MemberInput("member")), "một tài khoản"),
        ([seats(world)[0], MemberInput("secretary", guest="Khách"), guest], "phải có tài khoản"),
    ):
        with pytest.raises(Refused, match=words):
            make(world, members)
    assert not Council.objects.exists()
    made = make(world, seats(world, guest))
    assert (made.level, made.agency, made.members.count()) == ("base", world.agencies["dong-thap"], 3)


def test_days_of_a_council(world):
    members = seats(world, MemberInput("member", guest="Khách"))
    with pytest.raises(Refused, match="tương lai"):
        make(world, members, decision_on=today() + timedelta(days=1))
    with pytest.raises(Refused, match="chấm dứt"):
        make(world, members, active_to=today() - timedelta(days=1))


def test_only_an_appraiser_of_an_appraising_agency_sets_one_up(world):
    for place, role in (("dong-thap", "leader"), ("dong-thap", "officer")):
        with pytest.raises(NotAllowed):
            make(world, seats(world, MemberInput("member", guest="Khách")), (place, role))
    with pytest.raises(Refused, match="Chỉ Sở Công Thương"):
        make(world, [], ("dong-thap-centre", "appraiser"))


def test_a_second_click_makes_no_second_council(world):
    key, members = uuid4(), seats(world, MemberInput("member", guest="Khách"))
    fields = {
        "title": "H", "decision_number": "1", "decision_on": today(), "active_from": today(), "active_to": None,
        "quorum": "half",
    }  # fmt: skip

    def click(user):
        by = Actor(user, world.agencies["dong-thap"], Role.APPRAISER, "thử")
        return actions.create_council(by=by, creation_key=key, fields=fields, members=members)

    first = click(world.actor("dong-thap", "appraiser").user)
    assert click(world.actor("dong-thap", "appraiser").user) == first
    assert Council.objects.count() == 1
    with pytest.raises(Refused, match="hồ sơ khác"):
        click(world.actor("phu-tho", "appraiser").user)


def test_a_council_that_ended_calls_no_meeting(world):
    council = council_of(world, active_from=today() - timedelta(days=9))
    ended = actions.end_council(
        council_id=council.pk,
        by=world.actor("dong-thap", "appraiser"),
        version=1,
        active_to=today() - timedelta(days=1),
    )
    project = make_project(world, state="submitted")
    with pytest.raises(Refused, match="không hoạt động"):
        session_of(world, ended, [project])
    with pytest.raises(Refused, match="đã chấm dứt"):
        actions.end_council(
            council_id=council.pk, by=world.actor("dong-thap", "appraiser"), version=2, active_to=today()
        )


def test_a_council_does_not_end_before_its_last_meeting(world, meeting):
    with pytest.raises(Refused, match="không được trước ngày bắt đầu"):
        actions.end_council(
            council_id=meeting.council_id, by=world.actor("dong-thap", "appraiser"), version=2,
            active_to=today() - timedelta(days=1),
        )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.filter(role="member").update(role="chair"),
        lambda rows: rows.filter(number=1).update(user=None),
        lambda rows: rows.filter(number=1).update(guest="Hai tên"),
        lambda rows: rows.filter(number=1).update(number=2),
    ],
)
def test_the_database_holds_what_a_seat_must_be(world, change):
    council_of(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(CouncilMember.objects.all())


def test_the_database_holds_the_days_of_a_council(world):
    council_of(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Council.objects.update(active_to=today() - timedelta(days=1))


# --- the meeting -----------------------------------------------------------------------------------------------------


def test_members_are_told_of_a_meeting(world, meeting):
    told = set(Notice.objects.filter(url=meeting.get_absolute_url()).values_list("user__username", flat=True))
    assert told == {"dong-thap.leader", "dong-thap.appraiser", "dong-thap.officer"}


def test_only_what_waits_for_this_council_stands_on_an_agenda(world):
    council = council_of(world)
    waiting = make_project(world, state="submitted")
    for project in (
        make_project(world),
        make_project(world, state="base_appraised"),
        make_project(world, state="submitted", province="25"),
        make_project(world, state="submitted", source="national", unit="region"),
    ):
        with pytest.raises(Refused, match="không chờ thẩm định"):
            session_of(world, council, [waiting, project])
    with pytest.raises(Refused, match="ít nhất một đề án"):
        session_of(world, council, [])
    session_of(world, council, [waiting])
    with pytest.raises(Refused, match="phiên họp khác"):
        session_of(world, council, [waiting])


def test_a_postponed_project_may_be_called_again(world, meeting):
    item = meeting.agenda.get()
    council = meeting.council
    actions.postpone(
        session_id=meeting.pk, by=world.actor("dong-thap", "appraiser"),
        version=fresh(meeting).version, item_id=item.pk, reason="Chờ báo giá.",
    )  # fmt: skip
    again = session_of(world, council, [item.project])
    assert again.agenda.get().project == item.project
    with pytest.raises(Refused, match="đã xong"):
        vote(world, meeting, "chair")


def test_attendance_is_closed_with_the_first_sheets(world, meeting):
    everybody(world, meeting)
    close(world, meeting)
    with pytest.raises(Refused, match="không sửa được"):
        attend(world, meeting, "chair")


def test_sheets_are_not_closed_before_the_attendance(world):
    session = session_of(world, council_of(world), [make_project(world, state="submitted")])
    with pytest.raises(Refused, match="điểm danh"):
        close(world, session)


# --- the sheets ------------------------------------------------------------------------------------------------------


def test_a_sheet_is_handed_in_once_by_its_own_member(world, meeting):
    vote(world, meeting, "chair")
    with pytest.raises(Refused, match="đã nộp"):
        vote(world, meeting, "chair", "refuse")
    item = meeting.agenda.get()
    for who, member, words in (
        (("dong-thap", "appraiser"), "member", "tự nộp"),
        (("dong-thap", "officer"), "guest", "Chỉ Thư ký"),
    ):
        with pytest.raises(Refused, match=words):
            actions.hand_in_sheet(
                session_id=meeting.pk, by=world.actor(*who), version=fresh(meeting).version, item_id=item.pk,
                member_id=seat(meeting, member).pk, sheet=SheetInput(outcome="agree", points=ALL_MET),
            )  # fmt: skip
    assert CouncilSheet.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"points": {1: ALL_MET[1]}}, "đủ năm nội dung"),
        ({"outcome": "khac"}, "chọn đề nghị"),
        ({"points": ONE_UNMET}, "chưa đạt"),
        ({"outcome": "refuse", "comment": " "}, "nhận xét"),
        ({"conflict": True, "conflict_reason": " "}, "xung đột lợi ích nào"),
    ],
)
def test_a_sheet_is_whole(world, meeting, values, words):
    with pytest.raises(Refused, match=words):
        vote(world, meeting, "chair", **values)
    assert not CouncilSheet.objects.exists()


def test_nobody_hands_in_after_the_closing(world, meeting):
    vote(world, meeting, "chair")
    close(world, meeting)
    with pytest.raises(Refused, match="đã đóng nộp phiếu"):
        vote(world, meeting, "member")
    with pytest.raises(Refused, match="Đã đóng"):
        close(world, meeting)


def test_sheets_are_only_ever_added(world, meeting):
    vote(world, meeting, "chair")
    for rows in (CouncilSheet.objects.all(), SheetPoint.objects.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(comment="Sửa sau")
    with pytest.raises(IntegrityError), transaction.atomic():
        CouncilSheet.objects.create(
            item=meeting.agenda.get(), member=seat(meeting, "member"), conflict=True, outcome="agree",
            entered_by=world.actor("dong-thap", "officer").user,
        )  # fmt: skip


# --- conflicts -------------------------------------------------------------------------------------------------------


def test_a_declared_conflict_leaves_vote_and_quorum(world):
    session = session_of(world, council_of(world, guest=False), [make_project(world, state="submitted")])
    attend(world, session, "chair", "secretary")
    vote(world, session, "chair", "refuse", comment="Không cần thiết")
    vote(world, session, "secretary")
    vote(world, session, "member", conflict=True, conflict_reason="Em ruột là chủ cơ sở")
    close(world, session)
    found = conclude(world, session, comment="Không hợp lý.")
    assert found.outcome == "refuse"  # one against one: the chair


def test_who_wrote_the_project_can_only_stand_aside(world):
    writer = world.actor("dong-thap-centre", "officer").user
    Membership.objects.create(user=writer, agency=world.agencies["dong-thap"], role=Role.OFFICER)
    members = [*seats(world), MemberInput("member", writer), MemberInput("member", world.actor("dong-thap", "officer").user)]  # fmt: skip
    council = make(world, members)
    session = session_of(world, council, [make_project(world, state="submitted")])
    attend(world, session)
    own = council.members.get(user=writer)
    item = session.agenda.get()
    hat = Actor(writer, world.agencies["dong-thap"], Role.OFFICER, "thử")
    with pytest.raises(Refused, match="chỉ có thể khai xung đột"):
        actions.hand_in_sheet(
            session_id=session.pk, by=hat, version=fresh(session).version, item_id=item.pk, member_id=own.pk,
            sheet=SheetInput(outcome="agree", points=ALL_MET),
        )  # fmt: skip
    vote(world, session, "chair")
    vote(world, session, "secretary")
    close(world, session)
    found = item.sheets.get(member=own)
    assert (found.conflict, found.conflict_reason) == (True, "Đã lập hoặc gửi đề án này")
    assert conclude(world, session).outcome == "agree"  # two of three without a conflict


# --- the conclusion --------------------------------------------------------------------------------------------------


def test_the_majority_becomes_the_appraisal(world, meeting):
    everybody(world, meeting, member="return")
    close(world, meeting)
    found = conclude(world, meeting, comment="Nhất trí với đa số.")
    item = meeting.agenda.get()
    assert (found.outcome, found.by_council, found.minutes_number, found.level) == ("agree", True, "05/BB-HĐ", "base")
    assert item.ruling == "Đồng ý 3 phiếu, trả lại để hoàn thiện 1 phiếu."
    assert all(point.met for point in found.points.all())
    item.project.refresh_from_db()
    assert item.project.state == "base_appraised"
    with pytest.raises(Refused, match="đã xong"):
        conclude(world, meeting)
    assert Appraisal.objects.count() == 1


def test_a_conditional_agreement_sets_conditions_and_a_return_asks_for_completion(world):
    council = council_of(world)
    for outcome, values in (
        ("agree_with_conditions", {"conditions": "Một\nHai"}),
        ("return", {"comment": "Thiếu", "completion": ["Một", "Hai"], "completion_days": 5}),
    ):
        session = session_of(world, council, [make_project(world, state="submitted")])
        attend(world, session)
        for role in ("chair", "secretary", "member"):
            vote(world, session, role, outcome)
        close(world, session)
        found = conclude(world, session, **values)
        rows = found.requirements if outcome == "agree_with_conditions" else found.completion.items
        assert [one.text for one in rows.all()] == ["Một", "Hai"]


def test_without_quorum_or_before_the_closing_there_is_no_conclusion(world, meeting):
    everybody(world, meeting)
    with pytest.raises(Refused, match="đóng nộp phiếu trước"):
        conclude(world, meeting)
    attend(world, meeting, "chair", "secretary")
    close(world, meeting)
    with pytest.raises(Refused, match="Có mặt 2 trên 4"):
        conclude(world, meeting)


def test_who_is_away_is_not_counted(world, meeting):
    everybody(world, meeting, chair="agree", secretary="agree", member="refuse", guest="refuse")
    attend(world, meeting, "chair", "secretary", "member")
    close(world, meeting)
    assert conclude(world, meeting).outcome == "agree"


def test_only_who_writes_for_the_council_concludes(world, meeting):
    everybody(world, meeting)
    close(world, meeting)
    item = meeting.agenda.get()
    user = world.actor("dong-thap", "officer").user
    stranger = Actor(user, world.agencies["dong-thap"], Role.APPRAISER, "thử")
    for by, error in ((stranger, Refused), (world.actor("dong-thap", "leader"), NotAllowed)):
        with pytest.raises(error):
            actions.conclude(
                session_id=meeting.pk, by=by, version=fresh(meeting).version, item_id=item.pk,
                project_version=item.project.version,
            )  # fmt: skip


def test_old_pages_of_a_meeting_change_nothing(world, meeting, everything):
    before = everything()
    item, version = meeting.agenda.get(), fresh(meeting).version - 1
    appraiser = world.actor("dong-thap", "appraiser")
    common = {"session_id": meeting.pk, "by": appraiser, "version": version}
    for call in (
        lambda: actions.mark_attendance(**common, present=[], minutes_number="1"),
        lambda: actions.close_sheets(**common, item_id=item.pk),
        lambda: actions.postpone(**common, item_id=item.pk, reason="Vì"),
        lambda: actions.conclude(**common, item_id=item.pk, project_version=1),
        lambda: actions.hand_in_sheet(**common, item_id=item.pk, member_id=1, sheet=SheetInput()),
    ):
        with pytest.raises(Stale):
            call()
    assert everything() == before


def test_a_project_that_changed_meanwhile_is_not_concluded(world, meeting):
    everybody(world, meeting)
    close(world, meeting)
    item = meeting.agenda.get()
    with pytest.raises(Stale):
        actions.conclude(
            session_id=meeting.pk, by=world.actor("dong-thap", "appraiser"), version=fresh(meeting).version,
            item_id=item.pk, project_version=item.project.version - 1, norm_confirmed=True,
        )  # fmt: skip
    assert CouncilSession.objects.get().agenda.get().appraisal is None


# --- the whole way ---------------------------------------------------------------------------------------------------


def test_local_by_one_council(world):
    project = make_project(world, state="submitted")
    session = session_of(world, council_of(world), [project])
    attend(world, session)
    everybody(world, session)
    close(world, session)
    conclude(world, session)
    project.refresh_from_db()
    approve_in_plan(world, project)
    project.refresh_from_db()
    assert project.state == "approved"


def test_national_by_two_councils_and_several_projects(world):
    projects = [make_project(world, state="submitted", source="national") for _ in range(2)]
    for agency in ("dong-thap", "national"):
        session = session_of(world, council_of(world, agency), projects, agency)
        attend(world, session, agency=agency)
        for item in session.agenda.all():
            everybody(world, session, agency=agency, item=item)
            close(world, session, agency=agency, item=item)
            conclude(world, session, agency=agency, item=item)
    for project in projects:
        project.refresh_from_db()
        assert project.state == "central_appraised"
        assert list(project.appraisals.values_list("level", flat=True)) == ["central", "base"]
        approve_in_plan(world, project)
