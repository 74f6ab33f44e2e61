"""The pages: who may, what is said, that nothing typed is lost, and the files to take away."""

import io
import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khuyencong.audit.models import AuditEvent
from khuyencong.core.money import MILLION
from khuyencong.projects.models import Project
from khuyencong.scenarios.actions import Start
from khuyencong.scenarios.forms import keys_of
from khuyencong.scenarios.models import Scenario
from khuyencong.scenarios.tests.conftest import PLANNER
from khuyencong.testing import make_project


@pytest.fixture
def planner(world, visit):
    return visit(world.actor(*PLANNER))


def page_of(answer):
    """The words of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def typed(scenario, **changed):
    """What the form of the list sends, all as it stands, but for what is changed: {"tien_7": "100 triệu"}."""
    scenario.refresh_from_db()
    choices = list(scenario.choices.all())
    data = {"version": scenario.version, "rows": ",".join(str(one.project_id) for one in choices)}
    for one in choices:
        data |= {f"tien_{one.project_id}": one.amount, f"ly_do_{one.project_id}": one.reason}
        data |= {f"chon_{one.project_id}": "on"} if one.chosen else {}
    return {key: value for key, value in {**data, **changed}.items() if value is not None}


def url(name, scenario):
    return reverse(name, args=[scenario.pk])


# --- making ----------------------------------------------------------------------------------------------------------


def test_list_without_scenarios_says_what_to_do_next(plan, planner):
    assert "Lập phương án đầu tiên" in page_of(planner.get(reverse("scenarios", args=[plan.pk])))
    assert "So sánh phương án" in page_of(planner.get(reverse("plan", args=[plan.pk])))


def test_new_scenario_leads_to_its_page(plan, three, planner):
    address = reverse("scenario_new", args=[plan.pk])
    assert "Phương án 1" in planner.get(address).content.decode()
    data = {"creation_key": uuid4(), "name": "Theo thứ tự", "begin": Start.RANKING.value}
    answer = planner.post(address, data)
    scenario = Scenario.objects.get()
    assert (answer.status_code, answer.url) == (302, scenario.get_absolute_url())
    assert planner.post(address, data).url == answer.url
    copy = {"creation_key": uuid4(), "name": "Bản chép", "begin": f"chep-{scenario.pk}"}
    assert planner.post(address, copy).status_code == 302
    again = planner.post(address, {**copy, "creation_key": uuid4()})
    assert again.status_code == 422
    assert "tên này" in page_of(again)


# --- one scenario ----------------------------------------------------------------------------------------------------


def test_page_says_what_is_left_and_what_is_beyond(three, scenario_of, planner):
    page = page_of(planner.get(scenario_of(Start.RANKING).get_absolute_url()))
    assert "Còn trong hạn mức 100.000.000 đồng" in page
    assert "2 trong 3 đề án" in page
    assert "Vượt hạn mức" not in page


def test_page_of_too_much_says_by_how_much(three, scenario_of, pick, planner):
    scenario = pick(scenario_of(), dict.fromkeys(three, 150) | {three[0]: 200, three[2]: 200})
    page = page_of(planner.get(scenario.get_absolute_url()))
    assert "Vượt hạn mức 100.000.000 đồng" in page
    assert "kế hoạch vượt hạn mức không phê duyệt được" in page


def test_choices_are_saved_as_people_write_amounts(three, scenario_of, planner, rows):
    scenario = scenario_of()
    changed = {
        f"chon_{three[0].pk}": "on", f"tien_{three[0].pk}": "120 triệu", f"ly_do_{three[0].pk}": "Cân đối",
        f"chon_{three[1].pk}": "on", f"tien_{three[1].pk}": "",
    }  # fmt: skip
    answer = planner.post(f"{url('scenario_choose', scenario)}?page=1", typed(scenario, **changed))
    assert (answer.status_code, answer.url) == (302, f"{scenario.get_absolute_url()}?page=1")
    assert rows(scenario) == {three[0].pk: 120 * MILLION, three[1].pk: 150 * MILLION}


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("300 triệu", "Nhiều nhất 200.000.000 đồng."),
        ("120 triệu", "Hãy ghi lý do cắt giảm."),
        ("0", "Số hỗ trợ phải lớn hơn 0."),
        ("nhiều", "Không đọc được số tiền"),
    ],
)
def test_refused_choices_come_back_as_typed(three, scenario_of, planner, rows, amount, sentence):
    scenario = scenario_of()
    changed = {f"chon_{three[0].pk}": "on", f"tien_{three[0].pk}": amount}
    answer = planner.post(url("scenario_choose", scenario), typed(scenario, **changed))
    assert answer.status_code == 422
    assert sentence in page_of(answer)
    assert f'value="{amount}"' in answer.content.decode()
    assert rows(scenario) == {}


def test_two_tabs_lose_nothing(three, scenario_of, pick, planner, rows):
    scenario = scenario_of()
    old = typed(scenario, **{f"chon_{three[0].pk}": "on"})
    pick(scenario, {three[1]: 150})
    answer = planner.post(url("scenario_choose", scenario), old)
    assert answer.status_code == 422
    assert "đã được thay đổi sau khi bạn mở trang" in page_of(answer)
    assert rows(scenario) == {three[1].pk: 150 * MILLION}
    version = re.search(r'data-scenario.*?name="version" value="(\d+)"', answer.content.decode(), re.DOTALL)[1]
    scenario.refresh_from_db()
    assert int(version) == scenario.version


def test_rows_are_named_by_numbers_only():
    assert keys_of("3,14") == [3, 14]
    assert keys_of("") == keys_of("3,x") == keys_of("9" * 11) == keys_of(",".join(["1"] * 101)) == []


def test_form_with_nothing_in_it_is_refused(three, scenario_of, planner):
    scenario = scenario_of()
    assert planner.post(url("scenario_choose", scenario), {}).status_code == 422
    answer = planner.post(url("scenario_bulk", scenario), {"what": "bay"}, follow=True)
    assert "Hãy chọn một việc có trên trang." in page_of(answer)


def test_bulk_button_says_what_has_come_of_it(three, scenario_of, planner):
    scenario = scenario_of()
    answer = planner.post(
        url("scenario_bulk", scenario), {"what": "het-tien", "version": scenario.version}, follow=True
    )
    assert "Đã chọn 2 đề án, 350.000.000 đồng." in page_of(answer)
    stale = planner.post(url("scenario_bulk", scenario), {"what": "khong", "version": 1}, follow=True)
    assert "đã được thay đổi" in page_of(stale)


def test_list_is_narrowed_by_the_address(three, scenario_of, pick, planner):
    scenario = pick(scenario_of(), {three[0]: 100, three[1]: 150})

    def found(query):
        page = planner.get(f"{scenario.get_absolute_url()}?{query}").content.decode()
        return [project.code for project in three if f">{project.code}</a>" in page]

    codes = [project.code for project in three]
    assert found("chon=chon") == codes[:2]
    assert found("chon=khong") == codes[2:]
    assert found("chon=cat") == codes[:1]
    assert found("uu-tien=difficult_area") == codes[:1]
    assert found("noi-dung=machinery&loai=single") == codes
    assert found("chon=bay") == found("noi-dung=bay") == found("co-so=x") == []


@pytest.mark.parametrize(
    "query",
    ["page=%00", "page=9e9", "chon=%00", "chon=" + "x" * 3000, "noi-dung=%ff", "dia-ban=%ed%a0%80", "tab=%00", "x=" * 900,
     "dien-giai=%00&page=-1", "&&&", "%00=%00"],
)  # fmt: skip
def test_odd_addresses_are_answered(three, scenario_of, planner, query):
    scenario = scenario_of()
    for address in (scenario.get_absolute_url(), reverse("scenario_compare", args=[scenario.plan_id])):
        assert planner.get(f"{address}?{query}&a={scenario.pk}&b={scenario.pk}").status_code in {200, 302}


def test_points_are_explained_on_demand(three, scenario_of, planner):
    scenario = scenario_of()
    assert "Đơn vị chưa có đề án nào" not in page_of(planner.get(scenario.get_absolute_url()))
    assert "Đơn vị chưa có đề án nào" in page_of(planner.get(f"{scenario.get_absolute_url()}?dien-giai=1"))


def test_sums_lead_to_what_they_count(three, scenario_of, planner):
    page = planner.get(f"{scenario_of(Start.RANKING).get_absolute_url()}?tab=tong-hop")
    assert "Địa bàn ưu tiên" in page_of(page)
    assert 'href="?uu-tien=difficult_area"' in page.content.decode()
    assert "57,1 %" in page_of(page)  # 200 of 350 triệu


def test_what_changed_since_is_named_and_brought_up(three, scenario_of, planner, world):
    scenario = scenario_of(Start.RANKING)
    Project.objects.filter(pk=three[0].pk).update(version=77)
    fresh = make_project(world, state="base_appraised")
    page = page_of(planner.get(scenario.get_absolute_url()))
    assert f"Đề án đã thay đổi: {three[0].code}." in page
    assert "Thêm 1 đề án có thể đưa vào." in page
    answer = planner.post(url("scenario_refresh", scenario), {"version": scenario.version}, follow=True)
    assert f"Thêm: {fresh.code}." in page_of(answer)
    assert "Hồ sơ đã khác" not in page_of(answer)


def test_dropped_scenario_is_gone(three, scenario_of, planner):
    scenario = scenario_of(name="Bỏ đi")
    answer = planner.post(url("scenario_delete", scenario), {"version": scenario.version}, follow=True)
    assert "Đã bỏ phương án «Bỏ đi»." in page_of(answer)


# --- adopting --------------------------------------------------------------------------------------------------------


def test_adopting_is_shown_before_it_is_done(plan, three, scenario_of, pick, planner):
    scenario = pick(scenario_of(), {three[0]: 150})
    address = url("scenario_adopt", scenario)
    page = page_of(planner.get(address))
    assert "Đưa vào kế hoạch: 1 đề án" in page
    assert "Cân đối hạn mức." in page
    answer = planner.post(address, {"version": scenario.version}, follow=True)
    assert "1 đề án thay đổi." in page_of(answer)
    assert list(Project.objects.filter(plan=plan)) == [three[0]]
    assert "Kế hoạch đã đúng như phương án này." in page_of(planner.get(address))


def test_what_stands_in_the_way_is_shown_before_and_after(three, scenario_of, planner):
    scenario = scenario_of(Start.RANKING)
    Project.objects.filter(pk=three[0].pk).update(version=77)
    address = url("scenario_adopt", scenario)
    assert f"{three[0].code} đã thay đổi" in page_of(planner.get(address))
    answer = planner.post(address, {"version": scenario.version})
    assert answer.status_code == 422
    assert "Chưa áp dụng được" in page_of(answer)


# --- two side by side ------------------------------------------------------------------------------------------------


def test_two_side_by_side_show_what_differs(plan, three, scenario_of, pick, planner):
    first = pick(scenario_of(name="Một"), {three[0]: 200, three[1]: 150})
    second = pick(scenario_of(name="Hai"), {three[0]: 200, three[2]: 180})
    address = reverse("scenario_compare", args=[plan.pk])
    page = planner.get(address, {"a": first.pk, "b": second.pk})
    words = page_of(page)
    assert "2 đề án khác nhau" in words
    assert f">{three[0].code}</a>" not in page.content.decode()
    assert "350.000.000 380.000.000 +30.000.000" in words
    everything = planner.get(address, {"a": first.pk, "b": second.pk, "tat-ca": 1})
    assert f">{three[0].code}</a>" in everything.content.decode()
    assert "Hai phương án giống nhau" in page_of(planner.get(address, {"a": first.pk, "b": first.pk}))


@pytest.mark.parametrize("query", ["", "?a=1", "?a=x&b=y", "?a=99999999999999999999&b=1"])
def test_comparison_of_what_is_not_there_leads_to_the_list(plan, planner, query):
    for name in ("scenario_compare", "scenario_compare_xlsx"):
        answer = planner.get(reverse(name, args=[plan.pk]) + query)
        assert (answer.status_code, answer.url) == (302, reverse("scenarios", args=[plan.pk]))


# --- files -----------------------------------------------------------------------------------------------------------


def sheet_of(answer, number=0):
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return book.get_sheet_by_index(number).to_python()


def test_file_holds_numbers(three, scenario_of, pick, planner):
    scenario = pick(scenario_of(), {three[0]: 120})
    answer = planner.get(url("scenario_xlsx", scenario))
    row = next(line for line in sheet_of(answer) if three[0].code in line)
    assert [row[0], row[9], row[10], row[12], row[13]] == [
        1,
        200 * MILLION,
        300 * MILLION,
        120 * MILLION,
        120 * MILLION,
    ]
    assert row[14] == "Cân đối hạn mức."
    assert AuditEvent.objects.get(action="scenario.export").thread == scenario.thread


def test_file_of_two_holds_both_and_the_difference(plan, three, scenario_of, pick, planner):
    first, second = pick(scenario_of(), {three[0]: 120}), pick(scenario_of(), {three[0]: 200})
    address = reverse("scenario_compare_xlsx", args=[plan.pk])
    answer = planner.get(address, {"a": first.pk, "b": second.pk})
    row = next(line for line in sheet_of(answer) if three[0].code in line)
    assert row[4:] == [200 * MILLION, 120 * MILLION, 200 * MILLION, 80 * MILLION]


# --- who, and how many queries ---------------------------------------------------------------------------------------


def addresses(plan, scenario):
    return [
        reverse("scenarios", args=[plan.pk]),
        scenario.get_absolute_url(),
        f"{reverse('scenario_compare', args=[plan.pk])}?a={scenario.pk}&b={scenario.pk}",
        url("scenario_xlsx", scenario),
    ]


def test_leader_looks_and_changes_nothing(world, plan, three, scenario_of, visit):
    scenario = scenario_of(Start.RANKING)
    leader = visit(world.actor("dong-thap", "leader"))
    for address in addresses(plan, scenario):
        assert leader.get(address).status_code == 200, address
    page = leader.get(scenario.get_absolute_url()).content.decode()
    assert "Lưu lựa chọn" not in page
    assert "Bỏ phương án" not in page
    assert leader.get(url("scenario_adopt", scenario)).status_code == 403


@pytest.mark.parametrize("who", [("phu-tho", "officer"), ("region", "officer")])
def test_scenarios_of_others_do_not_exist(world, plan, three, scenario_of, visit, who):
    scenario = scenario_of()
    stranger = visit(world.actor(*who))
    for address in addresses(plan, scenario):
        assert stranger.get(address).status_code == 404, address
    if who[0] == "phu-tho":
        for name in ("scenario_choose", "scenario_bulk", "scenario_refresh", "scenario_delete", "scenario_adopt"):
            assert stranger.post(url(name, scenario), {"version": 1}).status_code == 404, name
        assert stranger.post(reverse("scenario_new", args=[plan.pk]), {}).status_code == 404


def test_queries_do_not_grow_with_the_rows(world, plan, scenario_of, planner):
    counted = []
    for number in (1, 2):
        for _ in range(number):  # 1, then 3 proposals
            make_project(world, state="base_appraised", beneficiaries=number)
        scenario = scenario_of(Start.RANKING)
        found = []
        for address in (*addresses(plan, scenario), f"{scenario.get_absolute_url()}?dien-giai=1",
                        f"{scenario.get_absolute_url()}?tab=tong-hop", url("scenario_adopt", scenario)):  # fmt: skip
            planner.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert planner.get(address).status_code == 200, address
            found.append(len(captured))
        counted.append(found)
    assert counted[0] == counted[1]
