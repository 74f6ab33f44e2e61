"""What the pages of a council show to whom."""

from datetime import timedelta

import pytest
from django.urls import reverse

from khuyencong.appraisal.meeting import meeting_of
from khuyencong.appraisal.models import Council, CouncilSession
from khuyencong.appraisal.tests.meeting import attend, close, conclude, council_of, fresh, seat, session_of, vote
from khuyencong.core.dates import today
from khuyencong.testing import make_project

SECRET = "Đơn giá cao hơn nơi khác"


def day(of=None):
    return f"{of or today():%d/%m/%Y}"


@pytest.fixture
def meeting(world):
    session = session_of(world, council_of(world), [make_project(world, state="submitted")])
    attend(world, session)
    return session


def text(client, url, **query):
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_sheets_are_read_once_all_are_in_or_closed(world, meeting, visit):
    url = meeting.get_absolute_url()
    vote(world, meeting, "chair", "return", comment=SECRET)
    for role in ("leader", "appraiser", "officer", "auditor"):
        page = text(visit(world.actor("dong-thap", role)), url)
        assert SECRET not in page
        assert "Đã nộp, chưa mở" in page
    assert SECRET not in text(visit(world.actor("national", "appraiser")), url)
    for role in ("secretary", "member", "guest"):
        vote(world, meeting, role)
    assert SECRET in text(visit(world.actor("dong-thap", "officer")), url)


def test_staff_is_warned_that_a_council_has_it_on_its_agenda(world, meeting, visit):
    url = reverse("project_appraise", args=[meeting.agenda.get().project.code, "base"])
    client = visit(world.actor("dong-thap", "appraiser"))
    assert "đang có trong chương trình" in text(client, url)
    meeting.agenda.update(postponed="Hoãn")
    assert "đang có trong chương trình" not in text(client, url)


def test_closing_opens_what_is_there(world, meeting, visit):
    vote(world, meeting, "chair", "return", comment=SECRET)
    minutes = reverse("council_minutes", args=[meeting.pk])
    client = visit(world.actor("dong-thap", "officer"))
    assert SECRET not in text(client, minutes)
    close(world, meeting)
    assert SECRET in text(client, meeting.get_absolute_url())
    assert SECRET in text(client, minutes)


def test_the_trail_of_the_project_does_not_tell_a_vote(world, meeting, visit):
    vote(world, meeting, "chair", "return", comment=SECRET)
    page = text(visit(world.actor("dong-thap-centre", "officer")), meeting.agenda.get().project.get_absolute_url(), tab="nhat-ky")  # fmt: skip
    assert "Nộp phiếu của thành viên Hội đồng" in page
    assert SECRET not in page
    assert "Trả lại" not in page


@pytest.mark.parametrize(
    ("place", "role", "status"),
    [
        ("dong-thap", "auditor", 200),
        ("national", "leader", 200),
        ("dong-thap-centre", "officer", 403),
        ("region", "officer", 403),
        ("phu-tho", "appraiser", 404),
    ],
)
def test_who_may_open_a_council(world, meeting, visit, place, role, status):
    client = visit(world.actor(place, role))
    for name, key in (
        ("council", meeting.council_id),
        ("council_session", meeting.pk),
        ("council_minutes", meeting.pk),
        ("council_minutes_pdf", meeting.pk),
    ):
        assert client.get(reverse(name, args=[key])).status_code == status, name


def test_the_list_holds_the_agencys_own(world, visit):
    for agency in ("dong-thap", "phu-tho", "national"):
        council_of(world, agency, title=f"Hội đồng {agency}")
    for place, titles in (("dong-thap", {"dong-thap"}), ("national", {"dong-thap", "phu-tho", "national"})):
        page = text(visit(world.actor(place, "officer")), reverse("councils"))
        assert {one for one in ("dong-thap", "phu-tho", "national") if f"Hội đồng {one}" in page} == titles


def test_an_empty_list_says_what_to_do(world, visit):
    assert reverse("council_new") in text(visit(world.actor("dong-thap", "appraiser")), reverse("councils"))
    assert reverse("council_new") not in text(visit(world.actor("dong-thap", "leader")), reverse("councils"))


