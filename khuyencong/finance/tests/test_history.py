"""The plan of a year on any day, and what its decisions changed."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.core.dates import format_date, today
from khuyencong.core.money import MILLION
from khuyencong.finance.history import decisions_of_year, differences, plan_on
from khuyencong.finance.ledger import envelope_of
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.finance.tests.steps import ACCOUNTANT
from khuyencong.testing import PDF, give_money, make_project, put_in_new_plan

YESTERDAY = today() - timedelta(days=1)


def queries_of(reader, address):
    reader.get(address)  # what is asked once for a session is asked now
    with CaptureQueriesContext(connection) as asked:
        assert reader.get(address).status_code == 200
    return len(asked)


def backdated(world, project, kind, amount, on, document):
    """A decision of an earlier day, as the ledger would hold it."""
    LedgerEntry.objects.create(
        kind=kind,
        amount=amount,
        envelope=envelope_of(project),
        project=project,
        on=on,
        document=document,
        by=world.actor(*ACCOUNTANT).user,
    )


@pytest.fixture
def two(world):
    """Two đề án of 200 triệu approved today by two decisions; the first had 30 triệu more, taken back yesterday."""
    projects = [make_project(world, state="approved") for _ in range(2)]
    backdated(world, projects[0], EntryKind.APPROVED, 30 * MILLION, YESTERDAY - timedelta(days=1), "1/QĐ")
    backdated(world, projects[0], EntryKind.REDUCED, 10 * MILLION, YESTERDAY, "2/QĐ")
    return projects


def test_decisions_stand_in_their_order_with_what_they_changed(two):
    found = decisions_of_year(two[0].plan)
    assert [one.amount for one in found] == [30 * MILLION, -10 * MILLION, 200 * MILLION, 200 * MILLION]
    assert [one.document for one in found[:2]] == ["1/QĐ", "2/QĐ"]


def test_plan_reads_as_it_stood_on_any_day(two):
    first, second = two
    found = decisions_of_year(first.plan)
    assert plan_on(found, YESTERDAY - timedelta(days=2)) == {}
    assert plan_on(found, YESTERDAY - timedelta(days=1)) == {first.pk: 30 * MILLION}
    assert plan_on(found, YESTERDAY) == {first.pk: 20 * MILLION}
    assert plan_on(found, today()) == {first.pk: 220 * MILLION, second.pk: 200 * MILLION}


def test_two_days_are_shown_as_a_difference(two):
    first, second = two
    found = decisions_of_year(first.plan)
    rows = differences(plan_on(found, YESTERDAY), plan_on(found, today()))
    assert [(row.project.pk, row.what, row.amount) for row in rows] == [
        (first.pk, "tăng", 200 * MILLION),
        (second.pk, "thêm", 200 * MILLION),
    ]
    back = differences(plan_on(found, today()), plan_on(found, YESTERDAY))
    assert [row.what for row in back] == ["giảm", "bỏ"]


def test_stopping_changes_the_plan_and_settling_does_not(world):
    stopped, settled = make_project(world, state="stopped"), make_project(world, state="settled")
    now = plan_on(decisions_of_year(stopped.plan), today())
    assert stopped.pk not in now
    assert now[settled.pk] == 200 * MILLION


def test_page_shows_a_day_and_a_difference(world, two, visit):
    reader = visit(world.actor("dong-thap", "auditor"))
    address = reverse("plan_history", args=[two[0].plan_id])
    page = reader.get(address).content.decode()
    assert "2/QĐ" in page
    assert two[1].code in page
    page = reader.get(address, {"ngay": format_date(YESTERDAY)}).content.decode()
    assert two[1].code not in page
    page = reader.get(address, {"ngay": format_date(today()), "so_voi": format_date(YESTERDAY)}).content.decode()
    assert "thêm" in page
    assert reader.get(address, {"ngay": "31/02/2026"}).status_code == 200
    assert visit(world.actor("phu-tho", "auditor")).get(address).status_code == 404


def test_decision_is_attached_once_and_comes_back_as_it_was(world, visit):
    plan = make_project(world, state="approved").plan
    leader = visit(world.actor("dong-thap", "leader"))
    address = reverse("plan_attach", args=[plan.pk])
    assert (
        leader.post(address, {"version": plan.version, "file": SimpleUploadedFile("a.exe", b"MZ")}).status_code == 422
    )
    assert leader.post(address, {"version": plan.version, "file": SimpleUploadedFile("qd.pdf", PDF)}).status_code == 302
    assert (
        leader.post(address, {"version": plan.version, "file": SimpleUploadedFile("khac.pdf", PDF + b"x")}).status_code
        == 422
    )
    answer = visit(world.actor("dong-thap-centre", "officer")).get(reverse("plan_decision", args=[plan.pk]))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="qd.pdf"'
    assert visit(world.actor("phu-tho", "leader")).get(reverse("plan_decision", args=[plan.pk])).status_code == 404


def test_approval_whose_file_is_refused_approves_nothing(world, visit):
    project = make_project(world, state="base_appraised")
    give_money(world, agency="dong-thap", source="local", year=project.year, amount=200 * MILLION)
    plan = put_in_new_plan(world, project)
    data = {
        "version": plan.version,
        "decision_number": "88/QĐ-UBND",
        "decision_on": format_date(today()),
        "decided_by": "Chủ tịch Thử Nghiệm",
        "file": SimpleUploadedFile("qd.pdf", b"not a pdf"),
    }
    answer = visit(world.actor("dong-thap", "leader")).post(reverse("plan_approve", args=[plan.pk]), data)
    assert answer.status_code == 422
    plan.refresh_from_db()
    assert plan.state == "draft"
    assert not LedgerEntry.objects.filter(kind=EntryKind.APPROVED).exists()


def test_envelope_page_takes_as_many_queries_for_three_projects_as_for_one(world, visit):
    first = make_project(world, state="approved")
    address = reverse("envelope", args=[envelope_of(first).pk])
    reader = visit(world.actor("dong-thap", "accountant"))
    one = queries_of(reader, address)
    for _ in range(2):
        make_project(world, state="approved")
    assert queries_of(reader, address) == one
    assert visit(world.actor("phu-tho", "accountant")).get(address).status_code == 404
