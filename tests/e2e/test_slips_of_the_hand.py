"""A double click, a form left open in another tab, a session that ended while somebody was typing."""

import pytest
from playwright.sync_api import Page, expect

from khuyencong.audit.models import AuditEvent
from khuyencong.projects.door import STALE
from khuyencong.projects.models import Project
from khuyencong.signin.models import UserSession
from khuyencong.testing import make_project
from tests.e2e.helpers import button, field, fill_login, give_passwords, heading, link, says, sign_in

OFFICER, LEADER, ACCOUNTANT = "dong-thap-centre.officer", "dong-thap.leader", "dong-thap.accountant"
MILLION = 1_000_000


@pytest.fixture
def sign_in_as(world, open_browser):
    def sign(name: str, *, javascript: bool = True) -> Page:
        give_passwords(name)
        return sign_in(open_browser(javascript=javascript), name)

    return sign


@pytest.mark.parametrize("javascript", [True, False])
def test_double_click_creates_one_project(sign_in_as, javascript):
    page = sign_in_as(OFFICER, javascript=javascript)
    link(page, "Lập đề án").click()
    field(page, "Tên đề án").fill("Đề án bấm hai lần")
    field(page, "Nguồn kinh phí").select_option("Khuyến công địa phương")
    field(page, "Nội dung hoạt động").select_option("Ứng dụng máy móc, thiết bị tiên tiến")
    button(page, "Tạo đề án").dblclick()
    expect(heading(page)).to_have_text("Thuyết minh")
    assert Project.objects.count() == 1
    assert AuditEvent.objects.filter(action="project.create").count() == 1


def test_double_click_pays_once(sign_in_as, world):
    project = make_project(world, state="in_progress")
    page = sign_in_as(ACCOUNTANT, javascript=False)
    page.goto(f"/de-an/{project.code}/chi/advance/")
    field(page, "Văn bản chứng minh điều kiện tạm ứng").fill("Báo cáo 01")
    button(page, "Lập và trình duyệt").dblclick()
    expect(heading(page)).to_have_text(project.name)
    assert project.payments.count() == 1


def test_older_of_two_forms_is_refused(sign_in_as, world):
    project = make_project(world)
    first = sign_in_as(OFFICER)
    address = f"/de-an/{project.code}/du-toan/"
    first.goto(address)
    second = first.context.new_page()
    second.goto(address)
    write_support(first, "150 triệu", own="450 triệu")
    says(first, "Đã lưu bước «Dự toán».")
    events = AuditEvent.objects.count()

    write_support(second, "100 triệu", own="500 triệu")
    expect(second.get_by_role("alert")).to_contain_text(STALE)
    expect(field(second.get_by_role("group", name="Dòng 1"), "Kinh phí khuyến công")).to_have_value("100 triệu")
    assert [line.support for line in project.lines.all()] == [150 * MILLION]
    assert AuditEvent.objects.count() == events


def test_older_button_is_refused(sign_in_as, world):
    """The second tab still shows «Gửi thẩm định» of a draft that was changed meanwhile."""
    project = make_project(world)
    first = sign_in_as(OFFICER)
    second = first.context.new_page()
    second.goto(project.get_absolute_url())
    first.goto(f"/de-an/{project.code}/du-toan/")
    write_support(first, "150 triệu", own="450 triệu")
    says(first, "Đã lưu bước «Dự toán».")
    button(second, "Gửi thẩm định").click()
    expect(second.get_by_role("alert")).to_contain_text(STALE)
    project.refresh_from_db()
    assert project.state == "draft"


def test_what_was_typed_survives_the_end_of_the_session(sign_in_as, world):
    project = make_project(world)
    page = sign_in_as(OFFICER)
    address = f"/de-an/{project.code}/soan/thuyet-minh/"
    page.goto(address)
    text = "Giảm hao hụt sau thu hoạch từ 20 % còn 5 %."
    field(page, "Mục tiêu").fill(text)
    UserSession.objects.all().delete()
    button(page, "Lưu").click()
    expect(heading(page)).to_have_text("Đăng nhập")
    project.refresh_from_db()
    assert project.aims != text

    fill_login(page, OFFICER)
    expect(page).to_have_url(f"{page.url.split('/de-an/')[0]}{address}")
    expect(page.get_by_role("status").filter(has_text="Đã điền lại phần bạn nhập dở")).to_be_visible()
    expect(field(page, "Mục tiêu")).to_have_value(text)
    button(page, "Lưu").click()
    says(page, "Đã lưu bước «Thuyết minh».")
    project.refresh_from_db()
    assert project.aims == text
    page.goto(address)
    expect(page.get_by_text("Đã điền lại phần bạn nhập dở")).to_have_count(0)


def test_what_one_person_typed_is_not_shown_to_the_next(sign_in_as, world):
    project = make_project(world)
    page = sign_in_as(OFFICER)
    address = f"/de-an/{project.code}/soan/thuyet-minh/"
    page.goto(address)
    field(page, "Mục tiêu").fill("Chỉ của người thứ nhất.")
    UserSession.objects.all().delete()
    button(page, "Lưu").click()
    give_passwords(LEADER)
    fill_login(page, LEADER)
    page.goto(address)
    expect(page.get_by_text("Chỉ của người thứ nhất.")).to_have_count(0)


def write_support(page: Page, amount: str, *, own: str) -> None:
    line = page.get_by_role("group", name="Dòng 1")
    field(line, "Kinh phí khuyến công").fill(amount)
    field(line, "Cơ sở đóng góp").fill(own)
    button(page, "Lưu").click()
