"""What the rows of a list of proposals say, and what they are refused for; nothing is made here."""

import unicodedata
from datetime import date

import pytest

from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.documents.incoming.headings import heading_of
from khuyencong.documents.incoming.kinds import Heading
from khuyencong.documents.tests.xlsx import written
from khuyencong.establishments.tax_code import made_up_tax_code
from khuyencong.projects.importing.fields import FIELDS, MAX_ROWS, PROPOSALS, read_proposals
from khuyencong.projects.models import Project
from khuyencong.projects.tests.proposal_lists import HEADS, MILLION, OFFICER, YEAR, bring, row, sheet, told
from khuyencong.testing import make_establishment

CODE = made_up_tax_code(7)


@pytest.fixture
def officer(world):
    return world.actor(*OFFICER)


def only(officer, value, heading, **fields):
    """What becomes of one row with one more column."""
    return told(bring(sheet((*row(**fields), value), heads=(*HEADS, heading)), officer))[0]


# --- headings --------------------------------------------------------------------------------------------------------


def test_every_heading_and_every_other_way_to_write_it_is_known():
    for field in FIELDS:
        for text in (field.heading, f"{field.heading.upper()} (*)", *field.also):
            assert heading_of(text, PROPOSALS) == Heading(field.key), text
    ways = [way for field in FIELDS for way in (field.also)]
    assert len(ways) == len(set(ways))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Kinh phí hỗ trợ (triệu đồng)", Heading("support", 10**6)), ("Vốn đối ứng, ĐVT: nghìn đồng", Heading("counterpart", 1_000)),
        ("Ghi chú", Heading("note")), ("STT", Heading("")), ("Lỗi", Heading("")), ("Chiều cao", None),
    ],
)  # fmt: skip
def test_headings_of_provinces(text, meaning):
    assert heading_of(text, PROPOSALS) == meaning


def test_two_rows_of_headings_and_decomposed_text_are_read(world, officer):
    who = make_establishment(world, name="Cơ khí Đúc")
    rows = [
        [
            "Tên đề án",
            "Nguồn",
            "Nội dung",
            "Cơ sở thụ hưởng",
            "Kinh phí (triệu đồng)",
            None,
            "Thời gian thực hiện",
            None,
        ],
        [None, None, None, None, "Hỗ trợ (triệu đồng)", "Đối ứng (triệu đồng)", "Từ ngày", "Đến ngày"],
        ["Máy sấy", "KCĐP", "machinery", who.name, "200", 300.5, "01/03/2027", 46600],
    ]
    rows = [[unicodedata.normalize("NFD", one) if isinstance(one, str) else one for one in line] for line in rows]

    def touch(_book, pages):
        for letter in "ABCD":
            pages[0].merge_range(f"{letter}1:{letter}2", rows[0][ord(letter) - ord("A")])

    found = bring(written(("DS", rows), touch=touch), officer)
    assert told(found) == ["create"]
    stored = found.lines.get()
    assert stored.name == "Máy sấy"
    assert ["Tổng kinh phí", "500.500.000 đồng"] in stored.told
    assert "Số 46600 được đọc là ngày" in " ".join(stored.notes)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (written(("DS", [["Gì đó", "khác"], ["a", "b"]])), "Không tìm thấy dòng tiêu đề"),
        (written(("A", [HEADS, row()]), ("B", [HEADS, row()])), "Có nhiều trang tính cùng có danh sách đề án"),
        (sheet(), "chưa có đề án nào"), (b"PK\x03\x04hong", "Không đọc được tệp này"),
        (sheet(*[row()] * (MAX_ROWS + 1)), "hơn 1.000 dòng"),
        (sheet(row(), heads=("Tên đề án", "Nguồn", "Nguồn vốn")), "Cột B và cột C cùng là «Nguồn kinh phí»"),
    ],
    ids=["no headings", "two sheets", "empty", "broken", "too long", "column twice"],
)  # fmt: skip
def test_file_that_is_no_list_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(Refused) as caught:
        read_proposals(content)
    assert sentence in caught.value.sentence


# --- one row ---------------------------------------------------------------------------------------------------------


def test_what_a_row_needs(officer):
    found = bring(sheet(row(name=None), row(source=None), row(activity=None)), officer)
    assert told(found) == [
        "A2: Thiếu tên đề án.",
        "B3: Thiếu nguồn kinh phí: ghi Khuyến công quốc gia hoặc Khuyến công địa phương.",
        "C4: Thiếu nội dung hoạt động (NĐ 45/2012 Đ4).",
    ]
    assert not Project.objects.exists()


