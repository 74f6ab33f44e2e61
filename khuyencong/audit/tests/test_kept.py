"""What is kept in memory: the same answer as long as no event came, a new one after any."""

import pytest

from khuyencong.audit.actions import record
from khuyencong.audit.kept import MOST, _answers, kept
from khuyencong.testing import make_project


@pytest.fixture
def keeping(settings):
    settings.KEEP_ANSWERS = True
    _answers.clear()
    yield
    _answers.clear()


def test_an_answer_is_kept_until_the_next_event(world, keeping):
    actor = world.actor("national", "leader")
    made = []

    def ask():
        return kept(("list", 1), lambda: made.append(1) or len(made))

    assert (ask(), ask()) == (1, 1)
    record(action="account.profile", by=actor, subject=actor.user, thread="t")
    assert ask() == 2
    assert len(_answers) == 1  # what was made under the head before is gone
    assert kept(("list", 2), lambda: "another") == "another"
    for number in range(MOST + 5):
        kept(("many", number), lambda: None)
    assert len(_answers) == MOST


def test_the_list_of_projects_shows_what_was_done_at_once(world, visit, keeping, django_assert_max_num_queries):
    client, stranger = visit(world.actor("national", "leader")), visit(world.actor("phu-tho", "leader"))
    first = make_project(world)
    page = client.get("/de-an/").content.decode()
    assert first.code in page
    assert first.code not in stranger.get("/de-an/").content.decode()
    with django_assert_max_num_queries(8):
        assert client.get("/de-an/").content.decode().count(first.code) == page.count(first.code)

    second = make_project(world, state="submitted")
    page = client.get("/de-an/").content.decode()
    assert first.code in page
    assert second.code in page
