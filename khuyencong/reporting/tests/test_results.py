"""The results of a year equal sums made by hand, in a fixed number of queries."""

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test.utils import CaptureQueriesContext

from khuyencong.core.money import format_percent
from khuyencong.projects.models import Project
from khuyencong.projects.states import COMMITTED
from khuyencong.reporting.queries import (
    OPEN,
    province_year,
    provinces_for,
    summary_of,
    year_numbers,
    year_totals,
    years_of,
)
from khuyencong.reporting.sums import Sums
from khuyencong.reporting.tests.conftest import m
from khuyencong.testing import make_project

FISH = Sums(1, 1, m(616), m(290), m(326), 0, m(290), m(290), m(290), m(290), 1)
TIN = Sums(1, 2, m(1200), m(400), m(800), 0, m(400), m(400), 0, 0, 0)
HERBS = Sums(1, 2, m(1750), m(500), m(1250), 0, m(500), m(500), 0, 0, 0)
CENTRE = Sums(1, 1, m(700), m(300), m(400), 0, m(300), m(300), m(300), m(300), 0)


@pytest.fixture
def leader(world):
    return world.actor("phu-tho", "leader")


def labelled(rows):
    return {(row.label, row.group) if row.group else row.label: row.sums for row in rows}


def phu_tho(made, actor, year, **filters):
    return province_year(actor, province=made.world.provinces["25"], year=year, **filters)


def test_the_whole_province(phu_tho_year, leader, year):
    result = phu_tho(phu_tho_year, leader, year)
    assert result.total.sums == Sums(
        4, 6, m(4266), m(1490), m(2776), 0, m(1490), m(1490), result.total.sums.paid_out, m(590), 1
    )
    assert result.establishments == 6
    assert result.total.sums.percent_settled == Decimal("39.6")  # 590 / 1490 = 39.597…


def test_by_source_and_activity(phu_tho_year, leader, year):
    result = phu_tho(phu_tho_year, leader, year)
    machinery = "Ứng dụng máy móc, thiết bị tiên tiến"
    assert labelled(result.activities) == {
        (machinery, "Khuyến công địa phương"): FISH + TIN,
        (machinery, "Khuyến công quốc gia"): HERBS + CENTRE,
    }
    assert labelled(result.sources) == {"Khuyến công địa phương": FISH + TIN, "Khuyến công quốc gia": HERBS + CENTRE}


def test_by_implementing_unit(phu_tho_year, leader, year):
    result = phu_tho(phu_tho_year, leader, year)
    home = "Trung tâm Khuyến công Phú Thọ"
    assert labelled(result.units) == {
        (home, "Khuyến công địa phương"): FISH + TIN,
        (home, "Khuyến công quốc gia"): HERBS,
        ("Trung tâm khu vực 3", "Khuyến công quốc gia"): CENTRE,
    }
    assert [row.note for row in result.units] == ["", "", "Trung tâm khuyến công khu vực"]


def test_by_province_then(phu_tho_year, leader, year):
    result = phu_tho(phu_tho_year, leader, year)
    assert labelled(result.provinces_then) == {"Hòa Bình": FISH, "Phú Thọ": TIN + HERBS + CENTRE}
    assert result.was_divided


def test_what_is_on_the_way_or_stopped_stands_apart(phu_tho_year, leader, year):
    result = phu_tho(phu_tho_year, leader, year)
    assert result.open.sums == Sums(1, 1, m(300), m(100), m(200))
    assert (result.stopped.sums.projects, result.stopped.sums.planned, result.stopped.sums.approved) == (
        1,
        m(150),
        m(150),
    )


def test_filters(phu_tho_year, leader, year):
    assert phu_tho(phu_tho_year, leader, year, source="national").total.sums == HERBS + CENTRE
    assert phu_tho(phu_tho_year, leader, year, activity="information").total.sums == Sums()
    assert phu_tho(phu_tho_year, leader, year - 1).total.sums == Sums()
    assert phu_tho(phu_tho_year, leader, year, activity="information").establishments == 0


def test_an_establishment_in_two_projects_counts_twice_and_once(phu_tho_year, leader, year):
    tin, fish = phu_tho_year.tin, phu_tho_year.fish
    fish.beneficiaries.update(establishment=tin.beneficiaries.first().establishment)
    result = phu_tho(phu_tho_year, leader, year)
    assert (result.total.sums.beneficiaries, result.establishments) == (6, 5)


def test_no_plan_is_a_dash():
    assert format_percent(Sums(projects=1, settled=5).percent_settled) == "–"
    assert format_percent(Sums(planned=78_600, settled=73_500).percent_settled) == "93,5 %"
    assert format_percent(Sums(planned=3, settled=2).percent_settled) == "66,7 %"


