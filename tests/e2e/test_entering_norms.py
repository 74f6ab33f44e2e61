"""A resolution typed in by one person, compared and confirmed by another; every page on the way through axe."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from khuyencong.core.dates import today
from khuyencong.normbook.book import current_book
from khuyencong.normbook.door import STALE
from khuyencong.normbook.models import EnteredDocument
from khuyencong.normbook.tests.entering import enter, tiered
from khuyencong.testing import PDF
from tests.e2e.helpers import button, day, field, give_passwords, heading, link, menu, says, sign_in
from tests.e2e.inspection import Inspector

OFFICER, APPRAISER, LEADER = "dong-thap.officer", "dong-thap.appraiser", "dong-thap.leader"
MACHINES = "Ứng dụng máy móc, thiết bị tiên tiến"
FOUNDING = "Thành lập doanh nghiệp sản xuất công nghiệp nông thôn"
MILLION = 1_000_000


@pytest.fixture
def sign_in_as(world, open_browser):
    def sign(name: str, *, javascript: bool = True) -> Page:
        give_passwords(name)
        return sign_in(open_browser(javascript=javascript), name)

    return sign


def write_head(page: Page) -> None:
    field(page, "Loại văn bản").select_option("Nghị quyết")
    field(page, "Số, ký hiệu").fill("09/2026/NQ-HĐND")
    field(page, "Trích yếu").fill("Quy định mức chi hoạt động khuyến công")
    field(page, "Cơ quan ban hành").fill("Hội đồng nhân dân tỉnh Đồng Tháp")
    field(page, "Ngày ban hành").fill(day())
    field(page, "Có hiệu lực từ ngày").fill(day(30))
    page.get_by_label("Nghị quyết 08/2024/NQ-HĐND").check()


def write_norm(page: Page, row: str, activity: str, percent: str, cap: str, article: str) -> None:
    where = page.get_by_role("group", name=row, exact=True)
    field(where, "Nội dung hoạt động").select_option(activity)
    field(where, "Tỷ lệ tối đa (%)").fill(percent)
    field(where, "Mức tối đa (đồng)").fill(cap)
    field(where, "Điều, khoản").fill(article)


def write_tier(page: Page, row: str, name: str, cap: str, **bounds: str) -> None:
    where = page.get_by_role("group", name=row, exact=True)
    field(where, "Của nội dung").select_option(FOUNDING)
    field(where, "Tên bậc").fill(name)
    field(where, "Mức tối đa (đồng)").fill(cap)
    for label, text in bounds.items():
        field(where, {"above": "Vốn điều lệ trên (đồng)", "up_to": "Đến hết (đồng)"}[label]).fill(text)


def attach(page: Page) -> None:
    file = {"name": "nghi-quyet.pdf", "mimeType": "application/pdf", "buffer": PDF}
    field(page, "Tệp").set_input_files(file)
    button(page, "Tải lên").click()
    says(page, "Đã đính kèm tệp văn bản.")


class Eyes:
    """Looks at each page once it stands there; without scripts axe does not run, and only the heading is read."""

    def __init__(self, page: Page, *, javascript: bool) -> None:
        self.page = page
        self.inspector = Inspector(page) if javascript else None

    def look(self, title: str, kind: str) -> None:
        expect(heading(self.page)).to_have_text(title)
        self.page.wait_for_load_state()
        if self.inspector:
            self.inspector.inspect(kind)
            assert self.inspector.faults == {}


@pytest.mark.parametrize("javascript", [True, False])
def test_a_resolution_is_entered_and_confirmed_by_two_people(sign_in_as, javascript):
    page = sign_in_as(OFFICER, javascript=javascript)
    eyes = Eyes(page, javascript=javascript)
    menu(page, "Văn bản và định mức")
    link(page, "Nhập và xác nhận").click()
    eyes.look("Nhập và xác nhận định mức", "norm_entries")
    link(page, "Nhập văn bản").first.click()
    eyes.look("Nhập văn bản và định mức", "norm_entry_new")
    write_head(page)
    write_norm(page, "Mức 1", MACHINES, "abc", "280 triệu", "khoản 2 Điều 4")
    button(page, "Lưu dự thảo").click()
    expect(page.get_by_role("alert")).to_contain_text("Mức 1, Tỷ lệ tối đa (%)")
    eyes.look("Nhập văn bản và định mức", "norm_entry_new refused")
    write_norm(page, "Mức 1", MACHINES, "45,5", "280 triệu", "khoản 2 Điều 4")
    write_norm(page, "Mức 2", FOUNDING, "", "", "khoản 1 Điều 4")
    second = page.get_by_role("group", name="Mức 2", exact=True)
    second.get_by_text("Bậc, thu hồi, theo giá, ghi chú").click()
    field(second, "Chia bậc theo").select_option("Vốn điều lệ")
    page.get_by_text("Khi mức của một nội dung chia bậc").click()
    write_tier(page, "Bậc 1", "đến 10 tỷ đồng", "5 triệu", up_to="10 tỷ")
    write_tier(page, "Bậc 2", "trên 10 tỷ đồng", "10 triệu", above="10 tỷ")
    eyes.look("Nhập văn bản và định mức", "norm_entry_new filled")
    button(page, "Lưu dự thảo").click()
    eyes.look("Nghị quyết 09/2026/NQ-HĐND", "norm_entry draft")
    expect(page.get_by_text("Hãy đính kèm tệp văn bản")).to_be_visible()
    expect(button(page, "Gửi xác nhận")).to_have_attribute("aria-disabled", "true")
    attach(page)
    button(page, "Gửi xác nhận").click()
    says(page, "Đã gửi.")
    eyes.look("Nghị quyết 09/2026/NQ-HĐND", "norm_entry sent")
    confirm(sign_in_as(LEADER, javascript=javascript), javascript=javascript)
    assert_counts(today() + timedelta(days=30))


def confirm(page: Page, *, javascript: bool) -> None:
    """From «Việc của tôi» to the confirmed document."""
    eyes = Eyes(page, javascript=javascript)
    expect(page.get_by_role("region", name="Định mức đang chờ bạn (1)")).to_be_visible()
    link(page, "Đối chiếu và xác nhận").click()
    row = page.get_by_role("row").filter(has_text=MACHINES)
    expect(row).to_contain_text("50 %, tối đa 300 triệu đồng/cơ sở")
    expect(row).to_contain_text("45,5 %, tối đa 280 triệu đồng/cơ sở")
    eyes.look("Đối chiếu và xác nhận", "norm_entry_confirm")
    button(page, "Xác nhận").click()
    expect(page.get_by_role("alert")).to_contain_text("Hãy đối chiếu với tệp văn bản")
    eyes.look("Đối chiếu và xác nhận", "norm_entry_confirm refused")
    page.get_by_label("Tôi đã đối chiếu từng mức").check()
    button(page, "Xác nhận").click()
    says(page, "Đã xác nhận.")
    expect(page.get_by_text("Sắp có hiệu lực")).to_be_visible()
    eyes.look("Nghị quyết 09/2026/NQ-HĐND", "norm_entry confirmed")
    link(page, "Hủy bỏ").click()
    eyes.look("Hủy bỏ văn bản đã xác nhận", "norm_entry_revoke")


def assert_counts(start: date) -> None:
    """What was typed is what is computed with, from its day on."""
    given = {"source": "local", "province_keys": ["82", "87@2025"], "on": start}
    found = current_book().norm_on("machinery", **given)
    assert (found.rate * 1000, found.cap) == (455, 280 * MILLION)
    tiers = current_book().norm_on("enterprise_founding", **given).tiers
    assert [(tier.above, tier.up_to, tier.cap) for tier in tiers] == [
        (None, 10_000 * MILLION, 5 * MILLION),
        (10_000 * MILLION, None, 10 * MILLION),
    ]


def test_rows_are_added_and_the_draft_of_an_older_tab_is_refused(sign_in_as, world):
    document = enter(world, tiered())
    page = sign_in_as(OFFICER)
    page.goto(f"/dinh-muc/nhap/{document.pk}/sua/")
    older = page.context.new_page()
    older.goto(page.url)
    button(page, "Thêm mức").click()
    write_norm(page, "Mức 3", MACHINES, "40", "250", "khoản 3 Điều 4")
    field(page.get_by_role("group", name="Mức 3", exact=True), "Mức tối đa (đồng)").fill("250 triệu")
    button(page, "Lưu dự thảo").click()
    says(page, "Đã lưu dự thảo.")
    assert sorted(document.norms.values_list("activity", flat=True)) == ["enterprise_founding", "machinery"]
    field(older, "Số, ký hiệu").fill("77/2026/NQ-HĐND")
    button(older, "Lưu dự thảo").click()
    expect(older.get_by_role("alert")).to_contain_text(STALE)
    expect(field(older, "Số, ký hiệu")).to_have_value("77/2026/NQ-HĐND")


def test_a_returned_document_comes_back_to_its_writer(sign_in_as, world):
    document = enter(world, state="sent")
    page = sign_in_as(APPRAISER)
    eyes = Eyes(page, javascript=True)
    page.goto(f"/dinh-muc/nhap/{document.pk}/xac-nhan/")
    link(page, "Trả lại người nhập").click()
    eyes.look("Trả lại người nhập", "norm_entry_return")
    field(page, "Lý do").fill("Sai điều, khoản của mức máy móc.")
    button(page, "Trả lại").click()
    says(page, "Đã trả lại người nhập.")
    writer = sign_in_as(OFFICER)
    link(writer, "Sửa và gửi lại").click()
    expect(writer.get_by_text("Sai điều, khoản của mức máy móc.")).to_be_visible()
    assert EnteredDocument.objects.get().state == "draft"
