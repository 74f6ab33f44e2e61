"""Hiding persons: by term, on request, never what papers and money need; figures and the trail stay as they are."""

import json
from uuid import uuid4

import pytest

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import verify_chain
from khuyencong.collaborators.figures import counted
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.finance.check import broken_rows
from khuyencong.finance.models import LedgerEntry
from khuyencong.people.models import User
from khuyencong.persons import actions, hidden_list, hiding
from khuyencong.persons.holding import HIDDEN, RULES
from khuyencong.persons.keeping import due_rules
from khuyencong.persons.models import HiddenRow
from khuyencong.persons.queries import lists_of
from khuyencong.persons.tests.making import (
    IDENTITY,
    KEEPER,
    LEADER,
    NAME,
    PHONE,
    answered_question,
    choose,
    hidden_all,
    learner_of,
    request_of,
    served,
    set_term,
    set_terms_of_papers,
    settled_long_ago,
)
from khuyencong.persons.turns import go_on
from khuyencong.reporting.activities import totals
from khuyencong.reporting.figures import Question
from khuyencong.reporting.period import Period, PeriodKind
from khuyencong.training.models import Learner
from khuyencong.training.tests.making import project_of

pytestmark = pytest.mark.django_db


def figures(world):
    """What tables count: learners by sex and year of birth, collaborators, money."""
    actor = world.actor("dong-thap-centre", "officer")
    return (
        sorted(Learner.objects.values_list("course", "gender", "minority", "birth_year", "present", "number")),
        counted(actor=actor, year=today().year, until=today()),
        list(LedgerEntry.objects.order_by("pk").values_list()),
        list(broken_rows()),
        totals(Question(period=Period(PeriodKind.YEAR, today().year))),
    )


def everything_written():
    """The whole trail as one text."""
    return json.dumps(
        list(AuditEvent.objects.order_by("seq").values("subject_label", "before", "after", "note")), ensure_ascii=False
    )


def test_terms_hide_who_is_past_them_and_nothing_that_is_counted(world, django_capture_on_commit_callbacks):
    served_before, serving = served(world), served(world, name="Còn Làm Việc", ended=False, identity_number="")
    question = answered_question(world)
    old, fresh = project_of(world), project_of(world)
    learner, lately = learner_of(world, old), learner_of(world, fresh, "Người Học Sau")
    settled_long_ago(world, old)
    by, before = world.actor(*LEADER), figures(world)

    # Without terms nothing is due; a term shows what is, and what its papers keep.
    assert [one.count for one in due_rules(by, today()) if one.count] == []
    for rule in ("collaborator", "question"):
        set_term(world, rule)
    set_terms_of_papers(world)
    due = {one.rule.key: one.count for one in due_rules(by, today()) if one.count}
    assert due["collaborator"] == due["question"] == 1
    assert due["papers"] >= 1
    lists = lists_of(by, RULES["papers"], today())
    kept = next(one for one in lists.kept if (one.kind, one.number) == ("Học viên", f"số {lately.pk}"))
    assert "chưa quyết toán" in kept.reason.sentence
    assert "Luật Kế toán" in kept.reason.article
    assert kept.name == "N. H. Sau"

    with django_capture_on_commit_callbacks(execute=True):
        run = hidden_all(world, "papers", "collaborator", "question")
    assert (run.done, run.rows.exclude(told="").count()) == (run.wanted, 0)

    for row in (served_before, serving, question, learner, lately):
        row.refresh_from_db()
    assert (served_before.name, served_before.phone, served_before.identity_number, served_before.note) == (
        HIDDEN,
        "",
        "",
        "",
    )
    assert (served_before.folded, served_before.birth_year) == ("da an", 1980)
    assert (serving.name, lately.name) == ("Còn Làm Việc", "Người Học Sau")
    assert (question.name, question.phone, question.question) == (HIDDEN, HIDDEN, HIDDEN)
    assert (learner.name, learner.folded, learner.identity_number, learner.phone) == (HIDDEN, "da an", "", "")
    assert "an danh" not in learner.haystack
    assert figures(world) == before
    assert verify_chain() is None
    # A private person was never in the trail, so nothing has to be taken out of it.
    for word in (NAME, PHONE, IDENTITY, "Còn Làm Việc", "Người Học Sau"):
        assert word not in everything_written()
    assert {one.count for one in due_rules(by, today())} == {0}
    with pytest.raises(Refused, match="không có mục nào hết thời hạn"):
        hidden_all(world, "collaborator")

    # A copy of an earlier day comes back with the names: the list beside the database hides them anew, and nobody else.
    lines = hidden_list.list_path().read_text().splitlines()
    assert NAME not in "".join(lines)
    HiddenRow.objects.all().delete()
    served_before.name, question.name = "Tên Viết Lại Cho Đúng", "Người Khác"
    served_before.save()
    question.creation_key = uuid4()  # another question under a number that was given anew
    question.save()
    found = hiding.hide_again([*lines, '{"model": "collabo'])
    assert (found.done, found.left, found.torn) == (1 + len(lines) - 2, 1, 1)
    served_before.refresh_from_db()
    question.refresh_from_db()
    assert (served_before.name, question.name) == (HIDDEN, "Người Khác")
    assert {one.row for one in HiddenRow.objects.filter(model="collaborators.Collaborator")} == {served_before.pk}
    found = hiding.hide_again(lines)
    assert (found.done, found.left) == (0, len(lines))


