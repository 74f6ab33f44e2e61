"""One đề án of Đồng Tháp from draft to settlement, through four people, by clicking as they do."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from python_calamine import CalamineWorkbook

from khuyencong.core.dates import format_date, today
from tests.e2e.helpers import (
    button,
    day,
    field,
    give_passwords,
    heading,
    link,
    menu,
    says,
    section,
    sign_in,
    tab,
)

ESTABLISHMENT = "Hợp tác xã Thử Nghiệm Sấy Xoài"
NAME = "Hỗ trợ máy sấy lạnh xoài tại Hợp tác xã Thử Nghiệm"
OWN_CAPITAL = "Cơ sở cam kết đầu tư đủ phần vốn của mình"
NO_OTHER_SUPPORT = "Cơ sở cam kết chưa được Nhà nước hỗ trợ cho cùng nội dung"
ARTICLE_OF_CAP = "08/2024/NQ-HĐND"
TEXTS = {
    "Sự cần thiết và căn cứ": "Xoài chín rộ trong một tháng, phơi nắng hỏng một phần năm.",
    "Mục tiêu": "Sấy 500 kg mỗi mẻ, giảm hao hụt còn 5 %.",
    "Quy mô": "Một máy 500 kg mỗi mẻ.",
    "Đặc điểm vượt trội": "Sấy lạnh giữ màu, không phụ thuộc nắng.",
    "Tổ chức thực hiện": "Trung tâm lập hồ sơ; hợp tác xã mua, lắp và vận hành máy.",
}
EFFECTS = {
    "Hiệu quả kinh tế": "Giá bán tăng 1,5 lần.",
    "Hiệu quả xã hội": "Thêm 6 việc làm.",
    "Hiệu quả môi trường": "Phế phẩm giảm một nửa.",
    "Tính bền vững": "Hợp tác xã tự vận hành bằng doanh thu.",
}


@dataclass
class Office:
    """Four people, each at a browser of their own."""

    officer: Page
    appraiser: Page
    leader: Page
    accountant: Page


@pytest.fixture
def office(world, open_browser):
    names = {
        "officer": "dong-thap-centre.officer",
        "appraiser": "dong-thap.appraiser",
        "leader": "dong-thap.leader",
        "accountant": "dong-thap.accountant",
    }
    give_passwords(*names.values())
    return Office(**{role: sign_in(open_browser(), name) for role, name in names.items()})


def test_local_project_lives_from_draft_to_settlement(office, tmp_path):
    code = write_and_submit(office.officer, tmp_path)
    appraise(office.appraiser, code)
    plan(office.appraiser, code)
    give_money(office.accountant)
    approve(office.leader, code)
    keep_account(office.accountant)
    sign_contract(office.leader, code)
    prepare_payment(office.accountant, code, "Lập tạm ứng", paper="Báo cáo tiến độ 01/BC")
    approve_payment(office.leader, code)
    mark_paid(office.accountant, code, voucher="UNC-01")
    accept(office.appraiser, code)
    prepare_payment(office.accountant, code, "Lập thanh toán")
    approve_payment(office.leader, code)
    mark_paid(office.accountant, code, voucher="UNC-02")
    settle(office.accountant, code)

    open_project(office.officer, code)
    expect(badge(office.officer)).to_have_text("Đã quyết toán")
    expect(office.officer.locator(".kc-step-done")).to_have_count(7)
    bars = office.officer.locator(".kc-bar", has_text="Đã quyết toán")
    expect(bars).to_contain_text("300.000.000 đồng (100,0 %)")
    check_results(office.leader, code)
    check_file(office.leader, code)


# ---- the officer of the centre


def write_and_submit(page: Page, folder) -> str:
    register_establishment(page)
    code = create_project(page)
    submit = button(page, "Gửi thẩm định")
    expect(submit).to_have_attribute("aria-disabled", "true")
    add_beneficiary(page)
    write_estimate(page)
    describe(page)
    attach(page, folder)
    expect(submit).to_have_attribute("aria-disabled", "true")
    commit(page)
    expect(submit).not_to_have_attribute("aria-disabled", "true")
    submit.click()
    says(page, "Đã gửi đề án đi thẩm định.")
    expect(badge(page)).to_have_text("Đã gửi")
    return code


def register_establishment(page: Page) -> None:
    menu(page, "Cơ sở")
    link(page, "Đăng ký cơ sở").first.click()
    field(page, "Tên cơ sở").fill(ESTABLISHMENT)
    field(page, "Loại hình").select_option("Hợp tác xã")
    field(page, "Xã, phường, đặc khu").select_option(index=1)
    field(page, "Thuộc tỉnh nào trước 01/07/2025").select_option("Đồng Tháp")
    field(page, "Địa chỉ").fill("Ấp Thử Nghiệm")
    field(page, "Ngành nghề chính").select_option(index=1)
    field(page, "Số lao động").fill("14")
    button(page, "Lưu cơ sở").click()
    says(page, f"Đã đăng ký cơ sở {ESTABLISHMENT}.")


def create_project(page: Page) -> str:
    menu(page, "Việc của tôi")
    link(page, "Lập đề án").click()
    field(page, "Tên đề án").fill(NAME)
    field(page, "Nguồn kinh phí").select_option("Khuyến công địa phương")
    field(page, "Nội dung hoạt động").select_option("Ứng dụng máy móc, thiết bị tiên tiến")
    field(page, "Ngành nghề").select_option(index=1)
    field(page, "Năm kế hoạch").fill(str(today().year))
    button(page, "Tạo đề án").click()
    expect(heading(page)).to_have_text("Thuyết minh")
    link(page, "Về trang đề án").click()
    expect(heading(page)).to_have_text(NAME)
    return page.locator(".kc-crumbs [aria-current=page]").inner_text()


def add_beneficiary(page: Page) -> None:
    link(page, "Thêm cơ sở").click()
    field(page, "Cơ sở thụ hưởng").select_option(label=ESTABLISHMENT)
    field(page, OWN_CAPITAL).check()
    button(page, "Thêm cơ sở").click()
    says(page, "Đã thêm cơ sở thụ hưởng.")


def commit(page: Page) -> None:
    """The second commitment came later than the first."""
    missing = section(page, "Còn thiếu để gửi")
    expect(missing.locator(".kc-bad")).to_contain_text("Chưa có cam kết chưa được Nhà nước hỗ trợ")
    tab(page, "Tổng quan")
    link(page, "Ghi cam kết").click()
    expect(field(page, OWN_CAPITAL)).to_be_checked()
    field(page, NO_OTHER_SUPPORT).check()
    save(page, "Thụ hưởng")


def write_estimate(page: Page) -> None:
    """First a sum that does not add up, then more than the law allows, then right."""
    tab(page, "Dự toán và mức hỗ trợ")
    link(page, "Lập, sửa dự toán").click()
    line = page.get_by_role("group", name="Dòng 1")
    total, support = field(line, "Tổng kinh phí"), field(line, "Kinh phí khuyến công")
    own = field(line, "Cơ sở đóng góp")
    field(line, "Nội dung chi").fill("Máy sấy lạnh 500 kg mỗi mẻ")
    field(line, "Cơ sở thụ hưởng").select_option(label=ESTABLISHMENT)
    total.press_sequentially("1.750.000.000")
    support.press_sequentially("616 triệu")
    own.press_sequentially("1100000000")
    expect(own).to_have_value("1.100.000.000")  # grouped while typing
    button(page, "Lưu").click()

    wrong = "các nguồn cộng lại là 1.716.000.000 đồng, lệch 34.000.000 đồng"
    expect(page.get_by_role("alert")).to_contain_text(wrong)
    expect(total).to_have_attribute("aria-invalid", "true")
    expect(error_at(total)).to_contain_text(wrong)
    expect(support).to_have_value("616 triệu")  # as it was typed

    own.fill("1.134 triệu")
    save(page, "Dự toán")
    tab(page, "Dự toán và mức hỗ trợ")
    expect(page.locator(".kc-sheet")).to_contain_text(ARTICLE_OF_CAP)
    expect(button(page, "Gửi thẩm định")).to_have_attribute("aria-disabled", "true")
    missing = section(page, "Còn thiếu để gửi")
    expect(missing.locator(".kc-bad", has_text=ARTICLE_OF_CAP).first).to_contain_text("300.000.000")

    link(page, "Lập, sửa dự toán").click()
    support.fill("300 triệu")
    own.fill("1.450 triệu")
    save(page, "Dự toán")
    tab(page, "Dự toán và mức hỗ trợ")
    expect(missing.locator(".kc-bad", has_text=ARTICLE_OF_CAP)).to_have_count(0)


def describe(page: Page) -> None:
    tab(page, "Tổng quan")
    link(page, "Sửa").click()
    button(page, "2. Thuyết minh").click()
    for label, text in TEXTS.items():
        field(page, label).fill(text)
    expect(page.locator("[data-autosave-said]")).to_contain_text("Đã lưu lúc")  # kept while typing
    button(page, "3. Nội dung và tiến độ").click()
    says(page, "Đã lưu bước «Thuyết minh».")
    last = min(today() + timedelta(days=30), date(today().year, 12, 31))
    work = page.get_by_role("group", name="Công việc 1")
    field(page, "Bắt đầu").fill(day())
    field(page, "Kết thúc").fill(format_date(last))
    for label, text in {
        "Nội dung công việc": "Mua, lắp đặt và chạy thử máy",
        "Ai thực hiện": ESTABLISHMENT,
        "Từ ngày": day(),
        "Đến ngày": format_date(last),
    }.items():
        field(work, label).fill(text)
    button(page, "6. Hiệu quả và chỉ tiêu").click()
    for label, text in EFFECTS.items():
        field(page, label).fill(text)
    save(page, "Hiệu quả và chỉ tiêu")


def save(page: Page, step: str) -> None:
    """Save the step of the guided form, and go back to the page of the đề án."""
    button(page, "Lưu").click()
    says(page, f"Đã lưu bước «{step}».")
    link(page, "Về trang đề án").click()


def attach(page: Page, folder) -> None:
    paper = folder / "Công văn đề nghị số 12.pdf"
    page.pdf(path=paper)
    tab(page, "Hồ sơ")
    link(page, "Đính kèm tệp").click()
    field(page, "Loại tài liệu").select_option("Công văn đề nghị")
    field(page, "Tệp").set_input_files(paper)
    button(page, "Tải lên").click()
    says(page, "Đã đính kèm tệp.")
    with page.expect_download() as download:
        page.get_by_role("link", name=paper.name).click()
    assert download.value.suggested_filename == paper.name
    assert download.value.path().read_bytes() == paper.read_bytes()


# ---- the others, each from «Việc của tôi»


def take_up(page: Page, code: str, step: str) -> None:
    """Open the one next action of this đề án in the list of what waits for me."""
    menu(page, "Việc của tôi")
    row = page.get_by_role("row").filter(has_text=code)
    link(row, step).click()


def appraise(page: Page, code: str) -> None:
    take_up(page, code, "Thẩm định cấp cơ sở")
    expect(page.locator(".kc-sheet")).to_contain_text("300.000.000 đồng")
    for number in range(1, 6):
        point = page.get_by_role("group", name=f"Kết luận nội dung {number}")
        point.get_by_label("Đạt", exact=True).check()
    page.get_by_role("group", name="Kết quả thẩm định").get_by_label("Đồng ý", exact=True).check()
    button(page, "Ghi kết quả thẩm định").click()
    says(page, "Đã ghi kết quả thẩm định: đồng ý.")
    expect(badge(page)).to_have_text("Đã thẩm định cấp cơ sở")


def plan(page: Page, code: str) -> None:
    take_up(page, code, "Đưa vào kế hoạch")
    link(page, "Lập kế hoạch").first.click()
    button(page, "Lập kế hoạch").click()
    says(page, "Đã lập kế hoạch. Tiếp theo: đưa các đề án đã thẩm định vào.")
    button(page, f"Đưa vào {code}").click()
    says(page, f"Đã đưa đề án {code} vào kế hoạch.")
    expect(page.get_by_text("Kế hoạch vượt hạn mức còn lại 300.000.000 đồng")).to_be_visible()
    link(page, "Xếp thứ tự ưu tiên").click()
    ranked = section(page, "Thứ tự đề xuất").locator("tbody")
    expect(ranked).to_have_count(1)
    expect(ranked).to_contain_text("Vượt hạn mức")
    ranked.get_by_text("Diễn giải").click()
    expect(ranked).to_contain_text("Không ghi địa bàn ưu tiên.")


def give_money(page: Page) -> None:
    menu(page, "Kế hoạch và hạn mức")
    link(page, "Giao dự toán").first.click()
    field(page, "Số tiền").fill("1,5 tỷ")
    field(page, "Số quyết định").fill("15/QĐ-SCT")
    button(page, "Ghi quyết định").click()
    says(page, "Đã ghi quyết định 15/QĐ-SCT.")
    expect(page.get_by_role("row").filter(has_text="Sở Công Thương Đồng Tháp").first).to_contain_text("1.500")


def approve(page: Page, code: str) -> None:
    take_up(page, code, "Phê duyệt kế hoạch")
    field(page, "Số quyết định phê duyệt").fill("101/QĐ-UBND")
    field(page, "Ngày quyết định").fill(day())
    field(page, "Người ký").fill("Chủ tịch Thử Nghiệm")
    button(page, "Ghi quyết định phê duyệt").click()
    says(page, "Đã ghi quyết định 101/QĐ-UBND; các đề án trong kế hoạch được phê duyệt.")


def keep_account(page: Page) -> None:
    """The unit's account, into which the contract will pay; the only one, so the contract names it by itself."""
    page.goto("/tai-khoan-ngan-hang/moi/")
    unit = page.get_by_role("option", name="Trung tâm").first.get_attribute("value")
    field(page, "Chủ tài khoản").select_option(unit)
    field(page, "Tên chủ tài khoản").fill("TRUNG TAM KHUYEN CONG VI DU")
    field(page, "Số tài khoản").fill("9527 3123 4567")
    field(page, "Ngân hàng, chi nhánh hoặc Kho bạc Nhà nước").fill("Kho bạc Nhà nước Ví Dụ")
    button(page, "Ghi tài khoản").click()
    says(page, "Đã ghi tài khoản")


