"""A trial of another norm: the page counts by itself, or by a button where scripts are switched off."""

import pytest
from playwright.sync_api import expect

from khuyencong.testing import make_project
from khuyencong.whatif import actions, count
from khuyencong.whatif.models import Trial
from khuyencong.whatif.queries import TABS
from tests.e2e.helpers import button, field, give_passwords, heading, link, menu, section, sign_in
from tests.e2e.inspection import Inspector

OFFICER, AUDITOR = "dong-thap.officer", "dong-thap.auditor"
MILLION = 1_000_000
NAME = "Hạ mức trần máy móc còn 240 triệu"


@pytest.fixture
def projects(world, monkeypatch):
    """Three đề án, of which one would be above the new cap, counted one by one."""
    monkeypatch.setattr(count, "BATCH", 1)
    monkeypatch.setattr(actions, "SLICE_SECONDS", 0)
    give_passwords(OFFICER, AUDITOR)
    return [make_project(world, support=amount * MILLION) for amount in (200, 280, 220)]


def fill_in(page):
    menu(page, "Tính thử")
    link(page.locator(".kc-head"), "Lần tính thử mới").click()
    field(page, "Tên lần tính thử").fill(NAME)
    row = page.get_by_role("group", name="Mức thử 1")
    field(row, "Nội dung hoạt động").select_option("Ứng dụng máy móc, thiết bị tiên tiến")
    field(row, "Tỷ lệ thử (%)").fill("50")
    field(row, "Mức trần thử").fill("240 triệu")
    button(page, "Tính thử").click()
    expect(heading(page)).to_have_text(NAME)


def test_page_counts_by_itself(projects, open_browser):
    inspector = Inspector(open_browser())
    page = sign_in(inspector.page, OFFICER)
    inspector.open("/tinh-thu/moi/", kind="trial_new")
    fill_in(page)
    effects = section(page, "Tác động").locator("tbody tr")
    expect(effects.first).to_contain_text("Vượt mức mới")
    assert Trial.objects.get().state == "done"
    address = page.url
    for key, _ in TABS:
        inspector.open(f"{address}?tab={key}", kind=f"trial {key}")
    page.goto(address)
    effects.first.get_by_role("link", name="Vượt mức mới").click()
    listed = section(page, "Đề án bị tác động").locator("tbody tr")
    expect(listed).to_have_count(1)
    link(listed, projects[1].code).click()
    expect(heading(page)).to_have_text(projects[1].name)
    inspector.open("/tinh-thu/", kind="trials")
    assert inspector.faults == {}


def test_button_counts_without_scripts(projects, open_browser):
    page = sign_in(open_browser(javascript=False), OFFICER)
    fill_in(page)
    for counted in range(3):
        expect(section(page, "Tiến độ")).to_contain_text(f"Đã tính {counted} trong 3 đề án")
        button(page, "Tính tiếp").click()
    button(page, "Tính tiếp").click()  # one more look finds that none is left
    expect(section(page, "Tác động").locator("tfoot")).to_contain_text("660")


def test_closed_page_goes_on_where_it_was(projects, open_browser):
    """Somebody began without scripts; the page opened later counts the rest."""
    first = sign_in(open_browser(javascript=False), OFFICER)
    fill_in(first)
    button(first, "Tính tiếp").click()
    expect(section(first, "Tiến độ")).to_contain_text("Đã tính 1 trong 3 đề án")
    address = first.url
    onlooker = Inspector(open_browser())
    sign_in(onlooker.page, AUDITOR)
    onlooker.open(address, kind="trial running")
    expect(section(onlooker.page, "Tiến độ")).to_contain_text("Đã tính 1 trong 3 đề án")
    assert onlooker.faults == {}
    later = sign_in(open_browser(), OFFICER)
    later.goto(address)
    expect(section(later, "Tác động").locator("tfoot")).to_contain_text("700")
    assert Trial.objects.get().counted == 3
