import pytest

from khuyencong.areas.models import CraftVillage
from khuyencong.establishments.actions.registry import TAKEN
from khuyencong.establishments.models import Establishment, YearFigure
from khuyencong.establishments.tests.lists import AWAY, CODES, HEADS, HOME, OFFICER, plan, row, sheet, told
from khuyencong.places.models import Commune
from khuyencong.testing import make_establishment


@pytest.fixture
def officer(world):
    return world.actor(*OFFICER)


@pytest.fixture
def kept(world):
    """An establishment that is already in the registry, with a tax code."""
    commune = Commune.objects.get(code=HOME)
    return make_establishment(
        world, name="Cơ khí Đúc", kind="household", tax_code=CODES[0], commune=commune, place_text="Ấp 3", workers=12
    )


def one(content, by):
    (planned,) = plan(content, by)
    return planned


# --- what a row is for -----------------------------------------------------------------------------------------------


def test_new_row_is_created(officer):
    planned = one(sheet(row(code=CODES[1])), officer)
    assert told([planned]) == ["create"]
    assert ("Loại hình", "", "Hộ kinh doanh") in planned.changes
    assert ("Mã xã", "", "Xã Thử Nghiệm Đồng Tháp") in planned.changes


def test_same_row_is_unchanged(officer, kept):
    assert told(plan(sheet(row(code=CODES[0])), officer)) == ["unchanged"]


def test_empty_cells_change_nothing(officer, kept):
    assert told(plan(sheet(row(kind=None, code=CODES[0], place=None, workers=None)), officer)) == ["unchanged"]


def test_difference_is_shown_before_and_after(officer, kept):
    planned = one(sheet(row(name="Cơ khí Đúc Mới", code=CODES[0], workers=15)), officer)
    assert (told([planned]), planned.establishment) == (["update"], kept)
    assert planned.changes == [("Tên cơ sở", "Cơ khí Đúc", "Cơ khí Đúc Mới"), ("Lao động", "12", "15")]


def test_row_without_tax_code_is_found_by_name_and_commune(officer, kept):
    """Marks, case and blanks do not count."""
    planned = one(sheet(row(name="  CO KHI  đúc ", workers=15)), officer)
    assert planned.establishment == kept
    assert {label for label, *_ in planned.changes} == {"Tên cơ sở", "Lao động"}


def test_tax_code_comes_to_an_entry_that_had_none(officer, kept):
    Establishment.objects.filter(pk=kept.pk).update(tax_code="")
    planned = one(sheet(row(code=CODES[1])), officer)
    assert (planned.establishment, planned.new) == (kept, {"tax_code": CODES[1]})


def test_other_tax_code_is_another_establishment_with_a_note(officer, kept):
    planned = one(sheet(row(code=CODES[1])), officer)
    assert told([planned]) == ["create"]
    assert "mã số thuế khác" in planned.reading.notes[0]


def test_several_entries_of_one_name_are_not_guessed(world, officer, kept):
    make_establishment(world, name="Cơ khí đúc", commune=kept.commune)
    assert told(plan(sheet(row()), officer)) == [
        "A2: Có 2 cơ sở cùng tên ở xã này: hãy ghi mã số thuế để rõ là cơ sở nào."
    ]


def test_name_without_a_place_is_not_guessed(world, officer, kept):
    assert "hãy ghi mã xã hoặc mã số thuế" in told(plan(sheet(row(commune=None)), officer))[0]
    make_establishment(world, name="Lò gạch", commune=None)
    planned = one(sheet(row(name="Lò gạch", kind=None, commune=None, place=None, workers=7)), officer)
    assert told([planned]) == ["update"]
    assert told(plan(sheet(row(name="Lò ngói", commune=None)), officer)) == ["create"]  # in the importer's province


def test_entry_that_was_merged_is_not_written(world, officer, kept):
    other = make_establishment(world, name="Cơ khí Đúc Lớn")
    Establishment.objects.filter(pk=kept.pk).update(merged_into=other)
    assert "đã gộp vào «Cơ khí Đúc Lớn»" in told(plan(sheet(row(code=CODES[0])), officer))[0]
    assert told(plan(sheet(row()), officer)) == ["create"]  # its name no longer stands for anything