def sign_contract(page: Page, code: str) -> None:
    take_up(page, code, "Ký hợp đồng")
    expect(field(page, "Giá trị kinh phí khuyến công")).to_have_value("300.000.000")
    field(page, "Số hợp đồng hoặc quyết định giao nhiệm vụ").fill("07/HĐ-KC")
    button(page, "Ký hợp đồng").click()
    says(page, "Đã ghi hợp đồng. Đề án chuyển sang đang thực hiện.")


def prepare_payment(page: Page, code: str, kind: str, *, paper: str = "") -> None:
    open_project(page, code)
    link(page, kind).click()
    if paper:
        field(page, "Văn bản chứng minh điều kiện tạm ứng").fill(paper)
        field(page, "Số tiền đề nghị chi").fill("100 triệu")
    button(page, "Lập và trình duyệt").click()
    says(page, "Đã lập khoản chi, chờ kiểm tra hoặc duyệt.")


def approve_payment(page: Page, code: str) -> None:
    take_up(page, code, "Duyệt khoản chi")
    page.get_by_role("button", name="Duyệt chi").click()
    expect(page.locator(".kc-messages")).to_contain_text("Đã duyệt chi")


def mark_paid(page: Page, code: str, *, voucher: str) -> None:
    take_up(page, code, "Ghi đã chi")
    field(page, "Số chứng từ").fill(voucher)
    page.get_by_role("button", name="Ghi đã chi").click()
    expect(page.locator(".kc-messages")).to_contain_text("Đã chi")


