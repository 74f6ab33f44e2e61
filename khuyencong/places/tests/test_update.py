"""A decision ends units on the day before and begins others; nothing else changes. All decisions here are made up."""

from datetime import date

import pytest

from khuyencong.core.dates import today
from khuyencong.establishments.models import norm_province_keys
from khuyencong.people.scope import is_inside
from khuyencong.places.actions import load_places
from khuyencong.places.decision import DecisionError
from khuyencong.places.models import CityStatus, Commune, PlaceDecision, Province, Region, RegionMembership
from khuyencong.places.planning import new_key, plan
from khuyencong.places.queries import is_city_on, name_on, place_then_and_now, region_on
from khuyencong.places.tests.deciding import MERGER, as_data, decided, make_commune
from khuyencong.places.update import apply_decision, is_applied
from khuyencong.projects.models import Project
from khuyencong.testing import at_once, kinds, make_establishment, make_project
from tests.looking import whole_database

BEFORE, AFTER = date(2026, 2, 28), date(2026, 3, 1)
PLACES = {"places.", "audit."}


@pytest.fixture
def regions(world):
    """Đồng Tháp in the South, Phú Thọ in the North."""
    for code, region in (("82", Region.SOUTH), ("25", Region.NORTH)):
        RegionMembership.objects.create(
            province=world.provinces[code], region=region, from_on=date(2025, 7, 1), verified=True
        )


def province(key):
    return Province.objects.select_related("current").get(key=key)


def commune(key):
    return Commune.objects.select_related("current__province", "province").get(key=key)


def records():
    """Everything that is not a place: what a decision must leave alone."""
    return {name: rows for name, rows in whole_database().items() if not name.startswith(tuple(PLACES))}


# --- a merger of provinces -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("regions")
def test_merger_ends_both_and_begins_one(world):
    apply_decision(decided(MERGER))
    new = province("82-2026")
    assert (new.code, new.name, new.valid_from, new.is_today, new.current) == ("82", "Tỉnh Gộp Thử", AFTER, True, new)
    for key in ("82", "25"):
        old = province(key)
        assert (old.valid_to, old.current, old.ended) == (BEFORE, new, "trước 01/03/2026")
    assert set(Province.objects.in_force(BEFORE)) == {world.provinces["82"], world.provinces["25"]}
    assert list(Province.objects.in_force(AFTER)) == [new]
    assert [row.key for row in Province.objects.search("gop thu")] == ["82-2026"]


@pytest.mark.usefixtures("world", "regions")
def test_provinces_of_before_2025_lead_to_the_new_one_as_well():
    apply_decision(decided(MERGER))
    assert {province(key).current.key for key in ("87@2025", "17@2025")} == {"82-2026"}
    assert province("87@2025").valid_to == date(2025, 6, 30)
    # What each of them went into at the time is not forgotten.
    assert [one.new.key for one in province("87@2025").became.select_related("new")] == ["82"]
    assert {one.old.key for one in province("82-2026").formed_from.select_related("old")} == {"82", "25"}


@pytest.mark.usefixtures("world", "regions")
def test_communes_follow_their_province_under_the_same_name():
    apply_decision(decided(MERGER))
    for code in ("29869", "07900"):
        old, new = commune(code), commune(f"{code}-2026")
        assert (new.name, new.code, new.province.key, new.latitude) == (old.name, code, "82-2026", old.latitude)
        assert (old.valid_to, old.current, old.was_split) == (BEFORE, new, False)
        assert new.current == new
    assert Commune.objects.in_force(AFTER).count() == 2
    assert Commune.objects.search("gop thu").count() == 2


@pytest.mark.usefixtures("regions")
def test_merger_changes_no_other_record(world):
    make_project(world, state="settled")
    make_establishment(world, commune=Commune.objects.get(code="29869"))
    before = records()
    apply_decision(decided(MERGER))
    assert records() == before


@pytest.mark.usefixtures("regions")
def test_rows_that_ended_earlier_only_lead_on(world):
    kept = {field.attname for field in Province._meta.concrete_fields} - {"current_id"}
    before = Province.objects.filter(valid_to__isnull=False).order_by("pk").values(*kept)
    rows = list(before)
    apply_decision(decided(MERGER))
    assert list(before.filter(pk__in=[one["id"] for one in rows])) == rows
    row = Province.objects.filter(key="82").values(*kept - {"valid_to"}).get()
    assert row == {name: getattr(world.provinces["82"], name) for name in row}


