"""What people do all day, role by role: pieces of work, one after the other and again, until the day is over.

People of one role begin at different pieces, so that whatever the length of the day every piece is under way from its first
minute on; at the nation's month's end everybody begins with what is due. A piece thinks at every `yield`. A step that can be
taken only once (handing in, approving) takes the next record that was made for this person; when there is
none left, the piece is skipped. What is yielded says for how long one thinks: PAGE while one reads, 0 where the browser
itself goes on.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from time import perf_counter
from typing import Any

from tests.load.browser import Browser, Page, Seen

PAGE, NOW = 1.0, 0.0
Script = Iterator[float]
SEARCHES = ("máy say", "đo tải", "bánh tráng", "82-2026", "Ví Dụ", "gốm")
MOST_TURNS = 40
CONTESTED = "Đưa vào kế hoạch (tranh nhau)"
PUBLIC, API = "Cổng công khai", ("API: danh sách đề án", "API: tỉnh")


@dataclass
class Worker:
    """One person at the browser."""

    browser: Browser
    data: dict[str, Any]
    chance: Random

    def next(self, name: str) -> Any:
        """The next of the records that were made for this person; None when all are done."""
        rows = self.data.get(name)
        return rows.pop(0) if rows else None

    def sign_in(self) -> None:
        page = self.browser.get("Mở trang đăng nhập", "/dang-nhap/")
        form = page.form(having="password")
        if form:
            values = {"username": self.data["name"], "password": self.data["password"]}
            self.browser.send("Đăng nhập", form, values)

    def press(
        self, task: str, page: Page, to: str, values: dict[str, str] | None = None, *, if_there: bool = False
    ) -> Page | None:
        """The button or form of the page that goes to `to`. That there is none is an error, unless it is pressed only `if_there`."""
        form = page.form(to=to)
        if form is None and not if_there:
            self.browser.note(Seen(task, perf_counter(), 0.0, page.status, error=f"không có nút {to} ở {page.url}"))
        return self.browser.send(task, form, values) if form else None

    def upload(self, task: str, page: Page, name: str, content: bytes) -> Page | None:
        """The form of the page that takes a file, with this one; that there is none is an error."""
        form = page.form(having="creation_key", to=page.url)
        if form is None:
            self.browser.note(Seen(task, perf_counter(), 0.0, page.status, error=f"không có chỗ nộp tệp ở {page.url}"))
            return None
        return self.browser.send(task, form, upload=("file", name, content))

    def file(self, name: str) -> bytes | None:
        content = self.next(name)
        return base64.b64decode(content) if content else None


def look_around(one: Worker) -> Script:
    """What everybody of an office does: what waits, the list, a search, one đề án and a part of it."""
    get = one.browser.get
    get("Việc của tôi", "/")
    yield PAGE
    choice = one.chance.choice(("", "?state=in_progress", "?year=2026&source=local", "?q=may"))
    page = get("Danh sách đề án", f"/de-an/{choice}")
    yield PAGE
    codes = page.links(r"/de-an/\d\d[A-Z0-9-]*/")
    if codes:
        code = one.chance.choice(codes)
        get("Trang một đề án", code)
        yield PAGE
        get("Trang một đề án", f"{code}?tab={one.chance.choice(('du-toan', 'kinh-phi', 'ho-so', 'nhat-ky'))}")
        yield PAGE
    get("Tìm", f"/tim/?q={one.chance.choice(SEARCHES).replace(' ', '+')}")
    yield PAGE


def edit(one: Worker) -> Script:
    """A draft opened, changed, kept."""
    page = one.browser.get("Mở đề án để sửa", f"/de-an/{one.data['edited']}/sua/")
    yield PAGE
    one.press("Lưu đề án", page, "/sua/", {"name": f"Hỗ trợ máy móc đo tải, sửa {one.chance.randrange(10**6)}"})
    yield PAGE


def hand_in(one: Worker) -> Script:
    """A đề án handed in, and its Word paper."""
    draft = one.next("drafts")
    if draft is None:
        return
    page = one.browser.get("Trang một đề án", f"/de-an/{draft}/")
    yield PAGE
    one.press("Gửi đề án", page, "/gui/")
    yield PAGE
    page = one.browser.get("Mở giấy Word", f"/giay-to/mau-1/{draft}/")
    yield PAGE
    one.press("Lập giấy Word", page, "/giay-to/mau-1/")
    yield PAGE


def new_project(one: Worker) -> Script:
    page = one.browser.get("Mở mẫu lập đề án", "/de-an/moi/")
    yield PAGE
    values = {
        "name": f"Đề án lập khi đo tải {one.chance.randrange(10**6)}", "activity": "machinery", "source": "local",
        "sector": "agro_processing",
    }  # fmt: skip
    one.press("Lập đề án", page, "/de-an/moi/", values)
    yield PAGE


def bring_in(one: Worker) -> Script:
    """An Excel list: handed in, looked through turn by turn as the page does it by itself, written."""
    content = one.file("lists")
    if content is None:
        return
    page = one.browser.get("Mở trang nhập danh sách", "/co-so/nhap/")
    yield PAGE
    read = one.upload("Nhập danh sách Excel", page, "danh-sach.xlsx", content)
    if read is None:
        return
    yield from _go_on(one, read)
    page = one.browser.get("Xem danh sách đã đọc", read.url)
    yield PAGE
    written = one.press("Ghi danh sách Excel", page, "/ghi/")
    if written is not None:
        yield from _go_on(one, written)


def _go_on(one: Worker, page: Page | None) -> Script:
    """Long work goes on turn by turn for as long as its page has the button."""
    for _ in range(MOST_TURNS):
        page = one.press("Nhập danh sách, một lượt", page, "/tiep/", if_there=True) if page else None
        if page is None:
            return
        yield NOW


def month(one: Worker) -> Script:
    """The monthly report of a đề án under way: begun, typed and kept, typed on, handed in; once."""
    code = one.next("under_way")
    if code is None:
        return
    page = one.browser.get("Mở báo cáo tiến độ tháng", f"/de-an/{code}/bao-cao-tien-do/")
    yield PAGE
    begun = one.press("Lập báo cáo tiến độ tháng", page, "/bao-cao-tien-do/")
    if begun is None or not begun.url.endswith("/sua/"):
        return
    yield PAGE
    for _ in range(2):
        page = one.browser.get("Mở báo cáo tiến độ tháng", begun.url)
        yield PAGE
        one.press("Lưu báo cáo tiến độ tháng", page, "/sua/", {"volume": str(one.chance.randrange(1, 90))})
        yield PAGE
    page = one.browser.get("Một báo cáo tiến độ tháng", begun.url.removesuffix("sua/"))
    yield PAGE
    one.press("Nộp báo cáo tiến độ tháng", page, "/nop/")
    yield PAGE


def establishments(one: Worker) -> Script:
    one.browser.get("Danh sách cơ sở", "/co-so/?q=do+tai")
    yield PAGE


def appraise(one: Worker) -> Script:
    """The desk, and one đề án appraised."""
    browser = one.browser
    browser.get("Bàn thẩm định", "/tham-dinh/")
    yield PAGE
    if code := one.next("submitted"):
        browser.get("Trang một đề án", f"/de-an/{code}/")
        yield PAGE
        page = browser.get("Mở phiếu thẩm định", f"/de-an/{code}/tham-dinh/base/")
        yield PAGE
        values = {f"point_{number}": "dat" for number in range(1, 6)} | {"outcome": "agree", "norm_confirmed": "on"}
        one.press("Thẩm định", page, "/tham-dinh/base/", values)
        yield PAGE


def into_the_plan(one: Worker) -> Script:
    """Of what the page offers everybody takes the first one: colleagues meet here on purpose, until there is none left."""
    page = one.browser.get("Kế hoạch", f"/ke-hoach/{one.data['plan']}/")
    yield PAGE
    one.press(CONTESTED, page, "/dua-vao/", if_there=True)
    yield PAGE


def confirm(one: Worker) -> Script:
    """The months that were handed in, and one of them confirmed."""
    browser = one.browser
    browser.get("Báo cáo tiến độ các đề án", "/theo-doi/")
    yield PAGE
    if report := one.next("reports"):
        browser.get("Một báo cáo tiến độ tháng", f"/theo-doi/{report}/")
        yield PAGE
        page = browser.get("Mở xác nhận báo cáo tiến độ", f"/theo-doi/{report}/xac-nhan/")
        yield PAGE
        one.press("Xác nhận báo cáo tiến độ tháng", page, "/xac-nhan/")
        yield PAGE


def overview(one: Worker) -> Script:
    """The dashboard, the results of the period beside the one before, the reports of periods."""
    for task, url in (
        ("Tổng quan", "/tong-quan/"), ("Kết quả theo kỳ", "/ket-qua/theo-ky/"), ("Báo cáo kỳ", "/bao-cao-ky/")
    ):  # fmt: skip
        one.browser.get(task, url)
        yield PAGE


def approve_payment(one: Worker) -> Script:
    if payment := one.next("payments"):
        page = one.browser.get("Khoản chi", f"/de-an/{payment[0]}/chi/khoan/{payment[1]}/")
        yield PAGE
        one.press("Duyệt chi", page, "/duyet/")
        yield PAGE


def approve_plan(one: Worker) -> Script:
    """Plans of a province draw on one envelope."""
    if plan := one.next("plans"):
        page = one.browser.get("Kế hoạch", f"/ke-hoach/{plan}/")
        yield PAGE
        values = {"decision_number": f"{plan}/QĐ-DOTAI", "decided_by": "Chủ tịch (ví dụ)"}
        one.press("Phê duyệt kế hoạch (chung hạn mức)", page, "/phe-duyet/", values)
        yield PAGE


def ledger(one: Worker) -> Script:
    """The ledger on the page, and as Excel."""
    one.browser.get("Sổ kinh phí", "/so-kinh-phi/")
    yield PAGE
    one.browser.get("Sổ kinh phí (Excel)", "/so-kinh-phi/tai-ve.xlsx")
    yield PAGE


def prepare_advance(one: Worker) -> Script:
    if code := one.next("to_prepare"):
        page = one.browser.get("Mở đề nghị tạm ứng", f"/de-an/{code}/chi/advance/")
        yield PAGE
        one.press("Đề nghị tạm ứng", page, "/chi/advance/", {"condition_document": "BC-01 (ví dụ)"})
        yield PAGE


def pay(one: Worker) -> Script:
    if payment := one.next("to_pay"):
        page = one.browser.get("Khoản chi", f"/de-an/{payment[0]}/chi/khoan/{payment[1]}/")
        yield PAGE
        one.press("Ghi đã chi", page, "/da-chi/", {"da-chi-voucher_number": f"UNC-T{payment[1]}"})
        yield PAGE


def treasury(one: Worker) -> Script:
    """A statement of the Treasury brought in."""
    one.browser.get("Kho bạc", "/kho-bac/")
    yield PAGE
    if content := one.file("statements"):
        page = one.browser.get("Mở trang nhập sao kê", "/kho-bac/sao-ke/moi/")
        yield PAGE
        one.upload("Nhập sao kê", page, "sao-ke.xlsx", content)
        yield PAGE


def trail(one: Worker) -> Script:
    for url in ("/nhat-ky/", "/nhat-ky/?page=2"):
        one.browser.get("Nhật ký", url)
        yield PAGE


def take_away(one: Worker) -> Script:
    """What an auditor takes away; in the nation of all provinces."""
    one.browser.get("Danh sách đề án (Excel)", "/de-an/tai-ve.xlsx?state=in_progress")
    yield PAGE


def score(one: Worker) -> Script:
    """One product after the other: points typed and kept, changed again, never signed."""
    desk = f"/binh-chon/{one.data['round']}/cham/"
    page = one.browser.get("Bàn chấm điểm", desk)
    yield PAGE
    for sheet in page.links(rf"{desk}\d+/"):
        page = one.browser.get("Phiếu chấm điểm", sheet)
        yield PAGE
        form = page.form(having="turn")
        if form:
            names = [name for name in form.fields if name[0] == "c" and name[1:].isdigit()]
            one.browser.send("Lưu phiếu chấm điểm", form, {name: str(one.chance.randrange(1, 8)) for name in names})
            yield PAGE


def notes(one: Worker) -> Script:
    """The monthly note, and what is near."""
    own = f"/cong-tac-vien/{one.data['collaborator']}/"
    for month in one.data["months"]:
        one.browser.get("Trang cộng tác viên", own)
        yield PAGE
        page = one.browser.get("Mở ghi chép tháng", f"{own}thang/{month}/")
        yield PAGE
        values = {"text": f"Đã đến cơ sở (ví dụ {one.chance.randrange(10**6)}).", "visits": "2"}
        one.press("Lưu ghi chép tháng", page, "/thang/", values)
        yield PAGE
        one.browser.get("Khảo sát", "/khao-sat/")
        yield PAGE


def own(one: Worker) -> Script:
    """On the phone: my establishment, a request written, what I am asked about what came of the support."""
    browser = one.browser
    browser.get("Cơ sở của tôi", "/")
    yield PAGE
    page = browser.get("Hiệu quả: câu hỏi cho cơ sở", "/co-so-cua-toi/hieu-qua/")
    yield PAGE
    for asked in page.links(r"/co-so-cua-toi/hieu-qua/\d+/")[:1]:
        page = browser.get("Hiệu quả: mở phiếu", asked)
        yield PAGE
        form = page.form(having="version", to=asked)
        if form:
            told = {"workers": "12", "income": "6.500.000", "revenue": "2.000.000.000", "sure": "on"}
            browser.send(
                "Hiệu quả: trả lời",
                form,
                {name: told[name] for name in told if name in form.fields} | {"sure": "on"},
            )
            yield PAGE
    browser.get("Tôi được hỗ trợ gì", "/co-so-cua-toi/ho-tro/")
    yield PAGE
    page = browser.get("Mở đề nghị hỗ trợ", "/de-nghi/moi/")
    yield PAGE
    values = {
        "activity": "machinery", "title": f"Mua máy (ví dụ {one.chance.randrange(10**6)})",
        "description": "Máy cũ chạy chậm (ví dụ).", "total_cost": "300.000.000", "support_wished": "120.000.000",
    }  # fmt: skip
    one.press("Lập đề nghị hỗ trợ", page, "/de-nghi/moi/", values)
    yield PAGE
    browser.get("Đề nghị của tôi", "/de-nghi/")
    yield PAGE


def read(one: Worker) -> Script:
    """Somebody without an account at the public pages."""
    paths = (
        "/cong/",
        "/cong/ho-tro/",
        "/cong/de-an/",
        "/cong/ket-qua/",
        "/cong/dinh-muc/",
        "/cong/ban-do/",
        "/cong/tim/?q=may",
    )
    for path in one.chance.sample(paths, len(paths)):
        one.browser.get(PUBLIC, path)
        yield PAGE


def call(one: Worker) -> Script:
    """Another system: the list page by page, one đề án."""
    one.browser.headers = {"Authorization": f"Bearer {one.data['token']}"}
    one.browser.get(API[0], "/api/v1/projects")
    yield PAGE
    one.browser.get(API[1], "/api/v1/provinces")
    yield PAGE