def accept(page: Page, code: str) -> None:
    take_up(page, code, "Nghiệm thu cơ sở")
    page.get_by_role("link", name="Ghi nghiệm thu").click()
    field(page, "Số biên bản nghiệm thu").fill("01/BB-NT")
    item = page.get_by_role("group", name="Dòng 1")
    expect(field(item, "Chi phí nghiệm thu")).to_have_value("1.750.000.000")
    field(item, "Tên máy, thiết bị, hạng mục").fill("Máy sấy lạnh SL-500, Việt Nam")
    field(item, "Số máy").fill("SL500-0012")
    button(page, "Ghi nghiệm thu").click()
    says(page, "Đã ghi nghiệm thu.")
    expect(section(page, "Biên bản 01/BB-NT")).to_contain_text("Được thanh toán: 300.000.000 đồng")


def settle(page: Page, code: str) -> None:
    take_up(page, code, "Quyết toán")
    field(page, "Số văn bản quyết toán").fill("03/QT-KC")
    button(page, "Ghi quyết toán").click()
    says(page, "Đã quyết toán đề án. Việc tiếp theo: thanh lý hợp đồng.")


# ---- what the province sees


def check_results(page: Page, code: str) -> None:
    year = str(today().year)
    menu(page, "Kết quả năm")
    expect(heading(page)).to_have_text(f"Kết quả khuyến công năm {year}: Tỉnh Đồng Tháp")
    shown = {
        "Đề án, nhiệm vụ": "1",
        "Cơ sở thụ hưởng": "1 lượt",
        "Tổng kinh phí": "1.750 triệu đồng",
        "Kinh phí khuyến công hỗ trợ": "300 triệu đồng",
        "Đối ứng và nguồn khác": "1.450 triệu đồng",
        "Quyết toán so với kế hoạch": "100,0 %",
    }
    for label, value in shown.items():
        stat = page.locator(".kc-stat").filter(has=page.locator("dt", has_text=label))
        expect(stat.locator("dd")).to_contain_text(value)
    table = section(page, "Theo nguồn kinh phí và nội dung")
    row = table.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row.locator("th")).to_contain_text("Khuyến công địa phương")
    figures = ["1", "1", "1.750", "300", "1.450", "300", "300", "300", "300", "100,0 %"]
    expect(row.locator("td")).to_have_text(figures)
    row.get_by_role("link").first.click()
    expect(heading(page)).to_have_text("Đề án")
    found = section(page, "Danh sách đề án").locator("tbody tr")
    expect(found).to_have_count(1)
    expect(found).to_contain_text(code)
    page.go_back()


