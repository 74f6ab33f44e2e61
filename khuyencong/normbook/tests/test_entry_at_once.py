"""Two people at the same moment, each with a connection of their own."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.files.storage import FileSystemStorage

from khuyencong.normbook import actions
from khuyencong.normbook.book import current_book
from khuyencong.normbook.models import EnteredDocument
from khuyencong.normbook.tests.entering import attach, enter, fields, norm
from khuyencong.testing import at_once, build_world, kinds

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db):
    return build_world()


def confirming(world, document, role="leader"):
    by = world.actor("dong-thap", role)
    return lambda: actions.confirm_document(document_id=document.pk, by=by, version=document.version)


@pytest.mark.parametrize("turn", range(3))
def test_two_documents_that_clash_are_not_both_confirmed(world, turn):
    first = enter(world, state="sent")
    second = enter(world, norm(cap=280), state="sent", valid_from=date(2031, 1, 1))
    outcome = kinds(at_once(confirming(world, first), confirming(world, second, "appraiser")))
    assert outcome == ["NoneType", "Refused"]
    assert EnteredDocument.objects.filter(state="confirmed").count() == 1
    assert current_book().clashes == ()


def test_two_documents_that_fit_are_both_confirmed(world):
    first = enter(world, state="sent")
    second = enter(world, norm("conference", None, 9), state="sent")
    assert kinds(at_once(confirming(world, first), confirming(world, second))) == ["NoneType", "NoneType"]
    assert {one.document_id for one in EnteredDocument.objects.filter(state="confirmed")} == {
        norm.document_id for code in ("machinery", "conference") for norm in current_book().all_of(code, "82")
    }


def test_one_document_confirmed_by_two_people_is_confirmed_once(world):
    document = enter(world, state="sent")
    assert kinds(at_once(confirming(world, document), confirming(world, document, "appraiser"))) == [
        "NoneType",
        "Stale",
    ]
    assert EnteredDocument.objects.get().version == document.version + 1


def test_confirming_and_returning_at_once_is_one_of_them(world):
    document = enter(world, state="sent")
    leader = world.actor("dong-thap", "appraiser")

    def give_back():
        actions.return_document(document_id=document.pk, by=leader, version=document.version, reason="Sai khoản.")

    assert kinds(at_once(confirming(world, document), give_back)) == ["NoneType", "Stale"]


def test_a_document_is_not_revoked_while_another_is_confirmed_upon_it(world):
    """The second replaces the first; the first is revoked at the same moment: whoever comes second sees the other."""
    first = enter(world, state="confirmed")
    second = enter(world, norm(cap=280), state="sent", valid_from=date(2031, 1, 1), replaces=[first.document_id])
    leader = world.actor("dong-thap", "leader")

    def revoke():
        actions.revoke_document(document_id=first.pk, by=leader, version=first.version, reason="Nhập nhầm.")

    outcome = kinds(at_once(confirming(world, second, "appraiser"), revoke))
    assert outcome in (["NoneType", "NoneType"], ["NoneType", "Refused"])
    assert current_book().clashes == ()


def test_a_document_entered_by_two_clicks_is_one(world):
    officer, key, given = world.actor("dong-thap", "officer"), uuid4(), fields(world)

    def click():
        actions.enter_document(by=officer, creation_key=key, fields=given, norms=[norm()])

    assert kinds(at_once(click, click)) == ["NoneType", "NoneType"]
    assert EnteredDocument.objects.count() == 1


def test_an_old_file_that_cannot_be_deleted_does_not_take_the_new_one_away(world, monkeypatch):
    """The disk refuses after the commit: what was written stays, with its file."""
    document = enter(world)
    storage, old = document.file.storage, document.file.name
    real = FileSystemStorage.delete

    def delete(self, name):
        if name == old:
            raise PermissionError(name)
        real(self, name)

    monkeypatch.setattr(FileSystemStorage, "delete", delete)
    attach(document, world.actor("dong-thap", "officer"), name="ban-dep.pdf")
    document.refresh_from_db()
    assert document.file_name == "ban-dep.pdf"
    assert storage.exists(document.file.name)
