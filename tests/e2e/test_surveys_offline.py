"""A collaborator on a telephone: a survey begun without network is kept in the browser and sent later, once."""

import pytest
from playwright.sync_api import expect

from khuyencong.surveys.models import Survey
from tests.e2e.helpers import PASSWORD, button, field, fill_login, give_passwords, heading
from tests.e2e.inspection import Inspector

COLLABORATOR = "dong-thap-commune.collaborator"


@pytest.fixture
def phone(world, open_browser):
    give_passwords(COLLABORATOR)
    page = open_browser(width=360, height=740)
    page.goto("/khao-sat/moi/")
    fill_login(page, COLLABORATOR, PASSWORD)
    expect(heading(page)).to_have_text("Phiếu khảo sát mới")
    return page


def worker_ready(page):
    """The browser now has what it needs to show the form without network."""
    page.evaluate(
        """async () => {
          await navigator.serviceWorker.ready;
          for (let tries = 0; tries < 100; tries += 1) {
            if (await caches.match(new URL("/khao-sat/ngoai-tuyen/", location.href).href)) return;
            await new Promise((done) => setTimeout(done, 100));
          }
          throw new Error("the form is not in the browser's store");
        }"""
    )


def test_survey_begun_without_network_is_sent_later_once(phone):
    worker_ready(phone)
    phone.context.set_offline(True)
    phone.goto("/khao-sat/moi/")  # the browser opens the form all the same
    expect(heading(phone)).to_have_text("Phiếu khảo sát")
    field(phone, "Tên cơ sở").fill("Lò gạch Thử Nghiệm")
    field(phone, "Nhu cầu").fill("Lò nung ít khói")
    button(phone, "Lưu phiếu").click()
    expect(phone.get_by_text("Không có mạng: phiếu được giữ trong máy này")).to_be_visible()
    expect(field(phone, "Tên cơ sở")).to_have_value("")
    phone.reload()  # closing and opening again loses nothing
    expect(phone.get_by_text("Lò gạch Thử Nghiệm, ghi lúc")).to_be_visible()
    assert not Survey.objects.exists()
    phone.context.set_offline(False)
    button(phone, "Gửi các phiếu đang giữ").click()
    expect(phone.get_by_text("Đã gửi 1 phiếu.")).to_be_visible()
    survey = Survey.objects.get()
    assert (survey.name, survey.need, survey.kept_offline) == ("Lò gạch Thử Nghiệm", "Lò nung ít khói", True)
    phone.goto("/khao-sat/moi/")
    expect(phone.get_by_text("Lò gạch Thử Nghiệm, ghi lúc")).to_have_count(0)
    assert Survey.objects.count() == 1


def test_survey_that_the_server_refuses_stays_and_can_be_mended(phone):
    worker_ready(phone)
    phone.context.set_offline(True)
    field(phone, "Tên cơ sở").fill("Xưởng mộc Thử Nghiệm")
    field(phone, "Ngày khảo sát").fill("31/12/2099")
    button(phone, "Lưu phiếu").click()
    expect(phone.get_by_role("status").get_by_text("phiếu được giữ trong máy này")).to_be_visible()
    phone.context.set_offline(False)
    button(phone, "Gửi các phiếu đang giữ").click()
    expect(phone.get_by_text("Ngày khảo sát không thể ở sau hôm nay")).to_be_visible()
    button(phone, "Mở để sửa").click()
    expect(field(phone, "Tên cơ sở")).to_have_value("Xưởng mộc Thử Nghiệm")
    field(phone, "Ngày khảo sát").fill("01/11/2026")
    button(phone, "Lưu phiếu").click()
    expect(heading(phone)).to_have_text("Xưởng mộc Thử Nghiệm")
    assert Survey.objects.count() == 1


def test_online_form_is_an_ordinary_form(phone):
    field(phone, "Tên cơ sở").fill("Cơ sở Trực Tuyến")
    button(phone, "Lưu phiếu").click()
    expect(heading(phone)).to_have_text("Cơ sở Trực Tuyến")
    assert Survey.objects.get().kept_offline is False


def test_survey_pages_are_accessible(phone):
    inspector = Inspector(phone)
    for address in ("/khao-sat/", "/khao-sat/moi/", "/khao-sat/ngoai-tuyen/"):
        inspector.open(address, kind=address)
    assert inspector.faults == {}
