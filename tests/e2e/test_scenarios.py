"""Scenarios of a plan: sums while one types, nothing typed is dropped, and all of it without scripts."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.programmes.models import AnnualPlan
from khuyencong.scenarios.actions import Start, make_scenario
from khuyencong.testing import give_money, make_project
from tests.e2e.helpers import button, field, give_passwords, heading, link, says, sign_in
from tests.e2e.inspection import Inspector

PLANNER = "dong-thap.appraiser"


@pytest.fixture
def scenario(world):
    """Two proposals of 200 triệu, 350 triệu free; the first is chosen."""
    give_passwords(PLANNER)
    for _ in range(2):
        make_project(world, state="base_appraised")
    give_money(world, agency="dong-thap", source="local", year=today().year, amount=350 * MILLION)
    by = world.actor("dong-thap", "appraiser")
    plan = money.create_plan(by=by, year=today().year, source="local", title="Kế hoạch đợt 1")
    make_scenario(by=by, creation_key=uuid4(), plan_id=plan.pk, name="Đối chứng", start=Start.EMPTY)
    return make_scenario(by=by, creation_key=uuid4(), plan_id=plan.pk, name="Một", start=Start.RANKING)


def rows(page):
    return page.locator("tr[data-row]")


def test_sums_follow_the_hand_and_nothing_is_dropped(scenario, open_browser):
    inspector = Inspector(open_browser())
    page = sign_in(inspector.page, PLANNER)
    inspector.open(scenario.get_absolute_url(), kind="scenario")
    live = page.locator("[data-live]")
    expect(live).to_have_text("Đang chọn 200.000.000 đồng, còn 150.000.000 đồng trong hạn mức.")
    second = rows(page).nth(1)
    second.get_by_role("checkbox").check()
    expect(live).to_have_text("Đang chọn 400.000.000 đồng, vượt hạn mức 50.000.000 đồng.")
    reason = second.locator("[name^=ly_do_]")
    expect(reason).to_be_hidden()
    second.locator("[name^=tien_]").fill("150.000.000")
    expect(reason).to_be_visible()
    expect(live).to_contain_text("còn 0 đồng trong hạn mức")
    button(page, "Bỏ chọn tất cả").click()
    expect(page.get_by_text("Có lựa chọn chưa lưu ở bảng dưới: hãy bấm")).to_be_visible()
    button(page, "Lưu lựa chọn").click()
    expect(page.get_by_role("alert").get_by_text("Hãy ghi lý do cắt giảm.")).to_be_visible()
    inspector.inspect("scenario refused")
    rows(page).nth(1).locator("[name^=ly_do_]").fill("Cân đối hạn mức.")
    button(page, "Lưu lựa chọn").click()
    says(page, "Đã lưu lựa chọn.")
    for tail, kind in (("?tab=tong-hop", "sums"), ("?dien-giai=1", "explained"), ("ap-dung/", "adopt")):
        inspector.open(f"{scenario.get_absolute_url()}{tail}", kind=f"scenario {kind}")
    other = scenario.plan.scenarios.exclude(pk=scenario.pk).get()
    inspector.open(
        f"/ke-hoach/{scenario.plan_id}/phuong-an/so-sanh/?a={other.pk}&b={scenario.pk}", kind="scenario_compare"
    )
    for tail in ("", "moi/"):
        inspector.open(f"/ke-hoach/{scenario.plan_id}/phuong-an/{tail}", kind=f"scenarios {tail}")
    assert inspector.faults == {}


def test_scenario_is_chosen_and_adopted_without_scripts(scenario, open_browser):
    page = sign_in(open_browser(javascript=False), PLANNER)
    page.goto(f"/ke-hoach/{scenario.plan_id}/")
    link(page, "So sánh phương án").click()
    link(page, "Phương án mới").click()
    field(page, "Tên phương án").fill("Hai")
    page.get_by_label("Chép phương án «Một»").check()
    button(page, "Lập phương án").click()
    expect(heading(page)).to_have_text("Hai")
    rows(page).nth(1).get_by_role("checkbox").check()
    rows(page).nth(1).locator("[name^=tien_]").fill("120 triệu")
    rows(page).nth(1).locator("[name^=ly_do_]").fill("Cân đối hạn mức.")
    button(page, "Lưu lựa chọn").click()
    says(page, "Đã lưu lựa chọn.")
    link(page, "Áp dụng vào kế hoạch").click()
    button(page, "Áp dụng vào kế hoạch").click()
    says(page, "Đã áp dụng «Hai» vào kế hoạch. 2 đề án thay đổi.")
    assert AnnualPlan.objects.get().projects.count() == 2