@pytest.mark.usefixtures("regions")
def test_scope_and_norms_follow_a_record_of_before(world):
    project = make_project(world, state="settled")
    apply_decision(decided(MERGER))
    project = Project.objects.select_related("province__current", "province_before").get(pk=project.pk)
    assert project.province.key == "82"
    assert norm_province_keys(project.province, project.province_before) == ("82-2026", "82", "87@2025")
    for agency in ("dong-thap", "phu-tho"):  # both work in the new province now
        actor = world.actor(agency, "officer")
        actor.agency.province = province(actor.agency.province.key)
        assert list(Project.objects.visible_to(actor)) == [project]
        assert is_inside(actor, province=project.province)


@pytest.mark.usefixtures("world", "regions")
def test_region_is_carried_on_with_its_days_and_not_verified():
    apply_decision(decided(MERGER))
    assert region_on(province("25"), BEFORE) == Region.NORTH
    assert region_on(province("25"), AFTER) is None
    row = RegionMembership.objects.get(province__key="82-2026")
    assert (row.region, row.from_on, row.to_on, row.verified) == (Region.SOUTH, AFTER, None, False)


@pytest.mark.usefixtures("world", "regions")
def test_provinces_of_two_regions_need_one_to_be_said():
    merger = {"merge_provinces": ["82", "25"], "into": {"code": "82", "name": "Tỉnh Gộp Thử"}}
    with pytest.raises(DecisionError, match=r"Mục 1 \(merge_provinces\): .*không cùng một khu vực.*«region»"):
        plan(decided(merger))
    RegionMembership.objects.update(region=Region.SOUTH)
    assert plan(decided(merger)).provinces[0].region == Region.SOUTH


@pytest.mark.usefixtures("world", "regions")
def test_second_merger_leads_everything_on_to_the_end():
    apply_decision(decided(MERGER))
    rename = {"rename_province": "82", "name": "Tỉnh Đổi Tên Thử"}
    apply_decision(decided(rename, in_force_on="2026-05-01"))
    assert {province(key).current.key for key in ("87@2025", "17@2025", "82", "25", "82-2026")} == {"82-2026-2"}
    assert commune("29869").current.key == "29869-2026-2"
    assert [row.key for row in Province.objects.in_force(date(2026, 4, 1))] == ["82-2026"]


# --- other changes ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("world", "regions")
def test_old_name_of_a_renamed_province_still_stands_on_the_days_before():
    apply_decision(decided({"rename_province": "25", "name": "Tỉnh Đổi Tên Thử"}))
    names = {on: [name_on(row, on) for row in Province.objects.in_force(on)] for on in (BEFORE, AFTER)}
    assert names == {BEFORE: ["Tỉnh Đồng Tháp", "Tỉnh Phú Thọ"], AFTER: ["Tỉnh Đổi Tên Thử", "Tỉnh Đồng Tháp"]}
    assert region_on(province("25-2026"), AFTER) == Region.NORTH


@pytest.mark.usefixtures("world", "regions")
def test_new_city_is_dated_and_keeps_its_row():
    apply_decision(decided({"new_city": "82"}, verified=True))
    row = province("82")
    assert (is_city_on(row, BEFORE), is_city_on(row, AFTER), row.is_today) == (False, True, True)
    assert (name_on(row, BEFORE), name_on(row, AFTER)) == ("Tỉnh Đồng Tháp", "Thành phố Đồng Tháp")
    status = CityStatus.objects.get()
    assert (status.from_on, status.passed_on, status.verified) == (AFTER, date(2026, 2, 1), True)
    assert status.document == "Nghị quyết 00/VÍ-DỤ (không có thật)"


@pytest.mark.usefixtures("world", "regions")
def test_city_status_is_carried_on_with_its_day_and_not_verified():
    CityStatus.objects.create(province=province("82"), verified=True)
    apply_decision(decided({"rename_province": "82", "name": "Thành phố Đổi Tên Thử"}, verified=True))
    new = province("82-2026")
    assert (is_city_on(new, BEFORE), is_city_on(new, AFTER)) == (False, True)
    assert (is_city_on(province("82"), BEFORE), new.city_status.verified) == (True, False)


