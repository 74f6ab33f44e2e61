"""What goes out can come back: the template, the refused rows, and the list as it stands."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khuyencong.areas.models import CraftVillage
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.documents.reading import open_workbook
from khuyencong.establishments.importing.fields import FIELDS, YEARLY
from khuyencong.establishments.importing.files import refused_workbook, shown_keys, template_workbook
from khuyencong.establishments.importing.lists import load_lists
from khuyencong.establishments.importing.sheet import read_sheet
from khuyencong.establishments.importing.shipped import shipped_lists
from khuyencong.establishments.models import Establishment, YearFigure
from khuyencong.establishments.tests.lists import CODES, HEADS, HOME, OFFICER, bring, plan, row, sheet, told
from khuyencong.places.models import Commune
from khuyencong.testing import make_establishment


@pytest.fixture
def officer(world):
    return world.actor(*OFFICER)


def tables(content):
    """{name of sheet: rows}, as another program reads them."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


# --- the template ----------------------------------------------------------------------------------------------------


def test_template_is_for_the_importers_province(officer):
    found = tables(template_workbook(load_lists(officer)))
    assert list(found) == ["Cơ sở", "Mã xã", "Danh mục", "Hướng dẫn"]
    assert found["Cơ sở"][0][:6] == list(HEADS)
    assert found["Mã xã"][1:] == [[HOME, "Xã Thử Nghiệm Đồng Tháp", "Đồng Tháp"]]
    assert "Hộ kinh doanh" in [line[0] for line in found["Danh mục"]]
    assert "Chưa rõ loại hình" not in [line[0] for line in found["Danh mục"]]


def test_every_heading_of_the_template_has_a_note_and_codes_stay_text(officer):
    content = template_workbook(load_lists(officer))
    book = open_workbook(content)
    comments = b"".join(b"".join(book.archive.chunks(name)) for name in ("xl/comments1.xml",)).decode()
    assert comments.count("<comment ref=") == len(FIELDS) + 2 * len(YEARLY)
    page = b"".join(book.archive.chunks(book.sheets[0].part)).decode()
    assert page.count("<dataValidation ") == sum(1 for field in FIELDS if field.choices)
    assert 'state="frozen"' in page


def test_template_comes_back_with_what_was_filled_in(officer):
    heads = tables(template_workbook(load_lists(officer)))["Cơ sở"][0]
    assert told(plan(sheet(row(code=CODES[0]), heads=heads), officer)) == ["create"]


def test_template_needs_no_database():
    found = tables(template_workbook(shipped_lists()))
    assert len(found["Mã xã"]) == 3_322
    assert len({line[2] for line in found["Danh mục"][1:] if line[2]}) == 34
    assert "Hà Giang" in [line[3] for line in found["Danh mục"]]


# --- the refused rows ------------------------------------------------------------------------------------------------


def refused(content, by):
    planned = plan(content, by)
    read = read_sheet(content)
    rows = [(one.reading.line, one.errors) for one in planned if one.errors]
    return refused_workbook(read.name, read.columns, rows)


def test_refused_rows_come_back_under_the_same_headings_with_the_reason(officer):
    heads = ("STT", "Tên cơ sở CNNT", "Loại hình", "Mã xã", "Ghi chú", "Lao động")
    rows = [
        (1, "Tốt", "HKD", HOME, "a", 3),
        (2, "Xấu", "gì đó", HOME, "b", "mười"),
        (3, "=1+1 cơ sở", "HKD", "99999", "c", 5),
    ]
    found = tables(refused(sheet(*rows, heads=heads, name="Danh sách 2026"), officer))
    assert list(found) == ["Danh sách 2026"]
    head, first, second = found["Danh sách 2026"]
    assert head == [*heads, "Lỗi"]
    assert first[:6] == [2, "Xấu", "gì đó", HOME, "b", "mười"]
    assert "Loại hình: Không có loại hình «gì đó»" in first[6]
    assert "Lao động: «mười»" in first[6]
    assert second[:6] == [3, "=1+1 cơ sở", "HKD", "99999", "c", 5]


def test_corrected_file_goes_in_again_and_its_column_of_errors_is_written_anew(officer):
    content = refused(sheet(row("Xấu", kind="gì đó"), row("Tệ", commune="99999")), officer)
    rows = tables(content)["DS"]
    rows[1][1] = "HKD"
    again = sheet(*rows[1:], heads=rows[0])
    assert [answer.partition(":")[0] for answer in told(plan(again, officer))] == ["create", "D3"]
    third = tables(refused(again, officer))["DS"]
    assert third[0] == [*HEADS, "Lỗi"]
    assert len(third) == 2


def test_days_and_two_rows_of_headings_stay_what_they_were(officer):
    content = refused(
        sheet(
            ("Xấu", "gì đó", date(1975, 5, 12), True), heads=("Tên cơ sở", "Loại hình", "Năm sinh", "Do phụ nữ làm chủ")
        ),
        officer,
    )
    assert tables(content)["DS"][1][:2] == ["Xấu", "gì đó"]
    assert tables(content)["DS"][1][3] is True


# --- the list as it stands -------------------------------------------------------------------------------------------


