"""What people do all day, role by role: each script goes on until the day is over, and thinks at every `yield`.

A step that can be taken only once (handing in, approving) takes the next record that was made for this person; when there is
none left, the script goes on reading. What is yielded says for how long one thinks: PAGE while one reads, 0 where the browser
itself goes on.
"""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.load.browser import Browser, Page

PAGE, NOW = 1.0, 0.0
Script = Iterator[float]
SEARCHES = ("máy say", "đo tải", "bánh tráng", "82-2026", "Ví Dụ", "gốm")
MOST_TURNS = 40


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

    def press(self, task: str, page: Page, to: str, values: dict[str, str] | None = None) -> Page | None:
        """The button or form of the page that goes to `to`; None where the page has none."""
        form = page.form(to=to)
        return self.browser.send(task, form, values) if form else None

    def file(self, name: str) -> bytes | None:
        content = self.next(name)
        return base64.b64decode(content) if content else None


def _look_around(one: Worker) -> Script:
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


def officer(one: Worker) -> Script:
    """Writes, edits and hands in đề án, brings in establishments, makes a Word paper, reports a month."""
    browser, edited = one.browser, one.data["edited"]
    while True:
        yield from _look_around(one)
        page = browser.get("Mở đề án để sửa", f"/de-an/{edited}/sua/")
        yield PAGE
        one.press("Lưu đề án", page, "/sua/", {"name": f"Hỗ trợ máy móc đo tải, sửa {one.chance.randrange(10**6)}"})
        yield PAGE
        if draft := one.next("drafts"):
            page = browser.get("Trang một đề án", f"/de-an/{draft}/")
            yield PAGE
            one.press("Gửi đề án", page, "/gui/")
            yield PAGE
            page = browser.get("Mở giấy Word", f"/giay-to/mau-1/{draft}/")
            yield PAGE
            one.press("Lập giấy Word", page, "/giay-to/mau-1/")
            yield PAGE
        yield from _new_project(one)
        yield from _bring_in(one)
        yield from _month(one)
        browser.get("Danh sách cơ sở", "/co-so/?q=do+tai")
        yield PAGE


def _new_project(one: Worker) -> Script:
    page = one.browser.get("Mở mẫu lập đề án", "/de-an/moi/")
    yield PAGE
    values = {
        "name": f"Đề án lập khi đo tải {one.chance.randrange(10**6)}", "activity": "machinery", "source": "local",
        "sector": "agro_processing",
    }  # fmt: skip
    one.press("Lập đề án", page, "/de-an/moi/", values)
    yield PAGE


def _bring_in(one: Worker) -> Script:
    """An Excel list: handed in, looked through turn by turn as the page does it by itself, written."""
    content = one.file("lists")
    if content is None:
        return
    page = one.browser.get("Mở trang nhập danh sách", "/co-so/nhap/")
    yield PAGE
    form = page.form(having="creation_key", to="/co-so/nhap/")
    if form is None:
        return
    page = one.browser.send("Nhập danh sách Excel", form, upload=("file", "danh-sach.xlsx", content))
    yield from _go_on(one, page)
    page = one.browser.get("Xem danh sách đã đọc", page.url)
    yield PAGE
    written = one.press("Ghi danh sách Excel", page, "/ghi/")
    if written is not None:
        yield from _go_on(one, written)


def _go_on(one: Worker, page: Page | None) -> Script:
    """Long work goes on turn by turn for as long as its page has the button."""
    for _ in range(MOST_TURNS):
        page = one.press("Nhập danh sách, một lượt", page, "/tiep/") if page else None
        if page is None:
            return
        yield NOW


def _month(one: Worker) -> Script:
    """The monthly report of a đề án under way: begun, typed and kept, typed on, handed in; once."""
    code, report = one.data["under_way"], one.data.get("report")
    if report is None:
        page = one.browser.get("Mở báo cáo tiến độ tháng", f"/de-an/{code}/bao-cao-tien-do/")
        yield PAGE
        begun = one.press("Lập báo cáo tiến độ tháng", page, "/bao-cao-tien-do/")
        if begun is None or not begun.url.endswith("/sua/"):
            return
        one.data["report"] = report = begun.url
        yield PAGE
    if one.data.get("handed_in"):
        return
    for _ in range(2):
        page = one.browser.get("Mở báo cáo tiến độ tháng", report)
        yield PAGE
        one.press("Lưu báo cáo tiến độ tháng", page, "/sua/", {"volume": str(one.chance.randrange(1, 90))})
        yield PAGE
    page = one.browser.get("Một báo cáo tiến độ tháng", report.removesuffix("sua/"))
    yield PAGE
    one.data["handed_in"] = one.press("Nộp báo cáo tiến độ tháng", page, "/nop/") is not None
    yield PAGE


def appraiser(one: Worker) -> Script:
    """The desk, one đề án appraised after the other, and what all appraisers put into the same plan."""
    browser = one.browser
    while True:
        yield from _look_around(one)
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
        page = browser.get("Kế hoạch", f"/ke-hoach/{one.data['plan']}/")
        yield PAGE
        # Of what the page offers everybody takes the first one: colleagues meet here on purpose.
        one.press("Đưa vào kế hoạch (tranh nhau)", page, "/dua-vao/")
        yield PAGE
        browser.get("Báo cáo tiến độ các đề án", "/theo-doi/")
        yield PAGE
        if report := one.next("reports"):
            browser.get("Một báo cáo tiến độ tháng", f"/theo-doi/{report}/")
            yield PAGE
            page = browser.get("Mở xác nhận báo cáo tiến độ", f"/theo-doi/{report}/xac-nhan/")
            yield PAGE
            one.press("Xác nhận báo cáo tiến độ tháng", page, "/xac-nhan/")
            yield PAGE