@pytest.mark.usefixtures("regions")
def test_split_province_shares_out_its_communes(world):
    make_commune(world.provinces["82"], "29870", "Xã Thử Hai")
    split = {
        "split_province": "82",
        "into": [
            {"code": "82", "name": "Tỉnh Phần Một", "communes": "rest"},
            {"code": "83", "name": "Tỉnh Phần Hai", "communes": ["29870"]},
        ],
    }
    apply_decision(decided(split))
    assert commune("29869").current.province.name == "Tỉnh Phần Một"
    assert commune("29870").current.province.name == "Tỉnh Phần Hai"
    assert province("82").current.key == "82-2026"
    assert province("83").current.key == "83"
    assert [one.new.key for one in province("82").became.select_related("new")] == ["82-2026", "83"]
    written = place_then_and_now(province("82"), commune("29870"))
    assert (written.then, written.now) == ("Xã Thử Hai, Tỉnh Đồng Tháp", "Xã Thử Hai, Tỉnh Phần Hai")


@pytest.mark.usefixtures("world", "regions")
def test_split_commune_leads_to_its_main_part_and_says_so():
    parts = [
        {"code": "29869", "name": "Xã Phần Một", "latitude": 10.1, "longitude": 105.1},
        {"code": "29871", "name": "Phường Phần Hai", "latitude": 10.2, "longitude": 105.2},
    ]
    apply_decision(decided({"split_commune": "29869", "into": parts}))
    old = commune("29869")
    assert (old.was_split, old.current.key, old.valid_to) == (True, "29869-2026", BEFORE)
    assert (commune("29871").kind, commune("29871").how_formed[:9]) == ("ward", "Chia từ X")
    written = place_then_and_now(province("82"), old, "Ấp Thử")
    assert written.now == "Xã Phần Một, Tỉnh Đồng Tháp"
    assert "xã cũ đã chia" in written.sentence
    apply_decision(decided({"rename_commune": "29869", "name": "Xã Lại Đổi"}, in_force_on="2026-04-01"))
    assert (commune("29869").was_split, commune("29869").current.name) == (True, "Xã Lại Đổi")
    assert commune("29869-2026").was_split is False


@pytest.mark.usefixtures("regions")
def test_communes_merge_move_and_change_their_point(world):
    for code in ("29870", "29871", "29872"):
        make_commune(world.provinces["82"], code, f"Xã Thử {code}")
    apply_decision(
        decided(
            {"merge_communes": ["29869", "29870"], "into": {"code": "29869", "name": "Phường Gộp"}},
            {"move_commune": "29871", "to": "25"},
            {"move_point": "29872", "latitude": 11.5, "longitude": 106},
        )
    )
    merged = commune("29869-2026")
    assert (merged.kind, merged.province.key, merged.how_formed) == (
        "ward",
        "82",
        "Sáp nhập Xã Thử Nghiệm Đồng Tháp, Xã Thử 29870 (Nghị quyết 00/VÍ-DỤ (không có thật)).",
    )
    assert {commune(code).current for code in ("29869", "29870")} == {merged}
    moved = commune("29871-2026")
    assert (moved.name, moved.province.key, commune("29871").province.key) == ("Xã Thử 29871", "25", "82")
    assert (commune("29872").latitude, commune("29872").current.latitude) == (10, 11.5)
    assert Province.objects.in_force(AFTER).count() == 2


@pytest.mark.usefixtures("world", "regions")
def test_commune_may_change_together_with_its_province():
    apply_decision(
        decided(
            MERGER,
            {"rename_commune": "29869", "name": "Phường Đổi Tên"},
            {"move_point": "07900", "latitude": 12, "longitude": 107},
        )
    )
    assert (commune("29869").current.name, commune("29869").current.province.key) == ("Phường Đổi Tên", "82-2026")
    assert commune("07900").current.latitude == 12
    assert Commune.objects.in_force(AFTER).count() == 2


# --- keys ------------------------------------------------------------------------------------------------------------


def test_key_never_changes_its_meaning():
    assert new_key("82", 2027, []) == "82"
    assert new_key("82", 2027, ["82"]) == "82-2027"
    assert new_key("82", 2027, ["82", "82-2027"]) == "82-2027-2"
    assert new_key("99", 2027, ["82", "82-2027"]) == "99"


