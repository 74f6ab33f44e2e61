"""An adjustment of a đề án of several years: each year's money moves in its own envelope, or waits for its plan."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from khuyencong.adjustments.proposal import changed_by, lines_now
from khuyencong.adjustments.tests import steps
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.finance import ledger
from khuyencong.finance.check import broken_rows
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.programmes.models import AnnualPlan
from khuyencong.testing import give_money, make_project
from tests.looking import signed_in

YEAR = today().year
NEXT = YEAR + 1
OFFICER, LEADER = ("dong-thap", "officer"), ("dong-thap", "leader")


@pytest.fixture
def project(world):
    """100 triệu of this year for one establishment, 100 triệu of next year for another, of 300 each; 150 triệu given."""
    found = make_project(world, state="base_appraised", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    found.beneficiaries.last().lines.update(year=NEXT)
    type(found).objects.filter(pk=found.pk).update(ends_on=today().replace(year=NEXT, month=6, day=1))
    give_money(world, agency="dong-thap", source="local", year=YEAR, amount=150 * MILLION)
    plan_it(world, found, YEAR)
    approve(world, YEAR)
    found.refresh_from_db()
    return found


def plan_it(world, project, year):
    plan = AnnualPlan.objects.filter(year=year).first() or money.create_plan(
        by=world.actor(*OFFICER), year=year, source="local", title=f"Kế hoạch {year}"
    )
    money.put_in_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=world.actor(*OFFICER))


def approve(world, year):
    plan = AnnualPlan.objects.get(year=year)
    money.approve_plan(
        plan_id=plan.pk, version=plan.version, by=world.actor(*LEADER), decision_number=f"{year}/QĐ-UBND",
        decision_on=today(), decided_by="Chủ tịch Thử Nghiệm",
    )  # fmt: skip


@pytest.fixture
def planned(world, project):
    """Next year's part stands in that year's draft plan."""
    plan_it(world, project, NEXT)
    return project


@pytest.fixture
def approved(world, planned):
    """Next year's part is approved too, from 120 triệu."""
    give_money(world, agency="dong-thap", source="local", year=NEXT, amount=120 * MILLION)
    approve(world, NEXT)
    return planned


def with_support(project, *amounts):
    """The estimate with other support in its lines, in triệu."""
    return [
        replace(line, support=amount * MILLION, counterpart=line.total - amount * MILLION)
        for line, amount in zip(lines_now(project), amounts, strict=True)
    ]


def adjust(world, project, *amounts):
    adjustment = steps.begin(world, project)
    steps.estimate(world, adjustment, with_support(project, *amounts))
    return steps.through(world, adjustment)


