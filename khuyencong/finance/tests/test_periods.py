"""Closing months and years: what comes late is booked after them, and nobody books into them."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.append_only import lifted
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import balance_of_envelope, envelope_of
from khuyencong.finance.models import ClosedPeriod, EntryKind, LedgerEntry, days_of
from khuyencong.finance.tests.clock import on_day
from khuyencong.finance.tests.steps import ACCOUNTANT, LEADER, waiting_payment
from khuyencong.programmes.models import Envelope
from khuyencong.testing import give_money, make_project
from tests.looking import signed_in

NOW = today()
# The month in which the tests are run has ended, and one more.
LATER = days_of(NOW.year + (NOW.month > 11), NOW.month % 12 + 1)[1] + timedelta(days=10)
THIS = (NOW.year, NOW.month)
NEXT = (LATER.year, LATER.month - 1) if LATER.month > 1 else (LATER.year - 1, 12)


def close(world, year, month, *, by=ACCOUNTANT, on=None, key=None, document="Biên bản khóa sổ"):
    return money.close_period(
        by=world.actor(*by), creation_key=key or uuid4(), year=year, month=month, document=document, on=on or today()
    )


def reopen(world, period, *, by=LEADER, reason="Sửa số liệu", version=None):
    return money.reopen_period(
        period_id=period.pk, version=version or period.version, by=world.actor(*by), reason=reason
    )


def give(world, on, *, amount=10 * MILLION, by=ACCOUNTANT, year=NOW.year):
    return money.give_envelope(
        by=world.actor(*by), year=year, source="local", amount=amount, document=uuid4().hex, on=on
    )


@pytest.fixture
def later():
    with on_day(LATER) as day:
        yield day


@pytest.mark.parametrize(
    ("year", "month", "first", "last"),
    [
        (2024, 2, date(2024, 2, 1), date(2024, 2, 29)),
        (2025, 12, date(2025, 12, 1), date(2025, 12, 31)),
        (2025, None, date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_period_is_a_month_or_a_year(year, month, first, last):
    assert days_of(year, month) == (first, last)


def test_what_comes_late_is_booked_on_the_first_day_after_what_is_closed(world, later):
    early = give(world, NOW)
    close(world, *THIS)
    close(world, *NEXT)
    late = give(world, NOW)
    between = give(world, days_of(*NEXT)[0])
    fresh = give(world, later)
    assert (early.booked_on, early.is_of_earlier_period) == (NOW, False)
    first_open = days_of(*NEXT)[1] + timedelta(days=1)
    assert {late.booked_on, between.booked_on} == {first_open}
    assert late.on == NOW
    assert late.is_of_earlier_period
    assert fresh.booked_on == later
    # Rules and balances are sums over all rows, whenever they are booked.
    assert balance_of_envelope(late.envelope).given == 40 * MILLION
    assert list(broken_rows()) == []


def test_days_before_the_first_closed_period_stay_open(world, later):
    close(world, *THIS)
    long_ago = days_of(*THIS)[0] - timedelta(days=1)
    assert give(world, long_ago).booked_on == long_ago


def test_a_closed_period_is_closed_for_its_agency_alone(world, later):
    close(world, *THIS)
    assert give(world, NOW, by=("phu-tho", "accountant")).booked_on == NOW


def test_money_that_moves_is_booked_at_each_end_in_its_own_agency(world, later):
    give(world, NOW)
    close(world, *THIS)
    envelope = Envelope.objects.get()
    money.delegate_envelope(
        envelope_id=envelope.pk, version=2, by=world.actor(*ACCOUNTANT), to=world.agencies["dong-thap-centre"],
        amount=MILLION, document="1/QĐ", on=NOW,
    )  # fmt: skip
    ends = dict(LedgerEntry.objects.filter(document="1/QĐ").values_list("kind", "booked_on"))
    assert ends == {"delegated": days_of(*THIS)[1] + timedelta(days=1), "given": NOW}
    assert list(broken_rows()) == []


def test_the_successor_closes_for_those_that_it_succeeded(world, later):
    old, new = world.agencies["phu-tho"], world.agencies["dong-thap"]
    row = give(world, NOW, by=("phu-tho", "accountant"))
    old.successor, old.active_to = new, NOW
    old.save()
    world.actor(*ACCOUNTANT).__dict__.pop("agency_ids", None)
    close(world, *THIS)
    assert give(world, NOW, by=("phu-tho", "accountant")).booked_on > NOW
    assert row.booked_on == NOW
    assert list(broken_rows()) == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"year": LATER.year, "month": LATER.month}, "không được"),  # has not ended
        ({"year": 1990, "month": 1}, "tháng từ 1 đến 12"),
        ({"year": NOW.year, "month": 13}, "tháng từ 1 đến 12"),
        ({"year": THIS[0], "month": THIS[1], "document": " "}, "văn bản khóa sổ"),
        ({"year": THIS[0], "month": THIS[1], "on": NOW}, "ngày sau khi kỳ kết thúc"),
        ({"year": THIS[0], "month": THIS[1], "on": LATER + timedelta(days=1)}, "tương lai"),
    ],
)
def test_a_period_is_closed_after_its_end_by_a_document(world, later, given, sentence):
    with pytest.raises(Refused, match=sentence):
        close(world, **given)
    assert not ClosedPeriod.objects.exists()


def test_periods_are_closed_one_after_the_other(world, later):
    close(world, *THIS)
    with pytest.raises(Refused, match="đã khóa đến hết ngày"):
        close(world, *THIS)
    with on_day(LATER + timedelta(days=62)) as day:
        with pytest.raises(Refused, match="khóa lần lượt"):
            close(world, LATER.year, LATER.month)
        close(world, *NEXT, on=day)
        close(world, LATER.year, LATER.month, on=day)


def test_a_year_may_be_closed_over_its_months(world):
    with on_day(date(NOW.year + 1, 2, 3)):
        close(world, NOW.year, 1)
        close(world, NOW.year, None)
        with pytest.raises(Refused, match="đã khóa"):
            close(world, NOW.year, 12)
        close(world, NOW.year + 1, 1)
        assert give(world, date(NOW.year, 1, 5)).booked_on == date(NOW.year + 1, 2, 1)


def test_a_waiting_payment_keeps_its_period_open(world):
    project = make_project(world, state="in_progress")
    payment = waiting_payment(world, project)
    with on_day(LATER):
        with pytest.raises(Refused, match=project.code):
            close(world, *THIS)
        close(world, *THIS, by=("phu-tho", "accountant"))
        project.refresh_from_db()
        money.return_payment(payment_id=payment.pk, by=world.actor(*LEADER), version=project.version, reason="Sai")
        close(world, *THIS)


def test_only_the_latest_period_is_opened_again_and_once(world, later):
    first, second = close(world, *THIS), close(world, *NEXT)
    with pytest.raises(Refused, match="khóa sau cùng"):
        reopen(world, first)
    with pytest.raises(Refused, match="lý do"):
        reopen(world, second, reason=" ")
    with pytest.raises(Stale):
        reopen(world, second, version=7)
    opened = reopen(world, second)
    with pytest.raises(Stale):
        reopen(world, second, version=1)
    with pytest.raises(Refused, match="đã được mở lại"):
        reopen(world, opened)
    between = days_of(*NEXT)[0]
    assert give(world, between).booked_on == between
    again = close(world, *NEXT)
    assert give(world, between).booked_on > between
    assert reopen(world, again).reopened_after == LedgerEntry.objects.latest("pk").pk
    assert list(broken_rows()) == []
    assert [event.action for event in AuditEvent.objects.filter(thread=first.thread).order_by("seq")] == [
        "period.close", "period.close", "period.reopen", "period.close", "period.reopen",
    ]  # fmt: skip


def test_the_same_form_twice_closes_once(world, later):
    key = uuid4()
    first = close(world, *THIS, key=key)
    assert close(world, *THIS, key=key) == first
    with pytest.raises(Refused, match="đã được dùng"):
        close(world, *NEXT, key=key, by=("phu-tho", "accountant"))


def test_closing_is_for_accountants_and_opening_again_for_leaders(world, later):
    period = close(world, *THIS)
    for agency, role in world.actors:
        if role != "accountant":
            with pytest.raises(NotAllowed):
                close(world, *NEXT, by=(agency, role))
        if (agency, role) != LEADER:
            with pytest.raises(NotAllowed):
                reopen(world, period, by=(agency, role))
    assert ClosedPeriod.objects.get().reopened_at is None


def change(**values):
    with lifted(connection):
        LedgerEntry.objects.filter(kind=EntryKind.GIVEN).update(**values)


def test_the_check_names_a_row_that_was_booked_into_a_closed_period(world, later):
    close(world, *THIS)
    give(world, later)
    change(on=NOW, booked_on=NOW)
    assert any("đã khóa sổ kỳ ấy" in sentence for sentence in broken_rows())


def test_the_check_names_a_row_that_was_moved_on_without_a_closed_period(world, later):
    give(world, NOW)
    change(booked_on=later)
    assert any("theo các kỳ đã khóa phải là" in sentence for sentence in broken_rows())


def test_a_row_of_before_the_closing_stays_where_it_was(world, later):
    give(world, NOW)
    close(world, *THIS)
    assert list(broken_rows()) == []


# --- pages -----------------------------------------------------------------------------------------------------------


def test_pages_show_both_days_of_a_late_row(world):
    project = make_project(world, state="approved")
    with on_day(LATER):
        close(world, *THIS)
        late = give(world, NOW)
        money.sign_contract(
            project_id=project.pk, by=world.actor(*LEADER), version=project.version, kind="contract",
            number="9/HĐ", signed_on=NOW, ends_on=None, value=200 * MILLION,
        )  # fmt: skip
        client = signed_in(world.actor(*ACCOUNTANT))
        for address in (
            f"{project.get_absolute_url()}?tab=kinh-phi",
            envelope_of(project).get_absolute_url(),
            reverse("ledger"),
        ):
            page = client.get(address).content.decode()
            assert "Điều chỉnh kỳ trước" in page, address
            assert format_date(NOW) in page
            assert format_date(late.booked_on) in page


def test_a_period_is_closed_and_opened_again_by_forms(world, later):
    accountant, leader = signed_in(world.actor(*ACCOUNTANT)), signed_in(world.actor(*LEADER))
    assert "Khóa một kỳ" in accountant.get(reverse("periods")).content.decode()
    page = accountant.get(reverse("period_close"))
    assert page.context["form"].initial == {"year": NEXT[0], "month": NEXT[1]}
    data = {"creation_key": uuid4(), "year": THIS[0], "month": THIS[1], "document": "BB 1", "on": format_date(later)}
    assert accountant.post(reverse("period_close"), data).status_code == 302
    period = ClosedPeriod.objects.get()
    assert "Mở lại" not in accountant.get(reverse("periods")).content.decode().replace("Chỉ mở lại", "")
    address = reverse("period_reopen", args=[period.pk])
    assert address in leader.get(reverse("periods")).content.decode()
    assert leader.post(address, {"version": 1, "reason": "Thiếu chứng từ"}).status_code == 302
    assert leader.get(address).status_code == 409
    assert "Thiếu chứng từ" in leader.get(reverse("periods")).content.decode()
    outsider = signed_in(world.actor("phu-tho", "leader"))
    assert outsider.get(address).status_code == 404
    assert "BB 1" not in outsider.get(reverse("periods")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_periods_takes_as_many_queries_for_three_as_for_one(world, django_assert_num_queries, count):
    with on_day(LATER + timedelta(days=200)):
        year, month = THIS
        for _ in range(count):
            close(world, year, month)
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        client = signed_in(world.actor(*LEADER))
        client.get(reverse("periods"))
        with django_assert_num_queries(PERIOD_QUERIES):
            client.get(reverse("periods"))


PERIOD_QUERIES = 6


def test_a_new_entry_takes_one_query_more_than_the_row_itself(world, django_assert_num_queries):
    give_money(world, agency="dong-thap", source="local", year=NOW.year, amount=MILLION)
    from khuyencong.finance import ledger

    envelope = Envelope.objects.get()
    with django_assert_num_queries(2 if connection.vendor == "sqlite" else 3):
        ledger.post(
            kind=EntryKind.GIVEN, amount=1, envelope=envelope, by=world.actor(*ACCOUNTANT), on=NOW, document="x"
        )