def test_a_council_is_entered_with_its_members_and_meets(world, visit):
    client = visit(world.actor("dong-thap", "appraiser"))
    people = [world.actor("dong-thap", role).user.pk for role in ("leader", "appraiser")]
    data = {
        "creation_key": "7f1f3c1e-5d4b-4a7e-9b57-1f2d3c4b5a69", "title": "Hội đồng một", "decision_number": "9/QĐ",
        "decision_on": day(), "active_from": day(), "quorum": "two_thirds", "tv-TOTAL_FORMS": 4, "tv-INITIAL_FORMS": 0,
        "tv-0-role": "chair", "tv-0-user": people[0], "tv-1-role": "secretary", "tv-1-user": people[1],
        "tv-2-role": "member", "tv-2-guest": "Bà Khách", "tv-2-position": "Sở Tài chính", "tv-3-role": "member",
    }  # fmt: skip
    short = client.post(reverse("council_new"), data | {"tv-TOTAL_FORMS": 2})
    assert short.status_code == 422
    assert "ít nhất 3 thành viên" in short.content.decode()
    council = client.post(reverse("council_new"), data)["Location"]
    page = text(client, council)
    assert "Bà Khách" in page
    project = make_project(world, state="submitted")
    call = f"{council}trieu-tap/"
    assert project.code in text(client, call)
    sent = client.post(call, {"version": 1, "held_on": day(), "place": "Phòng 1", "projects": project.pk})
    assert sent["Location"] == CouncilSession.objects.get().get_absolute_url()
    assert "Chưa có đề án nào" in text(client, call)


def test_members_change_by_a_new_decision_that_ends_the_old_council(world, meeting, visit):
    old = meeting.council
    client = visit(world.actor("dong-thap", "appraiser"))
    address = f"{reverse('council_new')}?thay={old.pk}"
    page = text(client, reverse("council_new"), thay=old.pk)
    assert "Kiện toàn Hội đồng" in page
    assert old.title in page
    people = [world.actor("dong-thap", role).user.pk for role in ("leader", "officer")]
    data = {
        "creation_key": "7f1f3c1e-5d4b-4a7e-9b57-1f2d3c4b5a70", "title": "Hội đồng kiện toàn", "decision_number": "10/QĐ",
        "decision_on": day(), "active_from": day(today() + timedelta(days=1)), "quorum": "half", "tv-TOTAL_FORMS": 3,
        "tv-INITIAL_FORMS": 0, "tv-0-role": "chair", "tv-0-user": people[0], "tv-1-role": "secretary",
        "tv-1-user": people[1], "tv-2-role": "member", "tv-2-guest": "Bà Khách Mới",
    }  # fmt: skip
    early = client.post(address, data | {"active_from": day()})
    assert early.status_code == 422
    assert Council.objects.count() == 1
    before = set(old.members.values_list("user", "guest"))
    assert client.post(address, data).status_code == 302
    old.refresh_from_db()
    assert old.active_to == today()
    assert set(old.members.values_list("user", "guest")) == before
    assert client.get(reverse("council_new"), {"thay": "999999"}).status_code == 404
    assert visit(world.actor("phu-tho", "appraiser")).get(address).status_code == 404


def test_the_pages_lead_through_a_meeting(world, visit):
    session = session_of(world, council_of(world, guest=False), [make_project(world, state="submitted")])
    item = session.agenda.get()
    clerk = visit(world.actor("dong-thap", "appraiser"))
    url = session.get_absolute_url()
    members = [one.pk for one in session.council.members.all()]
    mark = {"version": 1, "present": members, "minutes_number": "7/BB", "note": "Có ông Khách dự."}
    assert clerk.post(reverse("council_attendance", args=[session.pk]), mark).status_code == 302
    points = {f"point_{number}": "dat" for number in range(1, 6)}
    for role, seated in (("leader", "chair"), ("appraiser", "secretary"), ("officer", "member")):
        member = seat(session, seated).pk
        address = reverse("council_sheet", args=[session.pk, item.pk, member])
        client = visit(world.actor("dong-thap", role))
        assert address in text(client, url)
        given = {"version": fresh(session).version, "declaration": "khong", "outcome": "agree", "amount": "150 triệu"}
        bad = client.post(address, given | {"declaration": "co"})
        assert bad.status_code == 422
        assert client.post(address, given | points).status_code == 302
        assert address not in text(client, url)
        assert client.get(address).status_code == 409
    assert item.sheets.first().amount == 150_000_000
    close_url = reverse("council_close", args=[session.pk, item.pk])
    assert clerk.post(close_url, {"version": fresh(session).version}).status_code == 302
    end = reverse("council_conclude", args=[session.pk, item.pk])
    page = clerk.get(end)
    assert "Đồng ý 3 phiếu." in page.content.decode()
    assert "conditions" not in page.context["form"].fields
    item.project.refresh_from_db()
    given = {"version": fresh(session).version, "project_version": item.project.version, "comment": "Nhất trí."}
    assert clerk.post(end, given | {"norm_confirmed": "on"}).status_code == 302
    tab = text(clerk, item.project.get_absolute_url(), tab="tham-dinh")
    assert "Biểu quyết: Đồng ý 3 phiếu." in tab
    minutes = text(clerk, reverse("council_minutes", args=[session.pk]))
    for words in ("7/BB", "Có ông Khách dự.", "150.000.000", "Đồng ý 3 phiếu.", "mẫu tạm", "Nhất trí."):
        assert words in minutes, words
    pdf = clerk.get(reverse("council_minutes_pdf", args=[session.pk]))
    assert pdf.content.startswith(b"%PDF")
    assert pdf["Content-Type"] == "application/pdf"