@pytest.mark.parametrize(
    ("heading", "value", "sentence"),
    [
        ("Loại", "Đề án lạ", "Không có loại đề án «Đề án lạ»"), ("Bắt đầu", "31/02/2027", "không có trong lịch"),
        ("Bắt đầu", "tháng 3", "Ngày phải viết theo dạng"), ("Bắt đầu", date(1999, 1, 1), "Năm của ngày phải từ"),
        ("Năm kế hoạch", YEAR + 1, f"Tệp này gửi cho năm {YEAR}"), ("Tổng kinh phí", 400 * MILLION, "lệch 100.000.000 đồng"),
        ("Tổng kinh phí", "nhiều", "Không đọc được số tiền"), ("Nguồn khác", 200, "quá nhỏ"), ("Nguồn khác", -5 * MILLION, "Số tiền phải từ 0"),
        ("Mã xã", "07900", "ngoài địa bàn"), ("Mã xã", "99999", "Không có xã"), ("Ngành nghề", "gì đó", "Không rõ ngành nghề"),
        ("Tính chất chi", "chi khác", "Không có tính chất chi"), ("Số cơ sở dự kiến", 5, "Chỉ ghi cho đề án nhóm"),
        ("Tiêu chí chọn cơ sở", "Có vốn.", "Chỉ ghi cho đề án nhóm"), ("Mục tiêu", "x" * 20_001, "Nhiều nhất 20.000 ký tự"),
        ("Cam kết đầu tư đủ vốn", "chắc", "Chỉ ghi Có hoặc Không"), ("Loại", "Đề án nhóm", "create"),
        ("Số cơ sở dự kiến", 0, "Phải từ 1 đến 100"), ("Bắt đầu", "01/03/2027", "create"), ("Năm kế hoạch", str(YEAR), "create"),
    ],
)  # fmt: skip
def test_cells_are_judged(officer, heading, value, sentence):
    assert sentence in only(officer, value, heading)


def test_row_names_source_and_activity_in_the_words_of_the_list_or_as_people_write(officer):
    rows = [row("A", "quốc gia"), row("B", "KCĐP"), row("C", "local"), row("D", "tiền túi"), row("E", activity="gì đó")]
    answers = told(bring(sheet(*rows), officer))
    assert answers[:3] == ["create"] * 3
    assert answers[3].startswith("B5: Không có nguồn kinh phí «tiền túi»")
    assert answers[4].startswith("C6: Không rõ nội dung hoạt động «gì đó»")


def test_days_in_order_and_name_is_text(officer):
    heads = (*HEADS, "Bắt đầu", "Kết thúc")
    found = bring(sheet((*row(), "02/03/2027", "01/03/2027"), row(name=2027), heads=heads), officer)
    assert told(found)[0] == "J2: Ngày kết thúc không được trước ngày bắt đầu."
    assert "«2027» không phải là tên đề án" in told(found)[1]


def test_formula_without_a_result_is_refused(officer):
    def touch(_book, pages):
        pages[0].write_formula("F2", "=1+1", None, "")

    content = written(("DS", [HEADS, row()]), touch=touch)
    assert told(bring(content, officer))[0].startswith("F2: Ô có công thức chưa có kết quả")


def test_note_without_money_is_not_lost_silently(officer):
    found = bring(sheet((*row(support=None, own=None), "Xem lại"), heads=(*HEADS, "Ghi chú")), officer)
    assert "không có dòng dự toán" in found.lines.get().notes[0]


# --- which establishment ---------------------------------------------------------------------------------------------


def test_establishment_is_found_by_tax_code_or_name(world, officer):
    coded = make_establishment(world, name="Lò gốm", tax_code=CODE)
    named = make_establishment(world, name="Cơ khí Đúc")
    found = bring(sheet(row("A", code=CODE), row("B", who="CO KHI DUC"), row("C", code=CODE, who="Tên khác")), officer)
    assert told(found) == ["create"] * 3
    lines = list(found.lines.order_by("number"))
    assert ["Cơ sở thụ hưởng", coded.name] in lines[0].told
    assert ["Cơ sở thụ hưởng", named.name] in lines[1].told
    assert lines[2].notes == ["Mã số thuế là của «Lò gốm», tệp ghi «Tên khác»: hãy xem lại."]


