from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyencong.documents.incoming.headings import heading_of
from khuyencong.documents.incoming.kinds import Heading
from khuyencong.establishments.importing import values
from khuyencong.establishments.importing.fields import FIELDS, FIXED, YEARLY, field_of, yearly_key
from khuyencong.establishments.importing.kinds import ALSO_WRITTEN, kind_of
from khuyencong.establishments.importing.lists import Lists
from khuyencong.establishments.importing.sheet import ESTABLISHMENTS
from khuyencong.establishments.models import Establishment, EstablishmentKind, YearFigure
from khuyencong.establishments.tax_code import check_digit, check_tax_code, made_up_tax_code

NO_LISTS = Lists(None, {}, {}, {}, {}, {}, {}, {})
ANYTHING = st.one_of(
    st.text(max_size=40), st.integers(-(10**14), 10**14), st.floats(-1e14, 1e14), st.booleans(), st.dates()
)


# --- whole numbers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (25, 25), ("25", 25), (" 25 ", 25), ("1.250", 1250), ("1 250", 1250), ("12.0", 12), ("12,00", 12), (0, 0),
        ("25 người", 25), ("25 lđ", 25), ("25\u00a0người", 25), ("000012", 12),
    ],
)  # fmt: skip
def test_whole_number_however_it_is_kept(cell, number):
    assert values.whole_number(cell).value == number


@pytest.mark.parametrize("cell", ["mười", 12.5, "12,5", -1, True, date(2026, 5, 1), "1.25", 10**7, "9" * 40, "12-15"])
def test_what_is_no_whole_number_is_refused(cell):
    with pytest.raises(ValueError, match=r"\."):
        values.whole_number(cell)


# --- tax codes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("0100109106", "0100109106"), (" 0100 109 106 ", "0100109106"), ("0100109106-001", "0100109106-001"),
        ("0100109106001", "0100109106-001"), (1500445126, "1500445126"), ("'0100109106", "0100109106"),
        ("012345678901", "012345678901"), ("0100109107", "0100109107"),  # whether it is right is asked later
    ],
)  # fmt: skip
def test_tax_code_however_it_is_kept(cell, code):
    assert values.tax_code(cell) == (code, "")


@pytest.mark.parametrize("cell", [100109106, "100109106", 100109106001])
def test_lost_zero_comes_back_where_the_check_digit_proves_it(cell):
    read = values.tax_code(cell)
    assert read.value.startswith("0100109106")
    assert "mất số 0" in read.note


@pytest.mark.parametrize("cell", [100109107, "100109107", 100109107001, 12345678901])
def test_lost_zero_is_not_guessed(cell):
    with pytest.raises(ValueError, match="Văn bản"):
        values.tax_code(cell)


@pytest.mark.parametrize("cell", ["1.23E+09", "1,5E+09", "1.5e9"])
def test_shortened_number_has_lost_its_digits(cell):
    with pytest.raises(ValueError, match="mất chữ số"):
        values.tax_code(cell)


@pytest.mark.parametrize("cell", ["abc", "12345", 12.5, True, date(2026, 5, 1), "①①①①①①①①①①"])
def test_what_is_no_tax_code_is_refused(cell):
    with pytest.raises(ValueError, match="Mã số thuế"):
        values.tax_code(cell)


@given(st.integers(1, 10**8))
def test_tax_code_kept_as_a_number_is_the_same_code(seed):
    nine = f"{seed:09d}"
    last = check_digit(nine)
    if last is None or nine.startswith("00"):
        return
    assert values.tax_code(int(nine + last)).value == check_tax_code(nine + last, "")


# --- money, days, persons --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "unit", "amount"),
    [
        (500_000_000, 1, 500_000_000), (500, 10**6, 500_000_000), (1.5, 10**9, 1_500_000_000), ("500 triệu", 1, 500_000_000),
        ("1,5 tỷ", 10**6, 1_500_000_000), ("500", 10**6, 500_000_000), ("1.250,5", 10**6, 1_250_500_000), (0, 1, 0),
        (0.1 + 0.2, 10**6, None), ("750.000.000", 1, 750_000_000),
    ],
)  # fmt: skip
def test_money_in_the_unit_of_its_heading_or_its_own(cell, unit, amount):
    if amount is None:  # a fraction of a đồng
        with pytest.raises(ValueError, match="đồng nguyên"):
            values.dong(cell, unit=unit)
    else:
        assert values.dong(cell, unit=unit).value == amount


@pytest.mark.parametrize("cell", [500, "500", -1, "nhiều", True, date(2026, 5, 1), 10**16, 0.5])
def test_money_that_cannot_be_meant_is_refused(cell):
    with pytest.raises(ValueError, match=r"\."):
        values.dong(cell, unit=1)


@pytest.mark.parametrize("cell", [1975, "1975", date(1975, 5, 12), "12/05/1975", "12-5-1975", "12.5.1975", 27526])
def test_year_of_birth_however_it_is_kept(cell):
    assert values.birth_year(cell).value == 1975


def test_day_kept_as_a_number_is_said():
    assert values.birth_year(27526).note == "Số 27526 được đọc là ngày 12/05/1975."


@pytest.mark.parametrize("cell", ["75", 75, "xưa", True, 1850, 99999, "31/02/1975"])
def test_what_is_no_year_is_refused(cell):
    with pytest.raises(ValueError, match="sinh"):
        values.birth_year(cell)


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("0912 345 678", "0912 345 678"),
        (912345678, "0912345678"),
        (2773851234, "02773851234"),
        ("+84 912 345 678",) * 2,
    ],
)
def test_telephone_gets_back_its_zero(cell, phone):
    assert values.phone(cell).value == phone


