"""Finding something from anywhere: by keyboard, by mouse, without scripts."""

import pytest
from playwright.sync_api import expect

from khuyencong.testing import make_establishment
from tests.e2e.helpers import give_passwords, heading, sign_in

NAME = "Công ty TNHH cơ khí đúc Thành Phương"


@pytest.fixture
def known(world):
    give_passwords("dong-thap.officer")
    return make_establishment(world, name=NAME)


def test_slash_arrows_and_enter_lead_to_the_establishment(open_browser, site, known):
    page = sign_in(open_browser(), "dong-thap.officer")
    box = page.get_by_role("combobox", name="Tìm cơ sở, đề án, văn bản, người")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("co khi duc thanh phuong")
    expect(page.get_by_role("option", name=NAME)).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name=NAME)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text(NAME)


def test_escape_closes_and_the_slash_of_a_text_stays_a_slash(open_browser, site, known):
    page = sign_in(open_browser(), "dong-thap.officer")
    box = page.get_by_role("combobox", name="Tìm cơ sở, đề án, văn bản, người")
    box.fill("thanh")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    page.goto("/co-so/")
    field = page.get_by_label("Tên, tên cũ hoặc mã số thuế")
    field.fill("3")
    field.press("/")
    expect(field).to_have_value("3/")


def test_enter_without_a_choice_opens_the_page_of_results(open_browser, site, known):
    page = sign_in(open_browser(), "dong-thap.officer")
    page.keyboard.press("/")
    page.keyboard.type("duc phuong")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Tìm khắp hệ thống")
    page.locator(".kc-found").get_by_role("link", name=NAME).click()
    expect(heading(page)).to_have_text(NAME)
