"""The text of a Word file (.docx): paragraphs and tables, read as a stream under the limits of every file sent to us."""

from __future__ import annotations

from typing import Final

from khuyencong.core.errors import Refused
from khuyencong.documents.reading import archive
from khuyencong.documents.reading.archive import Archive, XmlReader
from khuyencong.reportcheck.document import Document, Table

MOST_CHARACTERS: Final = 1_000_000
TOO_LONG: Final = "Văn bản dài hơn 1 triệu ký tự: hãy chia thành nhiều tệp."
BROKEN: Final = "Không đọc được tệp này: tệp bị hỏng hoặc không phải là tệp Word (.docx). Hãy mở bằng Word rồi lưu lại."
_PART: Final = "word/document.xml"
# What the reader of Excel lists says, in the words of a Word file.
_SAID: Final = {
    archive.BROKEN: BROKEN,
    archive.NOT_XLSX: BROKEN,
    archive.TOO_LARGE: f"Tệp lớn hơn {archive.MAX_FILE_BYTES // archive.MIB} MB: hãy bỏ bớt hình ảnh hoặc chia thành nhiều tệp.",
    archive.BOMB: "Tệp nén bất thường, khi mở ra sẽ rất lớn: không đọc. Hãy chép phần chữ vào ô dán văn bản.",
    archive.OLD_FORMAT: "Đây là tệp Word cũ (.doc) hoặc tệp có mật khẩu: hãy mở bằng Word, bỏ mật khẩu nếu có, rồi lưu dạng .docx.",
    archive.MACROS: "Tệp có chứa macro: hãy lưu lại ở dạng .docx không có macro.",
}
# Drawn twice, once for old programs; codes of fields; what a reviewer has struck out.
_LEFT_OUT: Final = {"Fallback", "instrText", "delText"}


def read_word(content: bytes) -> Document:
    """Paragraphs and tables of a .docx file; Refused with a Vietnamese sentence where it is none, or hostile."""
    try:
        parts = Archive(content)
        reader = _Reader()
        if _PART in parts:
            XmlReader(parts, _PART, start=reader.start, end=reader.end, text=reader.text).run()
    except Refused as error:
        raise Refused(_SAID.get(error.sentence, error.sentence)) from error
    if _PART not in parts:
        raise Refused(BROKEN)
    return Document(tuple(reader.paragraphs), tuple(reader.tables))


class _Reader:
    """Takes the elements as they come; a table inside a table is read as paragraphs of its cell."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self.tables: list[Table] = []
        self._text: list[str] = []
        self._length = 0
        self._left_out = 0
        self._reads = False  # inside w:t
        self._in_tables = 0
        self._rows: list[tuple[str, ...]] = []
        self._row: list[str] = []
        self._cell: list[str] = []
        self._uneven = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if self._left_out or name in _LEFT_OUT:
            self._left_out += 1
            return
        if name == "t":
            self._reads = True
        elif name in {"tab", "br", "cr"}:
            self._text.append(" ")
        elif name == "tbl":
            self._in_tables += 1
            self._uneven |= self._in_tables > 1
        elif name in {"vMerge", "gridSpan"}:
            self._uneven = True

    def end(self, name: str) -> None:
        if self._left_out:
            self._left_out -= 1
            return
        if name == "t":
            self._reads = False
        elif name == "p":
            self._end_of_paragraph()
        elif name == "tbl":
            self._in_tables -= 1
        if self._in_tables == 1 and name == "tc":
            self._row.append(" ".join(self._cell))
            self._cell = []
        elif self._in_tables == 1 and name == "tr":
            self._rows.append(tuple(self._row))
            self._row = []
        elif self._in_tables == 0 and name == "tbl":
            self.tables.append(Table(tuple(self._rows), self._uneven))
            self._rows, self._uneven = [], False

    def text(self, text: str) -> None:
        if not self._reads or self._left_out:
            return
        self._length += len(text)
        if self._length > MOST_CHARACTERS:
            raise Refused(TOO_LONG)
        self._text.append(text)

    def _end_of_paragraph(self) -> None:
        text = "".join(self._text).strip()
        self._text = []
        if text:
            self.paragraphs.append(text)
            if self._in_tables:
                self._cell.append(text)
