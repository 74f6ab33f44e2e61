"""The pages: who may, what is said, how the count goes on with and without scripts, and the file to take away."""

import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.testing import make_project
from khuyencong.whatif import count as counting
from khuyencong.whatif.actions import version_of_count
from khuyencong.whatif.changes import Change
from khuyencong.whatif.models import Trial, TrialState
from khuyencong.whatif.queries import TABS

OFFICER, LEADER = ("dong-thap", "officer"), ("dong-thap", "leader")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def officer(world, visit):
    return visit(world.actor(*OFFICER))


@pytest.fixture
def done(five, trial_of, count):
    """The five đề án of the conftest, counted."""
    return count(trial_of())


def page_of(answer):
    """The words of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def form(**changed):
    """A form that would go through where there is a đề án."""
    return {
        "creation_key": "7f1f3c1e-5d4b-4a7e-9b57-1f2d3c4b5a69",
        "name": "Hạ mức trần",
        "first_year": today().year,
        "last_year": today().year,
        "muc-TOTAL_FORMS": 2,
        "muc-INITIAL_FORMS": 0,
        "muc-0-content": "machinery",
        "muc-0-scope": "82",
        "muc-0-percent": "50",
        "muc-0-cap": "240 triệu",
        "muc-1-scope": "82",
        **changed,
    }


def count_by_button(client, trial, **headers):
    """Press the button, as the page shows it now."""
    page = client.get(trial.get_absolute_url()).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    return client.post(reverse("trial_count", args=[trial.pk]), {"version": version}, headers=headers)


# --- a new trial -----------------------------------------------------------------------------------------------------


def test_new_trial_leads_to_its_progress(world, officer):
    make_project(world)
    answer = officer.post(reverse("trial_new"), form())
    trial = Trial.objects.get()
    assert (answer.status_code, answer.url) == (302, trial.get_absolute_url())
    assert trial.changes == [
        {
            "kind": "change", "activity": "machinery", "scope": "82", "percent": "50", "cap": 240_000_000, "tier": "",
        }
    ]  # fmt: skip
    shown = officer.get(answer.url)
    assert "<progress" in shown.content.decode()
    assert "Chỉ là tính thử: không thay đổi hồ sơ nào." in page_of(shown)
    assert "Đã tính 0 trong 1 đề án (0,0 %)" in page_of(shown)


def test_rule_and_tier_of_the_form(world, visit):
    make_project(world, source="national")
    national = visit(world.actor("national", "officer"))
    values = {
        "muc-0-content": "competition_prize|cấp khu vực", "muc-0-scope": "quoc-gia", "muc-0-percent": "",
        "muc-0-cap": "4 triệu", "muc-1-scope": "quoc-gia", "rule_scope": "quoc-gia", "rule_caps": "87,5",
    }  # fmt: skip
    answer = national.post(reverse("trial_new"), form(**values))
    assert answer.status_code == 302, page_of(answer)
    change, rule = Trial.objects.get().changes
    assert (change["activity"], change["tier"], change["scope"]) == ("competition_prize", "cấp khu vực", None)
    assert rule == {"kind": "rule", "scopes": [None], "caps": "87.5", "rates": None}


def test_rule_of_a_province_holds_for_those_it_was_made_of(world, officer):
    make_project(world)
    values = {f"muc-0-{name}": "" for name in ("content", "percent", "cap")} | {"rule_scope": "82", "rule_caps": "80"}
    assert officer.post(reverse("trial_new"), form(**values)).status_code == 302
    assert Trial.objects.get().changes == [{"kind": "rule", "scopes": ["87@2025"], "caps": "80", "rates": None}]


def test_plan_brings_its_year_and_source(world, visit):
    plan = make_project(world, state="approved").plan
    leader = visit(world.actor(*LEADER))
    answer = leader.post(reverse("trial_new"), form(plan=plan.pk, first_year="", last_year=""))
    assert answer.status_code == 302
    trial = Trial.objects.get()
    assert (trial.plan, trial.first_year, trial.source) == (plan, plan.year, "local")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "Hãy nhập mục này."),
        ({"muc-0-percent": "101"}, "Nhiều nhất 100 %."),
        ({"muc-0-percent": "0"}, "Phải lớn hơn 0 %."),
        ({"muc-0-percent": "-5"}, "Phải lớn hơn 0 %."),
        ({"muc-0-percent": "nửa"}, "Hãy ghi một số"),
        ({"muc-0-percent": "NaN"}, "Hãy ghi một số"),
        ({"muc-0-percent": "9" * 400}, "Nhiều nhất 100 %."),
        ({"muc-0-cap": "-5 triệu"}, "không được âm"),
        ({"muc-0-cap": "240"}, "240 triệu"),
        ({"muc-0-percent": "", "muc-0-cap": ""}, "Hãy nêu mức trần hoặc tỷ lệ muốn thử."),
        ({"muc-0-percent": ""}, "hãy nêu cả tỷ lệ"),
        ({"muc-0-content": ""}, "Hãy chọn nội dung."),
        ({"muc-0-content": "bay"}, "không có trong danh sách"),
        ({"muc-0-scope": "25"}, "không có trong danh sách"),
        ({"muc-0-content": "", "muc-0-percent": "", "muc-0-cap": ""}, "ít nhất một mức thử"),
        ({"muc-1-content": "machinery", "muc-1-percent": "40"}, "hai mức thử"),
        ({"rule_caps": "80"}, "Hãy chọn nhân định mức của phạm vi nào."),
        ({"rule_scope": "82"}, "bao nhiêu phần trăm"),
        ({"rule_scope": "82", "rule_caps": "1001"}, "Nhiều nhất 1000 %."),
        ({"rule_scope": "82", "rule_rates": "300"}, "vượt 100 %"),
        ({"first_year": ""}, "Hãy ghi năm, hoặc chọn một kế hoạch."),
        ({"first_year": "2027", "last_year": "2026"}, "Năm cuối không được trước năm đầu."),
        ({"first_year": "1066"}, "2013"),
        ({"first_year": "2013", "last_year": "2014"}, "Không có đề án nào có dự toán"),
        ({"source": "khac"}, "không có trong danh sách"),
        ({"plan": "99999999999999999999"}, "không có trong danh sách"),
        ({"creation_key": "khac"}, "Mã lần tạo"),
        ({"muc-TOTAL_FORMS": "-1"}, "Số dòng"),
        ({"muc-TOTAL_FORMS": "999"}, "nhiều nhất 20 dòng"),
        ({"muc-TOTAL_FORMS": "x"}, "Số dòng"),
    ],
)
def test_form_that_cannot_be_meant_gets_a_sentence(world, officer, changed, sentence):
    make_project(world)
    answer = officer.post(reverse("trial_new"), form(**changed))
    assert answer.status_code == 422
    assert sentence in page_of(answer)
    assert 'class="kc-summary"' in answer.content.decode()
    assert not Trial.objects.exists()


def test_refused_form_keeps_what_was_typed(world, officer):
    answer = officer.post(reverse("trial_new"), form(**{"muc-0-percent": "12,5", "muc-0-cap": "240 triệu"}))
    page = answer.content.decode()
    assert answer.status_code == 422  # nothing to count yet
    assert 'value="12,5"' in page
    assert 'value="240 triệu"' in page


# --- counting --------------------------------------------------------------------------------------------------------


def test_progress_is_a_part_of_the_page(world, five, officer, trial_of, monkeypatch):
    """htmx gets only the part, with the next version in it, and is sent to the result at the end."""
    monkeypatch.setattr(counting, "BATCH", 2)
    monkeypatch.setattr("khuyencong.whatif.actions.SLICE_SECONDS", 0)
    trial = trial_of()
    answer = count_by_button(officer, trial, **HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    assert 'value="3"' in page
    assert 'hx-trigger="submit, load"' in page
    assert "Đã tính 2 trong 5 đề án (40,0 %)" in page_of(answer)
    count_by_button(officer, trial, **HTMX)
    answer = count_by_button(officer, trial, **HTMX)
    assert (answer.headers["HX-Redirect"], answer.content) == (trial.get_absolute_url(), b"")


def test_another_page_that_counts_too_is_followed(world, five, officer, trial_of, monkeypatch):
    monkeypatch.setattr(counting, "BATCH", 2)
    monkeypatch.setattr("khuyencong.whatif.actions.SLICE_SECONDS", 0)
    trial = trial_of()
    count_by_button(officer, trial)
    late = {"version": version_of_count(trial)}
    answer = officer.post(reverse("trial_count", args=[trial.pk]), late, headers=HTMX)
    assert "Đã tính 2 trong 5" in page_of(answer)
    assert 'role="alert"' not in answer.content.decode()
    answer = officer.post(reverse("trial_count", args=[trial.pk]), late, follow=True)
    assert "Phép thử đã được tính tiếp ở một trang khác" in page_of(answer)
    trial.refresh_from_db()
    assert trial.counted == 2


def test_button_counts_without_scripts(world, five, officer, trial_of, monkeypatch):
    monkeypatch.setattr(counting, "BATCH", 2)
    monkeypatch.setattr("khuyencong.whatif.actions.SLICE_SECONDS", 0)
    trial = trial_of()
    for counted in (2, 4, 5):
        answer = count_by_button(officer, trial)
        assert (answer.status_code, answer.url) == (302, trial.get_absolute_url())
        trial.refresh_from_db()
        assert trial.counted == counted
    assert "Đã tính xong" in page_of(officer.get(trial.get_absolute_url()))


def test_refusal_stops_the_page_from_asking_again(world, five, officer, trial_of, monkeypatch):
    """The norms have changed so that the trial cannot be counted any more: said once, not every second."""
    trial = trial_of()
    trial.changes[0]["activity"] = "khong-con"
    trial.save()
    answer = count_by_button(officer, trial, **HTMX)
    assert "Không có nội dung hoạt động mã «khong-con»." in page_of(answer)
    assert 'hx-trigger="submit"' in answer.content.decode()


def test_finished_trial_sends_a_late_page_to_its_result(done, officer):
    answer = officer.post(reverse("trial_count", args=[done.pk]), {"version": 6}, headers=HTMX)
    assert answer.headers["HX-Redirect"] == done.get_absolute_url()


# --- who ------------------------------------------------------------------------------------------------------------


def test_trial_of_another_province_does_not_exist(world, done, visit):
    for who in (("phu-tho", "officer"), ("phu-tho-centre", "auditor"), ("region", "leader")):
        client = visit(world.actor(*who))
        for name in ("trial", "trial_xlsx"):
            assert client.get(reverse(name, args=[done.pk])).status_code == 404, (who, name)
        assert done.name not in page_of(client.get(reverse("trials")))
    stranger = visit(world.actor("phu-tho", "officer"))
    assert stranger.post(reverse("trial_count", args=[done.pk]), {"version": 1}).status_code == 404


def test_others_look_but_do_not_count(world, five, trial_of, visit):
    trial = trial_of()
    for who in (("national", "leader"), ("dong-thap-centre", "officer"), ("dong-thap", "auditor")):
        client = visit(world.actor(*who))
        shown = client.get(trial.get_absolute_url())
        assert "Đã tính 0 trong 5" in page_of(shown)
        assert "Chỉ Sở Công Thương Đồng Tháp tính tiếp được" in page_of(shown)
        assert client.post(reverse("trial_count", args=[trial.pk]), {"version": 1}).status_code == 403
    assert reverse("trial_new") not in client.get(reverse("trials")).content.decode()
    trial.refresh_from_db()
    assert trial.counted == 0


# --- the result ------------------------------------------------------------------------------------------------------


def test_result_says_what_it_rests_on(done, officer):
    page = page_of(officer.get(done.get_absolute_url()))
    assert "Chỉ là tính thử: không thay đổi hồ sơ nào." in page
    assert "Mỗi đề án tính theo quy định của ngày gửi" in page
    assert "Không tính đề án «Đã rút», «Không đồng ý», «Ngừng thực hiện»" in page
    # projects, affected, asked, most allowed before, after, difference, payable before, after, difference
    assert "Cộng 5 3 1.480 1.810 1.610 -200 1.480 1.420 -60" in page


def test_tabs(done, officer):
    tabs = {key: page_of(officer.get(f"{done.get_absolute_url()}?tab={key}")) for key, _ in TABS}
    assert "Ứng dụng máy móc, thiết bị tiên tiến 4 3 1.180 1.360 1.160 -200" in tabs["noi-dung"]
    assert "Đồng Tháp (trước 01/07/2025) 5 3 1.480" in tabs["dia-ban"]
    assert "Tổng 3 đề án 980 1.160 960 -200" in tabs["de-an"]
    assert "50 %, tối đa 240 triệu đồng/cơ sở" in tabs["muc-thu"]
    assert "08/2024/NQ-HĐND" in tabs["muc-thu"]
    assert officer.get(f"{done.get_absolute_url()}?tab=khac").status_code == 200


def test_tables_are_narrowed(world, done, officer, visit, trial_of, count):
    """The activities of one place, the places of one activity; the figures of a line lead to just its đề án."""
    page = officer.get(f"{done.get_absolute_url()}?tab=dia-ban&activity=machinery")
    assert "Đồng Tháp (trước 01/07/2025) 4 3 1.180" in page_of(page)
    assert "?tab=de-an&amp;place=87%402025&amp;activity=machinery" in page.content.decode()
    make_project(world, province="25", source="national", support=280_000_000)
    national = ("national", "officer")
    trial = count(trial_of(Change("machinery", None, None, 240_000_000), who=national), who=national)
    client = visit(world.actor(*national))
    page = page_of(client.get(f"{trial.get_absolute_url()}?tab=noi-dung&place=25"))
    assert "Ứng dụng máy móc, thiết bị tiên tiến 1 1 280 300 240 -60" in page
    assert "Cộng 1 1 280" in page
    assert "Cộng 0 0 0" in page_of(client.get(f"{trial.get_absolute_url()}?tab=noi-dung&place=khac"))


def test_list_is_filtered_by_what_the_tables_lead_to(done, five, officer):
    address = done.get_absolute_url()
    overview = officer.get(address).content.decode()
    assert "?tab=de-an&amp;effect=inadmissible" in overview
    page = page_of(officer.get(f"{address}?tab=de-an&effect=inadmissible"))
    assert five.too_little.code in page
    assert five.enough.code not in page
    assert "Tổng 2 đề án 780 860 720 -140" in page
    assert "Tổng 3 đề án" in page_of(officer.get(f"{address}?tab=de-an&place=87@2025&activity=machinery"))
    for wrong in ("effect=khac", "activity=bay", "place=25"):
        assert "Không có đề án nào" in page_of(officer.get(f"{address}?tab=de-an&{wrong}")), wrong
    first = officer.get(f"{address}?tab=de-an").content.decode()
    # The largest loss first: the two machines of 80 triệu together, then 60 each.
    assert first.index(five.two.code) < first.index(five.enough.code) < first.index(five.too_little.code)


def test_project_out_of_sight_is_not_listed(world, done, five, officer):
    """Moved to another province since: its trial still counts it, the list does not name it."""
    five.two.province = five.two.province_before = world.provinces["25"]
    five.two.implementing_unit = world.agencies["phu-tho-centre"]
    five.two.save()
    assert five.two.code not in officer.get(f"{done.get_absolute_url()}?tab=de-an").content.decode()


def test_trial_without_effect_says_so(world, trial_of, count, officer):
    make_project(world, total=300_000_000, support=100_000_000)
    trial = count(trial_of())
    assert "Không đề án nào bị tác động" in page_of(officer.get(f"{trial.get_absolute_url()}?tab=de-an"))


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("key", [key for key, _ in TABS])
def test_result_costs_the_same_however_many_projects(world, officer, trial_of, count, key):
    make_project(world, support=280_000_000)
    one = count(trial_of())
    few = queries(officer, f"{one.get_absolute_url()}?tab={key}")
    for _ in range(2):
        make_project(world, support=280_000_000)
    three = count(trial_of())
    assert three.rows.count() == 3
    assert queries(officer, f"{three.get_absolute_url()}?tab={key}") == few


def test_list_costs_the_same_however_many_trials(world, officer, trial_of, count):
    make_project(world)
    count(trial_of())
    few = queries(officer, reverse("trials"))
    for _ in range(2):
        trial_of()
    assert queries(officer, reverse("trials")) == few


# --- the file --------------------------------------------------------------------------------------------------------


def sheets_of(answer):
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_file_holds_what_the_page_shows(done, five, officer):
    answer = officer.get(f"{reverse('trial_xlsx', args=[done.pk])}?effect=inadmissible")
    assert answer.status_code == 200
    sheets = sheets_of(answer)
    assert list(sheets) == [
        "Tác động",
        "Mức thử",
        "Theo nội dung",
        "Theo địa bàn",
        "Địa bàn và nội dung",
        "Đề án bị tác động",
    ]
    assert sheets["Tác động"][-1] == ["Cộng", 5, 3, 1480, 1810, 1610, -200, 1480, 1420, -60]
    assert any("Chỉ là tính thử" in str(row[0]) for row in sheets["Tác động"])
    rows = sheets["Đề án bị tác động"]
    assert rows[-1][:2] == ["Cộng", "2 đề án"]
    cell = ["Đồng Tháp (trước 01/07/2025)", "Ứng dụng máy móc, thiết bị tiên tiến", 4, 3, 1180, 1360, 1160, -200]
    assert cell in [row[:8] for row in sheets["Địa bàn và nội dung"]]
    assert rows[-1][-4:] == [780, 860, 720, -140]
    assert any("Chỉ gồm – Tác động: Vượt mức mới" in str(row[0]) for row in rows)
    assert "50 %, tối đa 240 triệu đồng/cơ sở" in sheets["Mức thử"][-1]
    event = AuditEvent.objects.order_by("-seq").first()
    assert (event.action, event.after) == ("trial.export", {"bộ lọc": {"effect": "inadmissible"}})


def test_file_waits_for_the_count(world, five, officer, trial_of):
    trial = trial_of()
    answer = officer.get(reverse("trial_xlsx", args=[trial.pk]))
    assert answer.status_code == 409
    assert trial.state == TrialState.RUNNING
    assert not AuditEvent.objects.filter(action="trial.export").exists()
