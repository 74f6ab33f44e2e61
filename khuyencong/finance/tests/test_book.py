"""The ledger as a list and the year's end: filters, running sums, files, constant queries."""

from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.paying import finish_payment
from khuyencong.finance import actions as money
from khuyencong.finance.book import Asked, page_of_book, rows_for, totals_of, upwards
from khuyencong.finance.ledger import balance_of_envelope
from khuyencong.finance.models import LedgerEntry, PaymentKind
from khuyencong.finance.tests.steps import ACCOUNTANT, BY_NAME, LEADER, waiting_payment
from khuyencong.finance.year_end import year_end
from khuyencong.law.deadlines import settlement_end
from khuyencong.programmes.models import Envelope
from khuyencong.settlement import actions as ending
from khuyencong.testing import accept_next, give_money, make_project, pay
from tests.looking import signed_in

YEAR = today().year


def sheets(answer):
    """The rows of every sheet of a file."""
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def ask(world, who=ACCOUNTANT, **wish):
    return list(rows_for(world.actor(*who), Asked(**wish)).order_by("pk"))


def test_rows_are_found_by_everything_that_they_are_about(world):
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION)
    other = make_project(world, state="approved", source="national")
    rows = list(LedgerEntry.objects.order_by("pk"))
    envelope, agency = project.entries.first().envelope, world.agencies["dong-thap"]
    assert ask(world, ("national", "accountant")) == rows
    assert ask(world) == [row for row in rows if row.envelope == envelope]
    assert ask(world, ("phu-tho", "accountant")) == []
    assert ask(world, ("national", "leader"), source="national") == [row for row in rows if row.envelope != envelope]
    assert ask(world, agency=agency.pk) == ask(world, envelope=envelope.pk) == ask(world, year=YEAR) == ask(world)
    assert ask(world, year=YEAR + 1) == []
    assert {row.kind for row in ask(world, kind="approved")} == {"approved"}
    assert ask(world, project=f" {project.code.lower()} ") == list(project.entries.order_by("pk"))
    part = project.beneficiaries.last()
    words = part.establishment.name.upper()
    assert [row.beneficiary for row in ask(world, beneficiary=words)] == [part]
    assert ask(world, first=today()) == ask(world, last=today()) == ask(world)
    assert ask(world, earlier_only=True) == []
    assert other.code not in {row.project.code for row in ask(world) if row.project}


@pytest.fixture
def long_book(world, monkeypatch):
    """An envelope of many rows, shown seven at a time."""
    monkeypatch.setattr("khuyencong.finance.book.PAGE_SIZE", 7)
    for state in ("settled", "in_progress", "approved"):
        make_project(world, state=state, beneficiaries=2, support=100 * MILLION)
    money.give_envelope(
        by=world.actor(*ACCOUNTANT), year=YEAR, source="local", amount=MILLION, document="cũ",
        on=today().replace(year=YEAR - 1, day=1),
    )  # fmt: skip
    return Envelope.objects.get()