def full_entry(world, officer, number, **fields):
    """An entry with something in every column that a list has."""
    village, _ = CraftVillage.objects.get_or_create(
        name="Bánh tráng Tân An",
        defaults={
            "province": world.provinces["82"], "document": "01/QĐ", "from_on": "2020-01-01",
            "entered_by": officer.user, "entered_for": officer.agency,
        },
    )  # fmt: skip
    values = {
        "name": f"Cơ khí Đúc {number}", "kind": "household", "tax_code": CODES[number], "commune": Commune.objects.get(code=HOME),
        "place_text": "Ấp 3", "workers": 12, "women_workers": 5, "ethnic_workers": 0, "sector": "handicraft",
        "other_sectors": ["agro_processing", "mechanical_electrical"], "registration_number": "51A8001234", "contact": "Trần Thị B",
        "phone": "0912 345 678", "email": "a@vi-du.vn", "owner_name": "Nguyễn Văn A", "owner_gender": "female",
        "owner_ethnicity": "Kinh", "owner_born_in": 1975, "owner_id_number": "087075001234", "women_owned": True,
        "charter_capital": 1_234_567_890, "craft_village": village, "latitude": 10.456789012345, "longitude": 105.6321,
    }  # fmt: skip
    entry = make_establishment(world, **(values | fields))
    for year in (today().year - 2, today().year - 1):
        YearFigure.objects.create(establishment=entry, year=year, revenue=1_234_567_891, tax_paid=7_000)
    return entry


def export(visit, actor, query=""):
    answer = visit(actor).get(reverse("establishments_xlsx") + query)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content


def test_export_comes_back_unchanged(world, officer, visit):
    full_entry(world, officer, 0)
    for number, name in enumerate(
        ('=HYPERLINK("http://x")', "+84", "-Cơ sở", "@Cơ sở", "<script>alert(1)</script>"), start=1
    ):
        full_entry(world, officer, number, name=f"{name} {number}")
    bare = make_establishment(world, name="Chỉ có tên", kind="unknown", province_before=None, place_text="", sector="")
    Establishment.objects.filter(pk=bare.pk).update(tax_code="0100109107")  # of a time when nobody checked
    content = export(visit, officer)
    read = read_sheet(content)
    assert len(read.lines) == 7
    assert not any("công thức" in note for note in read.notes)
    assert told(plan(content, officer)) == ["unchanged"] * 7
    found = bring(content, officer)
    assert found.to_apply == 0


def test_export_has_every_column_with_something_in_it(world, officer, visit):
    full_entry(world, officer, 0)
    (lines,) = tables(export(visit, officer)).values()
    assert len(lines[0]) == len(shown_keys(today()))
    assert [head for head, value in zip(*lines, strict=True) if value in ("", None)] == []
    assert lines[1][:6] == ["Cơ khí Đúc 0", "Hộ kinh doanh", CODES[0], HOME, "Ấp 3", 12]


def test_export_is_what_the_list_shows(world, officer, visit):
    for number in range(3):
        full_entry(world, officer, number, name=f"Cơ sở {'gốm' if number else 'tre'} {number}")
    make_establishment(world, name="Gốm Phú Thọ", province="25")
    (lines,) = tables(export(visit, officer, "?q=gom&sort=moi")).values()
    assert [line[0] for line in lines[1:]] == ["Cơ sở gốm 2", "Cơ sở gốm 1"]
    event = AuditEvent.objects.get(action="establishment.export")
    assert event.after == {"bộ lọc": {"q": "gom", "sort": "moi"}, "số cơ sở": 2, "đủ dữ liệu cá nhân": True}
    assert event.actor == officer.user


def test_persons_are_masked_for_those_who_need_not_see_them(world, officer, visit):
    entry = full_entry(world, officer, 0, tax_code="087075001234")
    content = export(visit, world.actor("dong-thap", "auditor"))
    shown = str(tables(content))
    for secret in ("0912 345 678", "087075001234", "1975", "a@vi-du.vn", "Nguyễn Văn A", "Trần Thị B"):
        assert secret not in shown
    Establishment.objects.filter(pk=entry.pk).update(tax_code="")
    assert told(plan(export(visit, world.actor("dong-thap", "auditor")), officer)) == ["unchanged"]  # masks say nothing


def test_export_of_three_rows_costs_no_more_queries_than_of_one(world, officer, visit, django_assert_num_queries):
    client, address = visit(officer), reverse("establishments_xlsx")
    full_entry(world, officer, 0)
    client.get(address)
    counts = []
    for more in ((), (1, 2)):
        for number in more:
            full_entry(world, officer, number)
        with django_assert_num_queries(counts[0] if counts else 11) as captured:
            client.get(address)
        counts.append(len(captured))


def test_too_long_a_list_is_refused_with_what_to_do(world, officer, visit, monkeypatch):
    monkeypatch.setattr("khuyencong.desk.views.establishments.MAX_ROWS", 1)
    full_entry(world, officer, 0)
    full_entry(world, officer, 1)
    answer = visit(officer).get(reverse("establishments_xlsx"))
    assert answer.status_code == 409
    assert "lọc bớt" in answer.content.decode()
