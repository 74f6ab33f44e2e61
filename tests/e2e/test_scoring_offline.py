"""A judge on a telephone: points are kept while one types, through a lost network, a lost answer and a second tab."""

import re

import pytest
from playwright.sync_api import expect

from khuyencong.competitions.models import Score, Sheet, SheetSignature
from khuyencong.competitions.tests.judging import JUDGE, being_scored
from tests.e2e.helpers import PASSWORD, button, fill_login, give_passwords, heading
from tests.e2e.inspection import Inspector

NAME = ".".join(JUDGE)


@pytest.fixture
def scored(world):
    return being_scored(world)


@pytest.fixture
def phone(scored, open_browser):
    give_passwords(NAME)
    page = open_browser(width=360, height=740)
    page.goto(sheet_of(scored))
    fill_login(page, NAME, PASSWORD)
    expect(heading(page)).to_contain_text("SP-001")
    return page


def sheet_of(scored):
    return f"/binh-chon/{scored.round.pk}/cham/{scored.entries[0].pk}/"


def points_field(page, number):
    return page.get_by_label(re.compile(rf"^{number}\. Tiêu chí"))


def kept():
    return list(
        Score.objects.filter(points__isnull=False).order_by("criterion__order").values_list("points", flat=True)
    )


def says(page, text):
    expect(page.locator("[data-scoring-said]")).to_contain_text(text)


def test_points_outlive_a_lost_network_and_a_lost_answer(phone, scored):
    points_field(phone, 1).fill("20")
    says(phone, "Đã lưu lúc")
    assert kept() == [20]
    # The server has written it down, but its answer never comes: the page asks again, and nothing is there twice.
    lost = []

    def lose_one(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    phone.route("**/luu/", lose_one)
    points_field(phone, 2).fill("12,5")
    says(phone, "Chưa có mạng")
    says(phone, "Đã lưu lúc")
    phone.unroute("**/luu/")
    assert lost == [200]
    assert kept() == [20, 12.5]
    version = Sheet.objects.get().version
    assert version == 3
    # No network at all: what is typed stays in the browser, also when the page is closed.
    phone.context.set_offline(True)
    # The browser lets through its make-believe what a page sends while it closes: here nothing may leave at all.
    phone.evaluate(
        "() => { navigator.sendBeacon = () => false; window.fetch = () => Promise.reject(new TypeError()); }"
    )
    points_field(phone, 3).fill("19")
    says(phone, "Chưa có mạng")
    button(phone, "Xem lại và ký").click()
    says(phone, "Hãy ký khi có mạng")
    other = phone.context.new_page()
    phone.goto("about:blank")
    assert kept() == [20, 12.5]
    other.context.set_offline(False)
    other.goto(sheet_of(scored))
    expect(points_field(other, 3)).to_have_value("19")
    # What cannot be read is told beside its field, and all the rest is written down.
    points_field(other, 4).fill("chín")
    expect(other.get_by_text("Không đọc được «chín»")).to_be_visible()
    assert kept() == [20, 12.5, 19]
    for number, value in ((4, "15"), (5, "10"), (6, "10")):
        points_field(other, number).fill(value)
    expect(other.locator("[data-total]")).to_have_text("86,5")
    button(other, "Xem lại và ký").click()
    expect(heading(other)).to_contain_text("Ký phiếu SP-001")
    button(other, "Ký phiếu").click()
    expect(heading(other)).to_have_text("Bàn chấm điểm")
    assert other.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('kc-cham')).length") == 0
    assert SheetSignature.objects.get().total == 86.5
    assert Sheet.objects.count() == 1


def test_the_older_of_two_tabs_is_refused_and_keeps_its_text(phone, scored):
    other = phone.context.new_page()
    other.goto(sheet_of(scored))
    points_field(phone, 1).fill("20")
    says(phone, "Đã lưu lúc")
    points_field(other, 1).fill("24")
    says(other, "đã được sửa ở một trang khác")
    assert kept() == [20]
    other.reload()
    expect(points_field(other, 1)).to_have_value("20")
    box = other.locator("[data-scoring-kept]")
    expect(box).to_contain_text("trong máy «24», đang lưu «20»")
    button(box, "Dùng điểm trong máy").click()
    says(other, "Đã lưu lúc")
    assert kept() == [24]


def test_pages_of_judging_are_accessible(phone, scored):
    inspector = Inspector(phone)
    desk = f"/binh-chon/{scored.round.pk}/cham/"
    for address in ("/binh-chon/cham/", desk, sheet_of(scored), f"{sheet_of(scored)}xung-dot/"):
        inspector.open(address, kind=address)
    scored.keep(2, 0, [1])
    inspector.open(f"{sheet_of(scored)}ky/", kind="sign")
    inspector.open(f"/binh-chon/{scored.round.pk}/giam-khao/", kind="progress")
    inspector.open(f"/binh-chon/{scored.round.pk}/xung-dot/", kind="conflicts")
    assert inspector.faults == {}
