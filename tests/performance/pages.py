"""The pages that `make bench` measures."""

from tests.performance.page import Page

PAGES: list[Page] = [
    Page(name="Đăng nhập", path="/dang-nhap/", model="people.User"),
]
