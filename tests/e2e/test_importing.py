"""A list of establishments from Excel: looked through and written by itself, or by buttons where scripts are switched off."""

import pytest
from playwright.sync_api import expect

from khuyencong.establishments.actions import importing
from khuyencong.establishments.importing.sheet import read_sheet
from khuyencong.establishments.models import Establishment, Import
from khuyencong.establishments.tests.lists import CODES, row, sheet
from khuyencong.testing import make_establishment
from tests.e2e.helpers import button, field, give_passwords, heading, link, menu, section, sign_in
from tests.e2e.inspection import Inspector

OFFICER = "dong-thap.officer"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def content(world, monkeypatch):
    """A row for each outcome, taken one by one."""
    monkeypatch.setattr(importing, "ROWS_AT_ONCE", 1)
    give_passwords(OFFICER)
    commune = world.agencies["dong-thap-commune"].commune
    make_establishment(world, name="Lò ngói", tax_code=CODES[0], commune=commune, place_text="Ấp 3", workers=12)
    make_establishment(world, name="Lò gốm", tax_code=CODES[1], commune=commune, place_text="Ấp 3", workers=12)
    return sheet(
        row("Cơ khí Đúc"), row("Lò ngói", code=CODES[0], workers=20), row("Lò gốm", code=CODES[1]),
        row("Sai xã", commune="99999", workers="mười"),
    )  # fmt: skip


def send(page, content):
    menu(page, "Cơ sở")
    link(page.locator(".kc-head"), "Nhập từ Excel").click()
    field(page, "Tệp danh sách").set_input_files({"name": "Danh sách.xlsx", "mimeType": EXCEL, "buffer": content})
    button(page, "Xem trước").click()
    expect(heading(page)).to_have_text("Danh sách.xlsx")


def test_page_looks_through_and_writes_by_itself(content, open_browser):
    inspector = Inspector(open_browser())
    page = sign_in(inspector.page, OFFICER)
    inspector.open("/co-so/nhap/", kind="imports empty")
    send(page, content)
    rows = section(page, "Từng dòng").locator("tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.nth(0)).to_contain_text("D5 (Mã xã)")
    expect(rows.nth(0)).to_contain_text("F5 (Lao động)")
    assert Establishment.objects.count() == 2
    inspector.inspect("import checked")
    link(page, "Không nhận 1").click()
    expect(rows).to_have_count(1)
    with page.expect_download() as download:
        link(page, "Tải các dòng lỗi").click()
    refused = read_sheet(download.value.path().read_bytes())
    assert [line.cells[0] for line in refused.lines] == ["Sai xã"]
    button(page, "Ghi 2 dòng vào hồ sơ").click()
    expect(page.locator(".kc-head-meta")).to_contain_text("Đã ghi xong")
    assert Establishment.objects.get(tax_code=CODES[0]).workers == 20
    assert Establishment.objects.count() == 3
    inspector.inspect("import applied")
    inspector.open("/co-so/nhap/", kind="imports")
    link(page, "Danh sách.xlsx").click()
    link(section(page, "Từng dòng"), "Cơ khí Đúc").click()
    expect(heading(page)).to_contain_text("Cơ khí Đúc")
    page.goto(f"/co-so/{Establishment.objects.get(name='Cơ khí Đúc').pk}/?tab=nhat-ky")
    expect(page.get_by_text("Nhập từ tệp «Danh sách.xlsx», dòng 2.")).to_be_visible()
    assert inspector.faults == {}


def test_buttons_do_it_without_scripts(content, open_browser):
    page = sign_in(open_browser(javascript=False), OFFICER)
    send(page, content)
    for done in (1, 2, 3):
        expect(section(page, "Tiến độ")).to_contain_text(f"Đã xem {done} trong 4 dòng")
        button(page, "Xem tiếp").click()
    button(page, "Ghi 2 dòng vào hồ sơ").click()
    for done in (0, 1):
        expect(section(page, "Tiến độ")).to_contain_text(f"Đã ghi {done} trong 2 dòng")
        button(page, "Ghi tiếp").click()
    expect(page.locator(".kc-head-meta")).to_contain_text("Đã ghi xong")
    assert Establishment.objects.count() == 3


def test_closed_page_goes_on_where_it_was(content, open_browser):
    """Begun without scripts, half looked through; the page opened later does the rest."""
    first = sign_in(open_browser(javascript=False), OFFICER)
    send(first, content)
    button(first, "Xem tiếp").click()
    expect(section(first, "Tiến độ")).to_contain_text("Đã xem 2 trong 4 dòng")
    second = Inspector(open_browser())
    sign_in(second.page, OFFICER)
    second.page.goto(Import.objects.get().get_absolute_url())
    expect(section(second.page, "Từng dòng").locator("tbody tr")).to_have_count(4)
    assert second.faults == {}


def test_refused_file_says_why_at_its_field(content, open_browser):
    inspector = Inspector(open_browser())
    page = sign_in(inspector.page, OFFICER)
    page.goto("/co-so/nhap/")
    upload = {"name": "a.xlsx", "mimeType": EXCEL, "buffer": b"%PDF-1.7"}
    field(page, "Tệp danh sách").set_input_files(upload)
    button(page, "Xem trước").click()
    expect(page.get_by_role("alert")).to_contain_text("Chỉ nhận tệp Excel dạng .xlsx")
    inspector.inspect("import refused")
    assert inspector.faults == {}