def held(project):
    """By year: planned and approved, in triệu."""
    sums = ledger.balances(LedgerEntry.objects.filter(project=project), "envelope_id")
    years = dict(project.entries.order_by().values_list("envelope_id", "envelope__year"))
    return {
        years[key]: (one.planned // MILLION, one.approved_now // MILLION)
        for key, one in sorted(sums.items(), key=lambda item: years[item[0]])
    }


def test_year_that_no_plan_holds_changes_in_the_estimate_alone(world, project):
    before = list(project.entries.values_list("pk", flat=True))
    adjust(world, project, 100, 40)
    assert list(project.entries.values_list("pk", flat=True)) == before
    assert list(broken_rows()) == []
    plan_it(world, project, NEXT)
    assert held(project) == {YEAR: (100, 100), NEXT: (40, 0)}


def test_year_in_a_draft_plan_is_planned_anew(world, planned):
    assert held(planned) == {YEAR: (100, 100), NEXT: (100, 0)}
    adjust(world, planned, 100, 130)
    assert held(planned) == {YEAR: (100, 100), NEXT: (130, 0)}
    give_money(world, agency="dong-thap", source="local", year=NEXT, amount=130 * MILLION)
    approve(world, NEXT)
    assert held(planned)[NEXT] == (130, 130)
    assert list(broken_rows()) == []


def test_each_year_moves_in_its_own_envelope(world, approved):
    adjust(world, approved, 130, 70)
    assert held(approved) == {YEAR: (130, 130), NEXT: (70, 70)}
    reduced = approved.entries.get(kind=EntryKind.REDUCED)
    assert (reduced.envelope.year, reduced.amount, reduced.beneficiary) == (
        NEXT, 30 * MILLION, approved.beneficiaries.last(),
    )  # fmt: skip
    assert list(broken_rows()) == []


def test_the_free_money_of_each_year_is_asked(world, approved):
    """The sum stays; this year has 50 triệu left, next year 20."""
    adjustment = steps.begin(world, approved)
    steps.estimate(world, adjustment, with_support(approved, 70, 130))
    with pytest.raises(
        Refused, match=rf"Cần thêm 30\.000\.000 đồng nhưng hạn mức năm {NEXT} chỉ còn 20\.000\.000 đồng"
    ):
        steps.propose(world, adjustment)
    steps.estimate(world, adjustment, with_support(approved, 80, 120))
    steps.through(world, adjustment)
    assert held(approved) == {YEAR: (80, 80), NEXT: (120, 120)}


def test_part_of_a_line_moves_to_the_next_year_and_its_money_back_into_the_envelope(world, project):
    adjustment = steps.begin(world, project)
    first, second = lines_now(project)
    stays = replace(first, total=200 * MILLION, support=40 * MILLION, counterpart=160 * MILLION)
    later = replace(first, line=None, total=100 * MILLION, support=60 * MILLION, counterpart=40 * MILLION, year=NEXT)
    steps.estimate(world, adjustment, [stays, later, second])
    steps.through(world, adjustment)
    assert held(project) == {YEAR: (40, 40)}
    assert sorted(project.lines.values_list("year", "support"), key=str) == [
        (NEXT, 100 * MILLION), (NEXT, 60 * MILLION), (None, 40 * MILLION),
    ]  # fmt: skip
    assert list(broken_rows()) == []
    plan_it(world, project, NEXT)
    assert held(project)[NEXT] == (160, 0)


def test_everything_cannot_be_put_off_by_adjustment(world, project):
    adjustment = steps.begin(world, project)
    steps.estimate(world, adjustment, [replace(line, year=NEXT) for line in lines_now(project)])
    with pytest.raises(Refused, match="không còn đồng nào trong kế hoạch đã phê duyệt"):
        steps.propose(world, adjustment)


def test_newcomer_takes_the_place_of_one_whose_year_is_to_come(world, approved):
    adjustment = steps.begin(world, approved)
    gone = approved.beneficiaries.last()
    steps.turn(world, adjustment, gone.establishment_id)
    new = steps.newcomer(world, adjustment)
    keeps, _ = lines_now(approved)
    line = steps.line(new.pk, 100 * MILLION, 300 * MILLION)
    steps.estimate(world, adjustment, [keeps, replace(line, year=NEXT)])
    steps.through(world, adjustment)
    parts = ledger.approved_by_beneficiary(approved)
    came = approved.beneficiaries.get(establishment=new)
    assert parts == {approved.beneficiaries.first().pk: 100 * MILLION, came.pk: 100 * MILLION}
    assert held(approved) == {YEAR: (100, 100), NEXT: (100, 100)}
    assert list(broken_rows()) == []


def test_carried_over_money_is_taken_back_where_it_stands_now(world, project):
    """60 of this year's 100 triệu went into next year: of 70 less, 60 come from there only after this year's 40."""
    envelope = ledger.envelope_of(project)
    money.carry_over(
        envelope_id=envelope.pk, version=ledger.version_of(envelope), by=world.actor("dong-thap", "accountant"),
        free=0, parts={project.pk: 60 * MILLION}, document="QĐ chuyển nguồn", on=today(),
    )  # fmt: skip
    assert held(project) == {YEAR: (40, 40), NEXT: (60, 60)}
    adjust(world, project, 30, 100)
    assert held(project) == {YEAR: (0, 0), NEXT: (30, 30)}
    assert list(broken_rows()) == []


def test_year_outside_of_the_work_is_refused(world, project):
    adjustment = steps.begin(world, project)
    first, second = lines_now(project)
    steps.estimate(world, adjustment, [first, replace(second, year=NEXT + 1)])
    with pytest.raises(
        Refused, match=f"kinh phí của năm {NEXT + 1}, nhưng đề án thực hiện từ năm {YEAR} đến năm {NEXT}"
    ):
        steps.propose(world, adjustment)


def test_shorter_work_must_take_its_later_money_along(world, project):
    adjustment = steps.begin(world, project)
    steps.write(world, adjustment, ends_on=today() + timedelta(days=1))
    with pytest.raises(Refused, match=f"kinh phí của năm {NEXT}"):
        steps.propose(world, adjustment)


def test_page_of_the_estimate_keeps_the_year_of_each_line(world, project):
    adjustment = steps.begin(world, project)
    client = signed_in(world.actor("dong-thap-centre", "officer"))
    address = reverse("adjustment_estimate", args=[adjustment.pk])
    form = client.get(address).context["formset"]
    years = [one["year"].value() for one in form.initial_forms]
    assert [one or None for one in years] == [None, NEXT]
    posted = {
        f"{one.prefix}-{name}": one[name].value()
        for one in form.initial_forms
        for name in one.fields
        if name != "DELETE"
    }
    posted = {
        name: "on" if value is True else "" if value in {None, False} else value for name, value in posted.items()
    }
    posted |= {
        "dong-TOTAL_FORMS": 2,
        "dong-INITIAL_FORMS": 2,
        "version": adjustment.version,
        "dong-0-support": 90 * MILLION,
    }
    posted["dong-0-counterpart"] = 210 * MILLION
    assert client.post(address, posted).status_code == 302
    adjustment.refresh_from_db()
    after = changed_by(adjustment).after
    assert [(line.year, line.support // MILLION) for line in after.lines] == [(None, 90), (NEXT, 100)]
    page = client.get(adjustment.get_absolute_url()).text
    assert f"Kinh phí khuyến công của năm {NEXT}" in page