def test_running_sums_are_the_same_from_both_ends_and_on_every_page(world, long_book):
    rows = rows_for(world.actor(*ACCOUNTANT), Asked(envelope=long_book.pk))
    totals = totals_of(rows)
    assert totals.balance == balance_of_envelope(long_book)
    from_below = list(upwards(rows.order_by("booked_on", "pk"), whole=True))
    assert from_below[0].entry.document == "cũ"
    from_above = []
    for number in range(1, totals.count // 7 + 2):
        page, lines = page_of_book(rows, totals, number=str(number), whole=True)
        from_above += lines
    assert page.paginator.count == totals.count == len(from_above) == LedgerEntry.objects.count() > 14
    assert from_above[::-1] == from_below
    assert from_above[0].free == balance_of_envelope(long_book).free


def test_what_is_left_is_said_only_of_whole_envelopes():
    assert Asked(agency=1, year=2026, source="local", envelope=3, last=today()).is_of_whole_envelopes
    for wish in ({"kind": "paid"}, {"project": "x"}, {"beneficiary": "x"}, {"first": today()}, {"earlier_only": True}):
        assert not Asked(**wish).is_of_whole_envelopes


def test_the_page_keeps_its_filter_in_the_address(world):
    project = make_project(world, state="in_progress")
    client = signed_in(world.actor(*ACCOUNTANT))
    page = client.get(reverse("ledger"))
    assert len(page.context["lines"]) == LedgerEntry.objects.count()
    query = {"but_toan": "contracted", "nam": YEAR, "de_an": project.code}
    page = client.get(reverse("ledger"), query)
    assert [line.entry.kind for line in page.context["lines"]] == ["contracted"]
    assert f"{reverse('ledger_xlsx')}?but_toan=contracted&amp;nam={YEAR}" in page.content.decode()
    for bad in ({"nam": "1066"}, {"tu": "hôm qua"}, {"co_quan": "x"}, {"han_muc": "9" * 40}, {"but_toan": "quà"}):
        assert client.get(reverse("ledger"), bad).context["lines"] == []
        assert client.get(reverse("ledger_xlsx"), bad).status_code == 409
    assert client.get(reverse("ledger"), {"page": "9"}).status_code == 200
    assert client.get(reverse("ledger"), {"han_muc": "999999"}).context["lines"] == []


def test_the_file_holds_what_the_page_shows_and_leaves_an_event(world):
    make_project(world, state="settled")
    actor = world.actor("dong-thap", "auditor")
    answer = signed_in(actor).get(reverse("ledger_xlsx"), {"nam": YEAR})
    rows = [row for row in sheets(answer)[0] if isinstance(row[0], float)]
    entries = list(LedgerEntry.objects.order_by("pk"))
    assert [row[0] for row in rows] == [entry.pk for entry in entries]
    assert [row[7] for row in rows] == [entry.amount for entry in entries]
    assert rows[-1][9] == balance_of_envelope(Envelope.objects.get()).free
    event = AuditEvent.objects.latest("seq")
    assert (event.action, event.actor_id, event.after) == ("ledger.export", actor.user.pk, {"số dòng": len(entries)})


def test_a_file_that_nobody_could_open_is_refused(world, monkeypatch):
    make_project(world, state="approved")
    monkeypatch.setattr("khuyencong.finance.export.MOST_ROWS", 2)
    assert signed_in(world.actor(*ACCOUNTANT)).get(reverse("ledger_xlsx")).status_code == 409
    assert AuditEvent.objects.latest("seq").action != "ledger.export"


@pytest.mark.parametrize("count", [1, 3])
def test_both_pages_take_as_many_queries_for_three_as_for_one(world, django_assert_num_queries, count):
    for _ in range(count):
        make_project(world, state="in_progress")
    client = signed_in(world.actor(*ACCOUNTANT))
    for name, queries in (("ledger", LEDGER_QUERIES), ("year_end", YEAR_END_QUERIES)):
        client.get(reverse(name))
        with django_assert_num_queries(queries):
            assert client.get(reverse(name)).status_code == 200


LEDGER_QUERIES, YEAR_END_QUERIES = 10, 14


# --- the end of a year -----------------------------------------------------------------------------------------------


def open_of(world, who=ACCOUNTANT, agency="dong-thap", year=YEAR):
    return year_end(world.actor(*who), world.agencies[agency], year)


def only(world, who=ACCOUNTANT, **more):
    (one,) = open_of(world, who, **more).projects
    return one


def test_each_open_project_has_its_sums_and_one_step(world):
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION)
    one = only(world)
    assert (one.unspent, one.unaccepted, one.to_recover, one.contract_runs) == (200 * MILLION, 0, 0, True)
    assert one.step.label == "Chuyển nguồn"
    assert one.step.url == reverse("envelope_carry", args=[one.envelope.pk])
    assert only(world, LEADER).step.url == ""
    payment = waiting_payment(world, project)
    assert only(world, LEADER).step.url == reverse("project_payment", args=[project.code, payment.pk])
    project.refresh_from_db()
    finish_payment(world, project, payment)
    assert only(world).unaccepted == payment.amount
    project.refresh_from_db()
    accept_next(world, project)
    one = only(world)
    assert (one.whole.still_payable, one.unaccepted) == (100 * MILLION - payment.amount, 0)
    assert one.step.label == "Thanh toán"


