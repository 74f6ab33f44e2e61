"""The list of notices and the bell."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khuyencong.notices.models import Notice


@pytest.fixture
def officer(world):
    return world.actor("dong-thap", "officer")


@pytest.fixture
def browser(visit, officer):
    return visit(officer)


def leave(actor, sentence="Có việc mới.", url="/thong-bao/"):
    return Notice.objects.create(user=actor.user, sentence=sentence, url=url)


def test_list_shows_my_own_only(world, officer, browser):
    leave(officer, "Của tôi.")
    leave(world.actor("dong-thap", "leader"), "Của người khác.")
    page = browser.get("/thong-bao/").content.decode()

    assert "Của tôi." in page
    assert "Của người khác." not in page


def test_opening_marks_read_and_goes_there(officer, browser):
    notice = leave(officer, url="/de-nghi/?state=sent")
    answer = browser.post(f"/thong-bao/{notice.pk}/mo/")

    assert (answer.status_code, answer.url) == (302, "/de-nghi/?state=sent")
    notice.refresh_from_db()
    assert notice.read_at is not None


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "///evil.example",
        "javascript:alert(1)",
        "co-so/",
        "",
    ],
)
def test_opening_never_leads_to_another_site(officer, browser, url):
    notice = leave(officer, url=url)
    assert notice.own_path == ""
    assert browser.post(f"/thong-bao/{notice.pk}/mo/").url == "/thong-bao/"


def test_notice_of_somebody_else_does_not_exist(world, browser):
    notice = leave(world.actor("dong-thap", "leader"))
    assert browser.post(f"/thong-bao/{notice.pk}/mo/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_everything_of_mine_is_marked_read_at_once(world, officer, browser):
    leave(officer)
    leave(officer)
    other = leave(world.actor("dong-thap", "leader"))
    browser.post("/thong-bao/da-doc/")

    assert not Notice.objects.of(officer.user).unread().exists()
    other.refresh_from_db()
    assert other.read_at is None


def test_looking_marks_nothing(officer, browser):
    leave(officer)
    browser.get("/thong-bao/")
    assert Notice.objects.unread().count() == 1
    assert browser.get("/thong-bao/da-doc/").status_code == 405


def test_sentence_is_never_markup(officer, browser):
    leave(officer, "<script>alert(1)</script>")
    assert "<script>alert" not in browser.get("/thong-bao/").content.decode()


def test_bell_says_how_many_are_unread(officer, browser):
    assert "chưa đọc" not in browser.get("/de-nghi/").content.decode()
    leave(officer)
    assert "1<span" in browser.get("/de-nghi/").content.decode()
    Notice.objects.bulk_create(Notice(user=officer.user, sentence="x") for _ in range(150))
    assert "99+<span" in browser.get("/de-nghi/").content.decode()


def test_list_takes_as_many_queries_for_three_as_for_one(officer, browser):
    counts = []
    for rows in (1, 2):
        for _ in range(rows):
            leave(officer)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get("/thong-bao/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
