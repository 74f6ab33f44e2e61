"""What in a file does something when it is opened, hides what is in it, or makes it two files in one.

`dangers` refuses what no dossier needs (macros, programs in a PDF, a file that is also an archive). `doubts` names what honest
papers may hold as well (files inside a PDF, objects inside Word, a password): without a scanner such a file is held back until
somebody has decided (`quarantine`). Only known marks are found: a scanner knows more, and neither knows everything.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from khuyencong.core.errors import Refused

MACROS = "Tệp có macro: hãy lưu lại ở dạng không có macro (.docx, .xlsx) rồi gửi."
LOCKED_OFFICE = "Tệp có phần được khóa bằng mật khẩu: hãy bỏ mật khẩu rồi gửi."
TWICE = "Tệp có hai phần cùng tên, không phải do Word hay Excel ghi ra: hãy mở và lưu lại rồi gửi."
PROGRAM_IN_PDF = "Tệp PDF có mã lệnh chạy khi mở: hãy in lại ra PDF («Print to PDF») rồi gửi bản ấy."
TWO_IN_ONE = "Tệp vừa là loại này vừa là loại khác (hai tệp ghép làm một): hãy lưu lại rồi gửi."

HOLDS_FILES = "Tệp PDF có tệp khác đính bên trong."
HOLDS_MEDIA = "Tệp PDF có nội dung đa phương tiện hoặc biểu mẫu động bên trong."
LOCKED_PDF = "Tệp PDF được mã hóa nên không xem được bên trong."
HOLDS_OBJECTS = "Tệp Word, Excel có đối tượng của chương trình khác nhúng bên trong."
FETCHES = "Tệp Word, Excel tự tải nội dung từ máy khác khi mở."
UNREADABLE = "Không xem được hết bên trong tệp."

MOST_UNPACKED = 64 * 1024 * 1024  # bytes of the object streams of one PDF
LARGEST_RELATIONS = 1024 * 1024
HEAD = 1_024  # bytes in which readers look for the mark of a PDF
_MACROS = re.compile(r"(^|/)(vbaproject\.bin|vbadata\.xml|xl4?macrosheets?/|macrosheets/|activex/)", re.IGNORECASE)
_MACRO_TYPE = re.compile(rb"macroenabled|macrosheet|vbaproject", re.IGNORECASE)
_OBJECTS = re.compile(r"(^|/)embeddings/[^/]+\.(bin|exe|dll|js|vbs|bat|cmd|ps1|lnk|hta)$", re.IGNORECASE)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_OF_FETCHING = re.compile(rb"/(attachedTemplate|oleObject|frame|subDocument|externalLinkPath)[\"']", re.IGNORECASE)
_FAR = re.compile(rb"Target\s*=\s*[\"']\s*(https?:|ftp:|mhtml:|ms-\w+:|\\\\|file:/*\\\\|file://[^/\"'])", re.IGNORECASE)
# A name in a PDF may be written with numbers for its letters: /J#61vaScript.
_CODED = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT_STREAM = re.compile(rb"/ObjStm\b")
_STREAM = re.compile(rb"stream\r?\n")
_END = rb"(?![A-Za-z0-9])"
_PROGRAMS = re.compile(rb"/(JavaScript|Launch|ImportData)" + _END)
_FILES = re.compile(rb"/(EmbeddedFiles?|Filespec\s*/EF|GoToE)" + _END)
_MEDIA = re.compile(rb"/(RichMedia|XFA(?=\s*[\[0-9])|Movie|Sound)" + _END)
_LOCKED = re.compile(rb"/Encrypt" + _END)


def doubts(stream: IO[bytes], content_type: str) -> tuple[str, ...]:
    """Why the file should be looked at before it is handed on, in sentences; the stream is left at its start.

    Raises Refused where it must not be kept at all.
    """
    stream.seek(0)
    content = stream.read()
    stream.seek(0)
    if content_type == "application/pdf":
        _not_an_archive(content, stream)
        return tuple(_in_pdf(content))
    if content_type.startswith("image/"):
        _not_an_archive(content, stream)
        if b"%PDF-" in content[:HEAD]:
            raise Refused(TWO_IN_ONE)
        return ()
    if b"%PDF-" in content[:HEAD]:
        raise Refused(TWO_IN_ONE)
    return tuple(_in_office(stream))


def _not_an_archive(content: bytes, stream: IO[bytes]) -> None:
    """A picture or PDF at whose end stands the directory of a zip is opened by both programs."""
    if b"PK\x05\x06" in content[-66_000:] and zipfile.is_zipfile(stream):
        raise Refused(TWO_IN_ONE)
    stream.seek(0)


def _in_pdf(content: bytes) -> Iterator[str]:
    readable = [_decoded(content)]
    whole = True
    unpacked = 0
    for packed in _object_streams(content):
        found = _unpacked(packed, MOST_UNPACKED - unpacked)
        whole = whole and found is not None
        unpacked += len(found or b"")
        readable.append(_decoded(found or b""))
    if any(_PROGRAMS.search(part) for part in readable):
        raise Refused(PROGRAM_IN_PDF)
    if _LOCKED.search(readable[0]):
        yield LOCKED_PDF
    elif not whole:
        yield UNREADABLE
    if any(_FILES.search(part) for part in readable):
        yield HOLDS_FILES
    if any(_MEDIA.search(part) for part in readable):
        yield HOLDS_MEDIA


def _decoded(content: bytes) -> bytes:
    return _CODED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _object_streams(content: bytes) -> Iterator[bytes]:
    """What follows each mark of an object stream: other objects stand packed in it. Nothing is looked at twice."""
    at = 0
    while found := _OBJECT_STREAM.search(content, at):
        at = found.end()
        start = _STREAM.search(content, at, at + 2_000)
        if start:
            end = content.find(b"endstream", start.end())
            at = len(content) if end < 0 else end
            yield content[start.end() : at]


def _unpacked(packed: bytes, most: int) -> bytes | None:
    """The content of a packed stream; None where it is packed in another way, broken or too large."""
    try:
        worker = zlib.decompressobj()
        found = worker.decompress(packed, max(most, 1))
    except zlib.error:
        return None
    return None if worker.unconsumed_tail else found


def _in_office(stream: IO[bytes]) -> Iterator[str]:
    """The archive was judged before (`files`): it is one, it is no bomb, it is Word or Excel."""
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            names = {member.filename.lower() for member in members}
            if len(names) != len(members):
                raise Refused(TWICE)
            if any(member.flag_bits & 1 for member in members):
                raise Refused(LOCKED_OFFICE)
            if any(_MACROS.search(name) for name in names) or _MACRO_TYPE.search(_read(archive, "[Content_Types].xml")):
                raise Refused(MACROS)
            if any(_OBJECTS.search(name) for name in names):
                yield HOLDS_OBJECTS
            relations = [one.filename for one in members if one.filename.lower().endswith(".rels")]
            if any(_fetches(_read(archive, name)) for name in relations):
                yield FETCHES
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, KeyError, NotImplementedError, RuntimeError):
        yield UNREADABLE
    finally:
        stream.seek(0)


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(LARGEST_RELATIONS)


def _fetches(relations: bytes) -> bool:
    """Whether a part is named that Office fetches by itself; what is not written as plain letters is taken to be one."""
    found = _RELATION.findall(relations)
    return b"\0" in relations or any(_OF_FETCHING.search(one) and _FAR.search(one) for one in found)