@pytest.mark.usefixtures("regions")
def test_code_that_comes_free_is_given_again_under_another_key(world):
    meant = {row.key: row.pk for row in Province.objects.all()}
    apply_decision(decided(MERGER))
    split = {
        "split_province": "82",
        "into": [
            {"code": "82", "name": "Tỉnh Phần Một", "communes": "rest"},
            {"code": "25", "name": "Tỉnh Phần Hai", "communes": ["07900"]},
        ],
    }
    apply_decision(decided(split, in_force_on="2026-06-01"))
    assert {row.key for row in Province.objects.in_force(today())} == {"82-2026-2", "25-2026"}
    assert {key: Province.objects.get(key=key).pk for key in meant} == meant


# --- once, together, and not too early -------------------------------------------------------------------------------


@pytest.mark.usefixtures("world", "regions")
def test_looking_writes_nothing_and_a_second_time_there_is_nothing_to_do():
    decision, before = decided(MERGER), whole_database()
    plan(decision)
    assert whole_database() == before
    assert not is_applied(decision)
    apply_decision(decision)
    assert is_applied(decided(MERGER))
    after = whole_database()
    with pytest.raises(DecisionError, match="đã được áp dụng"):
        apply_decision(decision)
    assert whole_database() == after
    stored = PlaceDecision.objects.get()
    assert [one["new"][0]["key"] for one in stored.changes] == ["82-2026"]


@pytest.mark.usefixtures("world", "regions")
def test_decision_of_the_future_can_be_looked_at_only():
    decision = decided(MERGER, in_force_on="2099-01-01")
    assert plan(decision).provinces[0].row.key == "82-2099"
    with pytest.raises(DecisionError, match="đến ngày ấy mới áp dụng được"):
        apply_decision(decision)


@pytest.mark.usefixtures("world", "regions")
def test_newer_files_are_not_laid_over_a_decision():
    apply_decision(decided(MERGER))
    before = whole_database()
    assert load_places().outdated
    assert whole_database() == before


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_is_applied(world, regions):
    other = decided({"rename_province": "82", "name": "Tỉnh Khác Thử"})
    outcome = at_once(lambda: apply_decision(decided(MERGER)), lambda: apply_decision(other))
    assert kinds(outcome) == ["DecisionError", "NoneType"]
    assert Province.objects.filter(code="82", valid_to__isnull=True).count() == 1


# --- what is wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (({"new_city": "99"},), "Mục 1 (new_city): không có tỉnh, thành phố nào đang dùng mã «99»."),
        (({"new_city": "17@2025"},), "Mục 1 (new_city): Tỉnh Hòa Bình đã kết thúc ngày 30/06/2025."),
        (({"rename_commune": "99999", "name": "Xã A"},), "không có xã, phường, đặc khu nào đang dùng mã «99999»."),
        ((MERGER, {"new_city": "82"}), "Mục 2 (new_city): Tỉnh Đồng Tháp đã nêu ở mục 1"),
        (({"rename_province": "82", "name": "Tỉnh Đồng Tháp"},), "Tỉnh Đồng Tháp đã mang tên ấy."),
        (({"rename_province": "82", "name": "Thành phố Thử"},), "chưa là thành phố trực thuộc trung ương"),
        (({"move_commune": "29869", "to": "82"},), "đã thuộc Tỉnh Đồng Tháp."),
        (({"move_commune": "29869", "to": "17"},), "không có tỉnh, thành phố nào đang dùng mã «17»."),
        (
            ({"merge_communes": ["29869", "07900"], "into": {"code": "29869", "name": "Xã Gộp"}},),
            "các xã không cùng một tỉnh: hãy ghi «province».",
        ),
        (
            ({"merge_provinces": ["82", "25"], "into": {"code": "82", "name": "Tỉnh A", "region": "south"}},
             {"move_commune": "29869", "to": "25"}),
            "Tỉnh Phú Thọ không còn từ ngày quyết định có hiệu lực",
        ),
        (
            ({"split_province": "82", "into": [
                {"code": "25", "name": "Tỉnh A", "communes": "rest"}, {"code": "83", "name": "Tỉnh B", "communes": ["07900"]},
            ]},),
            "Xã Thử Nghiệm Phú Thọ không thuộc Tỉnh Đồng Tháp.",
        ),
        (
            ({"split_province": "82", "into": [
                {"code": "25", "name": "Tỉnh A", "communes": "rest"}, {"code": "83", "name": "Tỉnh B", "communes": ["29869"]},
            ]},),
            "Mục 1 (split_province): mã 25 của Tỉnh A đã có tỉnh khác dùng.",
        ),
        (
            ({"split_province": "82", "into": [
                {"code": "82", "name": "Tỉnh A", "communes": ["29869"]}, {"code": "83", "name": "Tỉnh B", "communes": ["29869"]},
            ]},),
            "được nêu ở hai phần.",
        ),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("world", "regions")
