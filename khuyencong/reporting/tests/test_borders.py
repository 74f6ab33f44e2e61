"""Figures in the borders of today and of the time: other rows, the same sums, and each row opens what it counts."""

import io
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from khuyencong.audit.models import AuditEvent
from khuyencong.places.models import Region, RegionMembership
from khuyencong.places.tests.deciding import MERGER, decided
from khuyencong.places.update import apply_decision
from khuyencong.projects.models import Project
from khuyencong.reporting.borders import Borders
from khuyencong.reporting.queries import summary_of
from khuyencong.reporting.series import Grouping, Measure, series_of
from khuyencong.reporting.sums import add_up
from khuyencong.reporting.tests.conftest import m
from khuyencong.testing import make_project

SERIES, SERIES_XLSX, RESULTS, XLSX = (
    "/ket-qua/qua-cac-nam/",
    "/ket-qua/qua-cac-nam/tai-ve.xlsx",
    "/ket-qua/",
    "/ket-qua/tai-ve.xlsx",
)


@pytest.fixture
def years(world):
    """Settled đề án of 2024 in old provinces and of 2026 in those of today; support in triệu đồng.

    Old Đồng Tháp was in the South, old Hòa Bình and both of today in the North: made up, so that they differ.
    """
    rows = (
        ("87@2025", "82", 2024, 100),
        ("17@2025", "25", 2024, 70),
        ("82", "82", 2026, 200),
        ("25", "25", 2026, 90),
        ("17@2025", "25", 2026, 40),  # recorded with its old province
    )
    made = [make_project(world, province=code, state="settled", support=m(support)) for _, code, _, support in rows]
    make_project(world, province="82", state="submitted")
    for project, (key, _, year, _) in zip(made, rows, strict=True):
        Project.objects.filter(pk=project.pk).update(year=year, province=world.provinces[key])
    ended = {"to_on": date(2025, 6, 30)}
    for key, region, days in (
        ("87@2025", Region.SOUTH, ended),
        ("17@2025", Region.NORTH, ended),
        ("82", Region.NORTH, {"from_on": date(2025, 7, 1)}),
        ("25", Region.NORTH, {"from_on": date(2025, 7, 1)}),
    ):
        RegionMembership.objects.create(province=world.provinces[key], region=region, verified=key == "87@2025", **days)
    return world


@pytest.fixture
def leader(world):
    return world.actor("national", "leader")


