"""What an uploaded Word template may be made of: text, styles and pictures. Everything that acts by itself is refused."""

from __future__ import annotations

import io
import re
import zipfile

from lxml import etree

from khuyencong.core.errors import Refused
from khuyencong.documents.reading.archive import FAULTS, METHODS

MEGABYTE = 1024 * 1024
MAX_BYTES = 2 * MEGABYTE
MAX_UNPACKED = 12 * MEGABYTE
MAX_XML = MEGABYTE  # of one part; what a loop repeats is never larger
MAX_MEMBERS = 300
NO_WORD = "Tệp không phải tài liệu Word (.docx) đọc được."
_ZIP = b"PK\x03\x04"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Kinds of relations, by the last word of their address, that bring in or start something foreign.
_FOREIGN = frozenset(
    {
        "oleObject",
        "package",
        "control",
        "activeXControlBinary",
        "aFChunk",
        "attachedTemplate",
        "subDocument",
        "frame",
        "mailMergeSource",
        "mailMergeHeaderSource",
        "vbaProject",
        "wordVbaData",
        "keyMapCustomizations",
        "attachedToolbars",
        "externalLink",
        "video",
        "audio",
        "media",
    }
)
_SUSPECT = re.compile(r"(vbaproject|vbadata|activex|embeddings/|\.bin$|\.exe$|\.docm$)", re.IGNORECASE)
# Fields of Word that only count pages, and their switches; others fetch files, start programs or ask for data.
_COUNTING = re.compile(r"(NUMPAGES|SECTIONPAGES|PAGE|MERGEFORMAT|ARABIC|ROMAN)|\\\*|\s+", re.IGNORECASE)


def refuse_hostile(content: bytes) -> None:
    """Refused, with a sentence, where the file is none of Word's, enormous, or holds macros, links outward or objects."""
    if len(content) > MAX_BYTES:
        raise Refused(f"Mẫu lớn hơn {MAX_BYTES // MEGABYTE} MB.")
    if not content.startswith(_ZIP):
        raise Refused(NO_WORD)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_members(archive.infolist())
            for info in archive.infolist():
                if info.filename.endswith((".xml", ".rels")):
                    _refuse_part(info.filename, archive.read(info))
    except FAULTS:
        raise Refused(NO_WORD) from None


def _refuse_members(members: list[zipfile.ZipInfo]) -> None:
    names = [one.filename for one in members]
    if any(one.compress_type not in METHODS for one in members):
        raise Refused(NO_WORD)
    if len(names) > MAX_MEMBERS or sum(one.file_size for one in members) > MAX_UNPACKED:
        raise Refused("Mẫu bung ra quá lớn: hãy lưu lại bằng Word, bớt ảnh rồi tải lên.")
    if any(one.file_size > MAX_XML for one in members if one.filename.endswith((".xml", ".rels"))):
        raise Refused("Phần chữ của mẫu quá lớn: một mẫu giấy tờ chỉ dài vài trang.")
    if len(set(names)) != len(names) or "[Content_Types].xml" not in names or "word/document.xml" not in names:
        raise Refused(NO_WORD)
    if any(_SUSPECT.search(name) for name in names):
        raise Refused("Mẫu có macro hoặc đối tượng nhúng: hãy bỏ đi và lưu lại dạng .docx.")


def _refuse_part(name: str, content: bytes) -> None:
    try:
        tree = etree.fromstring(content, parser=etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        raise Refused(NO_WORD) from None
    if tree.getroottree().docinfo.doctype:
        raise Refused("Mẫu có khai báo DOCTYPE, tài liệu của Word không có: không nhận.")
    if name.endswith(".rels"):
        for one in tree:
            kind = (one.get("Type") or "").rpartition("/")[2]
            if (one.get("TargetMode") or "").lower() == "external":
                raise Refused("Mẫu có liên kết ra ngoài (ảnh, trang web hoặc tệp khác): hãy bỏ liên kết rồi lưu lại.")
            if kind in _FOREIGN:
                raise Refused("Mẫu có macro hoặc đối tượng nhúng: hãy bỏ đi và lưu lại dạng .docx.")
    if name == "[Content_Types].xml" and any("macro" in (one.get("ContentType") or "").lower() for one in tree):
        raise Refused("Mẫu có macro: hãy lưu lại dạng .docx.")
    for paragraph in tree.iter(f"{_W}p"):
        # Word cuts the words of a field into pieces at will: they are judged together.
        words = "".join(one.text or "" for one in paragraph.iter(f"{_W}instrText"))
        words += " ".join(one.get(f"{_W}instr") or "" for one in paragraph.iter(f"{_W}fldSimple"))
        foreign = _COUNTING.sub("", words)
        if foreign:
            raise Refused(f"Mẫu có trường của Word «{foreign[:40]}»: chỉ nhận số trang (PAGE, NUMPAGES).")
