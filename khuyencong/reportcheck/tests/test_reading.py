"""Reports as files: what is read out of them, and a sentence for each that cannot be read."""

import io
import zipfile

import docx
import pytest
import typst

from khuyencong.core.errors import Refused
from khuyencong.documents.pdf import FONTS
from khuyencong.reportcheck import pdf_reader, pdf_text
from khuyencong.reportcheck.checking import check
from khuyencong.reportcheck.reading import read_file, read_pasted

TEXT = "Tổng kinh phí hỗ trợ 3.108,129 triệu đồng, trong đó KCQG 600 triệu đồng, KCĐP 986,629 triệu đồng."
FOUND = ["600 + 986,629 = 1.586,629 triệu đồng, không phải 3.108,129."]


def said(document):
    return [one.explanation for one in check(document).contradictions]


def word(*paragraphs, rows=()):
    made = docx.Document()
    for one in paragraphs:
        made.add_paragraph(one)
    if rows:
        table = made.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def test_word_file_with_a_table():
    rows = (("Nội dung", "Số đề án"), ("Máy móc", "13"), ("Đào tạo", "3"), ("Cộng", "17"))
    document = read_file("bao-cao.docx", word("Báo cáo năm 2021", TEXT, rows=rows))
    assert document.paragraphs[:2] == ("Báo cáo năm 2021", TEXT)
    assert document.tables[0].rows == rows
    assert said(document) == [*FOUND, "Cột «Số đề án»: 13 + 3 = 16, không phải 17."]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_plain_text_in_the_ways_it_is_kept(encoding):
    assert said(read_file("a.txt", TEXT.encode(encoding))) == FOUND


def test_wrapped_lines_are_joined():
    assert said(read_pasted(TEXT.replace("trong đó ", "trong đó\n").replace("KCĐP ", "KCĐP\n"))) == FOUND


def pdf(tmp_path, *paragraphs):
    source = tmp_path / "bao-cao.typ"
    source.write_text('#set page(width: 12cm)\n#set text(font: "Tinos")\n' + "\n\n".join(paragraphs), encoding="utf-8")
    return typst.compile(str(source), font_paths=[str(FONTS)], ignore_system_fonts=True)


def test_pdf_is_read_outside_this_process(tmp_path, monkeypatch):
    """Lines are as wide as the page: sentences go on over them."""
    content = pdf(tmp_path, "Báo cáo năm 2021.", TEXT)
    assert said(read_file("a.pdf", content)) == FOUND
    with pytest.raises(Refused, match="chỉ có ảnh quét"):
        read_file("a.pdf", pdf(tmp_path, ""))
    monkeypatch.setattr(pdf_text, "SECONDS", 0.001)
    with pytest.raises(Refused, match="Không đọc được tệp PDF"):
        read_file("a.pdf", content)
    assert (pdf_text.MAX_PAGES, pdf_text.TOO_LONG) == (pdf_reader.MAX_PAGES, pdf_reader.TOO_LONG)


def zipped(**parts):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/"), text)
    return kept.getvalue()


def body(xml, head=""):
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return {"word__document.xml": f'{head}<w:document xmlns:w="{w}"><w:body>{xml}</w:body></w:document>'}


BOMB = body("<w:p><w:r><w:t>" + "a" * 30_000_000 + "</w:t></w:r></w:p>")
ENTITY = body("<w:p/>", head='<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>')


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.txt", b"", "rỗng"),
        ("a.txt", b"  \n ", "Không có chữ nào"),
        ("a.txt", "§Ò ¸n khuyÕn c«ng n¨m 2021 tæng kinh phÝ 5 triÖu ®ång".encode("latin-1"), "bảng mã cũ"),
        ("a.txt", "Ñeà aùn khuyeán coâng ñòa phöông toång kinh phí hoã trôï 5 trieäu ñoàng".encode(), "bảng mã cũ"),
        ("a.txt", bytes(range(1, 200)), "bảng mã"),
        ("a.txt", b"a" * (21 * 1024 * 1024), "lớn hơn 20 MB"),
        ("a.txt", b"a " * 600_000, "1 triệu ký tự"),
        ("a.exe", b"MZ\x90", "Chỉ nhận tệp"),
        ("a.txt", b"{\\rtf1 abc}", "Chỉ nhận tệp"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "Word cũ"),
        ("a.docx", b"PK\x03\x04hong", "bị hỏng"),
        ("a.docx", zipped(xl__workbook="<a/>"), "bị hỏng"),
        ("a.docx", zipped(**BOMB), "nén bất thường"),
        ("a.docx", zipped(**ENTITY), "bị hỏng"),
        ("a.docx", zipped(**body("<w:p>")), "bị hỏng"),
        ("a.docx", zipped(**body("<w:p/>"), word__vbaProject_bin="x", **{"word__vbaProject.bin": "x"}), "macro"),
        ("a.pdf", b"%PDF-1.7 hong", "Không đọc được tệp PDF"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(name, content, sentence):
    with pytest.raises(Refused, match=sentence):
        read_file(name, content)


def test_struck_out_and_doubled_text_is_left_out():
    text = (
        "<w:p><w:r><w:t>5 đề án</w:t></w:r><w:del><w:r><w:delText>6 đề án</w:delText></w:r></w:del></w:p>"
        "<w:p><w:r><w:t>7</w:t></w:r><w:r><w:tab/><w:t>lớp</w:t></w:r><mc:Fallback xmlns:mc='m'><w:r><w:t>8 xã</w:t></w:r>"
        "</mc:Fallback></w:p>"
    )
    assert read_file("a.docx", zipped(**body(text))).paragraphs == ("5 đề án", "7 lớp")


def test_a_book_of_figures_is_refused_before_it_is_all_read():
    with pytest.raises(Refused, match=r"30\.000 con số"):
        check(read_pasted("1 tỷ đồng, " * 40_000))