def test_commune_of_the_past_counts_as_that_of_today(world, officer, kept):
    today = kept.commune
    old = Commune.objects.create(
        code=HOME, key=f"{HOME}@cu", name="Xã Cũ", kind="commune", province=today.province, latitude=10, longitude=105,
        valid_to="2025-12-31", current=today, folded="xa cu", sort_key="1",
    )  # fmt: skip
    Establishment.objects.filter(pk=kept.pk).update(commune=old)
    assert told(plan(sheet(row()), officer)) == ["unchanged"]


# --- two rows for one establishment ----------------------------------------------------------------------------------


def test_second_row_of_one_establishment_names_the_first(officer, kept):
    rows = [
        row(code=CODES[1]),
        row("Khác", code=CODES[1]),
        row("Lò gạch"),
        row("LO GACH"),
        row("Lò gạch", code=CODES[2]),
    ]
    answers = told(plan(sheet(*rows), officer))
    assert answers[0] == answers[2] == "create"
    assert "dòng 2" in answers[1]
    assert answers[1].startswith("C3")
    assert "dòng 4" in answers[3]
    assert "dòng 4" in answers[4]


def test_two_rows_that_mean_one_entry_by_code_and_by_name(officer, kept):
    answers = told(plan(sheet(row("Tên mới", code=CODES[0]), row()), officer))
    assert answers == ["update", "A3: Cùng một cơ sở với dòng 2 của tệp: «Cơ khí Đúc»."]


def test_one_name_with_two_tax_codes_is_two_establishments(officer):
    assert told(plan(sheet(row(code=CODES[1]), row(code=CODES[2])), officer)) == ["create", "create"]


# --- another province ------------------------------------------------------------------------------------------------


def test_other_province_is_refused(officer):
    assert told(plan(sheet(row(commune=AWAY)), officer)) == [
        "D2: Xã Thử Nghiệm Phú Thọ thuộc Tỉnh Phú Thọ, ngoài địa bàn của cơ quan bạn."
    ]


def test_entry_of_another_province_stays_unknown(world, kept):
    """Only that the code is taken is said, as the form of the registry says it; nothing of the name, nothing by name."""
    stranger = world.actor("phu-tho", "officer")
    answers = told(plan(sheet(row("Của người khác", code=CODES[0], commune=AWAY)), stranger))
    assert answers == [f"C2: {TAKEN}"]
    assert told(plan(sheet(row(commune=AWAY)), stranger)) == ["create"]
    Establishment.objects.filter(pk=kept.pk).update(commune=None)
    assert told(plan(sheet(row(commune=None)), stranger)) == ["create"]


def test_operator_of_the_machine_works_for_the_nation(kept):
    answers = told(plan(sheet(row(code=CODES[0]), row("Khác", commune=AWAY), row("Không xã", commune=None)), None))
    assert answers == ["unchanged", "create", "D4: Thiếu mã xã (hoặc tỉnh) của cơ sở."]


# --- places and names ------------------------------------------------------------------------------------------------


def test_commune_by_its_name_and_province(officer):
    heads = ("Tên cơ sở", "Loại hình", "Xã, phường", "Tỉnh")
    assert told(plan(sheet(("A", "HKD", "thử nghiệm đồng tháp", None), heads=heads), officer)) == ["create"]
    assert told(plan(sheet(("A", "HKD", "Xã Thử Nghiệm Đồng Tháp", "Đồng Tháp"), heads=heads), officer)) == ["create"]
    assert "không có xã" in told(plan(sheet(("A", "HKD", "Xã Lạ", None), heads=heads), officer))[0]
    assert "ngoài địa bàn" in told(plan(sheet(("A", "HKD", None, "Phú Thọ"), heads=heads), officer))[0]
    assert "nhiều tỉnh có xã cùng tên" in told(plan(sheet(("A", "HKD", "Xã Lạ", None), heads=heads), None))[0]


def test_code_and_name_of_the_commune_must_agree(officer):
    heads = (*HEADS, "Xã, phường", "Tỉnh")
    assert "không phải «Xã Khác»" in told(plan(sheet((*row(), "Xã Khác", None), heads=heads), officer))[0]
    assert told(plan(sheet((*row(), "Thử Nghiệm Đồng Tháp", "đồng tháp"), heads=heads), officer)) == ["create"]
    assert "không thuộc Phú Thọ" in told(plan(sheet((*row(), None, "Phú Thọ"), heads=heads), None))[0]


