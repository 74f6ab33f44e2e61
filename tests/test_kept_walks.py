"""What tests begin with is put back exactly as the real actions left it, or made anew."""

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction

from khuyencong.audit.verify import verify_chain
from khuyencong.demo import walk
from khuyencong.projects.models import Attachment
from khuyencong.testing import build_world
from khuyencong.testing_kept import Keeper
from tests.looking import whole_database

WANTED = {"state": "accepted", "beneficiaries": 2}


@pytest.fixture
def keeper(db):
    """One of its own, which sees what is written from here on."""
    mine = Keeper()
    with connection.execute_wrapper(mine):
        yield mine


class UndoneError(Exception):
    pass


def one_test(keeper, body):
    """What `body` gives back, in a database that is afterwards as before."""
    keeper.begin()
    with pytest.raises(UndoneError) as undone, transaction.atomic():
        raise UndoneError(body(keeper.first(build_world)))
    return undone.value.args[0]


def walked(keeper, world):
    """The đề án, and whether it was walked there now."""
    calls = []

    def make():
        calls.append(1)
        return walk.make_project(world, **WANTED)

    return keeper.project(WANTED, make), bool(calls)


def test_the_rows_are_those_of_the_walk_and_a_second_one_follows(keeper):
    def body(world):
        (first, first_now), (second, second_now) = walked(keeper, world), walked(keeper, world)
        assert first.pk != second.pk
        assert (first.state, second.state) == ("accepted", "accepted")
        assert verify_chain() is None
        assert world.actor("dong-thap", "leader").agency.name == "Sở Công Thương Đồng Tháp"
        return (first.pk, second.pk), (first_now, second_now), whole_database()

    keys, now, rows = one_test(keeper, body)
    assert now == (True, True)
    assert one_test(keeper, body) == (keys, (False, False), rows)


def test_actions_go_on_from_what_was_put_back(keeper):
    one_test(keeper, lambda world: walked(keeper, world)[1])

    def body(world):
        project, now = walked(keeper, world)
        state = walk.advance_to(world, project, "settled").state
        assert verify_chain() is None
        return now, state

    assert one_test(keeper, body) == (False, "settled")


def test_anything_else_that_is_written_ends_it(keeper):
    one_test(keeper, lambda world: walked(keeper, world)[1])

    def body(world):
        walk.make_establishment(world)
        return walked(keeper, world)[1], walked(keeper, world)[1]

    assert one_test(keeper, body) == (True, True)


def test_a_walk_that_writes_more_than_rows_is_not_kept(keeper):
    def body(world):
        def make():
            with connection.cursor() as cursor:
                cursor.execute("CREATE TEMPORARY TABLE beside (number integer)")
                cursor.execute("DROP TABLE beside")
            return walk.make_project(world)

        return [keeper.project({}, make).pk != keeper.project({}, make).pk, len(keeper.states)]

    assert one_test(keeper, body) == [True, 1]


def test_a_file_that_is_gone_is_written_again(keeper):
    def body(world):
        project, now = walked(keeper, world)
        name = Attachment.objects.filter(project=project).values_list("file", flat=True).first()
        assert default_storage.exists(name)
        default_storage.delete(name)
        return now

    assert [one_test(keeper, body), one_test(keeper, body)] == [True, True]


@pytest.mark.parametrize("fixture", ["monkeypatch", "settings", "mailoutbox"])
def test_who_changes_what_actions_do_begins_anew(keeper, fixture):
    keeper.begin()
    assert keeper.can_serve({"world", "client"}, is_transactional=False)
    assert not keeper.can_serve({"world", fixture}, is_transactional=False)
    assert not keeper.can_serve({"world"}, is_transactional=True)
    build_world()
    assert not keeper.can_serve({"world"}, is_transactional=False)


def test_a_connection_that_nobody_watches_begins_anew(keeper):
    """The event loop of a browser gives the thread another connection; writing there would not be seen."""
    keeper.begin()
    connection.execute_wrappers.remove(keeper)
    assert not keeper.can_serve({"world"}, is_transactional=False)
    keeper.begin()
    assert keeper.can_serve({"world"}, is_transactional=False)