def test_only_the_clerk_opens_the_clerks_pages(world, meeting, visit):
    item = meeting.agenda.get()
    outsider = world.actor("dong-thap", "appraiser")
    council = meeting.council
    council.members.filter(user=outsider.user).update(role="member")
    client = visit(outsider)
    for name, args in (("council_attendance", []), ("council_conclude", [item.pk]), ("council_postpone", [item.pk])):
        assert client.get(reverse(name, args=[meeting.pk, *args])).status_code == 409, name
    assert reverse("council_postpone", args=[meeting.pk, item.pk]) not in text(client, meeting.get_absolute_url())


def test_without_quorum_the_page_offers_only_to_put_off(world, meeting, visit):
    attend(world, meeting, "chair")
    close(world, meeting)
    item = meeting.agenda.get()
    client = visit(world.actor("dong-thap", "appraiser"))
    page = text(client, meeting.get_absolute_url())
    assert "Có mặt 1 trên 4" in page
    assert reverse("council_conclude", args=[meeting.pk, item.pk]) not in page
    put_off = reverse("council_postpone", args=[meeting.pk, item.pk])
    assert put_off in page
    assert client.post(put_off, {"version": fresh(meeting).version, "reason": "Thiếu người"}).status_code == 302
    assert "Hoãn: Thiếu người" in text(client, meeting.get_absolute_url())


def test_a_council_that_ended_is_shown_without_buttons(world, visit):
    council = council_of(world, active_from=today() - timedelta(days=3), active_to=today() - timedelta(days=1))
    page = text(visit(world.actor("dong-thap", "appraiser")), council.get_absolute_url())
    assert reverse("council_session_new", args=[council.pk]) not in page


def meeting_with(world, rows):
    projects = [make_project(world, state="submitted") for _ in range(rows)]
    session = session_of(world, council_of(world), projects)
    attend(world, session)
    for item in session.agenda.all():
        for role in ("chair", "secretary", "member", "guest"):
            vote(world, session, role, item=item)
        close(world, session, item=item)
        conclude(world, session, item=item)
    return session


@pytest.mark.parametrize("rows", [1, 3])
def test_constant_queries(world, visit, rows, django_assert_num_queries):
    session = meeting_with(world, rows)
    actor = world.actor("dong-thap", "appraiser")
    session = CouncilSession.objects.select_related("council__agency__province").get(pk=session.pk)
    with django_assert_num_queries(7):
        assert len(meeting_of(session, actor).items) == rows
    client = visit(actor)
    client.get(reverse("councils"))
    with django_assert_num_queries(14):
        client.get(session.get_absolute_url())
    with django_assert_num_queries(14):
        client.get(session.council.get_absolute_url())


@pytest.mark.parametrize("rows", [1, 3])
def test_constant_queries_of_the_list(world, visit, rows, django_assert_num_queries):
    for number in range(rows):
        council_of(world, title=f"Hội đồng {number}")
    client = visit(world.actor("dong-thap", "appraiser"))
    client.get(reverse("councils"))
    with django_assert_num_queries(8):
        client.get(reverse("councils"))