@pytest.mark.parametrize("cell", ["0912345678; 0987654321", "không có", 12, True])
def test_what_is_no_telephone_is_refused(cell):
    with pytest.raises(ValueError, match="Số điện thoại"):
        values.phone(cell)


def test_identity_number_is_not_guessed():
    assert values.identity_number("087075001234").value == "087075001234"
    for cell in (87075001234, "87075001234", "08707500123x"):
        with pytest.raises(ValueError, match="12 chữ số"):
            values.identity_number(cell)


@pytest.mark.parametrize(("cell", "answer"), [("Có", True), ("x", True), ("không", False), (True, True), (0, False)])
def test_yes_and_no(cell, answer):
    assert values.yes_or_no(cell).value is answer


def test_other_answers_are_refused():
    for reader, cell in (
        (values.yes_or_no, "có lẽ"),
        (values.gender, "khác"),
        (values.email, "a@b"),
        (values.degrees, "x"),
    ):
        with pytest.raises(ValueError, match=r"\."):
            reader(cell)
    assert values.gender("NỮ").value == "female"
    assert values.degrees("10,4567").value == values.degrees(10.4567).value == 10.4567


def test_decomposed_and_odd_blanks_become_plain_text():
    decomposed = "Co\u031b kh\u0069\u0301\u00a0\u00a0D\u0301u\u0301c \u200b"
    assert values.as_text("Cơ khí  Đúc ".replace("Đúc", "Ðúc")) != ""
    assert values.text(decomposed, longest=50).value == "Cơ khí D\u0301úc"
    assert values.as_text(True) == "Có"
    assert values.as_text(1.5) == "1,5"
    with pytest.raises(ValueError, match="Nhiều nhất 5 ký tự"):
        values.text("dài quá", longest=5)
    with pytest.raises(ValueError, match="không phải là tên"):
        values.name(12)


@given(ANYTHING)
def test_every_field_gives_a_value_or_a_sentence(cell):
    """Whatever stands in a cell: never another error, and a sentence always ends."""
    for field in [*FIELDS, field_of("revenue:2025")]:
        try:
            if values.as_text(cell):
                field.read(cell, NO_LISTS, 1)
        except ValueError as error:
            sentence = str(error)
            assert sentence.endswith(".")  # a value is as good


# --- columns ---------------------------------------------------------------------------------------------------------


def test_first_six_columns_are_fixed():
    assert [field.heading for field in FIELDS[:FIXED]] == [
        "Tên cơ sở", "Loại hình", "Mã số thuế", "Mã xã", "Địa chỉ", "Lao động",
    ]  # fmt: skip


def test_every_column_is_a_column_of_the_registry():
    entry = {field.name for field in Establishment._meta.fields}
    assert {field.key for field in FIELDS} - entry == {"commune_name"}
    assert set(YEARLY) <= {field.name for field in YearFigure._meta.fields}


def test_every_heading_and_every_synonym_means_one_column():
    seen = {}
    for field in FIELDS:
        for text in (field.heading, *field.also):
            assert seen.setdefault(text, field.key) == field.key
            assert heading_of(text, ESTABLISHMENTS) == Heading(field.key), text
    for figure, (label, _) in YEARLY.items():
        assert heading_of(f"{label} năm 2025 (đồng)", ESTABLISHMENTS) == Heading(yearly_key(figure, 2025))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("TÊN CƠ SỞ CNNT (*)", Heading("name")), ("Ten co so", Heading("name")), ("MST", Heading("tax_code")),
        ("Lao động (người)", Heading("workers")), ("Mã số thuế/ Mã số doanh nghiệp", Heading("tax_code")),
        ("Vốn điều lệ (triệu đồng)", Heading("charter_capital", 10**6)), ("Vốn (tỷ đồng)", Heading("charter_capital", 10**9)),
        ("Vốn đăng ký, ĐVT: triệu đồng", Heading("charter_capital", 10**6)), ("Vốn điều lệ nghìn đồng", Heading("charter_capital", 1_000)), ("Doanh thu 2024 triệu đồng", Heading("revenue:2024", 10**6)),
        ("Doanh thu năm 2024 (trđ)", Heading("revenue:2024", 10**6)), ("Nộp ngân sách năm 2023", Heading("tax_paid:2023")),
        ("STT", Heading("")), ("Lỗi", Heading("")), ("Ghi chú", Heading("")), ("Chiều cao", None), ("", None),
        ("Doanh thu", None), ("Doanh thu năm 1995", None),
    ],
)  # fmt: skip
def test_headings_as_people_write_them(text, meaning):
    assert heading_of(text, ESTABLISHMENTS) == meaning


def test_kinds_as_people_write_them():
    assert kind_of("Hộ kinh doanh") == kind_of("HKD") == kind_of("hộ KD") == EstablishmentKind.HOUSEHOLD
    assert kind_of("H.T.X") == kind_of("htx") == EstablishmentKind.COOPERATIVE
    assert kind_of("DNNVV") == kind_of("Cty TNHH") == kind_of("sme") == EstablishmentKind.SME
    assert kind_of("khác") is None
    everything = [words for some in ALSO_WRITTEN.values() for words in some]
    assert len(everything) == len(set(everything))
    assert {kind_of(str(kind.label)) for kind in EstablishmentKind} == set(EstablishmentKind)


def test_made_up_codes_are_valid():
    with suppress(ValueError):
        assert values.tax_code(made_up_tax_code(3)).value == made_up_tax_code(3)