def check_file(page: Page, code: str) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải về (.xlsx)").click()
    assert download.value.suggested_filename == f"ket-qua-82-{today().year}.xlsx"
    book = CalamineWorkbook.from_path(str(download.value.path()))
    million = 1_000_000
    assert book.sheet_names == ["Tổng hợp", "Đề án", "Cơ sở thụ hưởng"]
    assert numbers(last_row(book, "Tổng hợp")) == [
        1,
        1,
        1_750 * million,
        300 * million,
        1_450 * million,
        0,
        300 * million,
        300 * million,
        300 * million,
        300 * million,
        1,
        0,
    ]
    assert numbers(last_row(book, "Đề án")) == [part * million for part in (1_750, 300, 1_450, 300, 300)]
    assert numbers(last_row(book, "Cơ sở thụ hưởng")) == [part * million for part in (1_750, 300, 1_450)]
    rows = book.get_sheet_by_name("Đề án").to_python()
    assert [row[1] for row in rows if row[0] == code] == [NAME]


def last_row(book: CalamineWorkbook, sheet: str) -> list:
    return next(row for row in book.get_sheet_by_name(sheet).to_python() if row[0] == "Cộng")


def numbers(row: list) -> list[float]:
    return [cell for cell in row if isinstance(cell, (int, float))]


def open_project(page: Page, code: str) -> None:
    menu(page, "Đề án")
    field(page, "Tìm").fill(NAME.lower())
    button(page, "Lọc").click()
    link(page.get_by_role("row").filter(has_text=code), NAME).click()
    expect(heading(page)).to_have_text(NAME)


def badge(page: Page) -> Locator:
    return page.locator(".kc-head-meta .kc-badge")


def error_at(control: Locator) -> Locator:
    return control.locator("xpath=ancestor::div[contains(@class, 'kc-field')][1]").locator(".kc-field-error")