def test_run_asks_again_before_each_row_and_goes_on_alone(world):
    first, second = served(world), served(world, name="Người Trở Lại", identity_number="", phone="")
    set_term(world, "collaborator")
    by = world.actor(*LEADER)
    run = actions.begin_run(by=by, creation_key=run_key(), rules=frozenset({"collaborator"}))
    second.terms.update(ends_on=None)
    type(run).objects.filter(pk=run.pk).update(moved_at="2020-01-01T00:00:00Z")
    assert go_on()
    run.refresh_from_db()
    assert not run.runs
    assert {row.row: row.told[:10] for row in run.rows.all()} == {first.pk: "", second.pk: "Không còn "}
    second.refresh_from_db()
    assert second.name == "Người Trở Lại"
    assert not go_on()
    events = AuditEvent.objects.filter(thread=run.thread, action="person_data.hide")
    assert events.count() == 2
    with pytest.raises(NotAllowed):
        actions.begin_run(by=world.actor(*KEEPER), creation_key=run_key(), rules=frozenset({"collaborator"}))
    with pytest.raises(NotAllowed):
        actions.hide_next(run_id=run.pk, by=world.actor("phu-tho", "leader"), version=run.version)


def run_key():
    return uuid4()


def test_asked_to_hide_it_hides_what_it_may_and_says_why_not(world):
    collaborator, serving = served(world), served(world, name=f"{NAME} Hai", ended=False, identity_number="")
    learner = learner_of(world, project_of(world))
    asked = choose(world, request_of(world, kind="hide"), collaborator, serving, learner)
    with pytest.raises(NotAllowed):
        actions.hide_chosen(request_id=asked.pk, by=world.actor(*KEEPER), version=asked.version)
    asked = actions.hide_chosen(request_id=asked.pk, by=world.actor(*LEADER), version=asked.version)
    told = {row.model: row.told for row in asked.hidden.filter(hidden_at__isnull=True)}
    assert told["collaborators.Collaborator"] == "Cộng tác viên còn giữ nhiệm vụ."
    assert "chưa quyết toán" in told["training.Learner"]
    assert "Luật Kế toán 88/2015/QH13 Đ41" in told["training.Learner"]
    collaborator.refresh_from_db()
    learner.refresh_from_db()
    assert (collaborator.name, learner.name) == (HIDDEN, NAME)
    actions.answer_request(
        request_id=asked.pk, by=world.actor(*KEEPER), version=asked.version,
        fields={"state": "answered", "answered_on": today(), "answer_number": "5/VIDU", "answer": "Đã ẩn một mục."},
    )  # fmt: skip
    asked.refresh_from_db()
    assert (asked.state, asked.answered_on) == ("answered", today())
    assert NAME not in everything_written()
    assert "tran thi an danh" not in everything_written()


def test_a_locked_account_loses_its_name_and_its_keys(world):
    user = User.objects.create_user(
        "nghi.viec", "mat-khau-thu-9", full_name="Người Nghỉ Việc", email="nghi@example.com"
    )
    user.memberships.create(agency=world.agencies["dong-thap-centre"], role="officer")
    asked = choose(world, request_of(world, kind="hide", person="Người Nghỉ Việc"), user)
    actions.hide_chosen(request_id=asked.pk, by=world.actor(*LEADER), version=asked.version)
    user.refresh_from_db()
    assert user.full_name == "Người Nghỉ Việc"
    User.objects.filter(pk=user.pk).update(is_active=False)
    asked.refresh_from_db()
    actions.hide_chosen(request_id=asked.pk, by=world.actor(*LEADER), version=asked.version)
    user.refresh_from_db()
    assert (user.full_name, user.email, user.username) == (HIDDEN, "", f"da-an-{user.pk}")
    assert not user.has_usable_password()
    assert "nghi" not in user.folded
