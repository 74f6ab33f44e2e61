"""What is counted of which records, and that the list behind a figure holds exactly what the figure counts."""

from datetime import timedelta

import pytest
from django.db.models import Sum

from khuyencong.competitions.models import Entry
from khuyencong.competitions.outcome.tests import making as competitions
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.delivery.tests.spot import take, take_back
from khuyencong.fairs.tests import making as fairs
from khuyencong.finance.actions import carry_over
from khuyencong.finance.ledger import envelope_of, version_of
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.programmes.indicators import INDICATORS, Measure, indicator
from khuyencong.programmes.models import Programme
from khuyencong.programmes.tests.writing import approved, enter, money, target
from khuyencong.progress.counting import Asked, Scope, behind, counts
from khuyencong.progress.held import HELD, count_held, held_behind
from khuyencong.progress.money import Figure, knows, money_behind, money_sums, sources_of
from khuyencong.progress.pace import Pace
from khuyencong.progress.queries import standing_of
from khuyencong.progress.recognised import certificates_behind
from khuyencong.testing import accept_next, give_money, make_establishment, make_project, pay_rest
from khuyencong.training.tests import making as training

YEAR = today().year
OFFICER = ("dong-thap", "officer")


@pytest.fixture
def programme(world):
    return enter(world)


def scope_of(world, programme, who=OFFICER, on=None):
    return Scope(
        Programme.objects.select_related("agency__province").get(pk=programme.pk), world.actor(*who), on or today()
    )


def figure(scope, code, first=YEAR, last=YEAR + 4):
    asked = Asked(indicator(code), first, last)
    return counts(scope, [asked]).get(asked)


def merge_establishments(one, other):
    """As the registry does it: the other is carried by the one."""
    other.merged_into = one
    other.save()


def test_only_what_was_accepted_is_counted(world, programme):
    scope = scope_of(world, programme)
    make_project(world, state="in_progress")
    assert figure(scope, "machinery") == 0
    make_project(world, state="accepted", beneficiaries=2)
    assert figure(scope, "machinery") == 2
    assert figure(scope, "projects") == 1
    assert figure(scope, "supported_establishments") == 2
    assert figure(scope, "trademark") == 0


def test_each_site_of_a_group_counts_from_its_own_acceptance(world, programme):
    project = make_project(world, state="in_progress", beneficiaries=2)
    accept_next(world, project)
    assert figure(scope_of(world, programme), "machinery") == 1


def test_what_was_taken_back_does_not_count_from_that_day(world, programme):
    project = make_project(world, state="in_progress")
    take(world, project, is_last=False)
    take_back(world, project.acceptances.get())
    assert figure(scope_of(world, programme), "machinery") == 0
    take(world, project)
    assert figure(scope_of(world, programme), "machinery") == 1


def test_an_establishment_counts_once_also_when_it_was_merged(world, programme):
    first, second = (make_project(world, state="accepted") for _ in range(2))
    scope = scope_of(world, programme)
    assert figure(scope, "machinery") == 2
    merge_establishments(*(one.beneficiaries.get().establishment for one in (first, second)))
    assert figure(scope, "machinery") == 1
    assert behind(scope, Asked(indicator("machinery"), YEAR, YEAR)).count() == 2


def test_models_count_each_time(world, programme):
    first, second = (
        make_project(world, state="accepted", activity="demonstration_model", total=1_500 * MILLION) for _ in range(2)
    )
    merge_establishments(*(one.beneficiaries.get().establishment for one in (first, second)))
    assert figure(scope_of(world, programme), "demonstration_model") == 2


def test_by_a_day_counts_what_was_accepted_by_then(world, programme):
    make_project(world, state="accepted")
    assert figure(scope_of(world, programme, on=today() - timedelta(days=1)), "machinery") == 0


def test_years_of_a_target_bound_what_counts(world, programme):
    make_project(world, state="accepted")
    scope = scope_of(world, programme)
    assert figure(scope, "machinery", YEAR, YEAR) == 1
    assert figure(scope, "machinery", YEAR + 1, YEAR + 4) == 0


def test_what_records_do_not_answer_is_no_zero(world, programme):
    scope = scope_of(world, programme)
    assert figure(scope, "startup_training") is None