def test_everybody_sees_the_own_scope(phu_tho_year, world, year):
    assert phu_tho(phu_tho_year, world.actor("dong-thap", "leader"), year).total.sums == Sums()
    assert phu_tho(phu_tho_year, world.actor("dong-thap", "leader"), year).open.sums == Sums()
    assert phu_tho(phu_tho_year, world.actor("region", "officer"), year).total.sums == CENTRE
    assert phu_tho(phu_tho_year, world.actor("national", "auditor"), year).total.sums.projects == 4


def test_the_national_summary_has_a_line_for_each_province(phu_tho_year, world, year):
    summary = summary_of(world.actor("national", "leader"), year=year)
    assert {row.label: row.sums.projects for row in summary.provinces} == {"Đồng Tháp": 1, "Phú Thọ": 4}
    assert summary.total.sums.support == m(1490 + 180)
    assert summary.open.sums.projects == 1
    assert f"province={world.provinces['25'].key}" in summary.provinces[1].url


def test_provinces_and_years_to_choose_from(phu_tho_year, world, year):
    def keys(agency):
        return {one.key for one in provinces_for(world.actor(agency, "officer"))}

    assert keys("national") == {"25", "82"}
    assert keys("phu-tho") == {"25"}
    assert keys("region") == {"25"}
    assert years_of(world.actor("phu-tho", "officer"), province=world.provinces["25"]) == [year]
    assert years_of(world.actor("phu-tho", "officer"), province=world.provinces["82"]) == []


def test_five_numbers(phu_tho_year, leader, year, django_assert_num_queries):
    assert leader.province_ids  # read once for a request
    with django_assert_num_queries(2):
        numbers = year_totals(leader, year)
    assert (numbers.projects, numbers.beneficiaries, numbers.planned) == (4, 6, m(1490))
    assert numbers.paid_out == phu_tho(phu_tho_year, leader, year).total.sums.paid_out
    assert [stat.value for stat in year_numbers(leader, year)][:3] == ["4", "6", "1.490"]
    assert year_totals(leader, year - 1).percent is None


@pytest.mark.parametrize("source", ["local", "national"])
def test_queries_do_not_grow(world, leader, year, source, connection_queries):
    make_project(world, province="25", source=source, state="approved")
    province = world.provinces["25"]
    assert leader.agency_ids  # asked once for each request
    one = connection_queries(lambda: province_year(leader, province=province, year=year))
    for _ in range(2):
        make_project(world, province="25", source=source, state="approved", beneficiaries=2)
    make_project(world, province="25", source="national", unit="region", state="approved")
    assert connection_queries(lambda: province_year(leader, province=province, year=year)) == one
    assert one <= 6
    assert connection_queries(lambda: summary_of(leader, year=year)) <= 5


@pytest.fixture
def connection_queries():
    from django.db import connection

    def count(act):
        with CaptureQueriesContext(connection) as captured:
            act()
        return len(captured)

    return count


def test_every_link_opens_what_the_figure_counts(phu_tho_year, world, year):
    actor = world.actor("national", "leader")
    result = phu_tho(phu_tho_year, actor, year)
    rows = [
        *result.activities,
        *result.sources,
        *result.units,
        *result.provinces_then,
        result.total,
        result.open,
        result.stopped,
        *(row for row, *_ in result.detail if row is None),
    ]
    assert len(rows) == 2 + 2 + 3 + 2 + 3
    for row in rows:
        assert behind(actor, row.url).count() == row.sums.projects, row
        assert sum(one.support for one in behind(actor, row.url).with_money()) == row.sums.support, row


def behind(actor, url):
    """The projects that an address of the list asks for, read here without the list's own code."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    found = Project.objects.visible_to(actor)
    columns = {
        "province": "province__current__key",
        "province_then": "province__key",
        "year": "year",
        "source": "source",
        "activity": "activity",
        "unit": "implementing_unit",
        "state": "state",
    }
    groups = {"committed": COMMITTED, "open": OPEN}
    if group := query.pop("group", None):
        found = found.filter(state__in=groups[group])
    return found.filter(**{columns[name]: value for name, value in query.items()})


def test_the_list_itself_shows_the_same(phu_tho_year, world, year, client):
    actor = world.actor("phu-tho", "leader")
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    result = phu_tho(phu_tho_year, actor, year)
    for row in [
        *result.activities,
        *result.sources,
        *result.units,
        *result.provinces_then,
        result.total,
        result.open,
        result.stopped,
    ]:
        answer = client.get(row.url)
        assert answer.status_code == 200
        assert answer.context["page"].paginator.count == row.sums.projects, row.url
        assert answer.context["sums"]["support"] == row.sums.support