def test_what_does_not_fit_the_units_in_force_is_said(changes, sentence):
    before = whole_database()
    with pytest.raises(DecisionError) as refused:
        apply_decision(decided(*changes))
    assert any(sentence in one for one in refused.value.sentences), refused.value.sentences
    assert whole_database() == before


@pytest.mark.usefixtures("regions")
def test_commune_that_no_part_names_is_said(world):
    make_commune(world.provinces["82"], "29870", "Xã Thử Hai")
    make_commune(world.provinces["82"], "29871", "Xã Thử Ba")
    parts = [
        {"code": "82", "name": "Tỉnh A", "communes": ["29869"]},
        {"code": "83", "name": "Tỉnh B", "communes": ["29870"]},
    ]
    with pytest.raises(DecisionError, match=r"chưa nêu Xã Thử Ba \(29871\) thuộc phần nào"):
        plan(decided({"split_province": "82", "into": parts}))


@pytest.mark.usefixtures("world", "regions")
def test_region_recorded_after_the_day_of_the_decision_is_not_overwritten():
    RegionMembership.objects.filter(province__key="25").update(to_on=date(2026, 5, 31))
    RegionMembership.objects.create(province=province("25"), region=Region.SOUTH, from_on=date(2026, 6, 1))
    with pytest.raises(DecisionError, match="đã được ghi khu vực khuyến công từ 01/06/2026"):
        apply_decision(decided(MERGER))


@pytest.mark.usefixtures("world", "regions")
def test_days_before_the_first_are_refused():
    for day in ("2025-07-01", "2024-01-01"):
        with pytest.raises(DecisionError, match="phải sau 01/07/2025"):
            plan(decided(MERGER, in_force_on=day, passed_on=None))
    apply_decision(decided({"rename_province": "82", "name": "Tỉnh Mới Thử"}))
    with pytest.raises(DecisionError, match="mới có từ 01/03/2026, không trước ngày quyết định"):
        plan(decided({"rename_province": "82", "name": "Tỉnh Khác"}, in_force_on="2026-03-01"))


def test_every_mistake_of_a_file_has_a_sentence():
    data = as_data(
        {"merge_provinces": ["82"], "into": {"code": "8", "name": "Gộp", "ten": 1}},
        {"rename_province": "82", "merge_communes": []},
        "xã",
        {"split_commune": "29869", "into": [{"code": "29869", "name": "Xã A", "latitude": 105, "longitude": 10}]},
        {"move_point": True, "latitude": 10, "longitude": None},
        in_force_on="01/01/2027", passed_on="2027-02-30", verified="yes", source="", chanes=1,
    )  # fmt: skip
    with pytest.raises(DecisionError) as refused:
        decided_from(data)
    said = "\n".join(refused.value.sentences)
    for part in (
        "không có khóa «chanes»", "«in_force_on: 01/01/2027»", "«passed_on: 2027-02-30»", "«verified» phải là",
        "thiếu «source»", "Mục 1 (merge_provinces): «merge_provinces» phải là danh sách ít nhất hai mã",
        "Mục 1 (merge_provinces): không có khóa «ten»", "«code» phải là mã 2 chữ số", "phải bắt đầu bằng Tỉnh, Thành phố",
        "Mục 2: phải có đúng một trong các khóa", "Mục 3: phải là các cặp", "Mục 4 (split_commune): «into» phải là danh sách ít nhất hai phần",
        "Mục 5 (move_point): «longitude» phải là số độ từ 101 đến 119", "Mục 5 (move_point): «move_point» phải là mã",
    ):  # fmt: skip
        assert part in said, part


def decided_from(data):
    from khuyencong.places.decision import read_decision

    return read_decision(data)


@pytest.mark.parametrize("data", [None, [], "x", {"changes": {}}, {"changes": []}])
def test_file_that_is_no_decision_is_refused(data):
    with pytest.raises(DecisionError):
        decided_from(data)


def test_digest_is_of_the_meaning():
    one, same = decided(MERGER), decided(dict(reversed(MERGER.items())))
    assert one.digest == same.digest
    assert one.digest != decided(MERGER, verified=True).digest
