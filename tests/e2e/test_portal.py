"""The portal on a cheap phone: axe finds nothing, it stands still while it loads, it works without JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from khuyencong.opendata.tests.publishing import TEXTS, published
from tests.e2e.helpers import button, field, heading
from tests.e2e.inspection import NARROW, Inspector

SLOWEST, SHAKIEST = 2_500, 0.1  # milliseconds until the largest part is seen; how much moves after it was drawn
WATCH = """
window.seen = {lcp: 0, cls: 0};
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.seen.lcp = one.startTime; })
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.seen.cls += one.value; })
  .observe({type: 'layout-shift', buffered: true});
"""
PAGES = (
    "portal", "portal_support", "portal_projects", "portal_map", "portal_results", "portal_calls", "portal_search",
    "portal_norms", "portal_documents", "portal_check", "portal_feedback", "portal_feedback_sent", "privacy_notice",
)  # fmt: skip


@pytest.fixture
def publication(world):
    return published(world)


def test_on_a_small_phone(publication, open_browser):
    page = open_browser(**NARROW)
    page.add_init_script(WATCH)
    inspector = Inspector(page)
    addresses = [reverse(name) for name in PAGES]
    addresses += [
        reverse("portal_project", args=[publication.project.code]),
        reverse("portal_document", args=["tt-28-2018"]),
        reverse("portal_support") + "?loai=household&tinh=82&nganh=agro_processing",
        reverse("portal_support") + "?loai=household&tinh=82&nganh=agro_processing&viec=machinery&chi_phi=800+tr",
        reverse("portal_support") + "?loai=household&tinh=82&chi_phi=nhieu",
        reverse("portal_search") + "?q=may",
        reverse("portal_check") + "?ma=x",
        reverse("portal_code", args=["X"]),
    ]
    for address in addresses:
        page.set_viewport_size(NARROW)
        page.goto(address)
        seen = page.evaluate(
            "new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(window.seen), 0)))"
        )
        assert seen["lcp"] < SLOWEST, address
        assert seen["cls"] < SHAKIEST, address
        inspector.inspect(address)
    assert inspector.faults == {}


def test_without_javascript(publication, open_browser):
    page = open_browser(**NARROW, javascript=False)
    page.goto("/")
    expect(heading(page)).to_have_text("Cổng thông tin khuyến công")
    page.get_by_role("main").get_by_role("link", name="Tôi được hỗ trợ gì?").click()
    field(page, "1. Bạn là ai?").select_option("Hộ kinh doanh")
    field(page, "2. Cơ sở ở tỉnh, thành phố nào?").select_option("82")
    field(page, "4. Bạn muốn làm gì?").select_option("machinery")
    field(page, "5. Dự kiến hết bao nhiêu tiền (đồng)?").fill("800 triệu")
    button(page, "Xem trả lời").click()
    expect(page.get_by_role("heading", name="Được bao nhiêu?")).to_be_visible()
    field(page, "Xã, phường, đặc khu").select_option(index=1)  # asked once the province is known
    button(page, "Xem trả lời").click()
    expect(page.get_by_role("heading", name="Hỏi ở đâu?")).to_be_visible()
    page.get_by_role("searchbox", name="Tìm trên cổng thông tin").fill("may say")
    page.get_by_role("banner").get_by_role("button", name="Tìm").click()
    page.get_by_role("link", name=TEXTS["title"]).click()
    expect(heading(page)).to_have_text(TEXTS["title"])
