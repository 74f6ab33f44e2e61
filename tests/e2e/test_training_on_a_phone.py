"""A class on telephones: entering oneself at the door, attendance and evaluation at 360 px, also without network."""

import pytest
from playwright.sync_api import expect

from khuyencong.training.models import Attendance, Evaluation, Learner
from khuyencong.training.tests.making import OFFICER, enter, finished, mark, running
from tests.e2e.helpers import PASSWORD, button, field, fill_login, give_passwords, heading
from tests.e2e.inspection import Inspector

NAME = ".".join(OFFICER)
OFFLINE = """async (address) => {
  await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 100; tries += 1) {
    if (await caches.match(new URL(address, location.href).href)) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("the page is not in the browser's store");
}"""


@pytest.fixture
def course(world):
    return running(world)


def says(page, text):
    expect(page.locator("[data-attendance-said]")).to_contain_text(text)


def tap(page, name, word):
    page.get_by_role("group", name=name).get_by_label(word, exact=True).check()


def present():
    return sorted(Attendance.objects.filter(present=True).values_list("learner__name", flat=True))


def test_attendance_outlives_a_lost_network_and_a_closed_page(world, course, open_browser):
    """Taps go at once; without network they stay in the telephone, and the page opens again; a lost answer counts once."""
    people = [enter(world, course, name) for name in ("Người Một", "Người Hai", "Người Ba")]
    session = course.sessions.first()
    address = f"/dao-tao/diem-danh/{session.pk}/"
    give_passwords(NAME)
    page = open_browser(width=360, height=740)
    page.goto(address)
    fill_login(page, NAME, PASSWORD)
    expect(heading(page)).to_have_text("Điểm danh")
    tap(page, "1. Người Một", "Có mặt")
    says(page, "Đã lưu lúc")
    assert present() == ["Người Một"]
    lost = []

    def lose_one(route):
        if lost or route.request.method != "POST":
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route(f"**{address}", lose_one)
    tap(page, "2. Người Hai", "Có mặt")
    says(page, "Chưa có mạng")
    says(page, "Đã lưu lúc")
    page.unroute(f"**{address}")
    assert (lost, present(), Attendance.objects.count()) == ([200], ["Người Hai", "Người Một"], 2)
    page.evaluate(OFFLINE, address)
    page.context.set_offline(True)
    tap(page, "3. Người Ba", "Có mặt")
    says(page, "Chưa có mạng")
    page.goto("about:blank")
    page.goto(address)  # without network: the page comes from the telephone, with what was tapped
    expect(page.locator("[data-attendance-total]")).to_contain_text("Có mặt 3")
    assert present() == ["Người Hai", "Người Một"]
    mark(world, session, people[0], present=False)  # meanwhile a colleague, on another telephone
    page.context.set_offline(False)
    button(page, "Lưu điểm danh").click()
    says(page, "có mặt 2, vắng 1")
    assert present() == ["Người Ba", "Người Hai"]
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('kc-diem-danh')).length") == 0


def test_taps_that_cannot_be_kept_that_come_late_and_of_everybody_else(world, course, open_browser):
    """Storage forbidden: sent all the same. A colleague's «absent» outlives «everybody else»; an ended class is told so."""
    people = [enter(world, course, name) for name in ("Người Một", "Người Hai", "Người Ba")]
    session = course.sessions.first()
    address = f"/dao-tao/diem-danh/{session.pk}/"
    give_passwords(NAME)
    page = open_browser(width=360, height=740)
    page.goto(address)
    fill_login(page, NAME, PASSWORD)
    expect(heading(page)).to_have_text("Điểm danh")
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    tap(page, "1. Người Một", "Có mặt")
    says(page, "Đã lưu lúc")
    assert present() == ["Người Một"]
    mark(world, session, people[1], present=False)  # a colleague, whom this page does not know of yet
    page.reload()
    page.evaluate(
        """() => { for (const one of document.querySelectorAll("input[type=radio]")) one.checked = false; }"""
    )
    button(page, "Những người còn lại đều có mặt").click()
    says(page, "có mặt 2, vắng 1. 1 người đã được ghi ở máy khác")
    assert present() == ["Người Ba", "Người Một"]
    # Ended meanwhile: what lay here goes, since it was tapped before; what can no longer go is told.
    page.context.set_offline(True)
    tap(page, "2. Người Hai", "Có mặt")
    says(page, "Chưa có mạng")
    page.goto("about:blank")
    finished(world, course)
    page.context.set_offline(False)
    page.goto(address)
    says(page, "Đã lưu lúc")
    assert present() == ["Người Ba", "Người Hai", "Người Một"]
    page.evaluate(
        "([key, id]) => localStorage.setItem(key, JSON.stringify({[id]: {present: false, at: Date.now() + 60000}}))",
        [f"kc-diem-danh:{world.actor(*OFFICER).user.pk}:{session.pk}", str(people[0].pk)],
    )
    page.reload()
    says(page, "khi lớp đang mở. Máy này còn giữ 1 lượt điểm danh.")


