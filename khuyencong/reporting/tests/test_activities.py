"""What was done beside đề án: the numbers of a round that recognised products, and each number against its list."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khuyencong.competitions.outcome.tests.making import decided, leader
from khuyencong.core.dates import today
from khuyencong.core.money import format_dong
from khuyencong.fairs.tests import making as fairs
from khuyencong.reporting.activities import BY_CODE, SUBJECTS, done
from khuyencong.reporting.borders import Borders
from khuyencong.reporting.figures import Question
from khuyencong.reporting.period import Period, PeriodKind
from khuyencong.training.tests import making as training

TABLES, LIST = "/ket-qua/hoat-dong/", "/ket-qua/hoat-dong/danh-sach/"


def year_of(**more):
    return Question(period=Period(PeriodKind.YEAR, today().year), **more)


@pytest.fixture
def officer(client, world):
    client.force_login(world.actor("national", "officer").user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer):
    return " ".join(answer.content.decode().split())


def test_a_round_counts_from_the_day_of_its_decision(world, officer):
    decided(world, ("90", "80", "69.99"))
    decided(world, ("95",), level="nation")
    subject = BY_CODE["binh-chon"]
    found = done(subject, year_of())
    assert found.total == (2, 4, 3, 2, 0)
    assert [line[0] for line in found.lines()] == ["Đồng Tháp", "Không thuộc riêng một tỉnh"]
    assert done(subject, year_of(), actor=leader(world)).total == (1, 3, 2, 1, 0)  # not the nation's
    assert done(subject, year_of(province="82")).total == (1, 3, 2, 1, 0)
    assert done(subject, year_of(until=today() - timedelta(days=1))).total[0] == 0
    assert done(subject, year_of(borders=Borders.THEN)).total == found.total


def test_every_number_is_the_sum_of_the_list_it_opens(world, officer):
    """Of every subject there is: what another room counts is walked by this test too."""
    decided(world, ("90", "80", "69.99"))
    course = training.running(world)
    training.attended(world, course, training.enter(world, course, gender="female"))
    training.finished(world, course)
    fair, participant = fairs.ready(world)
    fairs.confirmed(world, fair)
    fairs.sold(world, participant)
    opened = 0
    for subject in SUBJECTS:
        found = done(subject, year_of())
        for cells, values in [
            (found.total_row, found.total),
            *((row.cells, line[1]) for row, line in zip(found.rows, found.lines(), strict=True)),
        ]:
            for cell, value in zip(cells[1:], values, strict=True):
                assert bool(cell.url) == bool(value)
                if not cell.url:
                    continue
                page = text(officer.get(cell.url))
                code = parse_qs(urlsplit(cell.url).query).get("so", [""])[0]
                unit = subject.count(code).unit if code else subject.one
                wanted = f"cộng {format_dong(value)} {unit}" if code else f"{value} {unit}"
                assert wanted in page, cell
                opened += 1
    assert opened >= 20


def test_pages_say_what_they_cannot_show_and_ask_a_fixed_number_of_queries(world, officer):
    assert "Chưa có kỳ bình chọn nào trong thời gian này" in text(officer.get(TABLES))
    assert officer.get(TABLES, {"year": "2025", "ky": "quy-9"}).status_code == 422
    for query in ({"muc": "khong-co"}, {"muc": "binh-chon", "so": "khong-co"}, {"muc": "binh-chon", "province": "99"}):
        assert officer.get(LIST, query).status_code == 404
    asked = []
    for _ in range(2):
        decided(world)
        with CaptureQueriesContext(connection) as queries:
            page = text(officer.get(TABLES))
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert re.search(r">2</a></td>", page)
