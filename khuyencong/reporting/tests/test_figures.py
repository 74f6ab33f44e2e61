"""Figures of a period: reckoned by hand for a small year, every cell against the list it opens, past days again."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khuyencong.core.dates import today
from khuyencong.core.money import format_dong
from khuyencong.finance.models import LedgerEntry
from khuyencong.places.models import RegionMembership
from khuyencong.programmes.models import FundingSource
from khuyencong.reporting.borders import Borders
from khuyencong.reporting.comparing import COMPARED, compare
from khuyencong.reporting.envelopes import envelope_table
from khuyencong.reporting.figures import CODES, Question, add_up, lines_of, value_of
from khuyencong.reporting.period import Period, PeriodKind, periods_of, read_period
from khuyencong.reporting.tables import By, Tables, cells_of
from khuyencong.reporting.totals import by_month, totals_of
from khuyencong.testing import make_project

from .conftest import m

TABLES, LIST = "/ket-qua/theo-ky/", "/ket-qua/theo-ky/de-an/"
ALL_OF_A_ROW = len(CODES)


def year_of(**more):
    return Question(period=Period(PeriodKind.YEAR, today().year), **more)


def sums(question, actor=None):
    lines = lines_of(question, actor=actor)
    found = add_up(line.values for line in lines)
    assert totals_of(question, actor=actor) == (found if lines else None)  # the database adds up the same
    if lines:  # also where only some figures are asked for
        some = totals_of(question, actor=actor, codes=COMPARED)
        assert [value_of(some, code) for code in COMPARED] == [value_of(found, code) for code in COMPARED]
    return dict(zip(CODES, found, strict=True))


@pytest.fixture
def officer(client, world):
    client.force_login(world.actor("national", "officer").user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_year_is_what_its_records_say(phu_tho_year):
    made = sums(year_of(province="25"))
    assert made["planned_projects"] == 5  # the stopped one was planned as well
    assert made["approved_projects"] == 4
    assert (made["under_way"], made["accepted_projects"], made["settled_projects"]) == (1, 3, 2)
    assert made["planned"] == m(290 + 400 + 500 + 300 + 150)
    assert made["total"] == made["approved"] + made["counterpart"]
    assert made["settled"] == m(290 + 300)
    assert (made["beneficiaries"], made["served"]) == (6, 4)
    assert sums(year_of(province="25", source=FundingSource.NATIONAL))["planned"] == m(800)
    # In the borders of the time the fish was Hòa Bình's.
    assert sums(year_of(province="17@2025", borders=Borders.THEN))["planned"] == m(290)
    centre = phu_tho_year.world.agencies["region"]
    assert sums(year_of(unit=centre.pk))["planned"] == m(300)
    assert sums(year_of(), actor=phu_tho_year.world.actor("phu-tho", "officer")) == made


def test_every_cell_of_every_table_is_the_sum_of_the_list_it_opens(phu_tho_year, officer):
    """Also of the year before, by regions and in the borders of the time, and of envelopes."""
    world = phu_tho_year.world
    RegionMembership.objects.create(province=world.provinces["82"], region="south")
    for borders in Borders:
        question = year_of(borders=borders)
        tables = Tables(question, cells_of(question))
        opened = 0
        for by in By:
            table = tables.table(by)
            assert add_up(row.values for row in table.rows) == table.total.values
            for row in (*table.rows, table.total):
                for cell in row.all_cells:
                    assert bool(cell.url) == bool(cell.value)
                    if cell.url and (by is not By.UNIT or opened % 3 == 0):  # enough of each kind, not of each unit
                        page = " ".join(officer.get(cell.url).content.decode().split())
                        assert f"cộng {format_dong(cell.value)} {cell.figure.unit}" in page, (by, row.label, cell)
                    opened += bool(cell.url)
        assert opened > 100
    for line in envelope_table(year_of()).lines:
        page = officer.get(line.url).content.decode()
        assert format_dong(line.given) in page


def test_a_past_day_is_reckoned_again_as_it_was(phu_tho_year):
    question = year_of()
    now, first = sums(question), question.period.first_on
    # Settlements came after the others: the day before nothing was settled.
    days = LedgerEntry.objects.filter(kind="settled").values_list("booked_on", flat=True)
    assert now["settled"] > 0
    assert sums(replace(question, until=min(days) - timedelta(days=1)))["settled"] == 0
    assert sums(replace(question, until=first - timedelta(days=400))) == dict.fromkeys(CODES, 0)
    # What months hold adds up to the year, in money as in the figure of each month.
    months = by_month(question)
    assert sum(amount for _, amount in months) == now["paid"]
    here = next(one for one in months if one[1])
    for month, _ in months:
        sums(Question(period=month, until=min(month.last_on, today())))
    assert sums(Question(period=here[0], until=min(here[0].last_on, today())))["paid"] == here[1]


def test_a_comparison_says_dash_where_there_was_nothing(phu_tho_year):
    now = add_up(line.values for line in lines_of(year_of()))
    assert compare(year_of(), now, None) == []
    one = next(line for line in compare(year_of(), now, (0,) * len(CODES)) if line.figure.code == "planned")
    assert (one.percent_text, one.difference) == ("–", value_of(now, "planned"))


def test_pages_say_what_they_cannot_show(world, officer):
    assert "Chưa có đề án nào có kinh phí trong kỳ" in officer.get(TABLES).content.decode()
    assert officer.get(TABLES, {"year": "2025", "ky": "quy-9"}).status_code == 422
    assert officer.get(TABLES, {"year": "2025", "ky": "quy-1", "den-ngay": "01/05/2025"}).status_code == 422
    assert officer.get(LIST, {"so-lieu": "khong-co"}).status_code == 404
    assert officer.get(LIST, {"so-lieu": "planned", "province": "99"}).status_code == 404


def test_queries_do_not_grow_with_the_rows(world, officer):
    asked = []
    for _ in range(2):
        make_project(world, province="25", state="settled", beneficiaries=2)
        asked.append([])
        for url in (TABLES, f"{LIST}?so-lieu=planned&year={today().year}&ky=nam-1"):
            with CaptureQueriesContext(connection) as queries:
                assert officer.get(url).status_code == 200
            asked[-1].append(len(queries))
    assert asked[0] == asked[1]


def test_periods_cover_their_months():
    third = Period(PeriodKind.QUARTER, 2025, 3)
    assert (third.first_on, third.last_on, str(third)) == (date(2025, 7, 1), date(2025, 9, 30), "quý III năm 2025")
    assert read_period(2025, third.part) == third
    assert Period(PeriodKind.NINE, 2025).last_on == date(2025, 9, 30)
    assert {read_period(2024, one.part) for one in periods_of(2024)} == set(periods_of(2024))
    assert read_period(2024, "quy-5") is None
    assert read_period(2024, re.escape("quy-१")) is None
