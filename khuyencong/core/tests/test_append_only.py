import pytest
from django.db import IntegrityError, connection, transaction

from khuyencong.core import append_only

TABLE = "core_test_only_added"


@pytest.fixture
def table(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE core_test_only_added (id integer PRIMARY KEY, amount integer NOT NULL)")
    with connection.schema_editor() as editor:
        append_only.install(TABLE, editor)
    execute("INSERT INTO core_test_only_added VALUES (1, 100)")
    yield TABLE
    execute("DROP TABLE core_test_only_added")


def execute(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def change_then_fail():
    execute("UPDATE core_test_only_added SET amount = 7")
    execute("INSERT INTO core_test_only_added VALUES (1, 100)")


def rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, amount FROM core_test_only_added ORDER BY id")
        return cursor.fetchall()


@pytest.mark.parametrize("sql", ["UPDATE core_test_only_added SET amount = 1", "DELETE FROM core_test_only_added"])
def test_change_of_a_row_is_refused(table, sql):
    with pytest.raises(IntegrityError, match="only ever added"):
        execute(sql)
    execute("INSERT INTO core_test_only_added VALUES (2, 50)")
    assert rows() == [(1, 100), (2, 50)]


def test_install_twice_and_remove(table):
    with connection.schema_editor() as editor:
        append_only.install(table, editor)
    assert append_only.is_installed(table, connection)
    with connection.schema_editor() as editor:
        append_only.remove(table, editor)
    assert not append_only.is_installed(table, connection)
    execute("UPDATE core_test_only_added SET amount = 1")
    assert rows() == [(1, 1)]


def test_lifted_lets_change_and_then_refuses_again(table):
    with append_only.lifted(connection):
        execute("UPDATE core_test_only_added SET amount = 7")
        assert not append_only.is_installed(table, connection)
    assert append_only.is_installed(table, connection)
    with pytest.raises(IntegrityError):
        execute("DELETE FROM core_test_only_added")
    assert rows() == [(1, 7)]


def test_lifted_block_that_fails_leaves_everything_as_it_was(table):
    with pytest.raises(IntegrityError), append_only.lifted(connection):
        change_then_fail()
    assert append_only.is_installed(table, connection)
    assert rows() == [(1, 100)]