def table(series):
    """{label with note: amounts in triệu đồng by year, then the sum}."""
    return {
        f"{row.label} {row.note}".strip(): [cell.value // m(1) for cell in (*row.cells, row.total)]
        for row in (*series.rows, series.total)
    }


def test_series_in_both_borders(years, leader):
    assert table(series_of(leader)) == {
        "Đồng Tháp": [100, 0, 200, 300],
        "Phú Thọ": [70, 0, 130, 200],
        "Cộng": [170, 0, 330, 500],
    }
    assert table(series_of(leader, borders=Borders.THEN)) == {
        "Đồng Tháp": [0, 0, 200, 200],
        "Đồng Tháp trước 01/07/2025": [100, 0, 0, 100],
        "Hòa Bình trước 01/07/2025": [70, 0, 40, 110],
        "Phú Thọ": [0, 0, 90, 90],
        "Cộng": [170, 0, 330, 500],
    }


def test_series_by_region_as_of_each_year(years, leader):
    by_region = Grouping.REGION
    assert table(series_of(leader, grouping=by_region, borders=Borders.THEN)) == {
        "Phía Bắc khu vực chờ xác minh": [70, 0, 330, 400],
        "Phía Nam": [100, 0, 0, 100],
        "Cộng": [170, 0, 330, 500],
    }
    assert table(series_of(leader, grouping=by_region)) == {
        "Phía Bắc khu vực chờ xác minh": [170, 0, 330, 500],
        "Cộng": [170, 0, 330, 500],
    }


@pytest.mark.parametrize("measure", Measure)
def test_sums_are_the_same_in_any_borders_and_grouping(years, leader, measure):
    found = [
        series_of(leader, measure=measure, borders=borders, grouping=grouping)
        for borders in Borders
        for grouping in Grouping
    ]
    totals = {tuple(cell.value for cell in (*one.total.cells, one.total.total)) for one in found}
    assert len(totals) == 1
    for one in found:
        for column, total in enumerate(one.total.cells):
            assert sum(row.cells[column].value for row in one.rows) == total.value
        assert sum(row.total.value for row in one.rows) == one.total.total.value


@pytest.mark.parametrize("year", [2024, 2026])
def test_summary_of_a_year_in_both_borders(years, leader, year):
    today, then = (summary_of(leader, year=year, borders=borders) for borders in Borders)
    assert today.total.sums == then.total.sums == add_up(row.sums for row in today.provinces)
    for one in (today, then):
        assert add_up(row.sums for row in one.provinces) == one.total.sums
        assert add_up(row.sums for row in one.regions) == one.total.sums
    labels = {2024: {"Đồng Tháp", "Hòa Bình"}, 2026: {"Đồng Tháp", "Hòa Bình", "Phú Thọ"}}
    assert {row.label for row in then.provinces} == labels[year]
    assert {row.label for row in today.provinces} == {"Đồng Tháp", "Phú Thọ"}


def behind(client, url):
    """What the list at that address says it has found."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.context["page"].paginator.count, answer.context["sums"]["support"]


def test_every_figure_opens_the_list_that_it_counts(years, leader, visit):
    client = visit(leader)
    for borders in Borders:
        for grouping in Grouping:
            series = series_of(leader, measure=Measure.PROJECTS, borders=borders, grouping=grouping)
            money = series_of(leader, measure=Measure.SUPPORT, borders=borders, grouping=grouping)
            for row, amounts in zip((*series.rows, series.total), (*money.rows, money.total), strict=True):
                for cell, amount in zip((*row.cells, row.total), (*amounts.cells, amounts.total), strict=True):
                    if cell.url:
                        assert behind(client, cell.url) == (cell.value, amount.value), cell.url
        for year in (2024, 2026):
            summary = summary_of(leader, year=year, borders=borders)
            rows = [*summary.regions, *(summary.provinces if borders is Borders.THEN else ())]
            for row in rows:
                assert behind(client, row.url) == (row.sums.projects, row.sums.support), row.url


def test_keys_that_nobody_has_find_nothing(years, leader, visit):
    for query in (
        "provinces=99",
        "provinces_then=",
        "provinces=82,zz",
        f"provinces={'8,' * 3000}",
        "provinces_then=%00",
    ):
        assert visit(leader).get(f"/de-an/?{query}").status_code in {200, 400}
    assert behind(visit(leader), "/de-an/?provinces=99")[0] == 0


def test_later_decision_moves_the_borders_of_today_only(years, leader):
    before = table(series_of(leader, borders=Borders.THEN))
    apply_decision(decided(MERGER))
    assert table(series_of(leader)) == {"Gộp Thử": [170, 0, 330, 500], "Cộng": [170, 0, 330, 500]}
    after = table(series_of(leader, borders=Borders.THEN))
    names = {"Đồng Tháp": "Đồng Tháp trước 01/03/2026", "Phú Thọ": "Phú Thọ trước 01/03/2026"}
    assert after == {names.get(label, label): row for label, row in before.items()}


# --- pages and files -------------------------------------------------------------------------------------------------


def text(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_switch_stands_in_the_address_of_the_summary(years, leader, visit):
    client = visit(leader)
    today, then = (text(client.get(RESULTS, {"year": "2024", "dia-gioi": one.value})) for one in Borders)
    assert "Theo tỉnh, thành phố hiện nay" in today
    assert "Theo tỉnh, thành phố khi ấy" in then
    assert "trước 01/07/2025" in then
    assert "trước 01/07/2025" not in today
    assert "dia-gioi=thoi-ky" in then
    for page in (today, then):
        assert "Theo khu vực khuyến công" in page
        assert "khu vực chờ xác minh" in page
    assert client.get(RESULTS, {"dia-gioi": "x"}).status_code == 422


def test_page_of_years(years, leader, visit):
    client = visit(leader)
    page = text(client.get(SERIES, {"dia-gioi": "thoi-ky", "so-lieu": "settled"}))
    assert "Đã quyết toán" in page
    assert "(trước 01/07/2025)" in page
    assert "Phía Nam" in text(client.get(SERIES, {"dia-gioi": "thoi-ky", "theo": "khu-vuc"}))
    for query in ({"dia-gioi": "x"}, {"so-lieu": "password"}, {"theo": "x"}, {"source": "x"}):
        assert client.get(SERIES, query).status_code == 422
        assert client.get(SERIES_XLSX, query).status_code == 404


def test_everybody_sees_the_own_scope(years, visit):
    province = years.actor("dong-thap", "leader")
    assert table(series_of(province, borders=Borders.THEN))["Cộng"] == [100, 0, 200, 300]
    page = text(visit(province).get(SERIES, {"dia-gioi": "thoi-ky"}))
    assert "Phú Thọ" not in page
    assert "Hòa Bình" not in page
    assert visit(province).get(SERIES, {"province": "25"}).status_code == 404
    assert visit(province).get(SERIES_XLSX, {"province": "25"}).status_code == 404


def test_nothing_to_show_says_so(world, leader, visit):
    assert "Chưa có đề án nào" in text(visit(leader).get(SERIES))


def sheets(answer):
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_files_say_the_same_and_are_recorded(years, leader, visit):
    client = visit(leader)
    rows = sheets(client.get(SERIES_XLSX, {"dia-gioi": "thoi-ky"}))["Qua các năm"]
    assert ["Hòa Bình (trước 01/07/2025)", m(70), 0, m(40), m(110)] in [row[:5] for row in rows]
    assert rows[-1][:5] == ["Cộng", m(170), 0, m(330), m(500)]
    event = AuditEvent.objects.get(action="report.export")
    assert event.after["địa giới"] == "Địa giới từng thời kỳ"
    book = sheets(client.get(XLSX, {"year": "2024", "dia-gioi": "thoi-ky", "province": ""}))
    labels = [row[0] for row in book["Tổng hợp"]]
    assert "Đồng Tháp (trước 01/07/2025)" in labels
    assert {"Phía Bắc (khu vực chờ xác minh)", "Phía Nam"} <= {row[0] for row in book["Khu vực"]}
    assert book["Tổng hợp"][-1] == book["Khu vực"][-1]


@pytest.mark.parametrize("borders", Borders)
@pytest.mark.parametrize("grouping", Grouping)
def test_queries_do_not_grow(world, leader, borders, grouping):
    def count():
        with CaptureQueriesContext(connection) as captured:
            series_of(leader, borders=borders, grouping=grouping)
        return len(captured)

    make_project(world, province="25", state="approved")
    one = count()
    for number in range(3):
        made = make_project(world, province="82", state="approved")
        Project.objects.filter(pk=made.pk).update(year=2020 + number, province=world.provinces["87@2025"])
    assert count() == one
    assert one <= 5


def test_address_of_a_row_has_no_empty_filters(years, leader):
    url = series_of(leader, borders=Borders.THEN).rows[0].cells[2].url
    assert parse_qs(urlsplit(url).query) == {"province_then": ["82"], "year": ["2026"], "group": ["committed"]}