def leader(one: Worker) -> Script:
    """The dashboard and what is behind it, payments approved, plans approved out of one envelope."""
    browser = one.browser
    while True:
        yield from _look_around(one)
        browser.get("Tổng quan", "/tong-quan/")
        yield PAGE
        browser.get("Kết quả theo kỳ", "/ket-qua/theo-ky/")
        yield PAGE
        if payment := one.next("payments"):
            page = browser.get("Khoản chi", f"/de-an/{payment[0]}/chi/khoan/{payment[1]}/")
            yield PAGE
            one.press("Duyệt chi", page, "/duyet/")
            yield PAGE
        if plan := one.next("plans"):
            page = browser.get("Kế hoạch", f"/ke-hoach/{plan}/")
            yield PAGE
            values = {"decision_number": f"{plan}/QĐ-DOTAI", "decided_by": "Chủ tịch (ví dụ)"}
            one.press("Phê duyệt kế hoạch (chung hạn mức)", page, "/phe-duyet/", values)
            yield PAGE
        browser.get("Báo cáo kỳ", "/bao-cao-ky/")
        yield PAGE


def accountant(one: Worker) -> Script:
    """Advances prepared, payments marked paid, the ledger, a statement of the Treasury brought in."""
    browser = one.browser
    while True:
        yield from _look_around(one)
        browser.get("Sổ kinh phí", "/so-kinh-phi/")
        yield PAGE
        if code := one.next("to_prepare"):
            page = browser.get("Mở đề nghị tạm ứng", f"/de-an/{code}/chi/advance/")
            yield PAGE
            one.press("Đề nghị tạm ứng", page, "/chi/advance/", {"condition_document": "BC-01 (ví dụ)"})
            yield PAGE
        if payment := one.next("to_pay"):
            page = browser.get("Khoản chi", f"/de-an/{payment[0]}/chi/khoan/{payment[1]}/")
            yield PAGE
            one.press("Ghi đã chi", page, "/da-chi/", {"da-chi-voucher_number": f"UNC-T{payment[1]}"})
            yield PAGE
        if content := one.file("statements"):
            page = browser.get("Mở trang nhập sao kê", "/kho-bac/sao-ke/moi/")
            yield PAGE
            form = page.form(having="creation_key")
            if form:
                page = browser.send("Nhập sao kê", form, upload=("file", "sao-ke.xlsx", content))
                yield PAGE
        browser.get("Kho bạc", "/kho-bac/")
        yield PAGE
        browser.get("Sổ kinh phí (Excel)", "/so-kinh-phi/tai-ve.xlsx")
        yield PAGE


def auditor(one: Worker) -> Script:
    """The trail, the ledger, the dashboard, and what is taken away as a file; in the nation of all provinces."""
    get = one.browser.get
    while True:
        yield from _look_around(one)
        get("Tổng quan", "/tong-quan/")
        yield PAGE
        get("Nhật ký", "/nhat-ky/")
        yield PAGE
        get("Nhật ký", "/nhat-ky/?page=2")
        yield PAGE
        get("Sổ kinh phí", "/so-kinh-phi/")
        yield PAGE
        get("Danh sách đề án (Excel)", "/de-an/tai-ve.xlsx?state=in_progress")
        yield PAGE
        get("Kết quả theo kỳ", "/ket-qua/theo-ky/")
        yield PAGE


def judge(one: Worker) -> Script:
    """One product after the other: points typed and kept, changed again, never signed."""
    desk = f"/binh-chon/{one.data['round']}/cham/"
    while True:
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


def collaborator(one: Worker) -> Script:
    """The monthly note, and what is near."""
    own = f"/cong-tac-vien/{one.data['collaborator']}/"
    while True:
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


def owner(one: Worker) -> Script:
    """On the phone: my establishment, a request written, what I am asked about what came of the support."""
    browser = one.browser
    while True:
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


def reader(one: Worker) -> Script:
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
    while True:
        for path in one.chance.sample(paths, len(paths)):
            one.browser.get("Cổng công khai", path)
            yield PAGE


def system(one: Worker) -> Script:
    """Another system: the list page by page, one đề án."""
    one.browser.headers = {"Authorization": f"Bearer {one.data['token']}"}
    while True:
        one.browser.get("API: danh sách đề án", "/api/v1/projects")
        yield PAGE
        one.browser.get("API: tỉnh", "/api/v1/provinces")
        yield PAGE


SCRIPTS: dict[str, Callable[[Worker], Script]] = {
    "officer": officer, "appraiser": appraiser, "leader": leader, "accountant": accountant, "auditor": auditor,
    "judge": judge, "collaborator": collaborator, "owner": owner, "reader": reader, "system": system,
}  # fmt: skip
WITHOUT_ACCOUNT = frozenset({"reader", "system"})
