"""A report as somebody sends it (.docx, .pdf, .txt, or pasted) as a plain document."""

from __future__ import annotations

import re
from typing import Final

from khuyencong.core.errors import Refused
from khuyencong.core.text import nfc
from khuyencong.documents.reading.archive import MAX_FILE_BYTES
from khuyencong.documents.reading.delimited import decoded
from khuyencong.reportcheck.document import Document
from khuyencong.reportcheck.passages import paragraphs_of
from khuyencong.reportcheck.pdf_text import text_of_pdf
from khuyencong.reportcheck.word import MOST_CHARACTERS, TOO_LONG, read_word

ACCEPTED: Final = (".docx", ".pdf", ".txt")
EMPTY: Final = "Không có chữ nào để kiểm tra: hãy dán văn bản hoặc chọn tệp khác."
TOO_LARGE: Final = f"Tệp lớn hơn {MAX_FILE_BYTES // 1024 // 1024} MB: hãy bỏ bớt hình ảnh hoặc chia thành nhiều tệp."
NO_TEXT: Final = (
    "Không đọc được bảng mã của văn bản này: hãy lưu lại dạng Word (.docx), hoặc văn bản thuần với bảng mã UTF-8."
)
OLD_LETTERS: Final = "Văn bản dùng bảng mã cũ (TCVN3, phông .VnTime; hoặc VNI): hãy chuyển sang Unicode, chẳng hạn bằng Unikey, rồi gửi lại."
OTHER: Final = (
    f"Chỉ nhận tệp {', '.join(ACCEPTED)}: hãy lưu báo cáo ở một trong các dạng này, hoặc dán phần chữ vào ô văn bản."
)

_ZIP, _PDF, _OLE, _RTF = b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0", b"{\\rtf"
# Letters and signs that stand for Vietnamese ones in TCVN3 or VNI, and are none in Unicode.
_OLD = re.compile("[µ¸¶·¹»¾¼½ÆÇËÎÏÑ×ØÜÞßåæçëîïñöøûüþ§®¬«¨ª©ä]")
_MODERN = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_FEWEST_OLD = 5


def read_file(name: str, content: bytes) -> Document:
    """The document in a file, by what it holds whatever it is called; Refused with a Vietnamese sentence."""
    if len(content) > MAX_FILE_BYTES:
        raise Refused(TOO_LARGE)
    if not content:
        raise Refused("Tệp rỗng (0 byte).")
    if content.startswith((_ZIP, _OLE)):
        return _checked(read_word(content))
    if content.lstrip()[:5] == _PDF:
        return read_pasted(text_of_pdf(content, most_characters=MOST_CHARACTERS + 1))
    if content.startswith(_RTF) or not name.lower().endswith((".txt", ".md", ".text")):
        raise Refused(OTHER)
    try:
        text = decoded(content)
    except Refused as error:
        raise Refused(NO_TEXT) from error
    return read_pasted(text)


def read_pasted(text: str) -> Document:
    """Plain text as a document; Refused where it is empty, too long, or in letters of before Unicode."""
    if len(text) > MOST_CHARACTERS:
        raise Refused(TOO_LONG)
    return _checked(Document(tuple(paragraphs_of(text))))


def _checked(document: Document) -> Document:
    if not document.paragraphs:
        raise Refused(EMPTY)
    text = " ".join(document.paragraphs)
    old = len(_OLD.findall(text))
    if old >= _FEWEST_OLD and old > len(_MODERN.findall(text)):
        raise Refused(OLD_LETTERS)
    return Document(tuple(nfc(one) for one in document.paragraphs), document.tables)