def test_lost_zeros_of_a_commune_are_known(officer):
    assert told(plan(sheet(row(commune=29869)), officer)) == ["create"]
    assert told(plan(sheet(row(commune=7900)), officer))[0].startswith("D2: Xã Thử Nghiệm Phú Thọ")
    assert "«99999»" in told(plan(sheet(row(commune="99999")), officer))[0]


def test_province_of_before_and_craft_village(world, officer):
    agency = world.agencies["dong-thap"]
    village = CraftVillage.objects.create(
        name="Bánh tráng Tân An", province=world.provinces["82"], document="01/QĐ", from_on="2020-01-01",
        entered_by=officer.user, entered_for=agency,
    )  # fmt: skip
    heads = (*HEADS, "Tỉnh trước 01/07/2025", "Làng nghề")
    planned = one(sheet((*row(), "Đồng Tháp", "BÁNH TRÁNG TÂN AN"), heads=heads), officer)
    assert planned.new["province_before"] == world.provinces["87@2025"]
    assert planned.new["craft_village"] == village
    answers = told(plan(sheet((*row(), "Hòa Bình", "Không có"), heads=heads), officer))
    assert "không phải là tỉnh đã hợp thành Đồng Tháp" in answers[0]


# --- what cannot stand together --------------------------------------------------------------------------------------


def test_refusals_name_the_cell(officer):
    heads = (*HEADS, "Lao động nữ", "Vĩ độ", "Kinh độ")
    answers = [
        (row(code="0100109107"), (None, None, None), "C2"),
        (row(kind="SME", code="012345678901"), (None, None, None), "C2"),
        (row(kind=None), (None, None, None), "B2"),
        (row(kind="chưa rõ loại hình"), (None, None, None), "B2"),
        (row(kind="gì đó"), (None, None, None), "B2"),
        (row(name=None), (None, None, None), "A2"),
        (row(workers=3), (5, None, None), "G2"),
        (row(), (None, 10.5, None), "H2"),
        (row(), (None, 50, 105), "H2"),
    ]
    for values, more, cell in answers:
        assert told(plan(sheet((*values, *more), heads=heads), officer))[0].startswith(f"{cell}: "), (values, more)


def test_every_mistake_of_a_row_is_named(officer):
    planned = one(sheet(row(kind="gì đó", code="1.5E+09", commune="1", workers="mười")), officer)
    assert [error.cell for error in planned.errors] == ["B2", "C2", "D2", "F2"]


def test_old_value_that_would_not_pass_today_may_stay(officer, kept):
    """An entry of the past keeps a code with a wrong digit and an unknown kind, as long as nobody touches them."""
    Establishment.objects.filter(pk=kept.pk).update(tax_code="0100109107", kind="unknown")
    assert told(plan(sheet(row(kind="Chưa rõ loại hình", code="0100109107")), officer)) == ["unchanged"]
    assert told(plan(sheet(row(kind="SME", code="0100109107")), officer))[0].startswith("B2")


def test_masked_values_are_left_alone(officer, kept):
    heads = (*HEADS, "Điện thoại")
    planned = one(sheet((*row(code=CODES[0]), "•••• ••• 678"), heads=heads), officer)
    assert told([planned]) == ["unchanged"]
    assert "đã che" in planned.reading.notes[0]


def test_figures_of_years(officer, kept):
    YearFigure.objects.create(establishment=kept, year=2024, revenue=500_000_000)
    heads = (*HEADS, "Doanh thu năm 2024 (triệu đồng)", "Nộp ngân sách năm 2025")
    assert told(plan(sheet((*row(code=CODES[0]), 500, None), heads=heads), officer)) == ["unchanged"]
    planned = one(sheet((*row(code=CODES[0]), 600, "20 triệu"), heads=heads), officer)
    assert planned.changes == [
        ("Doanh thu năm 2024 (đồng)", "500.000.000", "600.000.000"),
        ("Nộp ngân sách năm 2025 (đồng)", "", "20.000.000"),
    ]


def test_queries_do_not_grow_with_the_rows(world, officer, django_assert_num_queries):
    for number in range(3):
        make_establishment(world, name=f"Lò {number}", commune=Commune.objects.get(code=HOME))
    for count in (1, 3):
        content = sheet(*(row(f"Lò {number}", code=CODES[number]) for number in range(count)))
        with django_assert_num_queries(8):
            plan(content, officer)
