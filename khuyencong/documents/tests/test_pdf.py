"""The papers as a reader of PDF files sees them."""

import io
import re
import time
import unicodedata
from itertools import pairwise

import pypdf
import pytest
import typst

from khuyencong.documents import pdf

ALPHABET = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
MARKUP = ["#let x = 1", "*đậm* _nghiêng_", "$x^2$", "\\ \\u{41}", "<nhãn> @nhãn", "[a] {b}", "`mã`", "= Mục", "- một", "// bỏ", '#read("/etc/passwd")', "https://a.example", "\"a\" 'b'", "a -- b --- c ... ~"]  # fmt: skip


def money(figures="200.000.000", words="Hai trăm triệu đồng"):
    return {"figures": figures, "words": words}


def paper(count=1, *, name="Cơ sở cơ khí Sông Tiền", mark=""):
    """The data of a calculation sheet."""
    row = {"what": "Theo tỷ lệ", "how": "50 % × 640.000.000", "article": "khoản 4 Điều 8", "amount": "320.000.000"}
    sheet = {
        "rows": [row, {"what": "Đề nghị", "how": "", "article": "", "amount": "200.000.000"}],
        "allowed": money(),
        "none_allowed": "",
        "asked": money(),
        "findings": ["Lưu ý: khoản hỗ trợ này có thu hồi."],
    }
    return {
        "paper": {
            "title": "Bảng tính thử nghiệm",
            "subject": name,
            "organ_above": "Sở Công Thương",
            "organ": "Trung tâm Khuyến công",
            "number": "……",
            "place_and_date": "Đồng Tháp, ngày 05 tháng 3 năm 2026",
            "date": [2026, 3, 5],
            "mark": mark,
            "stamp": mark,
            "foot": "82-2026-DP-0001 – Mã kiểm tra 1a2b",
            "signatures": [
                {"role": "Người lập", "hint": "Ký, ghi rõ họ tên", "name": name},
                {"role": "Thủ trưởng đơn vị", "hint": "Ký tên, đóng dấu", "name": ""},
            ],
        },
        "facts": [{"label": "Mã đề án", "value": "82-2026-DP-0001"}],
        "sums": None
        if count == 1
        else {"rows": [{"name": name, "amounts": ["1", "2", "3", "4"]}] * count, "totals": ["5", "6", "7", "8"]},
        "sheets": [{"name": f"{number}. {name}", **sheet} for number in range(1, count + 1)],
        "total": {"allowed": money(), "none_allowed": "", "asked": money(), "findings": []},
    }


def read(content):
    return pypdf.PdfReader(io.BytesIO(content))


def text_of(content):
    """All text with single blanks; zero-width blanks only say where a long word may break."""
    pages = [page.extract_text() for page in read(content).pages]
    return re.sub(r"\s+", " ", " ".join(pages).replace("\u200b", ""))


def test_paper_is_tagged_vietnamese_and_named():
    reader = read(pdf.render("calculation_sheet", paper()))
    assert reader.metadata.title == "Bảng tính thử nghiệm: Cơ sở cơ khí Sông Tiền"
    assert reader.metadata.author == "Trung tâm Khuyến công"
    assert reader.metadata.creation_date.strftime("%d/%m/%Y") == "05/03/2026"
    root = reader.trailer["/Root"]
    assert root["/Lang"].lower().startswith("vi")
    assert root["/MarkInfo"]["/Marked"].value is True
    assert "/StructTreeRoot" in root
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert [round(float(side) / 72 * 25.4) for side in reader.pages[0].mediabox[2:]] == [210, 297]


def test_tinos_is_the_only_font_and_lies_in_the_file():
    fonts = {}
    for page in read(pdf.render("calculation_sheet", paper(3, mark="Bản tính thử"))).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            fonts[str(inner["/BaseFont"])] = inner["/FontDescriptor"].get_object()
    assert {name.split("+")[1] for name in fonts} == {"Tinos-Regular", "Tinos-Bold", "Tinos-Italic"}
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor) for descriptor in fonts.values())


def test_all_letters_of_the_language_can_be_read_back():
    letters = " ".join(ALPHABET + ALPHABET.upper())
    read_back = text_of(pdf.render("calculation_sheet", paper(name=letters)))
    assert unicodedata.is_normalized("NFC", read_back)
    assert letters in read_back


def test_heading_signatures_and_pages_are_those_of_an_official_paper():
    content = pdf.render("calculation_sheet", paper(4))
    text = text_of(content)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Độc lập - Tự do - Hạnh phúc" in text
    assert "SỞ CÔNG THƯƠNG" in text
    assert "TRUNG TÂM KHUYẾN CÔNG" in text
    assert "Đồng Tháp, ngày 05 tháng 3 năm 2026" in text
    assert "BẢNG TÍNH THỬ NGHIỆM" in text
    assert "NGƯỜI LẬP (Ký, ghi rõ họ tên)" in text
    pages = [page.extract_text() for page in read(content).pages]
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert f"{number}/{len(pages)}" in page
        assert "Mã kiểm tra 1a2b" in page


@pytest.mark.parametrize("typed", MARKUP)
def test_typed_text_is_never_markup(typed):
    text = text_of(pdf.render("calculation_sheet", paper(2, name=typed)))
    assert text.count(typed) >= 5  # subject, sums, two headings, signature


def test_letter_that_the_font_lacks_is_seen_to_be_missing():
    text = text_of(pdf.render("calculation_sheet", paper(name="Cơ sở 😀 中 \x00\ud800 xong\u200b.")))
    assert "Cơ sở □ □ □□ xong." in text


