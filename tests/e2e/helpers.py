"""How people use the pages: by the words that they see."""

import re
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from khuyencong.core.dates import format_date, today
from khuyencong.people.models import User

PASSWORD = "mat-khau-thu-nghiem"


def day(after: int = 0) -> str:
    """The day `after` days from today, as it is typed."""
    return format_date(today() + timedelta(days=after))


def give_passwords(*names: str) -> None:
    """Let these people of the test world sign in."""
    for user in User.objects.filter(username__in=names):
        user.set_password(PASSWORD)
        user.save()


def sign_in(page: Page, name: str, password: str = PASSWORD) -> Page:
    """Fill the login page that stands before everything else."""
    page.goto("/dang-nhap/")
    fill_login(page, name, password)
    expect(heading(page)).to_have_text("Việc của tôi")
    page.wait_for_load_state()  # what is typed before the scripts run is not seen by them
    return page


def fill_login(page: Page, name: str, password: str = PASSWORD) -> None:
    field(page, "Tên đăng nhập").fill(name)
    field(page, "Mật khẩu").fill(password)
    button(page, "Đăng nhập").click()


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def field(where: Page | Locator, label: str) -> Locator:
    """The input with exactly this label, required or not."""
    return where.get_by_label(re.compile(rf"^{re.escape(label)}\s*(\(bắt buộc\))?$"))


def button(where: Page | Locator, name: str) -> Locator:
    return where.get_by_role("button", name=name, exact=True)


def link(where: Page | Locator, name: str) -> Locator:
    return where.get_by_role("link", name=name, exact=True)


def says(page: Page, sentence: str) -> None:
    """The page answers the last click with this sentence."""
    expect(page.locator(".kc-messages").get_by_text(sentence)).to_be_visible()


def menu(page: Page, entry: str) -> None:
    area = page.get_by_role("navigation", name="Các phần của hệ thống")
    named = page.locator("a").filter(has_text=re.compile(rf"^\s*{re.escape(entry)}\s*$"))
    link = area.locator("a").filter(has_text=re.compile(rf"^\s*{re.escape(entry)}\s*$"))
    if not link.is_visible():  # it stands in a group
        area.locator("details").filter(has=named).locator("summary").click()
    link.click()


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Các phần của đề án").get_by_role("link", name=name, exact=True).click()


def section(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)