def test_establishment_of_another_province_is_answered_like_one_that_is_not_there(world, officer):
    make_establishment(world, province="25", name="Cơ sở Bí Mật", tax_code=CODE)
    rows = [
        row("A", code=CODE),
        row("B", code=made_up_tax_code(8)),
        row("C", who="Cơ sở Bí Mật"),
        row("D", who="Không Có"),
    ]
    foreign_code, no_code, foreign_name, no_name = told(bring(sheet(*rows), officer))
    assert foreign_code.partition(": ")[2] == no_code.partition(": ")[2]
    assert foreign_name.partition(": ")[2].replace("Cơ sở Bí Mật", "Không Có") == no_name.partition(": ")[2]


def test_two_of_one_name_are_told_apart_by_commune_or_not_at_all(world, officer):
    commune = world.agencies["dong-thap-commune"].commune
    make_establishment(world, name="Lò gốm")
    make_establishment(world, name="Lò gốm", commune=commune)
    assert "Có 2 cơ sở cùng tên" in told(bring(sheet(row(who="Lò gốm")), officer))[0]
    assert only(officer, commune.code, "Mã xã", who="Lò gốm") == "create"


# --- several rows ----------------------------------------------------------------------------------------------------


def test_rows_of_one_group_code_are_one_proposal_and_say_common_things_once(world, officer):
    one, two = make_establishment(world, name="Một"), make_establishment(world, name="Hai")
    found = bring(
        sheet(row(who=one.name, group=1), row(None, None, None, who=two.name, group="1"), row("Riêng")), officer
    )
    assert told(found) == ["create"] * 3
    assert list(found.lines.order_by("number").values_list("group", flat=True)) == [2, 2, 4]
    assert found.to_apply == 2


def test_rows_of_one_name_are_one_group_only_where_they_say_so(world, officer):
    names = [make_establishment(world).name for _ in range(4)]
    heads = (*HEADS, "Loại")
    rows = [(*row(who=name), "Đề án nhóm" if at < 2 else None) for at, name in enumerate(names)]
    found = bring(sheet(*rows, heads=heads), officer)
    assert told(found) == ["create"] * 4
    assert found.to_apply == 3


def test_rows_of_a_group_do_not_contradict_and_go_back_together(world, officer):
    one, two, three = (make_establishment(world).name for _ in range(3))
    rows = [
        row("Nhóm", who=one, group="a"), row("Khác", who=two, group="a"),
        row("Trùng", who=three, group="b"), row("Trùng", who=three, group="b"),
    ]  # fmt: skip
    answers = told(bring(sheet(*rows), officer))
    assert answers[0] == "A2: Dòng 3 của cùng đề án có lỗi: sửa dòng ấy rồi nhập lại cả nhóm."
    assert answers[1].startswith("A3: Khác với dòng 2 của cùng đề án")
    assert "Dòng 5" in answers[2]
    assert answers[3] == "D5: Cùng một cơ sở với dòng 4 của đề án này."


def test_group_code_with_a_plain_kind_is_refused(officer):
    content = sheet((*row(group="a"), "Đề án"), heads=(*HEADS, "Loại"))
    assert "Có mã nhóm thì không phải đề án đơn" in told(bring(content, officer))[0]


def test_same_proposal_twice_in_one_file_is_refused(world, officer):
    who = make_establishment(world, name="Một").name
    other = make_establishment(world, name="Hai").name
    answers = told(bring(sheet(row(who=who), row("HO TRO MAY SAY", who=who), row(who=other)), officer))
    assert answers[0] == answers[2] == "create"
    assert answers[1].startswith("A3: Trùng với dòng 2 của tệp")


# --- what the unit may open ------------------------------------------------------------------------------------------


def test_unit_and_year_are_judged_by_the_rule_of_opening_a_proposal(world, officer):
    assert f"Năm kế hoạch {today().year - 1} đã qua" in told(bring(sheet(row()), officer, year=today().year - 1))[0]
    region = world.actor("region", "officer")
    heads = (*HEADS, "Tỉnh")
    rows = [(*row("A"), "Đồng Tháp"), (*row("B", "quốc gia"), "Đồng Tháp"), row("C", "quốc gia")]
    local, national, nowhere = told(bring(sheet(*rows, heads=heads), region))
    assert "chỉ lập đề án khuyến công quốc gia" in local
    assert national == "create"
    assert "Thiếu tỉnh, thành phố thực hiện" in nowhere
    assert not Project.objects.exists()
