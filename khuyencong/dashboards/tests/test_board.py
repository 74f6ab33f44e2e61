"""The dashboard: every number equals its list, nothing written by users runs, nobody sees another's."""

import re
from html import unescape

import pytest

from khuyencong.core.money import MILLION
from khuyencong.dashboards.board import board_of
from khuyencong.dashboards.charts import Mark, bars
from khuyencong.dashboards.country import country
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.reporting.figures import Question
from khuyencong.reporting.period import Period, PeriodKind
from khuyencong.testing import in_a_commune, make_project

NAME = "<script>alert(1)</script> & «máy»"


@pytest.fixture
def year():
    from khuyencong.core.dates import today

    return today().year


@pytest.fixture
def made(world):
    """A settled, a running and a waiting đề án of one province, and one of another."""
    states = ("settled", "in_progress", "submitted")
    here = [make_project(world, state=state, support=100 * MILLION, total=260 * MILLION) for state in states]
    in_a_commune(here[0])
    EstimateLine.objects.filter(project=here[0]).update(content=NAME, unit_price=5 * MILLION, quantity=1)
    make_project(world, province="25", state="settled", support=50 * MILLION, total=120 * MILLION)
    return here


def numbers_and_lists(page):
    """Every number of a table of the page that is a link: its text and its address."""
    cells = re.findall(r'<td class="num"><a href="([^"]+)">([^<]+)</a>', page)
    return [(unescape(url), text) for url, text in cells]


def test_every_number_equals_the_list_that_it_opens(world, made, visit):
    client = visit(world.actor("national", "leader"))
    page = client.get("/tong-quan/").content.decode()

    found = numbers_and_lists(page)
    assert len({url for url, _ in found}) >= 15
    for url, text in found:
        listed = client.get(url)
        assert listed.status_code == 200, url
        page = listed.content.decode()
        if "/tong-quan/de-an/" in url:
            assert f"{text} đề án</h2>" in page, url
        else:
            told = re.search(r"(\d+) đề án, cộng ([\d.]+) (đề án|đồng)", page)
            whole = told[2] if told[3] == "đề án" else f"{int(told[2].replace('.', '')) / MILLION:g}".replace(".", ",")
            assert text == whole, url


def test_marks_open_what_their_tables_open(world, made, visit):
    page = visit(world.actor("national", "leader")).get("/tong-quan/").content.decode()

    drawn = re.findall(r'<a href="([^"]+)"(?: aria-label="[^"]+"><title>|><text )', page)
    assert len(drawn) >= 10
    for url in drawn:
        assert page.count(f'href="{url}"') > 1, url  # the mark, and its twin in the table


def test_what_users_wrote_is_shown_and_does_not_run(world, made, visit):
    page = visit(world.actor("national", "leader")).get("/tong-quan/").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; «máy»" in page
    drawn = str(bars("x" * 300, [Mark('"><b>' * 60, 1, "1", '/?a="&b=<')]))
    assert "<b>" not in drawn
    assert 'href="/?a=&quot;&amp;b=&lt;"' in drawn


def test_a_province_counts_its_own_and_shows_its_communes(world, made, visit):
    client = visit(world.actor("dong-thap", "leader"))
    page = client.get("/tong-quan/").content.decode()

    assert "Các xã, phường có nhiều đề án nhất" in page
    settled = client.get("/tong-quan/de-an/?muc=trang-thai&gia-tri=settled").content.decode()
    assert made[0].code in settled
    assert "1 đề án</h2>" in settled


def test_without_anything_the_page_says_so(world, visit, year):
    client = visit(world.actor("national", "leader"))
    page = client.get(f"/tong-quan/?year={year}")

    assert page.status_code == 200
    assert "Chưa có đề án nào với bộ lọc này." in page.content.decode()
    assert "Quần đảo Hoàng Sa" in page.content.decode()
    assert client.get("/tong-quan/?year=khong").status_code == 422
    assert client.get("/tong-quan/de-an/?muc=trang-thai&gia-tri=gi-do").status_code == 404
    assert client.get("/tong-quan/de-an/?muc=han&gia-tri=qua-han").status_code == 200


def test_queries_do_not_grow_with_the_records(world, year, django_assert_max_num_queries):
    actor = world.actor("national", "leader")
    question = Question(period=Period(PeriodKind.YEAR, year))
    counts = []
    for _ in range(2):
        for _ in range(2):
            make_project(world, state="settled", support=100 * MILLION, total=260 * MILLION)
        with django_assert_max_num_queries(30) as captured:
            board_of(question, actor)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert Project.objects.count() == 4


def test_the_map_holds_the_whole_country():
    found = country()

    assert len(found.paths) == 34
    assert all(found.paths.values())
    assert [one.name for one in found.archipelagos] == ["Quần đảo Hoàng Sa", "Quần đảo Trường Sa"]