def test_learners_and_fairs_count_as_their_rooms_recorded_them(world, programme):
    course = training.running(world)
    training.attended(world, course, training.enter(world, course), training.enter(world, course, "Người Thứ Hai"))
    training.finished(world, course)
    training.running(world)  # has not ended
    ready, _ = fairs.ready(world, fairs.fair_of(world, fairs.fair_project(world, activity="fair_domestic_organise")))
    scope = scope_of(world, programme)
    asked = {code: Asked(indicator(code), YEAR, YEAR + 4) for code in HELD}
    assert counts(scope, list(asked.values())) == {
        **dict.fromkeys(asked.values(), 0), asked["vocational_training"]: 2,
    }  # fmt: skip
    assert [(row, row.people) for row in held_behind(scope, asked["vocational_training"])] == [(course, 2)]
    fair = fairs.confirmed(world, ready)
    assert list(held_behind(scope, asked["fair_domestic_organise"])) == [fair]
    assert count_held(scope, asked["fair_domestic_organise"]) == 1
    before = scope_of(world, programme, on=today() - timedelta(days=1))
    assert {count_held(before, one) for one in asked.values()} == {0}


def test_a_province_counts_both_sources_and_the_nation_its_own(world, programme):
    make_project(world, state="accepted")
    make_project(world, state="accepted", source="national")
    make_project(world, state="accepted", province="25")
    nation = approved(world, target(), agency="national")
    assert figure(scope_of(world, programme), "machinery") == 2
    assert figure(scope_of(world, programme, ("national", "officer")), "machinery") == 2
    assert figure(scope_of(world, nation, ("national", "officer")), "machinery") == 1
    assert figure(scope_of(world, nation), "machinery") == 1
    assert figure(scope_of(world, nation, ("phu-tho", "officer")), "machinery") == 0


def test_every_figure_counts_its_list(world, programme):
    make_project(world, state="accepted", beneficiaries=2)
    make_project(world, state="settled", activity="demonstration_model", total=1_500 * MILLION)
    make_project(world, state="accepted", source="national")
    scope = scope_of(world, programme)
    for one in INDICATORS:
        if one.is_counted and one.measure not in {Measure.PRODUCTS, Measure.HELD}:  # these have a test of their own
            asked = Asked(one, YEAR, YEAR + 4)
            found, rows = counts(scope, [asked])[asked], list(behind(scope, asked))
            keys = {row["project"] if one.code == "projects" else (row["project"], row["beneficiary"]) for row in rows}
            assert found == len(keys), one.code


def test_money_by_source(world, programme):
    give_money(world, agency="dong-thap", source="local", year=YEAR, amount=900 * MILLION)
    project = make_project(world, state="accepted")
    make_project(world, state="approved", source="national", support=150 * MILLION)
    make_project(world, state="submitted")
    pay_rest(world, project)
    given = LedgerEntry.objects.filter(kind=EntryKind.GIVEN, envelope__source="local").aggregate(n=Sum("amount"))["n"]
    sums = money_sums(scope_of(world, programme))
    assert (sums["local"].given, sums["local"].approved, sums["local"].paid) == (given, 200 * MILLION, 200 * MILLION)
    assert (sums["national"].given, sums["national"].approved, sums["national"].paid) == (None, 150 * MILLION, 0)
    assert sums["counterpart"].approved == (600 - 200 + 600 - 150) * MILLION
    assert sums["other"].approved == 0


def test_every_amount_is_the_sum_of_its_list(world, programme):
    project = make_project(world, state="accepted")
    make_project(world, state="approved", source="national")
    make_project(world, state="stopped")
    pay_rest(world, project)
    scope = scope_of(world, programme)
    sums = money_sums(scope)
    for source in sources_of(scope):
        for one in Figure:
            amount = getattr(sums[source], one.value)
            assert (amount is not None) == knows(scope, source, one)
            if amount is not None:
                assert sum(row["amount"] for row in money_behind(scope, source, one)) == amount, (source, one)


