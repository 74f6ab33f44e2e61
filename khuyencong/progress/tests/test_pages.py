"""The pages of programmes: who sees what, what is said, the lists behind the figures, the file, and the writing."""

import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date, today
from khuyencong.core.money import MILLION
from khuyencong.programmes.models import Programme, VersionState
from khuyencong.programmes.tests.writing import amended, approve, approved, enter, money, target
from khuyencong.testing import give_money, make_project

YEAR = today().year
OFFICER, LEADER = ("dong-thap", "officer"), ("dong-thap", "leader")


@pytest.fixture
def officer(world, visit):
    return visit(world.actor(*OFFICER))


def words(answer):
    """The words of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def links(answer, part):
    return [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]*)"', answer.content.decode()) if part in one]


def page(client, programme, **query):
    return client.get(programme.get_absolute_url(), query)


def rows(*targets, version=1, money=(), **more):
    """What the form of a draft sends."""
    data = {
        "version": version, "chi-tieu-TOTAL_FORMS": len(targets), "chi-tieu-INITIAL_FORMS": 0,
        "kinh-phi-TOTAL_FORMS": len(money), "kinh-phi-INITIAL_FORMS": 0, **more,
    }  # fmt: skip
    for prefix, found in (("chi-tieu", targets), ("kinh-phi", money)):
        for number, one in enumerate(found):
            data |= {f"{prefix}-{number}-{name}": value for name, value in one.items()}
    return data


# --- the list --------------------------------------------------------------------------------------------------------


def test_list_shows_the_own_province_and_the_nation(world, visit):
    mine, other = approved(world), approved(world, agency="phu-tho")
    nation = approved(world, target(), agency="national")
    for who, seen in {
        OFFICER: {mine, nation}, ("dong-thap-centre", "officer"): {mine, nation}, ("region", "officer"): {nation},
        ("phu-tho", "auditor"): {other, nation}, ("national", "leader"): {mine, other, nation},
    }.items():  # fmt: skip
        shown = visit(world.actor(*who)).get(reverse("programmes"))
        assert set(links(shown, "/chuong-trinh/")) & {one.get_absolute_url() for one in (mine, other, nation)} == {
            one.get_absolute_url() for one in seen
        }


@pytest.mark.parametrize(("year", "found"), [(YEAR + 4, True), (YEAR + 5, False)])
def test_list_is_filtered_by_a_year(world, officer, year, found):
    programme = approved(world)
    shown = officer.get(reverse("programmes"), {"year": year})
    assert (programme.get_absolute_url() in shown.content.decode()) == found
    assert officer.get(reverse("programmes"), {"year": "abc"}).status_code == 422


def test_list_takes_the_same_queries_for_one_and_for_three(world, officer, django_assert_num_queries):
    approved(world)
    with django_assert_num_queries(8):
        officer.get(reverse("programmes"))
    for first in (YEAR + 5, YEAR + 7):
        approved(world, target(first_year=first, last_year=first), first=first, last=first + 1)
    with django_assert_num_queries(8):
        officer.get(reverse("programmes"))


def test_nation_is_offered_what_the_law_room_ships(world, visit, officer):
    client = visit(world.actor("national", "officer"))
    shown = client.get(reverse("programmes"))
    assert "chưa ghi vào đây" in words(shown)
    assert "chưa ghi vào đây" not in words(officer.get(reverse("programmes")))
    address = next(one for one in links(shown, "van-ban=") if "1881" in one)
    form = client.get(address).content.decode()
    assert 'value="qd-1881-2020"' in form
    key = re.search(r'name="creation_key" value="([^"]+)"', form)[1]
    values = {
        "creation_key": key,
        "law_document": "qd-1881-2020",
        "name": "KCQG",
        "first_year": 2021,
        "last_year": 2025,
    }
    answer = client.post(address, values)
    programme = Programme.objects.get()
    assert answer.url == reverse("programme_draft", args=[programme.pk])
    assert programme.versions.get().targets.count() == 12
    assert 'value="340"' in client.get(answer.url).content.decode()


def test_decision_of_a_shipped_programme_is_filled_in(world, visit):
    programme = enter(world, agency="national", first=2021, last=2025, law_document="qd-1881-2020")
    form = visit(world.actor("national", "leader")).get(reverse("programme_approve", args=[programme.pk]))
    assert 'value="1881/QĐ-TTg"' in form.content.decode()
    assert 'value="20/11/2020"' in form.content.decode()


# --- one programme ---------------------------------------------------------------------------------------------------


def test_page_judges_targets_and_opens_the_list_behind_each(world, officer):
    project = make_project(world, state="accepted", beneficiaries=2)
    programme = approved(world, target(low=1, high=2), target("startup_training", label="Đào tạo"))
    shown = page(officer, programme)
    assert "Đã đạt 1 trong 2 chỉ tiêu" in words(shown)
    assert "chưa có số liệu trong hệ thống" in words(shown)
    address = next(one for one in links(shown, "/chi-tieu/machinery/"))
    behind = officer.get(address)
    assert "2 cơ sở" in words(behind)
    assert behind.content.decode().count(f"/de-an/{project.code}/") == 2


def test_page_says_what_is_not_compared_and_not_read(world, officer):
    programme = approved(world, target(low=None), monies=[money("total", None)])
    shown = words(page(officer, programme))
    assert shown.count("chưa đọc được") == 2
    assert shown.count("chờ xác minh") == 2
    compared = enter(world, target(first_year=YEAR + 5, last_year=YEAR + 9), first=YEAR + 5, last=YEAR + 9)
    approve(world, compared, compared=True)
    assert "chờ xác minh" not in words(page(officer, compared))


def test_page_by_an_earlier_day_counts_less(world, officer):
    make_project(world, state="accepted")
    programme = approved(world)
    yesterday = format_date(today() - timedelta(days=1))
    assert ">1<" in page(officer, programme).content.decode()
    shown = page(officer, programme, ngay=yesterday)
    assert f"kết quả đến ngày {yesterday}" in words(shown)
    assert ">0<" in shown.content.decode()


@pytest.mark.parametrize(
    "query", [{"ngay": "31/02/2026"}, {"ngay": "01/01/2099"}, {"phien-ban": "9"}, {"phien-ban": "x"}]
)
def test_page_asked_for_a_day_or_version_that_is_none_says_so(world, officer, query):
    assert page(officer, approved(world), **query).status_code == 422
    assert officer.get(reverse("programme_xlsx", args=[Programme.objects.get().pk]), query).status_code == 404


def test_page_shows_any_version_and_the_one_in_force_by_default(world, officer):
    programme = approved(world)
    amended(world, programme, target(low=777))
    assert "777" not in words(page(officer, programme))
    assert "777 cơ sở" in words(page(officer, programme, **{"phien-ban": "2"}))
    approve(world, programme)
    assert "777 cơ sở" in words(page(officer, programme))
    assert "100 cơ sở" in words(page(officer, programme, **{"phien-ban": "1"}))
    yesterday = format_date(today() - timedelta(days=1))
    assert "100 cơ sở" in words(page(officer, programme, ngay=yesterday))


def test_money_opens_the_list_behind_each_amount(world, officer):
    give_money(world, agency="dong-thap", source="local", year=YEAR, amount=900 * MILLION)
    project = make_project(world, state="approved")
    programme = approved(world, target(), monies=[money()])
    shown = page(officer, programme)
    for one in links(shown, "/kinh-phi/"):
        assert officer.get(one).status_code == 200
    approved_list = officer.get(next(one for one in links(shown, "/kinh-phi/local/approved/")))
    assert project.code in approved_list.content.decode()
    assert "200.000.000" in words(approved_list)
    given = officer.get(next(one for one in links(shown, "/kinh-phi/local/given/")))
    assert "900.000.000" in words(given)


@pytest.mark.parametrize(
    ("name", "args", "query"),
    [
        ("programme_figure", ["no_such"], {}),
        ("programme_figure", ["startup_training"], {}),
        ("programme_figure", ["machinery"], {"ngay": "x"}),
        ("programme_figure", ["machinery"], {"tu": YEAR - 1}),
        ("programme_figure", ["machinery"], {"tu": "२०२६"}),
        ("programme_money", ["local", "no-such"], {}),
        ("programme_money", ["no-such", "approved"], {}),
        ("programme_money", ["national", "given"], {}),
        ("programme_money", ["counterpart", "paid"], {}),
        ("programme_difference", [], {"tu": "9"}),
        ("programme_difference", [], {"den": "x"}),
    ],
)
def test_list_of_what_is_not_counted_does_not_exist(world, officer, name, args, query):
    programme = approved(world)
    amended(world, programme, target())
    assert officer.get(reverse(name, args=[programme.pk, *args]), query).status_code == 404


def test_national_programme_shows_a_province_its_own_part_and_no_more(world, visit, officer):
    mine = make_project(world, state="accepted", source="national")
    other = make_project(world, state="accepted", source="national", province="25")
    give_money(world, agency="national", source="national", year=YEAR, amount=987 * MILLION)
    nation = approved(world, target(low=5), agency="national", monies=[money("national", 900 * MILLION)])
    shown = page(officer, nation)
    assert "phần của Đồng Tháp" in words(shown)
    assert "trong 1 chỉ tiêu" not in words(shown)
    assert "987" not in words(shown)
    behind = officer.get(reverse("programme_figure", args=[nation.pk, "machinery"])).content.decode()
    assert mine.code in behind
    assert other.code not in behind
    assert officer.get(reverse("programme_money", args=[nation.pk, "national", "given"])).status_code == 404
    paid = officer.get(reverse("programme_money", args=[nation.pk, "national", "approved"])).content.decode()
    assert mine.code in paid
    assert other.code not in paid
    whole = words(page(visit(world.actor("national", "officer")), nation))
    assert "trong 1 chỉ tiêu" in whole


def test_draft_of_the_nation_is_not_shown_to_provinces(world, visit, officer):
    nation = approved(world, target(), agency="national")
    amended(world, nation, target(low=777))
    assert page(officer, nation, **{"phien-ban": "2"}).status_code == 422
    assert "dự thảo điều chỉnh" not in words(page(officer, nation))
    assert officer.get(reverse("programme_difference", args=[nation.pk])).status_code == 404
    assert "777" in words(page(visit(world.actor("national", "auditor")), nation, **{"phien-ban": "2"}))


@pytest.mark.parametrize("who", [("phu-tho", "officer"), ("region", "officer")])
def test_programme_of_another_province_does_not_exist(world, visit, who):
    programme = approved(world)
    amended(world, programme, target())
    client = visit(world.actor(*who))
    tails = ("", "chi-tieu/machinery/", "kinh-phi/local/approved/", "so-sanh/", "tai-ve.xlsx")
    for tail in tails:
        assert client.get(f"{programme.get_absolute_url()}{tail}").status_code == 404, tail
        assert client.get(f"/chuong-trinh/999/{tail}").status_code == 404, tail


def test_difference_names_what_changed(world, officer):
    programme = approved(world)
    assert officer.get(reverse("programme_difference", args=[programme.pk])).status_code == 404
    amended(world, programme, target(low=120), target("trademark"), note="Theo Nghị quyết mới.")
    shown = words(officer.get(reverse("programme_difference", args=[programme.pk])))
    assert "100 cơ sở 120 cơ sở Đổi" in shown
    assert "– 100 cơ sở Thêm" in shown
    assert "Theo Nghị quyết mới." in shown


def test_file_holds_the_figures_of_the_page(world, officer):
    make_project(world, state="accepted")
    programme = approved(world, target(low=4), target("trademark"), target("startup_training"), monies=[money()])
    answer = officer.get(links(page(officer, programme), "tai-ve.xlsx")[0])
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == ["Chỉ tiêu", "Kinh phí"]
    found = {row[0]: row for row in book.get_sheet_by_name("Chỉ tiêu").to_python()}
    assert found["Máy móc"][3:7] == [4, 4, 1, 0.25]
    assert found["startup_training"][8] == "chưa có số liệu trong hệ thống"
    assert found["Máy móc"][11] == "chờ xác minh"
    amounts = {row[0]: row for row in book.get_sheet_by_name("Kinh phí").to_python()}
    assert amounts["Khuyến công địa phương"][1] == 5_000 * MILLION
    event = AuditEvent.objects.get(action="programme.export")
    assert (event.thread, event.after["phiên bản"]) == (programme.thread, 1)


# --- writing ---------------------------------------------------------------------------------------------------------


def test_draft_takes_names_units_and_years_from_the_catalogue(world, officer):
    programme = enter(world)
    sent = rows(
        {"indicator": "trademark", "low": "1.250"},
        {"indicator": "other", "label": "Giá trị sản xuất", "unit": "tỷ đồng", "low": "10", "high": "20"},
        {"indicator": "showroom"},
        money=[{"source": "local", "low": "12,5 tỷ"}],
        note="Nháp",
    )
    answer = officer.post(reverse("programme_draft", args=[programme.pk]), sent)
    assert answer.status_code == 302, words(answer)
    draft = programme.versions.get()
    assert [str(one) for one in draft.targets.all()] == [
        "Xây dựng, đăng ký nhãn hiệu: 1.250 cơ sở",
        "Giá trị sản xuất: 10–20 tỷ đồng",
        "Phòng trưng bày sản phẩm: chưa đọc được phòng trưng bày",
    ]
    assert (draft.money.get().low, draft.money.get().high, draft.note) == (12_500 * MILLION, 12_500 * MILLION, "Nháp")
    assert draft.targets.first().period == f"{YEAR}–{YEAR + 4}"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"low": "5"}, "Hãy chọn chỉ tiêu."),
        ({"indicator": "other", "low": "5"}, "Hãy ghi tên chỉ tiêu."),
        ({"indicator": "machinery", "low": "9", "high": "8"}, "Số cao nhất phải từ số thấp nhất"),
        ({"indicator": "machinery", "high": "8"}, "Hãy ghi số thấp nhất"),
        ({"indicator": "machinery", "low": "1,5"}, "số nguyên"),
        ({"indicator": "machinery", "first_year": YEAR - 1}, "nằm trong"),
        ({"indicator": "no_such"}, "không có trong danh sách"),
    ],
)
def test_draft_with_a_wrong_row_comes_back_as_typed(world, officer, row, sentence):
    programme = enter(world, target())
    answer = officer.post(
        reverse("programme_draft", args=[programme.pk]), rows(row, version=programme.version, note="Giữ lại")
    )
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "Giữ lại" in words(answer)
    assert str(programme.versions.get().targets.get()) == "Máy móc: 100 cơ sở"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [({"low": "5 tỷ"}, "Hãy chọn nguồn kinh phí."), ({"source": "local", "low": "616"}, "616 triệu")],
)
def test_draft_with_wrong_money_says_so_on_top(world, officer, row, sentence):
    programme = enter(world)
    answer = officer.post(reverse("programme_draft", args=[programme.pk]), rows(money=[row]))
    assert answer.status_code == 422
    assert "Kinh phí theo nguồn: hãy sửa" in words(answer)
    assert sentence in words(answer)


def test_draft_without_the_number_of_rows_changes_nothing(world, officer):
    programme = enter(world, target())
    address = reverse("programme_draft", args=[programme.pk])
    for changed in ({"chi-tieu-TOTAL_FORMS": ""}, {"chi-tieu-TOTAL_FORMS": -1}, {"kinh-phi-TOTAL_FORMS": "9" * 40}):
        assert officer.post(address, {**rows(version=programme.version), **changed}).status_code == 422
    assert programme.versions.get().targets.count() == 1


def test_row_marked_for_deletion_is_left_out(world, officer):
    programme = enter(world, target(), target("trademark"))
    sent = rows(
        {"indicator": "machinery", "label": "Máy móc", "unit": "cơ sở", "low": "100", "DELETE": "on"},
        {"indicator": "trademark", "low": "5"},
        version=programme.version,
    )
    assert officer.post(reverse("programme_draft", args=[programme.pk]), sent).status_code == 302
    assert programme.versions.get().targets.get().indicator == "trademark"


def test_slower_of_two_writers_sees_both(world, officer):
    programme = enter(world, target())
    sent = rows({"indicator": "trademark", "low": "5"}, version=programme.version - 1)
    answer = officer.post(reverse("programme_draft", args=[programme.pk]), sent)
    assert answer.status_code == 422
    assert "do người khác vừa ghi" in words(answer)
    assert "Máy móc: 100 cơ sở" in words(answer)
    assert 'value="5"' in answer.content.decode()
    again = sent | {"version": programme.version}
    assert officer.post(reverse("programme_draft", args=[programme.pk]), again).status_code == 302


def test_programme_goes_from_the_form_to_force_and_to_its_amendment(world, visit, officer):
    programme = enter(world, target())
    shown = page(officer, programme)
    assert links(shown, "/du-thao/") == [reverse("programme_draft", args=[programme.pk])]
    leader = visit(world.actor(*LEADER))
    approve_url = links(page(leader, programme), "/phe-duyet/")[0]
    decision = {
        "version": programme.version, "decision_number": "5/QĐ-UBND", "decision_on": format_date(today()),
        "decided_by": "Chủ tịch Thử", "effective_on": format_date(today()), "compared": "on",
    }  # fmt: skip
    late = leader.post(approve_url, decision | {"decision_on": format_date(today() + timedelta(days=1))})
    assert late.status_code == 422
    assert "tương lai" in words(late)
    assert leader.post(approve_url, decision).url == programme.get_absolute_url()
    programme.refresh_from_db()
    assert "5/QĐ-UBND" in words(page(officer, programme))
    amend = officer.post(reverse("programme_amend", args=[programme.pk]), {"version": programme.version})
    assert amend.url == reverse("programme_draft", args=[programme.pk])
    assert programme.versions.get(number=2).targets.get().verified
    programme.refresh_from_db()
    officer.post(reverse("programme_discard", args=[programme.pk]), {"version": programme.version})
    assert programme.versions.get().state == VersionState.APPROVED
    for name in ("programme_draft", "programme_edit"):
        assert officer.get(reverse(name, args=[programme.pk])).status_code == 409


def test_only_who_may_is_shown_a_step(world, visit):
    programme = enter(world, target())
    for who in (("dong-thap-centre", "officer"), ("dong-thap", "accountant"), ("national", "officer")):
        shown = page(visit(world.actor(*who)), programme)
        assert links(shown, "/du-thao/") == []
        assert "/bo/" not in shown.content.decode()
