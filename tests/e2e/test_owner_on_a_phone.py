"""An owner with a small phone and an officer at a desk: from the registration to the đề án."""

from datetime import timedelta

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from khuyencong.core.dates import today
from khuyencong.establishments.tax_code import made_up_tax_code
from khuyencong.intake import spam
from khuyencong.intake.models import Registration, RequestPaper, SupportRequest
from khuyencong.intake.tests.registering import link_in
from khuyencong.projects.models import Project
from khuyencong.signin.models import UserSession
from khuyencong.testing import PDF, owned_establishment
from tests.e2e.helpers import button, field, fill_login, give_passwords, heading, link, menu, says, sign_in
from tests.e2e.inspection import NARROW, TOO_WIDE

OFFICER = "dong-thap-centre.officer"
EMAIL, SECRET = "chu.lo.banh@example.com", "lo banh cua toi o goc cho"
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40


@pytest.fixture
def at_ease(monkeypatch):
    """Nobody has to wait until a form may be sent."""
    monkeypatch.setattr(spam, "QUICKEST", timedelta(seconds=-1))


@pytest.fixture
def phone(world, open_browser):
    """`phone(javascript=…)`: a page as wide as a small telephone."""
    return lambda javascript=True: open_browser(**NARROW, javascript=javascript)


@pytest.fixture
def desk(world, open_browser):
    give_passwords(OFFICER)
    return sign_in(open_browser(), OFFICER)


def fits(page: Page) -> None:
    """Nothing sticks out of the page, which the caller has seen arrive: a click does not wait for it."""
    page.wait_for_load_state()  # a busy machine answers before the stylesheet has come, and then everything is too wide
    assert page.evaluate(TOO_WIDE) == []


def register(page: Page) -> None:
    page.goto("/dang-nhap/")
    link(page, "Đăng ký tài khoản cơ sở").click()
    field(page, "Cơ sở ở tỉnh, thành phố nào?").select_option("Tỉnh Đồng Tháp")
    button(page, "Tiếp tục").click()
    expect(field(page, "Tên cơ sở")).to_be_visible()
    fits(page)
    field(page, "Tên cơ sở").fill("Hộ kinh doanh Lò Bánh")
    field(page, "Loại hình").select_option("Hộ kinh doanh")
    field(page, "Mã số thuế").fill("0100109107")
    field(page, "Xã, phường, đặc khu").select_option("Xã Thử Nghiệm Đồng Tháp")
    field(page, "Họ và tên của bạn").fill("Lê Thị Bánh")
    field(page, "Điện thoại").fill("0912 345 678")
    field(page, "Thư điện tử").fill(EMAIL)
    page.get_by_label("Tôi đồng ý").check()
    button(page, "Gửi đăng ký").click()
    expect(page.get_by_role("alert")).to_contain_text("Mã số thuế")
    field(page, "Mã số thuế").fill(made_up_tax_code(31))
    button(page, "Gửi đăng ký").click()
    expect(heading(page)).to_have_text("Đã gửi thư")


def answer_the_letter(page: Page) -> None:
    page.goto(link_in(mail.outbox[-1]))
    field(page, "Mật khẩu mới").fill(SECRET)
    field(page, "Nhập lại mật khẩu mới").fill(SECRET)
    fits(page)
    button(page, "Xác nhận và gửi đăng ký").click()
    expect(heading(page)).to_have_text("Đã gửi đăng ký")
    link(page, "Đăng nhập để xem đăng ký").click()
    fill_login(page, EMAIL, SECRET)
    expect(heading(page)).to_have_text("Đăng ký đang chờ duyệt")
    page.goto("/de-nghi/")
    expect(heading(page)).to_have_text("Đăng ký đang chờ duyệt")


def approve(desk: Page) -> None:
    desk.goto("/")
    link(desk, "Hộ kinh doanh Lò Bánh").click()
    desk.get_by_label("Chưa có trong sổ").check()
    field(desk, "Ngành nghề").select_option("Công nghiệp chế biến nông, lâm, thủy sản và chế biến thực phẩm")
    button(desk, "Duyệt").click()
    says(desk, "Đã duyệt.")