def test_what_the_nation_was_given_is_not_shown_to_a_province(world):
    give_money(world, agency="national", source="national", year=YEAR, amount=900 * MILLION)
    nation = approved(world, target(), agency="national")
    assert money_sums(scope_of(world, nation))["national"].given is None
    assert money_sums(scope_of(world, nation, ("national", "officer")))["national"].given == 900 * MILLION
    assert "local" not in money_sums(scope_of(world, nation))


def test_targets_are_judged_by_who_sees_the_whole(world):
    make_project(world, state="accepted", source="national")
    rows = (
        target(low=1, high=2),
        target("trademark", low=1000, first_year=YEAR, last_year=YEAR),
        target("showroom", low=None),
        target("startup_training"),
    )
    nation = approved(
        world, *rows, agency="national", monies=[money("national", 5_000 * MILLION), money("total", None)]
    )
    version = nation.versions.get()
    whole = standing_of(scope_of(world, nation, ("national", "leader")), version)
    assert whole.targets[0].pace is Pace.REACHED
    assert [line.pace for line in whole.targets[2:]] == [None, None]
    assert whole.judged[Pace.REACHED] == 1
    part = standing_of(scope_of(world, nation), version)
    assert [line.reached for line in part.targets] == [1, 0, 0, None]
    assert part.judged == {}
    assert all(line.pace is None for line in part.money)


def test_results_that_nobody_wanted_stand_apart(world):
    make_project(world, state="accepted")
    programme = approved(world, target("trademark"))
    standing = standing_of(scope_of(world, programme), programme.versions.get())
    assert {line.indicator.code: line.reached for line in standing.outside} == {
        "supported_establishments": 1, "projects": 1, "machinery": 1,
    }  # fmt: skip


def test_standing_takes_the_same_queries_for_one_and_for_three(world, django_assert_num_queries):
    programme = approved(world, target())
    version = programme.versions.get()
    # Targets, money, indicators, recognised products, six that rooms beside đề án hold; what was given (two), posted, estimated.
    queries = 14
    make_project(world, state="accepted")
    scope = scope_of(world, programme)
    scope.actor.agency_ids  # noqa: B018  # asked once for a request
    with django_assert_num_queries(queries):
        standing_of(scope, version)
    for _ in range(2):
        make_project(world, state="accepted")
    make_establishment(world)
    second = approved(world, target(), target("trademark"), target("showroom"), agency="phu-tho")
    versions = {one.pk: one.versions.get() for one in (programme, second)}
    for one in (scope, scope_of(world, second, ("phu-tho", "officer"))):
        one.actor.agency_ids  # noqa: B018  # asked once for a request
        with django_assert_num_queries(queries):
            standing_of(one, versions[one.programme.pk])


def test_money_that_a_project_takes_into_the_next_year_is_approved_once(world, programme):
    project = make_project(world, state="approved")
    scope = scope_of(world, programme)
    before = {source: sums.approved for source, sums in money_sums(scope).items()}
    envelope = envelope_of(project)
    carry_over(
        envelope_id=envelope.pk, version=version_of(envelope), by=world.actor("dong-thap", "accountant"), free=0,
        parts={project.pk: 50 * MILLION}, document="1/CN", on=today(),
    )  # fmt: skip
    assert {source: sums.approved for source, sums in money_sums(scope).items()} == before


def test_recognised_products_count_once_and_the_list_holds_their_certificates(world, programme):
    scope, nation = (
        scope_of(world, programme),
        scope_of(world, enter(world, agency="national"), ("national", "officer")),
    )
    assert figure(scope, "awarded_products") == 0
    first = competitions.decided(world, ("90", "80"))
    again = competitions.decided(world, ("90",))
    one, other = competitions.certificates_of(first)
    Entry.objects.filter(round=again).update(product_key=one.entry.product_key)
    Entry.objects.filter(round=competitions.decided(world, ("90",), level="region")).update(
        product_key=one.entry.product_key
    )
    assert figure(scope, "awarded_products") == 2
    assert figure(nation, "awarded_products") == 1
    assert certificates_behind(scope, YEAR, YEAR).count() == 3
    assert figure(scope, "awarded_products", YEAR + 1) == 0
    assert figure(scope_of(world, programme, on=today() - timedelta(days=1)), "awarded_products") == 0
    competitions.revoke(world, other)
    assert figure(scope, "awarded_products") == 1