def test_a_form_that_is_lost_on_the_way_is_kept(course, open_browser):
    door = f"/lop/{course.secret}/"
    page = open_browser(width=360, height=740)
    page.goto(door)
    field(page, "Họ và tên").fill("Người Tự Ghi")
    page.route(f"**{door}", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        button(page, "Ghi danh").click()
    assert not Learner.objects.exists()
    page.unroute(f"**{door}")
    page.goto(door)
    expect(page.get_by_text("Đã gửi 1 phiếu.")).to_be_visible()
    assert Learner.objects.get().name == "Người Tự Ghi"
    # And one that arrived is not kept: nobody's data stay in the telephone.
    field(page, "Họ và tên").fill("Người Thứ Hai")
    button(page, "Ghi danh").click()
    expect(page.get_by_text("Đã nhận ghi danh")).to_be_visible()
    assert page.evaluate("localStorage.getItem('kc-ghi-danh')") == "[]"
    assert Learner.objects.count() == 2


def test_at_the_door_without_network(course, open_browser):
    """Who scans the code enters and evaluates; what cannot be sent waits in the telephone and goes once."""
    door = f"/lop/{course.secret}/"
    page = open_browser(width=360, height=740)
    page.goto(door)
    field(page, "Họ và tên").fill("Người Tự Ghi")
    button(page, "Ghi danh").click()
    expect(page.get_by_text("Đã nhận ghi danh")).to_be_visible()
    assert Learner.objects.get().name == "Người Tự Ghi"
    page.goto(f"{door}danh-gia/")
    page.evaluate(OFFLINE, f"{door}danh-gia/")
    page.context.set_offline(True)
    page.get_by_role("group", name="Nội dung").get_by_label("5 – rất tốt").check()
    field(page, "Ý kiến khác").fill("Nên thêm thực hành.")
    button(page, "Gửi phiếu").click()
    expect(page.get_by_text("Không có mạng: phiếu được giữ trong máy này")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Phiếu, ghi lúc")).to_be_visible()
    assert not Evaluation.objects.exists()
    page.context.set_offline(False)
    button(page, "Gửi các phiếu đang giữ").click()
    expect(page.get_by_text("Đã gửi 1 phiếu.")).to_be_visible()
    said = Evaluation.objects.get()
    assert (said.content, said.comment, said.kept_offline) == (5, "Nên thêm thực hành.", True)


def test_pages_on_a_phone_are_accessible(world, course, open_browser):
    enter(world, course, "Người Một")
    give_passwords(NAME)
    page = open_browser(width=360, height=740)
    inspector = Inspector(page)
    for address in (f"/lop/{course.secret}/", f"/lop/{course.secret}/danh-gia/"):
        inspector.open(address, kind=address[-9:])
    page.goto("/dao-tao/")
    fill_login(page, NAME, PASSWORD)
    for address in (
        f"/dao-tao/diem-danh/{course.sessions.first().pk}/", f"/dao-tao/{course.pk}/danh-sach/",
        f"/dao-tao/{course.pk}/danh-sach/them/", f"/dao-tao/{course.pk}/ma-qr/",
    ):  # fmt: skip
        inspector.open(address, kind=address)
    assert inspector.faults == {}
