"""An establishment answers the letter on a phone, without an account and without JavaScript."""

import pytest
from playwright.sync_api import expect

from khuyencong.effects.links import grouped
from khuyencong.effects.models import SheetState
from khuyencong.effects.tests.asking import fresh, link, sheet_of
from tests.e2e.helpers import button, heading
from tests.e2e.inspection import NARROW, TOO_WIDE


@pytest.fixture
def asked(world):
    """A sheet whose time has come."""
    return sheet_of(world)


@pytest.mark.parametrize("scripts", [False, True])
def test_letter_is_answered(asked, open_browser, scripts):
    page = open_browser(**NARROW, javascript=scripts)
    page.goto(f"/tra-loi/{grouped(link(asked))}/")
    expect(heading(page)).to_have_text("Kết quả sau khi được hỗ trợ")
    if scripts:  # measured by a script of the test
        assert page.evaluate(TOO_WIDE) == []
    page.get_by_label("Hiện có bao nhiêu lao động?").fill("12")
    page.get_by_label("bao nhiêu lao động nữ?").fill("40")
    page.get_by_label("Thu nhập bình quân một lao động một tháng?").fill("8 triệu")
    button(page, "Gửi câu trả lời").click()

    expect(page.get_by_role("alert")).to_contain_text("Có số liệu lạ")
    expect(page.get_by_label("bao nhiêu lao động nữ?")).to_have_value("40")  # as it was typed
    page.get_by_label("bao nhiêu lao động nữ?").fill("7")
    button(page, "Gửi câu trả lời").click()

    expect(page.get_by_text("Đã nhận câu trả lời.")).to_be_visible()
    found = fresh(asked)
    assert found.state == SheetState.ANSWERED
    assert {one.code: int(one.value) for one in found.measures.all()} == {
        "workers": 12, "jobs_women": 7, "income": 8_000_000,
    }  # fmt: skip
