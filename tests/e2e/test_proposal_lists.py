"""A list of proposals from Excel: looked through and made by itself, or by buttons where scripts are switched off."""

import pytest
from playwright.sync_api import expect

from khuyencong.projects.importing import turns
from khuyencong.projects.importing.fields import read_proposals
from khuyencong.projects.models import Project
from khuyencong.projects.tests.proposal_lists import row, sheet
from khuyencong.testing import make_establishment
from tests.e2e.helpers import button, field, give_passwords, heading, link, menu, section, sign_in
from tests.e2e.inspection import Inspector

OFFICER = "dong-thap-centre.officer"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def content(world, monkeypatch):
    """A đề án, one of two establishments and one that is refused, made one by one."""
    monkeypatch.setattr(turns, "AT_ONCE", 1)
    give_passwords(OFFICER)
    for name in ("Lò gốm", "Lò ngói"):
        make_establishment(world, name=name)
    return sheet(
        row("Máy sấy", who="Lò gốm"), row("Máy ép", who="Lò gốm", group="a"), row(None, None, None, who="Lò ngói", group="a"),
        row("Sai nguồn", "tiền túi"),
    )  # fmt: skip


def send(page, content):
    menu(page, "Đề án")
    link(page.locator(".kc-head"), "Lập đề án").click()
    link(page, "Nhập danh sách từ Excel").click()
    field(page, "Tệp danh sách").set_input_files({"name": "Đề án.xlsx", "mimeType": EXCEL, "buffer": content})
    button(page, "Xem trước").click()
    expect(heading(page)).to_have_text("Đề án.xlsx")


def test_page_makes_the_drafts_by_itself(content, open_browser):
    inspector = Inspector(open_browser())
    page = sign_in(inspector.page, OFFICER)
    inspector.open("/de-an/nhap/", kind="proposals empty")
    send(page, content)
    rows = section(page, "Từng dòng").locator("tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.nth(0)).to_contain_text("B5 (Nguồn kinh phí)")
    assert Project.objects.count() == 0
    inspector.inspect("proposals checked")
    with page.expect_download() as download:
        link(page, "Tải các dòng lỗi").click()
    refused = read_proposals(download.value.path().read_bytes())
    assert [line.cells[0] for line in refused.lines] == ["Sai nguồn"]
    button(page, "Lập 2 đề án").click()
    expect(page.locator(".kc-head-meta")).to_contain_text("Đã lập xong")
    assert Project.objects.count() == 2
    inspector.inspect("proposals made")
    inspector.open("/de-an/nhap/", kind="proposals")
    link(page, "Đề án.xlsx").click()
    link(section(page, "Từng dòng"), "Máy sấy").click()
    expect(heading(page)).to_contain_text("Máy sấy")
    assert inspector.faults == {}


def test_buttons_do_it_without_scripts(content, open_browser):
    page = sign_in(open_browser(javascript=False), OFFICER)
    send(page, content)
    button(page, "Lập 2 đề án").click()
    for done in (0, 1):
        expect(section(page, "Tiến độ")).to_contain_text(f"Đã xử lý {done} trong 2 đề án")
        button(page, "Lập tiếp").click()
    expect(page.locator(".kc-head-meta")).to_contain_text("Đã lập xong")
    assert Project.objects.count() == 2
