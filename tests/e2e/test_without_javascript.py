"""Reading and writing where scripts are switched off."""

import pytest
from playwright.sync_api import expect

from khuyencong.projects.models import Project
from khuyencong.testing import make_project
from tests.e2e.helpers import button, field, give_passwords, heading, link, menu, says, section, sign_in, tab

OFFICER = "dong-thap-centre.officer"
MILLION = 1_000_000


@pytest.fixture
def plain_page(world, open_browser):
    give_passwords(OFFICER)
    return sign_in(open_browser(javascript=False), OFFICER)


def test_project_is_read(plain_page, world):
    project = make_project(world, state="in_progress")
    menu(plain_page, "Đề án")
    link(plain_page, project.name).click()
    expect(heading(plain_page)).to_have_text(project.name)
    expect(plain_page.get_by_role("list", name="Các bước của đề án")).to_contain_text("Đang thực hiện")
    for name in ("Dự toán và mức hỗ trợ", "Hồ sơ", "Thẩm định", "Hợp đồng và kinh phí", "Nghiệm thu", "Nhật ký"):
        tab(plain_page, name)
        expect(plain_page.locator(".kc-tab[aria-current=page]")).to_have_text(name)
    # What opens and closes does so by the browser's own means.
    plain_page.get_by_text("Thay đổi (").first.click()
    expect(plain_page.locator(".kc-timeline details[open] li").first).to_be_visible()


def test_project_is_created(plain_page):
    link(plain_page, "Lập đề án").click()
    field(plain_page, "Tên đề án").fill("Đề án lập khi tắt mã kịch bản")
    field(plain_page, "Nguồn kinh phí").select_option("Khuyến công địa phương")
    button(plain_page, "Tạo đề án").click()
    expect(plain_page.get_by_role("alert")).to_contain_text("Nội dung hoạt động")
    expect(field(plain_page, "Tên đề án")).to_have_value("Đề án lập khi tắt mã kịch bản")
    field(plain_page, "Nội dung hoạt động").select_option("Ứng dụng máy móc, thiết bị tiên tiến")
    button(plain_page, "Tạo đề án").click()
    expect(heading(plain_page)).to_have_text("Thuyết minh")
    assert Project.objects.get().name == "Đề án lập khi tắt mã kịch bản"


def test_line_of_the_estimate_is_added(plain_page, world):
    project = make_project(world)
    plain_page.goto(f"{project.get_absolute_url()}?tab=du-toan")
    link(plain_page, "Lập, sửa dự toán").click()
    line = plain_page.get_by_role("group", name="Dòng 2")
    field(line, "Nội dung chi").fill("Chi phí quản lý")
    field(line, "Tổng kinh phí").fill("3,5 triệu")
    field(line, "Kinh phí khuyến công").fill("3.500.000")
    button(plain_page, "Lưu").click()
    says(plain_page, "Đã lưu bước «Dự toán».")
    assert list(project.lines.values_list("total", "support")) == [
        (600 * MILLION, 200 * MILLION),
        (3_500_000, 3_500_000),
    ]


def test_file_is_attached(plain_page, world, tmp_path):
    project = make_project(world)
    paper = tmp_path / "Báo giá máy.pdf"
    paper.write_bytes(b"%PDF-1.4\n%%EOF\n")
    plain_page.goto(f"{project.get_absolute_url()}?tab=ho-so")
    link(plain_page, "Đính kèm tệp").click()
    field(plain_page, "Loại tài liệu").select_option("Báo giá")
    field(plain_page, "Tệp").set_input_files(paper)
    button(plain_page, "Tải lên").click()
    says(plain_page, "Đã đính kèm tệp.")
    expect(section(plain_page, "Mọi tệp đã đính kèm")).to_contain_text("Báo giá máy.pdf")
    assert project.attachments.filter(name="Báo giá máy.pdf", kind="quotation").count() == 1
