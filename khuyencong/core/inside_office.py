"""What in a Word or Excel file runs, fetches, calls or carries something when it is opened.

The archive is read as Office reads it: kinds of parts from the list of kinds, relations and fields with an XML reader, so that
nothing hides behind the way in which it is written. What is read is bounded, whatever is packed in what; beyond the bound the
file is unreadable, which is held and not refused. Links to click, pictures, and workbooks behind charts are honest.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Final
from urllib.parse import unquote
from xml.parsers import expat

from khuyencong.core.errors import Refused

MACROS: Final = "Tệp có macro: hãy lưu lại ở dạng không có macro (.docx, .xlsx) rồi gửi."
LOCKED_OFFICE: Final = "Tệp có phần được khóa bằng mật khẩu: hãy bỏ mật khẩu rồi gửi."
TWICE: Final = "Tệp có hai phần cùng tên, không phải do Word hay Excel ghi ra: hãy mở và lưu lại rồi gửi."
HOLDS_OBJECTS: Final = "Tệp Word, Excel có đối tượng của chương trình khác nhúng bên trong."
FETCHES: Final = "Tệp Word, Excel tự tải nội dung từ máy khác khi mở."
CALLS: Final = "Tệp Word, Excel gọi chương trình khác khi mở (DDE)."
UNREADABLE_OFFICE: Final = "Không xem được hết bên trong tệp Word, Excel."

MIB: Final = 1024 * 1024
MOST_READ = 64 * MIB  # bytes, of all parts that are looked at and of all archives that are packed in the archive
LARGEST_PART = 16 * MIB
MOST_TAGS = 3_000_000  # of XML, in all of them; a report of a thousand pages has half as many
LARGEST_KINDS = 2 * MIB
MOST_ARCHIVES = 200  # packed in one file; each chart has one
DEEPEST = 3
MOST_MEMBERS = 1_000  # of an archive in the archive; those of the file itself are counted in `files`
CENTRAL_ENTRY = b"PK\x01\x02"
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
FAULTS = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, OSError, EOFError, ValueError, KeyError, NotImplementedError, RuntimeError,
)  # fmt: skip

_MACROS = re.compile(r"(^|/)(vbaproject\.bin|vbadata\.xml|xl4?macrosheets?/|macrosheets/|activex/)")
_MACRO_KIND = re.compile(r"macroenabled|macrosheet|vbaproject", re.IGNORECASE)
_MACRO_RELATION = re.compile(r"macrosheet|vbaproject|vbadata|activex|^control$")
_EMBEDDED = re.compile(r"(^|/)embeddings/.")
_OFFICE_EMBEDDED = re.compile(r"(^|/)embeddings/[^/]+\.(docx|xlsx|pptx|sldx)$")
_WITH_FIELDS = re.compile(r"wordprocessingml|externallink", re.IGNORECASE)
_FIELD_MARK = re.compile(rb"instrText|fldSimple|ddeLink")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)")
_DDE = re.compile(r"[\"\\]*DDE", re.IGNORECASE)
# A path on the own machine, or beside the file; a picture that came in a letter. All else is another machine.
_NEAR = re.compile(r"(file:/{0,3})?[a-z]:|file:(/|///)?(?!/)|(cid|data):|(?!//)[^:]*$", re.IGNORECASE)

Start = Callable[[str, dict[str, str]], None]


@dataclass
class _Reading:
    """What may still be read of one upload."""

    left: int = MOST_READ
    archives: int = MOST_ARCHIVES
    tags: int = MOST_TAGS

    def part(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int = LARGEST_PART) -> bytes:
        """A part, whole. Raises ValueError where it is larger than `most`, or than what is left."""
        self.left -= member.file_size
        if member.file_size > most or self.left < 0:
            raise ValueError("more than is read")
        with archive.open(member) as part:
            return part.read()

    def xml(self, content: bytes, start: Start, text: Callable[[str], None] | None = None) -> None:
        """Tell every element, and what stands in them. Raises ExpatError, and ValueError where there are too many."""
        self.tags -= content.count(b"<")
        if self.tags < 0:
            raise ValueError("more than is read")
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = start
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.CharacterDataHandler = text
        parser.Parse(content, True)


@dataclass
class _Kinds:
    """The list of kinds of an archive: by the name of the part, else by how the name ends."""

    by_name: dict[str, str] = field(default_factory=dict)
    by_end: dict[str, str] = field(default_factory=dict)

    def take(self, element: str, values: dict[str, str]) -> None:
        kind = values.get("ContentType", "")
        if _MACRO_KIND.search(kind):
            raise Refused(MACROS)
        if _bare(element) == "Override":
            self.by_name[_plain(values.get("PartName", ""))] = kind
        elif _bare(element) == "Default":
            self.by_end[values.get("Extension", "").lower()] = kind

    def of(self, name: str) -> str:
        return self.by_name.get(name) or self.by_end.get(name.rpartition(".")[2], "")


def doubts_in_office(stream: IO[bytes]) -> tuple[str, ...]:
    """Why it should be looked at, in sentences; the stream is left at its start. Raises Refused where it must not be kept.

    The archive was judged before (`files`): it is one, it is no bomb, it is Word or Excel.
    """
    try:
        return tuple(dict.fromkeys(_in_archive(stream, _Reading(), 1)))
    finally:
        stream.seek(0)


def _in_archive(stream: IO[bytes], reading: _Reading, depth: int) -> Iterator[str]:
    try:
        with zipfile.ZipFile(stream) as archive:
            listed = archive.infolist()
            members = {_plain(member.filename): member for member in listed}
            _require_honest(members, listed)
            kinds = _Kinds()
            reading.xml(reading.part(archive, members["[content_types].xml"], LARGEST_KINDS), kinds.take)
            for name, member in members.items():
                if name.endswith(".rels"):
                    yield from _in_relations(reading.part(archive, member), reading)
                elif _EMBEDDED.search(name) and not member.is_dir():
                    yield from _in_embedded(archive, name, member, reading, depth)
                elif _WITH_FIELDS.search(kinds.of(name)) and _calls(reading.part(archive, member), reading):
                    yield CALLS
    except FAULTS:
        yield UNREADABLE_OFFICE


def _require_honest(members: dict[str, zipfile.ZipInfo], listed: list[zipfile.ZipInfo]) -> None:
    if len(members) != len(listed):
        raise Refused(TWICE)
    if any(member.flag_bits & 1 for member in listed):
        raise Refused(LOCKED_OFFICE)
    if any(_MACROS.search(name) for name in members):
        raise Refused(MACROS)
    if any(member.compress_type not in METHODS for member in listed):
        raise ValueError("packed in a way that may ask for gigabytes")


def _plain(name: str) -> str:
    """The name of a part as Office compares it."""
    return unquote(name).replace("\\", "/").lstrip("/").lower()


def _bare(element: str) -> str:
    return element.rpartition(":")[2]


def _refuse_doctype(*_told: object) -> None:
    raise ValueError("a document type")


def _in_relations(content: bytes, reading: _Reading) -> Iterator[str]:
    """What the relations of one part bring along: things fetched from afar, objects of other programs."""
    found: set[str] = set()

    def take(element: str, values: dict[str, str]) -> None:
        if _bare(element) != "Relationship":
            return
        kind = values.get("Type", "").rstrip("/").rpartition("/")[2].lower()
        target = values.get("Target", "")
        if _MACRO_RELATION.search(kind):
            raise Refused(MACROS)
        if values.get("TargetMode", "").strip().lower() == "external":
            if kind != "hyperlink" and not _is_near(target):
                found.add(FETCHES)
        elif kind in {"oleobject", "afchunk"} or (kind == "package" and not _OFFICE_EMBEDDED.search(_plain(target))):
            found.add(HOLDS_OBJECTS)

    reading.xml(content, take)
    yield from sorted(found)


def _is_near(target: str) -> bool:
    return bool(_NEAR.match("".join(unquote(target).split()).replace("\\", "/")))


def _in_embedded(
    archive: zipfile.ZipFile, name: str, member: zipfile.ZipInfo, reading: _Reading, depth: int
) -> Iterator[str]:
    """What is packed in the file: Word and Excel are looked into as the file itself is, all else is an object."""
    reading.archives -= 1
    if not _OFFICE_EMBEDDED.search(name) or depth >= DEEPEST or reading.archives < 0:
        yield HOLDS_OBJECTS
        return
    content = reading.part(archive, member, MOST_READ)
    if content.count(CENTRAL_ENTRY) > MOST_MEMBERS:
        yield UNREADABLE_OFFICE
        return
    yield from _in_archive(io.BytesIO(content), reading, depth + 1)


def _calls(content: bytes, reading: _Reading) -> bool:
    """Whether a field of Word, or a link of Excel, asks another program by DDE."""
    if not _FIELD_MARK.search(content) and _is_utf8(content):
        return False
    fields = _Fields()
    reading.xml(content, fields.start, fields.text)
    return fields.dde


def _is_utf8(content: bytes) -> bool:
    """Whether the names of elements stand in these bytes as letters."""
    told = _ENCODING.search(content[: content.find(b"?>") + 1])
    return b"\0" not in content and (told is None or told[1].lower() in {b"utf-8", b"us-ascii"})


class _Fields:
    """The words of each field put together: Word may cut them anywhere. Blanks are left out; the first letters tell its kind."""

    def __init__(self) -> None:
        self.dde = False
        self._words = ""
        self._in_field = False

    def start(self, element: str, values: dict[str, str]) -> None:
        name = _bare(element)
        self._in_field = name == "instrText"
        if name == "fldChar":
            self._words = ""
        elif name == "ddeLink":
            self.dde = True
        elif name == "fldSimple":
            whole = next((value for key, value in values.items() if _bare(key) == "instr"), "")
            self.dde = self.dde or bool(_DDE.match(whole.strip()))

    def text(self, told: str) -> None:
        if self._in_field and len(self._words) < len("DDE") * 4:
            self._words += "".join(told.split())
            self.dde = self.dde or bool(_DDE.match(self._words))
