"""The zip that an .xlsx file is: judged before anything in it is unpacked, then read part by part as a stream of XML.

Nothing outside the file is ever opened: links to other files are left alone, and a document type (the only way to name
an outside entity) is refused.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Final
from xml.parsers import expat

from khuyencong.core.errors import Refused

MIB: Final = 1024 * 1024
MAX_FILE_BYTES: Final = 20 * MIB
MAX_UNPACKED_BYTES: Final = 200 * MIB
MAX_ENTRIES: Final = 2_000
MAX_RATIO: Final = 200
RATIO_COUNTS_FROM: Final = 20 * MIB  # a small file full of blanks packs very well, and harms nobody
MAX_DEPTH: Final = 100
# Expat before 2.6 reads an unfinished tag again with every chunk: a tag of a hundred megabytes would take hours.
MAX_SILENT_BYTES: Final = MIB
CHUNK: Final = 64 * 1024

BROKEN: Final = (
    "Không đọc được tệp này: tệp bị hỏng hoặc không phải là tệp Excel (.xlsx). Hãy mở bằng Excel rồi lưu lại."
)
TOO_LARGE: Final = f"Tệp lớn hơn {MAX_FILE_BYTES // MIB} MB: hãy chia danh sách thành nhiều tệp."
BOMB: Final = "Tệp nén bất thường, khi mở ra sẽ rất lớn: không đọc. Hãy chép danh sách sang một tệp Excel mới."
OLD_FORMAT: Final = (
    "Đây là tệp Excel cũ (.xls) hoặc tệp có mật khẩu: hãy mở bằng Excel, bỏ mật khẩu nếu có, rồi lưu dạng .xlsx."
)
NOT_XLSX: Final = "Chỉ nhận tệp Excel dạng .xlsx: hãy mở danh sách bằng Excel rồi lưu lại ở dạng này."
MACROS: Final = "Tệp có chứa macro: hãy lưu lại ở dạng .xlsx không có macro."

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_CENTRAL_ENTRY = b"PK\x01\x02"
# How members may be packed: the other ways may ask for gigabytes to unpack. And all that a broken or hostile zip raises.
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, KeyError)

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class Archive:
    """The parts of one .xlsx file by their names; raises Refused with a sentence for whatever cannot be read safely."""

    def __init__(self, content: bytes) -> None:
        _require_kind(content)
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
            members = self._zip.infolist()
        except FAULTS as error:
            raise Refused(BROKEN) from error
        _require_modest(members, len(content))
        self._members = {member.filename: member for member in members}
        if len(self._members) != len(members):
            raise Refused(BROKEN)
        if any(name.lower().endswith("vbaproject.bin") for name in self._members):
            raise Refused(MACROS)
        if "[Content_Types].xml" not in self._members:
            raise Refused(NOT_XLSX)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, a little at a time; never more than the archive says, which was judged at the start."""
        try:
            with self._zip.open(self._members[name]) as part:
                while chunk := part.read(CHUNK):
                    yield chunk
        except FAULTS as error:
            raise Refused(BROKEN) from error


class XmlReader:
    """Feeds the bytes of a part to expat, whose handlers get names without their prefix, and refuses what is hostile."""

    def __init__(self, archive: Archive, name: str, *, start: Start, end: End, text: Text | None = None) -> None:
        self._archive, self._name = archive, name
        self._start, self._end = start, end
        self._depth = 0
        self._silent = 0
        self._local: dict[str, str] = {}
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._on_start
        self._parser.EndElementHandler = self._on_end
        self._parser.CharacterDataHandler = self._on_text if text else None
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._text = text

    def steps(self) -> Iterator[None]:
        """Read on; yields after every chunk, so that whoever has seen enough can stop there."""
        try:
            for chunk in self._archive.chunks(self._name):
                self._silent += len(chunk)
                self._parser.Parse(chunk, False)
                if self._silent > MAX_SILENT_BYTES:
                    raise Refused(BROKEN)
                yield
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise Refused(BROKEN) from error

    def run(self) -> None:
        """Read to the end."""
        for _ in self.steps():
            pass

    def _on_start(self, name: str, attributes: dict[str, str]) -> None:
        self._silent = 0
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Refused(BROKEN)
        self._start(self._bare(name), attributes)

    def _on_end(self, name: str) -> None:
        self._silent = 0
        self._depth -= 1
        self._end(self._bare(name))

    def _on_text(self, text: str) -> None:
        self._silent = 0
        if self._text:
            self._text(text)

    def _bare(self, name: str) -> str:
        found = self._local.get(name)
        if found is None:
            found = name.rpartition(":")[2]
            if len(self._local) < MAX_ENTRIES:  # a file that makes up its names fills no memory
                self._local[name] = found
        return found


def target_of(base: str, target: str) -> str:
    """The name of the part that a relation of the part `base` points to."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), target))


def relations_of(base: str) -> str:
    """The name of the part that holds the relations of the part `base`."""
    folder, name = posixpath.split(base)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _refuse_doctype(*_told: object) -> None:
    raise Refused(BROKEN)


def is_plain(content: bytes) -> bool:
    """Whether the bytes are neither an .xlsx file nor an old Excel one: then they may be a table of plain text."""
    return not content.startswith((_ZIP, _OLE))


def _require_kind(content: bytes) -> None:
    if len(content) > MAX_FILE_BYTES:
        raise Refused(TOO_LARGE)
    if not content:
        raise Refused("Tệp rỗng (0 byte).")
    if content.startswith(_OLE):
        raise Refused(OLD_FORMAT)
    if not content.startswith(_ZIP):
        raise Refused(NOT_XLSX)
    # Counted before they are read into memory one by one.
    if content.count(_CENTRAL_ENTRY) > MAX_ENTRIES:
        raise Refused(BOMB)


def _require_modest(members: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(member.file_size for member in members)
    too_dense = unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * packed
    if len(members) > MAX_ENTRIES or unpacked > MAX_UNPACKED_BYTES or too_dense:
        raise Refused(BOMB)
    if any(member.flag_bits & 1 for member in members):
        raise Refused(OLD_FORMAT)
    if any(member.compress_type not in METHODS for member in members):
        raise Refused(BROKEN)
