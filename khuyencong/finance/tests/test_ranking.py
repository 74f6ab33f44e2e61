"""Proposals in the order of the law: every point explained, weights of a plan, the money against them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import DomainError, NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.delivery.models import Acceptance
from khuyencong.establishments.actions import merge, pair_version
from khuyencong.establishments.models import Certificate, Establishment
from khuyencong.finance.actions import put_in_plan, set_weights
from khuyencong.finance.ranking import UnitRecord, ranking, unit_records, weights_of
from khuyencong.finance.tests.steps import LEADER
from khuyencong.law.criteria import criteria, default_weights
from khuyencong.people.models import Agency
from khuyencong.programmes.models import AnnualPlan
from khuyencong.projects.models import Project
from khuyencong.settlement.models import Settlement
from khuyencong.testing import approve_in_plan, give_money, make_establishment, make_project, put_in_new_plan

OFFICER = ("dong-thap", "officer")
PLACES = ("highland_island_border_ethnic", "poor_district", "new_countryside_commune", "difficult_area")
TRADES = ("certified_key_export_local", "mechanical_chemical_agro_supporting")


def proposal(world, *, certified="", stars=None, women=False, minority=False, **fields):
    """An appraised project; `fields` are set as they would have been written, the rest in the registry."""
    numbers = {name: fields.pop(name) for name in ("support", "total", "beneficiaries", "activity") if name in fields}
    project = make_project(world, state="base_appraised", **numbers)
    Project.objects.filter(pk=project.pk).update(**fields)
    places = Establishment.objects.filter(benefits__project=project)
    places.update(women_owned=women, ethnic_minority_owned=minority)
    for place in places:
        certify(place, certified, stars)
    return Project.objects.get(pk=project.pk)


def certify(place, level="", stars=None, until=None):
    """Just these certificates, valid to the end of today, or of the day `until`."""
    place.certificates.all().delete()
    if level:
        Certificate.objects.create(establishment=place, kind="product", level=level, valid_until=until or today())
    if stars:
        Certificate.objects.create(establishment=place, kind="ocop", stars=stars)


def draft_plan(world, project=None):
    return put_in_new_plan(world, project or make_project(world, state="base_appraised"))


def order(plan):
    return [one.row.project.pk for one in ranking(plan).ranked]


# --- the order -------------------------------------------------------------------------------------------------------


def test_place_comes_before_trade_and_trade_before_everything_else(world):
    """The legal order, whatever else speaks for a proposal that stands behind."""
    best = {"certified": "nation", "stars": 5, "women": True, "minority": True}
    wanted = [proposal(world, priority_place=place).pk for place in PLACES]
    wanted += [proposal(world, priority_trade=trade).pk for trade in TRADES]
    wanted += [proposal(world, **best).pk, proposal(world, certified="commune").pk, proposal(world, stars=1).pk]
    last = make_project(world, state="base_appraised")
    plan = draft_plan(world, last)
    assert order(plan) == [*wanted, last.pk]
    assert [one.place for one in ranking(plan).ranked] == list(range(1, len(wanted) + 2))


def test_flagship_comes_before_the_record_and_after_trades(world):
    flagship = proposal(world, kind="flagship", beneficiaries=1)
    trade = proposal(world, priority_trade=TRADES[1])
    certified = proposal(world, certified="nation")
    plan = draft_plan(world, certified)
    assert order(plan) == [trade.pk, flagship.pk, certified.pk]


def test_equal_proposals_share_a_place_and_say_so(world):
    first, second = (proposal(world, priority_place=PLACES[0]) for _ in range(2))
    plan = draft_plan(world)
    found = ranking(plan).ranked
    assert [(one.row.project.pk, one.place, one.tied) for one in found[:2]] == [
        (first.pk, 1, True),
        (second.pk, 1, True),
    ]
    assert (found[2].place, found[2].tied) == (3, False)


def test_every_point_is_told_with_its_article(world):
    proposal(world, priority_place=PLACES[2], priority_trade=TRADES[0], certified="province", stars=4, women=True)
    (first, *_) = ranking(draft_plan(world)).ranked
    assert sum(line.points for line in first.score.lines) == first.score.total
    for line in first.score.lines:
        assert line.sentence
        assert line.article or not line.points


@pytest.mark.parametrize("rows", [1, 3])
def test_group_has_only_what_all_of_it_have(world, rows):
    project = proposal(world, beneficiaries=rows, certified="region", stars=4, women=True, support=50 * MILLION)
    plan = draft_plan(world, project)
    together = ranking(plan).ranked[0].score.total
    one = Establishment.objects.filter(benefits__project=project).first()
    certify(one, "commune", 3)
    lower = ranking(plan).ranked[0].score.total
    certify(one)
    Establishment.objects.filter(pk=one.pk).update(women_owned=False)
    assert together > lower > ranking(plan).ranked[0].score.total == 0


def test_certificate_counts_to_its_last_day(world):
    project = proposal(world, certified="nation")
    plan = draft_plan(world, project)
    assert ranking(plan).ranked[0].score.total > 0
    Certificate.objects.update(valid_until=today() - timedelta(days=1))
    assert ranking(plan).ranked[0].score.total == 0


def test_cleaner_production_stands_apart(world):
    cleaner = proposal(world, activity="cleaner_production_model", support=100 * MILLION, priority_place=PLACES[0])
    other = make_project(world, state="base_appraised")
    plan = draft_plan(world, other)
    found = ranking(plan)
    assert [one.row.project.pk for one in found.ranked] == [other.pk]
    assert [one.row.project.pk for one in found.apart] == [cleaner.pk]
    assert (found.asked, found.asked_apart) == (300 * MILLION, 100 * MILLION)


# --- the record of the unit ------------------------------------------------------------------------------------------


def test_record_counts_what_was_settled_and_what_of_it_late(world):
    in_time, late_paper, late_work = (make_project(world, state="settled") for _ in range(3))
    make_project(world, state="in_progress")
    unit = in_time.implementing_unit_id
    assert unit_records({unit}, today()) == {unit: UnitRecord(3, 0)}
    Settlement.objects.filter(project=late_paper).update(late=True)
    Project.objects.filter(pk=late_work.pk).update(ends_on=today() - timedelta(days=1), starts_on=None)
    Acceptance.objects.filter(project=in_time).update(accepted_on=today())
    assert unit_records({unit}, today()) == {unit: UnitRecord(3, 2)}
    assert unit_records(set(), today()) == {}


def test_record_of_the_agency_before_the_merger_goes_on(world):
    before = make_project(world, state="settled")
    old = world.agencies["phu-tho-centre"]
    Project.objects.filter(pk=before.pk).update(implementing_unit=old)
    unit = world.agencies["dong-thap-centre"]
    assert unit_records({unit.pk}, today()) == {}
    Agency.objects.filter(pk=old.pk).update(successor=unit)
    make_project(world, state="settled")
    assert unit_records({unit.pk}, today()) == {unit.pk: UnitRecord(2, 0)}


def test_record_of_both_agencies_of_a_merger_in_one_plan(world):
    """What the old agency has settled counts for it and for the one that took over."""
    before = make_project(world, state="settled")
    old, unit = world.agencies["phu-tho-centre"], world.agencies["dong-thap-centre"]
    Project.objects.filter(pk=before.pk).update(implementing_unit=old)
    Agency.objects.filter(pk=old.pk).update(successor=unit)
    make_project(world, state="settled")
    assert unit_records({old.pk, unit.pk}, today()) == {old.pk: UnitRecord(1, 0), unit.pk: UnitRecord(2, 0)}


def test_record_is_that_of_the_day(world):
    """A plan that was decided keeps its order: what its units settle afterwards, its own đề án too, changes nothing."""
    project = make_project(world, state="settled")
    unit, yesterday = project.implementing_unit_id, today() - timedelta(days=1)
    assert unit_records({unit}, yesterday) == {}
    plan = AnnualPlan.objects.get(pk=project.plan_id)
    AnnualPlan.objects.filter(pk=plan.pk).update(decision_on=yesterday)
    plan.refresh_from_db()
    assert ranking(plan).ranked[0].score.total == 0
    Settlement.objects.filter(project=project).delete()  # a record of the past has none
    assert unit_records({unit}, date(project.year, 12, 31)) == {}
    assert unit_records({unit}, date(project.year + 1, 1, 1)) == {unit: UnitRecord(1, 0)}


# --- weights ---------------------------------------------------------------------------------------------------------


def weigh(plan, by, weights, version=None):
    set_weights(plan_id=plan.pk, by=by, version=plan.version if version is None else version, weights=weights)
    plan.refresh_from_db()


def test_weights_of_a_plan_turn_its_order_and_warn_where_they_leave_the_law(world):
    trade, place = proposal(world, priority_trade=TRADES[0]), proposal(world, priority_place=PLACES[3])
    plan = draft_plan(world, trade)
    assert order(plan) == [place.pk, trade.pk]
    assert ranking(plan).findings == ()
    weigh(plan, world.actor(*OFFICER), {TRADES[0]: 99_999})
    assert order(plan) == [trade.pk, place.pk]
    assert {one.code for one in ranking(plan).findings} == {"priority_order"}
    assert all(one.article for one in ranking(plan).findings)
    event = AuditEvent.objects.latest("seq")
    assert (event.action, event.before[TRADES[0]], event.after[TRADES[0]]) == ("plan.weights", 10_000, 99_999)
    other = put_in_new_plan(world, make_project(world, state="base_appraised", year=today().year + 1))
    assert weights_of(other) == default_weights(today())


def test_weights_go_back_to_the_common_table(world):
    plan = draft_plan(world)
    by = world.actor(*OFFICER)
    weigh(plan, by, {"ocop": 7})
    assert plan.priority_weights == {"ocop": 7}
    weigh(plan, by, {})
    assert plan.priority_weights == {}
    assert weights_of(plan) == default_weights(today())


def test_weights_of_an_approved_plan_stay(world):
    project = make_project(world, state="base_appraised")
    plan = approve_in_plan(world, project)
    with pytest.raises(Refused, match="đã được phê duyệt"):
        weigh(plan, world.actor(*OFFICER), {"ocop": 7})


def test_who_sets_weights_and_how(world, everything):
    plan = draft_plan(world)
    before = everything()
    for place, role in (LEADER, ("dong-thap", "accountant"), ("phu-tho", "officer"), ("national", "officer")):
        with pytest.raises(NotAllowed):
            weigh(plan, world.actor(place, role), {"ocop": 7})
    by = world.actor(*OFFICER)
    with pytest.raises(Stale):
        weigh(plan, by, {"ocop": 7}, version=plan.version + 1)
    for wrong in ({"moon": 1}, {"ocop": -1}, {"ocop": 10**10}):
        with pytest.raises(DomainError):
            weigh(plan, by, wrong)
    assert everything() == before


# --- the page --------------------------------------------------------------------------------------------------------


def test_page_shows_the_order_the_reasons_and_how_far_the_money_reaches(world, visit):
    plan = draft_plan(world, proposal(world, priority_place=PLACES[1]))
    proposal(world, priority_trade=TRADES[1])
    proposal(world, activity="cleaner_production_model", support=100 * MILLION)
    give_money(world, agency="dong-thap", source="local", year=plan.year, amount=300 * MILLION)
    answer = visit(world.actor(*OFFICER)).get(reverse("plan_ranking", args=[plan.pk]))
    page = answer.content.decode()
    assert answer.context["free"] == 300 * MILLION
    assert [(one.planned, one.running, beyond) for one, beyond in answer.context["rows"]] == [
        (True, 200 * MILLION, False),
        (False, 400 * MILLION, True),
    ]
    assert page.count("Vượt hạn mức") == 1
    for words in ("Huyện nghèo: 45.000 điểm", "điểm b khoản 3 Điều 6 Thông tư 46/2012/TT-BCT", "Hạn mức còn lại"):
        assert words in page, words
    assert '<details class="kc-answers" open' not in page
    opened = visit(world.actor(*OFFICER)).get(reverse("plan_ranking", args=[plan.pk]) + "?dien-giai=1")
    assert opened.content.decode().count('<details class="kc-answers" open') == 3
    assert (
        reverse("plan_ranking", args=[plan.pk])
        in visit(world.actor(*OFFICER)).get(reverse("plan", args=[plan.pk])).content.decode()
    )


def test_approved_plan_is_only_compared(world, visit):
    project = make_project(world, state="approved")
    make_project(world, state="base_appraised")
    answer = visit(world.actor(*OFFICER)).get(reverse("plan_ranking", args=[project.plan_id]))
    assert answer.context["form"] is None
    assert answer.context["free"] is None
    assert [one.row.project.pk for one, _ in answer.context["rows"]] == [project.pk]
    assert "chỉ để đối chiếu" in answer.content.decode()


def test_weights_are_edited_and_reset_on_the_page(world, visit):
    plan = draft_plan(world)
    client, url = visit(world.actor(*OFFICER)), reverse("plan_weights", args=[plan.pk])
    page = client.get(reverse("plan_ranking", args=[plan.pk]))
    weights = {one.code: one.points for one in criteria(today())}
    data = {"version": page.context["form"].initial["version"], **weights}
    wrong = client.post(url, data | {"ocop": "nhiều", "flagship": "1.5", "poor_district": ""})
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"ocop", "flagship", "poor_district"}
    assert 'value="nhiều"' in wrong.content.decode()
    assert client.post(url, data | {"ocop": "7", "flagship": "2.500"}).status_code == 302
    plan.refresh_from_db()
    assert plan.priority_weights == {"ocop": 7, "flagship": 2500}
    assert "Điểm riêng của kế hoạch này" in client.get(reverse("plan_ranking", args=[plan.pk])).content.decode()
    assert client.post(url, {"version": plan.version, "reset": "1"}).status_code == 302
    plan.refresh_from_db()
    assert plan.priority_weights == {}


def test_another_provinces_ranking_is_not_there(world, visit):
    address = reverse("plan_ranking", args=[draft_plan(world).pk])
    for place, role, status in (
        ("phu-tho", "leader", 404),
        ("region", "leader", 404),
        ("dong-thap-centre", "auditor", 200),
        ("national", "auditor", 200),
    ):
        assert visit(world.actor(place, role)).get(address).status_code == status, place


def test_certificate_counts_under_whichever_entry_it_stands(world):
    """Two entries of one establishment, merged either way."""
    officer = world.actor("dong-thap", "officer")
    wanted = [proposal(world), proposal(world)]
    for project, beneficiary_stays in zip(wanted, (True, False), strict=True):
        place, twin = project.beneficiaries.get().establishment, make_establishment(world)
        certify(twin, "nation", 5)
        kept, dropped = (place, twin) if beneficiary_stays else (twin, place)
        for one in (kept, dropped):
            one.refresh_from_db()
        merge(
            kept_id=kept.pk, dropped_id=dropped.pk, version=pair_version(kept, dropped), by=officer, reason="Một cơ sở."
        )
    other = proposal(world, certified="commune")
    places = {one.row.project.pk: one.place for one in ranking(draft_plan(world, other)).ranked}
    assert places == {wanted[0].pk: 1, wanted[1].pk: 1, other.pk: 3}


@pytest.mark.parametrize("rows", [1, 3])
def test_page_takes_as_many_queries_for_three_as_for_one(world, visit, django_assert_num_queries, rows):
    for _ in range(rows):
        make_project(world, state="settled")
        proposal(world, beneficiaries=rows, support=50 * MILLION)
    plan = draft_plan(world)
    for _ in range(rows - 1):
        more = make_project(world, state="base_appraised")
        put_in_plan(plan_id=plan.pk, version=plan.version, project_id=more.pk, by=world.actor(*OFFICER))
        plan = AnnualPlan.objects.get(pk=plan.pk)
    client = visit(world.actor(*OFFICER))
    # session, user, memberships, agencies taken over; plan; its projects, candidates, records of units, beneficiaries,
    # their certificates; envelope, its sums; unread notices
    with django_assert_num_queries(13):
        answer = client.get(reverse("plan_ranking", args=[plan.pk]))
    assert len(answer.context["rows"]) == 2 * rows
