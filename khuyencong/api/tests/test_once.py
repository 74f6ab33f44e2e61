"""A POST that comes again does nothing again."""

import pytest

from khuyencong.api import once
from khuyencong.api.models import KeptAnswer
from khuyencong.api.tests.making import Caller, caller_for, establishment_body, token_for
from khuyencong.establishments.models import Establishment
from khuyencong.testing import at_once, make_project

pytestmark = pytest.mark.django_db


def test_the_same_question_has_the_same_answer(world):
    caller = caller_for(world)
    first = caller.post("/establishments", establishment_body(), key="a-1")
    again = caller.post("/establishments", establishment_body(), key="a-1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["ETag"] == first["ETag"]
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Establishment.objects.count() == 1


def test_another_question_under_the_same_key_is_refused(world):
    caller = caller_for(world)
    caller.post("/establishments", establishment_body(), key="a-1")

    for answer in (
        caller.post("/establishments", establishment_body(name="Tên khác"), key="a-1"),
        caller.post("/projects", {"name": "x"}, key="a-1"),
    ):
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:khuyencong:key_used"
    # Another system may use the same key.
    assert caller_for(world).post("/establishments", establishment_body(name="Cơ sở hai"), key="a-1").status_code == 201


def test_what_was_refused_may_be_asked_again(world):
    project = make_project(world)
    caller = caller_for(world)
    project.refresh_from_db()
    refused = caller.post(f"/projects/{project.code}/withdraw", {"reason": "Đổi ý"}, version=99, key="w")
    assert refused.status_code == 412
    assert not KeptAnswer.objects.exists()
    done = caller.post(f"/projects/{project.code}/withdraw", {"reason": "Đổi ý"}, version=project.version, key="w")
    assert done.status_code == 200, done.content.decode()
    # The version has moved on meanwhile, and the answer is the same all the same.
    again = caller.post(f"/projects/{project.code}/withdraw", {"reason": "Đổi ý"}, version=project.version, key="w")
    assert (again.status_code, again.content) == (200, done.content)


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 101, "khóa"])
def test_a_key_is_asked_for(world, key):
    caller = caller_for(world)
    headers = caller.headers | ({once.HEADER: key} if key else {})
    answer = caller.client.post(
        "/api/v1/establishments", establishment_body(), content_type="application/json", headers=headers
    )
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:khuyencong:no_idempotency_key"


def test_files_are_known_again_whatever_stands_between_them(world):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from khuyencong.testing import PDF

    project = make_project(world)
    caller = caller_for(world)

    def send(content):
        headers = caller.headers | {once.HEADER: "tep", "If-Match": str(project.version)}
        form = {"kind": "quotation", "file": SimpleUploadedFile("bao-gia.pdf", content)}
        return caller.client.post(f"/api/v1/projects/{project.code}/files", form, headers=headers)

    first, again, other = send(PDF + b"1"), send(PDF + b"1"), send(PDF + b"2")
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 422), first.content.decode()
    assert again["Idempotent-Replayed"] == "true"
    assert project.attachments.filter(kind="quotation").count() == 1


def test_old_answers_are_forgotten(world):
    caller = caller_for(world)
    caller.post("/establishments", establishment_body(), key="a-1")
    assert once.forget_old() == 0
    KeptAnswer.objects.update(made_at=KeptAnswer.objects.get().made_at - once.KEPT_FOR * 2)
    assert once.forget_old() == 1
    # The same question finds its record; another one makes another, and is not told that the first was made.
    again = caller.post("/establishments", establishment_body(), key="a-1")
    KeptAnswer.objects.all().delete()
    other = caller.post("/establishments", establishment_body(name="Hoàn toàn khác"), key="a-1")
    assert again.json()["name"] == establishment_body()["name"]
    assert (other.status_code, other.json()["name"]) == (201, "Hoàn toàn khác")
    assert Establishment.objects.count() == 2


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one(world):
    _, secret = token_for(world)
    answers = []

    def ask():
        answers.append(Caller(secret).post("/establishments", establishment_body(), key="cung-luc"))

    at_once(ask, ask, ask)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer for answer in answers) == 2
    assert Establishment.objects.count() == 1
    assert KeptAnswer.objects.count() == 1