def test_what_was_paid_and_not_earned_is_to_be_recovered_and_then_settled(world):
    project = make_project(world, state="in_progress")
    pay(world, project, PaymentKind.ADVANCE, 60 * MILLION)
    BY_NAME["stop"].call(project, world.actor(*LEADER), project.version)
    one = only(world)
    assert (one.to_recover, one.unaccepted, one.step.label) == (60 * MILLION, 0, "Thu hồi")
    project.refresh_from_db()
    ending.recover(
        project_id=project.pk, by=world.actor(*ACCOUNTANT), version=project.version, amount=60 * MILLION,
        document="CT", on=today(),
    )  # fmt: skip
    assert open_of(world).projects == ()


@pytest.mark.parametrize("state", ["draft", "base_appraised", "settled", "stopped"])
def test_what_has_ended_or_not_begun_is_not_open(world, state):
    give_money(world, agency="dong-thap", source="local", year=YEAR, amount=MILLION)
    make_project(world, state=state)
    assert open_of(world).projects == ()


def test_an_approved_project_waits_for_its_contract_once_its_money_is_gone(world):
    project = make_project(world, state="approved")
    envelope = Envelope.objects.get()
    carry = {"free": 0, "parts": {project.pk: 200 * MILLION}, "document": "1/CN", "on": today()}
    money.carry_over(
        envelope_id=envelope.pk, version=envelope.entries.count() + 1, by=world.actor(*ACCOUNTANT), **carry
    )
    one = only(world)
    assert (one.here.committed, one.unspent) == (0, 0)
    assert one.step.label == "Ký hợp đồng"
    assert only(world, year=YEAR + 1).unspent == 200 * MILLION


def test_free_money_is_carried_over_or_returned(world):
    give_money(world, agency="dong-thap", source="local", year=YEAR, amount=70 * MILLION)
    (one,) = open_of(world).envelopes
    assert [step.label for step in one.steps] == ["Chuyển sang năm sau", "Hủy, nộp trả"]
    assert all(step.url for step in one.steps)
    assert not any(step.url for step in open_of(world, LEADER).envelopes[0].steps)
    assert open_of(world).free == 70 * MILLION
    assert open_of(world, ("phu-tho", "accountant")).envelopes == ()


def test_the_last_day_of_the_law_stands_beside_national_money_alone(world):
    assert settlement_end(2025).on.isoformat() == "2026-01-22"
    make_project(world, state="in_progress", source="national")
    make_project(world, state="in_progress")
    national = signed_in(world.actor("national", "accountant")).get(reverse("year_end"), {"nam": YEAR})
    assert f"22/01/{YEAR + 1}" in national.content.decode()
    local = signed_in(world.actor(*ACCOUNTANT)).get(reverse("year_end"))
    assert f"22/01/{YEAR + 1}" not in local.content.decode()


def test_the_year_of_another_agency_is_chosen_in_the_address_within_the_scope(world):
    make_project(world, state="in_progress")
    make_project(world, state="in_progress", province="25")
    client = signed_in(world.actor("national", "accountant"))
    for key in ("dong-thap", "phu-tho"):
        page = client.get(reverse("year_end"), {"co_quan": world.agencies[key].pk, "nam": YEAR})
        assert page.context["found"].agency == world.agencies[key]
        assert len(page.context["found"].projects) == 1
    mine = signed_in(world.actor(*ACCOUNTANT)).get(reverse("year_end"), {"co_quan": world.agencies["phu-tho"].pk})
    assert mine.context["found"].agency == world.agencies["dong-thap"]
    assert "Chưa có hạn mức" in signed_in(world.actor("region", "leader")).get(reverse("year_end")).content.decode()
    assert signed_in(world.actor("region", "leader")).get(reverse("year_end_xlsx")).status_code == 409


def test_the_file_of_the_year_has_the_same_sums(world):
    make_project(world, state="in_progress")
    answer = signed_in(world.actor(*ACCOUNTANT)).get(reverse("year_end_xlsx"), {"nam": YEAR})
    projects, envelopes = sheets(answer)
    (total,) = (row for row in projects if row[0] == "Tổng cộng")
    assert total[6:8] == [200 * MILLION, 200 * MILLION]
    assert "Khuyến công địa phương" in str(envelopes)
    assert AuditEvent.objects.latest("seq").action == "year_end.export"
