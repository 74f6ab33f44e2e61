"""What stands beside the decision: spreads, similar đề án, prices of the same machine; and what of it stays out of sight."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.appraisal.prices import alike, name_words, prices_of
from khuyencong.appraisal.similar import similar_to
from khuyencong.appraisal.spread import Spread, spread_of
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.delivery.tests.spot import take_back
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.testing import make_project

SO = ("dong-thap", "appraiser")


def similar(project, actor):
    return similar_to(project, people=1, asked=200 * MILLION, seen_by=actor)


def prices(project, actor):
    return prices_of(project, project.lines.all(), seen_by=actor)


def named(content, world, **values):
    """A đề án whose first line buys this."""
    project = make_project(world, **values)
    for line in project.lines.all():
        line.content = content
        line.save()
    return project


# --- spreads ---------------------------------------------------------------------------------------------------------


def test_spread_has_the_middle_of_odd_and_even_numbers():
    assert spread_of([]) is None
    assert spread_of([7]) == Spread(1, 7, 7, 7)
    assert spread_of([9, 1, 5]) == Spread(3, 1, 5, 9)
    assert spread_of([9, 1, 5, 6]) == Spread(4, 1, 5, 9)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (270, "cao hơn trung vị 35,0 %"),
        (150, "thấp hơn trung vị 25,0 %"),
        (200, "bằng trung vị"),
        (600, "cao hơn trung vị 200,0 %; ngoài khoảng đã có"),
    ],
)
def test_amount_beside_a_spread_is_said_in_words(amount, words):
    assert spread_of([100, 200, 400]).beside(amount) == words


def test_two_amounts_say_nothing_about_a_third():
    assert spread_of([100, 200]).beside(500) == ""


# --- names of machines -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Máy sấy lạnh xoài 500 kg/mẻ", "may say lanh xoai"),
        ("02 Máy sấy lạnh, công suất 500 kg", "may say lanh"),
        ("Mua sắm máy sấy lạnh model KD-300", "may say lanh"),
        ("Đầu tư máy ép dầu phộng", "may ep dau phong"),
        ("Máy 5 trục phay gỗ", "may truc phay go"),
        ("Lò", "lo"),
        ("!!!", ""),
    ],
)
def test_name_of_a_machine_is_its_words_without_numbers_and_makes(content, words):
    assert " ".join(name_words(content)) == words


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Máy sấy lạnh xoài", "MÁY SẤY LẠNH 300 kg", True),
        ("Máy sấy lạnh xoài", "Máy sấy thóc tháp", False),
        ("Máy đóng gói", "Máy đóng gói bánh phồng tôm", True),
        ("Máy đóng gói bánh phồng tôm", "Máy đóng nắp chai", False),
    ],
)
def test_names_are_alike_where_they_share_three_fifths_of_the_shorter(one, other, expected):
    assert alike(name_words(one), name_words(other)) is expected


# --- similar đề án ---------------------------------------------------------------------------------------------------


def test_similar_are_the_same_activity_and_trade_of_the_last_years(world):
    actor, year = world.actor(*SO), today().year
    project = make_project(world, state="submitted")
    near = make_project(world, state="submitted", support=100 * MILLION)
    granted = make_project(world, state="approved", support=150 * MILLION, beneficiaries=2)
    for change in ({"sector": "mechanical"}, {"activity": "trademark"}):
        Project.objects.filter(pk=make_project(world, state="submitted").pk).update(**change)
    old = make_project(world, state="submitted")
    Project.objects.filter(pk=old.pk).update(year=year - 4)
    make_project(world, state="draft")
    make_project(world, state="rejected")
    found = similar(project, actor)
    assert [one.code for one in found.rows] == [granted.code, near.code]
    first, second = found.rows
    assert (first.people, first.asked_each, first.approved_each) == (2, 150 * MILLION, 150 * MILLION)
    assert (second.people, second.asked_each, second.approved_each) == (1, 100 * MILLION, None)
    assert (found.asked.lowest, found.asked.highest) == (100 * MILLION, 150 * MILLION)
    assert (found.approved.count, found.count, found.hidden) == (1, 2, 0)


def test_similar_elsewhere_is_told_by_agency_and_amount_once_it_was_granted(world):
    project = make_project(world, state="submitted")
    asked_elsewhere = make_project(world, state="submitted", province="25")
    granted_elsewhere = make_project(world, state="approved", province="25", support=180 * MILLION)
    found = similar(project, world.actor(*SO))
    (row,) = found.rows
    assert (row.code, row.name, row.state, row.asked) == ("", "", "", None)
    assert (row.agency, row.approved) == ("Sở Công Thương Phú Thọ", 180 * MILLION)
    assert (found.count, found.hidden, found.asked) == (1, 1, None)
    nation = similar(project, world.actor("national", "appraiser"))
    assert {one.code for one in nation.rows} == {asked_elsewhere.code, granted_elsewhere.code}
    assert nation.hidden == 0


def test_average_for_each_beneficiary_is_rounded(world):
    project = make_project(world, state="submitted")
    other = make_project(world, state="submitted", beneficiaries=3)
    EstimateLine.objects.filter(pk=other.lines.first().pk).update(support=100 * MILLION, counterpart=500 * MILLION)
    (row,) = similar(project, world.actor(*SO)).rows
    assert row.asked_each == 166_700_000


# --- prices ----------------------------------------------------------------------------------------------------------


def test_prices_of_the_same_machine_with_what_was_found_on_the_spot(world):
    project = named("Máy sấy lạnh xoài 500 kg", world, state="submitted", total=540 * MILLION)
    planned = named("máy sấy lạnh nông sản", world, state="submitted", total=400 * MILLION)
    accepted = named("Máy Sấy Lạnh", world, state="accepted", total=410 * MILLION)
    item = accepted.acceptances.get().items.get()
    item.cost, item.quantity = 300 * MILLION, 2
    item.save()
    named("Máy sấy thóc tháp", world, state="submitted")
    named("Máy sấy lạnh thử", world, state="draft")
    (one,) = prices(project, world.actor(*SO))
    assert [(price.code, price.amount, price.accepted) for price in one.prices] == [
        (accepted.code, 300 * MILLION, True),
        (planned.code, 400 * MILLION, False),
    ]
    assert (one.prices[0].each, one.spread.median, one.beside) == (150 * MILLION, 350 * MILLION, "")
    named("Máy sấy lạnh chuối", world, state="submitted", total=400 * MILLION)
    (one,) = prices(project, world.actor(*SO))
    assert one.beside == "cao hơn trung vị 35,0 %; ngoài khoảng đã có"


def test_what_was_found_wrongly_is_no_price(world):
    project = named("Máy sấy lạnh xoài 500 kg", world, state="submitted", total=540 * MILLION)
    accepted = named("Máy sấy lạnh", world, state="accepted", total=410 * MILLION)
    take_back(world, accepted.acceptances.get())
    (one,) = prices(project, world.actor(*SO))
    assert [(price.amount, price.accepted, price.quantity) for price in one.prices] == [(410 * MILLION, False, 1)]


def test_prices_elsewhere_name_neither_the_content_nor_the_project(world):
    project = named("Máy sấy lạnh", world, state="submitted")
    named("Máy sấy lạnh của hộ Bí Mật", world, state="submitted", province="25")
    named("Máy sấy lạnh của hộ Bí Mật", world, state="approved", province="25", total=500 * MILLION)
    (one,) = prices(project, world.actor(*SO))
    (price,) = one.prices
    assert (price.content, price.code, price.seen) == ("", "", False)
    assert (price.agency, price.amount) == ("Sở Công Thương Phú Thọ", 500 * MILLION)


def test_lines_that_name_nothing_are_not_compared(world):
    project = named("Máy móc, thiết bị 3", world, state="submitted")
    assert prices(project, world.actor(*SO)) == []
    assert prices(named("Lò", world, state="submitted"), world.actor(*SO)) == []


def test_words_of_a_line_follow_its_content(world):
    project = make_project(world)
    line = project.lines.get()
    assert line.haystack == " may thu nghiem 1"
    line.content = "Lò nung"
    line.save()
    assert EstimateLine.objects.get(pk=line.pk).haystack == " lo nung"


# --- the page --------------------------------------------------------------------------------------------------------


def test_page_shows_no_name_of_another_province(world, visit):
    project = named("Máy sấy lạnh", world, state="submitted")
    hidden = named("Máy sấy lạnh của hộ Bí Mật", world, state="approved", province="25", total=512 * MILLION)
    asked_only = named("Máy sấy lạnh của hộ Kín", world, state="submitted", province="25", total=777 * MILLION)
    page = visit(world.actor(*SO)).get(reverse("project_appraise", args=[project.code, "base"])).content.decode()
    for one in (hidden, asked_only):
        for secret in (one.code, one.name, one.beneficiaries.get().establishment.name):
            assert secret not in page
    assert "Bí Mật" not in page
    assert "512" in page
    assert "777" not in page
    assert "Mới có 1 giá, chưa đủ để so" in page


def test_page_takes_as_many_queries_for_three_others_as_for_one(world, visit):
    project = named("Máy sấy lạnh", world, state="submitted")
    address = reverse("project_appraise", args=[project.code, "base"])
    client = visit(world.actor(*SO))
    counts = []
    for number in (1, 2):
        for _ in range(number):
            named("Máy sấy lạnh", world, state="submitted")
            named("Máy sấy lạnh", world, state="approved", province="25")
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("wanted", "landing"),
    [("/tham-dinh/?source=local", "/tham-dinh/?source=local"), ("//evil.example/", ""), ("", "")],
)
def test_after_the_decision_the_appraiser_goes_back_to_the_list(world, visit, wanted, landing):
    project = make_project(world, state="submitted")
    address = reverse("project_appraise", args=[project.code, "base"])
    data = {
        "version": project.version,
        "outcome": "agree",
        "appraised_on": today().strftime("%d/%m/%Y"),
        "norm_confirmed": "on",
    }
    data |= {f"point_{number}": "dat" for number in range(1, 6)}
    answer = visit(world.actor(*SO)).post(f"{address}?next={wanted}", data)
    assert (answer.status_code, answer["Location"]) == (302, landing or f"{project.get_absolute_url()}?tab=tham-dinh")
