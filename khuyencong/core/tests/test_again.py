"""An action that the database ended for the sake of another one is done once more, and only then."""

from types import SimpleNamespace

import pytest
from django.db import OperationalError, transaction

from khuyencong.core.again import is_knot, once_more
from khuyencong.core.errors import Refused


class EndedError(Exception):
    """As the driver of PostgreSQL raises it."""

    def __init__(self, sqlstate):
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def ended(sqlstate):
    error = OperationalError("ended")
    error.__cause__ = EndedError(sqlstate)
    return error


def failing(*errors):
    """Raises the errors one after the other, then answers; and counts."""
    left, calls = list(errors), []

    def act():
        calls.append(len(calls))
        if left:
            raise left.pop(0)
        return "done"

    return act, calls


@pytest.fixture
def outside(monkeypatch):
    """As in a request: no transaction is open."""
    monkeypatch.setattr("khuyencong.core.again.connection", SimpleNamespace(in_atomic_block=False))


@pytest.mark.parametrize("sqlstate", ["40P01", "40001"])
def test_a_knot_is_tried_once_more(outside, sqlstate):
    act, calls = failing(ended(sqlstate))
    assert once_more(act) == "done"
    assert len(calls) == 2


@pytest.mark.parametrize("errors", [(ended("40P01"), ended("40P01")), (ended("40001"), Refused("Không."))])
def test_the_second_error_is_the_answer(outside, errors):
    act, calls = failing(*errors)
    with pytest.raises(type(errors[1])):
        once_more(act)
    assert len(calls) == 2


@pytest.mark.parametrize("error", [ended("57014"), OperationalError("database is locked"), Refused("Không.")])
def test_anything_else_is_not_repeated(outside, error):
    act, calls = failing(error)
    with pytest.raises(type(error)):
        once_more(act)
    assert len(calls) == 1


@pytest.mark.django_db
def test_inside_an_open_transaction_nothing_is_repeated():
    act, calls = failing(ended("40P01"))
    with transaction.atomic(), pytest.raises(OperationalError):
        once_more(act)
    assert len(calls) == 1


def test_only_what_the_database_says_is_a_knot():
    assert is_knot(ended("40P01"))
    assert not is_knot(OperationalError("deadlock"))