def write(page: Page) -> None:
    page.goto("/")
    expect(heading(page)).to_have_text("Hộ kinh doanh Lò Bánh")
    fits(page)
    page.get_by_role("main").get_by_role("link", name="Tôi được hỗ trợ gì?").click()
    link(page, "Ứng dụng máy móc, thiết bị tiên tiến").click()
    expect(page.get_by_text("Có thể đề nghị")).to_be_visible()
    fits(page)
    link(page, "Soạn đề nghị cho việc này").click()
    field(page, "Việc muốn làm, nói ngắn").fill("Mua máy tráng bánh")
    field(page, "Muốn làm năm nào?").select_option(str(today().year))
    field(page, "Dự kiến hết bao nhiêu (đồng)?").fill("400 triệu")
    field(page, "Trong đó mong nhà nước hỗ trợ (đồng)").fill("180 triệu")
    page.get_by_label("Tôi cam kết tự lo").check()
    fits(page)
    button(page, "Lưu").click()
    says(page, "Đã lưu bản nháp.")
    expect(page.get_by_text("Còn thiếu để gửi")).to_be_visible()
    link(page, "Thêm giấy tờ").click()
    field(page, "Giấy tờ gì?").fill("Giấy đăng ký và ảnh lò")
    photo = page.get_by_label("Chụp ảnh")
    assert photo.get_attribute("capture") == "environment"
    photo.set_input_files({"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": JPEG})
    page.get_by_label("Hoặc chọn tệp có sẵn").set_input_files(
        [{"name": "gpkd.pdf", "mimeType": "application/pdf", "buffer": PDF}]
    )
    fits(page)
    button(page, "Tải lên").click()
    says(page, "Đã thêm 2 tệp")
    link(page, "Sửa nội dung").click()
    page.get_by_label("Tôi cam kết việc này").check()
    button(page, "Lưu").click()
    says(page, "Đã lưu.")


def send(page: Page, label: str) -> None:
    page.locator("summary", has_text=label).click()
    button(page, "Gửi ngay").click()
    says(page, "Đã gửi.")


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.usefixtures("at_ease")
def test_owner_goes_all_the_way(phone, desk, javascript):
    page = phone(javascript)
    register(page)
    answer_the_letter(page)
    approve(desk)
    write(page)
    send(page, "Gửi đề nghị")
    fits(page)

    menu(desk, "Đề nghị hỗ trợ")
    link(desk, "Mua máy tráng bánh").first.click()
    link(desk, "Yêu cầu bổ sung").click()
    field(desk, "Trả lời cho chủ cơ sở").fill("Thiếu báo giá của máy.")
    button(desk, "Yêu cầu bổ sung").click()
    says(desk, "Đã gửi lại cho chủ cơ sở bổ sung.")

    page.goto("/")
    page.get_by_role("link", name="Thông báo").click()
    expect(heading(page)).to_have_text("Thông báo")
    fits(page)
    page.get_by_role("button", name="Xem").first.click()
    expect(page.get_by_text("Thiếu báo giá của máy.").first).to_be_visible()
    send(page, "Gửi lại")

    desk.reload()
    button(desk, "Tiếp nhận").click()
    says(desk, "Đã tiếp nhận.")
    link(desk, "Lập đề án").click()
    desk.get_by_label("Khuyến công địa phương").check()
    button(desk, "Lập đề án từ đề nghị").click()
    says(desk, "Đã lập dự thảo đề án.")
    project = Project.objects.get()
    expect(heading(desk)).to_have_text(project.name)

    page.goto("/de-nghi/")
    link(page, "Mua máy tráng bánh").click()
    expect(page.get_by_text(project.code).first).to_be_visible()
    expect(page.get_by_role("list", name="Các bước của đề nghị")).to_contain_text("Nghiệm thu")
    fits(page)
    assert RequestPaper.objects.count() == 2
    assert Registration.objects.get().state == "approved"


def test_session_that_ended_loses_nothing(world, phone):
    owned_establishment(world)
    give_passwords("owner.owner")
    page = phone()
    page.goto("/dang-nhap/")
    fill_login(page, "owner.owner")
    expect(page.get_by_role("link", name="Soạn đề nghị hỗ trợ")).to_be_visible()
    page.goto("/de-nghi/moi/")
    field(page, "Việc muốn làm, nói ngắn").fill("Mua máy sấy bánh")
    UserSession.objects.all().delete()
    button(page, "Lưu").click()
    fill_login(page, "owner.owner")
    expect(field(page, "Việc muốn làm, nói ngắn")).to_have_value("Mua máy sấy bánh")
    button(page, "Lưu").click()
    says(page, "Đã lưu bản nháp.")
    assert SupportRequest.objects.get().title == "Mua máy sấy bánh"


@pytest.mark.parametrize("javascript", [True, False])
def test_double_click_makes_one_request(world, phone, javascript):
    owned_establishment(world)
    give_passwords("owner.owner")
    page = phone(javascript)
    page.goto("/dang-nhap/")
    fill_login(page, "owner.owner")
    page.goto("/de-nghi/moi/")
    field(page, "Việc muốn làm, nói ngắn").fill("Bấm hai lần")
    button(page, "Lưu").dblclick()
    expect(heading(page)).to_have_text("Bấm hai lần")
    assert SupportRequest.objects.count() == 1