def wide(letters, amounts="200.000.000", count=2):
    """The data of a sheet whose names are of letters as wide as any, and whose amounts are all the same."""
    data = paper(count, name=letters)
    data["paper"] |= {"organ_above": letters, "organ": letters}
    data["facts"].append({"label": "Đơn vị phối hợp", "value": letters})
    for sheet in data["sheets"]:
        sheet["rows"] = [{"what": "Theo tỷ lệ", "how": letters, "article": letters, "amount": amounts}] * 2
        sheet["rows"].append({"what": "Tổng", "how": "", "article": "", "amount": amounts})
    if count > 1:
        data["sums"] = {"rows": [{"name": letters, "amounts": [amounts] * 4}] * count, "totals": [amounts] * 4}
    return data


def pieces(content):
    """Every piece of W, digits, points and blanks: page, baseline, left and right edge in points, and the text."""
    found = []
    for number, page in enumerate(read(content).pages):

        def visit(text, cm, tm, _font, size, number=number):
            text = re.sub(r"\s", " ", text.replace("\u200b", "")).strip()
            if re.fullmatch(r"[W0-9. ]+", text):
                left = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                width = sum({"W": 0.944, ".": 0.25, " ": 0.25}.get(letter, 0.5) for letter in text) * size
                found.append((number, round(tm[4] * cm[1] + tm[5] * cm[3] + cm[5]), left, left + width, text))

        page.extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize("amounts", ["200.000.000", "1.000.000.000.000.000", "100.000.000.000.000.000"])
@pytest.mark.parametrize("letters", ["W" * 300, "W" * 25, " ".join(["W" * 17] * 12), "W W"])
def test_words_and_amounts_stay_in_their_columns(letters, amounts):
    content = pdf.render("calculation_sheet", wide(letters, amounts))
    found = sorted(pieces(content))
    assert len(found) > 20
    for one, other in pairwise(found):
        if one[:2] == other[:2]:
            assert one[3] <= other[2] + 0.5, (one, other)
    for _, bottom, left, right, text in found:
        assert left > 84, text  # the margins of the page: 3 cm, 1.5 cm and 2.2 cm with the foot in it
        assert right < 554, text
        assert bottom > 30, text
    assert letters.replace(" ", "") in re.sub(r"\s", "", text_of(content))
    assert text_of(content).count(amounts) >= 2 * 3 + 2 * 4 + 4  # an amount is never torn


def test_names_keep_room_beside_the_largest_amounts():
    names = pieces(pdf.render("calculation_sheet", wide("W" * 300, "100.000.000.000.000.000")))
    assert max(right - left for *_, left, right, text in names if set(text) == {"W"} and left < 120) > 60


def test_row_that_no_page_could_hold_goes_on_on_the_next():
    data = paper()
    words = [f"W{number}" for number in range(2000)]
    data["sheets"][0]["rows"][0]["how"] = " ".join(words)
    content = pdf.render("calculation_sheet", data)
    assert min(bottom for _, bottom, *_ in pieces(content)) > 30
    assert set(words) <= set(text_of(content).split())


@pytest.mark.parametrize("blank", "\u00a0\u2007\u202f\u3000")
def test_blank_that_does_not_break_is_a_blank(blank):
    content = pdf.render("calculation_sheet", wide(blank.join(["WWW"] * 60)))
    assert max(right for _, _, _, right, _ in pieces(content)) < 554
    assert " ".join(["WWW"] * 60) in text_of(content)


def test_tower_of_marks_is_cut():
    assert pdf.printable("a" + "\u0301" * 400 + "b") == "á\u0301\u0301b"
    assert pdf.printable("ặ Ự ễ") == "ặ Ự ễ"


def test_equal_data_gives_equal_bytes():
    first = pdf.render("calculation_sheet", paper(3))
    assert pdf.render("calculation_sheet", paper(3)) == first
    assert pdf.render("calculation_sheet", paper(3, name="Cơ sở khác")) != first


def test_hundred_beneficiaries_are_no_burden():
    began = time.perf_counter()
    content = pdf.render("calculation_sheet", paper(100))
    assert time.perf_counter() - began < 10
    assert "100. Cơ sở cơ khí Sông Tiền" in text_of(content)
    assert len(content) < 4_000_000


def test_what_is_not_plain_is_refused():
    with pytest.raises(TypeError, match="cannot show"):
        pdf.render("calculation_sheet", {"paper": 0.5})
    for name in ("khong_co", "../pdf", "calculation_sheet.typ", "", "/etc/passwd"):
        with pytest.raises(ValueError, match="no template"):
            pdf.render(name, {})


def test_missing_data_is_an_error_not_an_empty_paper():
    data = paper()
    del data["paper"]["title"]
    with pytest.raises(typst.TypstError):
        pdf.render("calculation_sheet", data)


def test_templates_read_nothing_and_run_nothing():
    """No packages, no files, no evaluated text; a picture is bytes of the data. The root is the folder of the templates."""
    paths = sorted(pdf.TEMPLATES.glob("*.typ"))
    assert paths
    for path in paths:
        code = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
        assert not re.search(r"\b(eval|read|plugin|include|csv|yaml|toml|xml|cbor|bibliography)\b\s*\(", code), path
        given = set(re.findall(r"#let (\w+) = if data\.\w+\.len\(\) > 0 \{ bytes\(data\.\w+\) \}", code))
        assert set(re.findall(r"\bimage\b\s*\(\s*([^,)\s]*)", code)) <= given, path
        assert set(re.findall(r'import "([^"]+)"', code)) <= {"paper.typ", "qr.typ"}
        assert "json(bytes(sys.inputs.data))" in code or "json(" not in code
