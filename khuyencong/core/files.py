"""What a file really is, whatever it calls itself."""

from __future__ import annotations

import hashlib
import uuid
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from khuyencong.core.errors import Refused
from khuyencong.core.inside import doubts
from khuyencong.core.inside_office import LOCKED_OFFICE, MACROS
from khuyencong.core.text import clean

MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_ZIP_MEMBERS = 5_000
CENTRAL_ENTRY = b"PK\x01\x02"
OOXML = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class FileType:
    """A kind of file that may be attached."""

    extensions: frozenset[str]
    content_type: str


PDF = FileType(frozenset({"pdf"}), "application/pdf")
PNG = FileType(frozenset({"png"}), "image/png")
JPEG = FileType(frozenset({"jpg", "jpeg"}), "image/jpeg")
DOCX = FileType(frozenset({"docx"}), f"{OOXML}.wordprocessingml.document")
XLSX = FileType(frozenset({"xlsx"}), f"{OOXML}.spreadsheetml.sheet")
ZIP = FileType(frozenset({"zip"}), "application/zip")  # written, never accepted
JSON = FileType(frozenset({"json"}), "application/json")  # likewise
CSV = FileType(frozenset({"csv"}), "text/csv; charset=utf-8")  # likewise
ACCEPTED = (PDF, PNG, JPEG, DOCX, XLSX)
ACCEPTED_EXTENSIONS = sorted(extension for kind in ACCEPTED for extension in kind.extensions)

MAGIC = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))


@dataclass(frozen=True)
class CheckedUpload:
    """A file that may be kept: `name` as its sender calls it, `stored_name` a made-up one for the disk.

    Whoever keeps what was brought takes the made-up name from `arrive`.
    """

    name: str
    stored_name: str
    size: int
    content_type: str
    sha256: str
    upload: UploadedFile[bytes] | None = field(default=None, repr=False, compare=False)
    doubtful: tuple[str, ...] = ()

    def arrive(self) -> str:
        """The made-up name, once whoever may refuse the file or hold it back was told.

        To be called where the file is kept, in the transaction that writes it down: what comes to nothing holds nothing back.
        A copy of a file that is kept already was not brought, and arrives nowhere.
        """
        if self.upload is not None:
            for tell in arriving:
                tell(self)
        return self.stored_name


# Filled by `quarantine`, whose records this room cannot know. The first are told of each file that is being kept, and may refuse
# it or hold it back; the others are asked before kept files leave: which of these names stay, and why.
arriving: list[Callable[[CheckedUpload], None]] = []
leaving: list[Callable[[Iterable[str]], dict[str, str]]] = []


def held_among(names: Iterable[str]) -> dict[str, str]:
    """Of these names of the storage those that must not be handed to anybody now, each with the sentence; one query."""
    wanted = list(names)
    return {name: sentence for ask in leaving for name, sentence in ask(wanted).items()}


def check_leaving(name: str) -> None:
    """Ask before a kept file is handed to anybody. Raises Refused with the reason while it is held back."""
    for sentence in held_among([name]).values():
        raise Refused(sentence)


def check_upload(upload: UploadedFile[bytes]) -> CheckedUpload:
    """Look at what was sent, and leave it at its start; Refused where it is empty, too large, of another type or dangerous."""
    name = clean((upload.name or "").replace("\\", "/").rpartition("/")[2])[-255:].strip()
    size = upload.size or 0
    if size == 0:
        raise Refused(f"Tệp «{name[:100]}» rỗng (0 byte).")
    if size > settings.MAX_ATTACHMENT_BYTES:
        raise Refused(f"Tệp lớn hơn {settings.MAX_ATTACHMENT_BYTES // 1024 // 1024} MB.")
    if upload.file is None:
        raise Refused("Không đọc được tệp.")
    found = file_type(upload.file, name)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    doubtful = doubts(upload.file, found.content_type)
    stored_name = f"{uuid.uuid4().hex}.{min(found.extensions)}"
    return CheckedUpload(name, stored_name, size, found.content_type, digest.hexdigest(), upload, doubtful)


def file_type(stream: IO[bytes], name: str) -> FileType:
    """The type of the bytes in `stream`, which is left at its start.

    Raises Refused with a sentence where the contents are not of an accepted type, do not fit the extension of
    `name`, or would unpack to something enormous.
    """
    stream.seek(0)
    head = stream.read(16)
    stream.seek(0)
    found = next((kind for magic, kind in MAGIC if head.startswith(magic)), None)
    if found is None and head.startswith(b"PK\x03\x04"):
        found = _office_type(stream)
        stream.seek(0)
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if found is None or extension not in found.extensions:
        raise Refused(
            f"Tệp «{name[:100]}» không đúng loại cho phép ({', '.join(ACCEPTED_EXTENSIONS)}), hoặc nội dung không khớp đuôi tệp."
        )
    return found


def _office_type(stream: IO[bytes]) -> FileType | None:
    """Word or Excel in a zip that is not a bomb. Raises Refused where it has macros or a password."""
    # Every member has one of these marks: so many are counted, not read into memory one by one.
    if stream.read().count(CENTRAL_ENTRY) > MAX_ZIP_MEMBERS:
        return None
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            if len(members) > MAX_ZIP_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
                return None
            names = {member.filename for member in members}
            if any(member.flag_bits & 1 for member in members):
                raise Refused(LOCKED_OFFICE)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused(MACROS)
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None
