"""The whole dossier as one ZIP: every file under a plain name in the order of the checklist, with an index of it all.

Written while it is sent: one chunk of one file is in memory at a time. Files that several papers share lie in it once.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.template.loader import render_to_string
from django.utils import timezone

from khuyencong.audit.handing_out import bare, is_picture
from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused
from khuyencong.core.files import held_among
from khuyencong.core.text import fold
from khuyencong.documents.excel import Column, Sheet, workbook
from khuyencong.projects.dossier import Dossier, Row
from khuyencong.projects.models import Attachment, PaperVersion

MEGABYTE = 1_000_000
MOST_MEGABYTES = 600
LONGEST_PART = 48
LETTERS, REST = "van-ban", "tep-khac"
INDEX = "muc-luc-ho-so"
GONE = "tệp không còn trên máy chủ"
_PLAIN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Line:
    """One line of the index; `path` is where the file lies in the archive, "" where the line has none.

    `version` is 0 for a letter, a file of no paper and a paper that nobody has handed in.
    """

    group: str
    paper: str
    version: int
    state: str
    path: str
    name: str
    size: int
    sha256: str
    who: str
    at: datetime | None
    note: str


@dataclass(frozen=True)
class Archive:
    """What goes into the ZIP of one dossier: the lines of the index, and each file once by its path."""

    dossier: Dossier
    lines: tuple[Line, ...]
    files: tuple[tuple[str, Attachment], ...]
    exact: bool = True  # False: pictures go without what their camera wrote

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(attachment.size for _, attachment in self.files)

    def chunks(self) -> Iterator[bytes]:
        """The ZIP, piece by piece."""
        sink = _Sink()
        with zipfile.ZipFile(sink, "w") as archive:
            for path, content in ((f"{INDEX}.html", self.html()), (f"{INDEX}.xlsx", self.xlsx())):
                archive.writestr(_entry(path, timezone.now()), content)
                yield sink.taken()
            held = held_among(attachment.file.name or "" for _, attachment in self.files)
            for path, attachment in self.files:
                if sentence := held.get(attachment.file.name or ""):
                    archive.writestr(_entry(f"{path}.txt", attachment.uploaded_at), sentence.encode())
                    continue
                if not self.exact and is_picture(attachment.content_type):
                    self._write_bare(archive, path, attachment)
                    yield sink.taken()
                    continue
                with (
                    attachment.file.open("rb") as source,
                    archive.open(_entry(path, attachment.uploaded_at), "w", force_zip64=True) as target,
                ):
                    while chunk := source.read(UploadedFile.DEFAULT_CHUNK_SIZE):
                        target.write(chunk)
                        yield sink.taken()
                attachment.file.close()
        yield sink.taken()

    @staticmethod
    def _write_bare(archive: zipfile.ZipFile, path: str, attachment: Attachment) -> None:
        """One picture without what its camera wrote, or, where that cannot be taken out, a line that says so."""
        try:
            content = bare(attachment.file.open("rb")).read()
        except Refused as refusal:
            path, content = f"{path}.txt", str(refusal).encode()
        archive.writestr(_entry(path, attachment.uploaded_at), content)

    def html(self) -> bytes:
        """«Mục lục hồ sơ» that any browser opens, with links to the files beside it."""
        context = {"project": self.dossier.project, "lines": self.lines, "on": self.dossier.on}
        return render_to_string("projects/dossier/index.html", context).encode()

    def xlsx(self) -> bytes:
        """The same as a table."""
        columns = (
            Column("Bước", width=34),
            Column("Giấy tờ, văn bản", width=60),
            Column("Bản", "int", 6),
            Column("Tình trạng", width=24),
            Column("Tệp trong bộ hồ sơ", width=50),
            Column("Tên tệp khi nộp", width=36),
            Column("Dung lượng (byte)", "int", 14),
            Column("SHA-256", width=68),
            Column("Người nộp", width=24),
            Column("Ngày nộp", "date", 14),
            Column("Ghi chú", width=50),
        )
        rows = [
            (
                one.group,
                one.paper,
                one.version or None,
                one.state,
                one.path,
                one.name,
                one.size or None,
                one.sha256,
                one.who,
                one.at,
                one.note,
            )
            for one in self.lines
        ]
        project = self.dossier.project
        lines = (f"{project.code}: {project.name}", f"Lập ngày {format_date(self.dossier.on)}")
        return workbook([Sheet("Mục lục", "Mục lục hồ sơ", columns, rows, lines)])


def archive_of(dossier: Dossier, *, stage: str = "", exact: bool = True) -> Archive:
    """The archive of a dossier, or of the papers of one stage (its key); one query. `exact`: with what cameras wrote.

    Refused, with what to do, where its files are larger together than one download may be.
    """
    packing = _Packing()
    for group in dossier.stages:
        if stage in {"", group.key}:
            for number, row in enumerate(group.rows, start=1):
                packing.paper(f"{group.number:02d}-{plain(group.label)}", number, group.label, row)
    if not stage:
        packing.letters(dossier)
        packing.rest(dossier)
    archive = Archive(dossier, tuple(packing.lines), tuple(packing.files), exact)
    if archive.size > MOST_MEGABYTES * MEGABYTE:
        raise Refused(
            f"Hồ sơ này lớn hơn {MOST_MEGABYTES} MB, không tải một lần được: hãy tải từng bước ở phần «Hồ sơ» của đề án."
        )
    return archive


class _Packing:
    """Gives each file its place once, and each version, letter and file its line."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.files: list[tuple[str, Attachment]] = []
        self._places: dict[int, str] = {}

    def paper(self, folder: str, number: int, label: str, row: Row) -> None:
        for version in reversed(row.versions):
            start = f"{folder}/{number:02d}-{plain(row.text)}-ban-{version.number}"
            state = (
                row.state.label if version is row.latest else version.get_verdict_display() or "Đã thay bằng bản sau"
            )
            self._line(label, row.text, version.number, state, version.attachment, start, self._note(version), version)
        if not row.versions:
            note = "; ".join(part for part in (row.weight.label, row.when) if part)
            self.lines.append(Line(label, row.text, 0, row.state.label, "", "", 0, "", "", None, note))

    def letters(self, dossier: Dossier) -> None:
        for number, link in enumerate(reversed(dossier.letters), start=1):
            letter = link.letter
            text = f"{letter.get_kind_display()} số {letter.number} ngày {format_date(letter.day)}"
            note = f"{letter.issuer_name} gửi {letter.recipient_name}: {letter.summary}"
            start = f"{LETTERS}/{number:02d}-{plain(f'{letter.number} {letter.day.isoformat()}')}"
            self._line("Văn bản đi, đến", text, 0, "", link.attachment, start, note, None)

    def rest(self, dossier: Dossier) -> None:
        number = 0
        for attachment in dossier.project.attachments.select_related("uploaded_by").order_by("pk"):
            if attachment.pk not in self._places:
                number += 1
                start = f"{REST}/{number:02d}"
                self._line("Tệp khác", attachment.get_kind_display(), 0, "", attachment, start, "", None)

    def _line(
        self,
        group: str,
        paper: str,
        number: int,
        state: str,
        attachment: Attachment | None,
        start: str,
        note: str,
        version: PaperVersion | None,
    ) -> None:
        path = self._place(attachment, start) if attachment else ""
        by = version.by if version else attachment.uploaded_by if attachment else ""
        at = version.at if version else attachment.uploaded_at if attachment else None
        if attachment and not path:
            note = f"{GONE}; {note}" if note else GONE
        self.lines.append(
            Line(
                group,
                paper,
                number,
                state,
                path,
                attachment.name if attachment else "",
                attachment.size if attachment else 0,
                attachment.sha256 if attachment else "",
                str(by),
                at,
                note,
            )
        )

    def _place(self, attachment: Attachment, start: str) -> str:
        """The path of the file, given once; "" where its bytes are not on disk any more."""
        if attachment.pk not in self._places:
            stem, _, extension = attachment.name.rpartition(".")
            path = f"{start}-{plain(stem or extension)}.{_PLAIN.sub('', extension.lower())[:5] or 'bin'}"
            there = attachment.file.storage.exists(attachment.file.name or "")
            self._places[attachment.pk] = path if there else ""
            if there:
                self.files.append((path, attachment))
        return self._places[attachment.pk]

    @staticmethod
    def _note(version: PaperVersion) -> str:
        parts = (
            version.not_applicable,
            f"hết hạn {format_date(version.expires_on)}" if version.expires_on else "",
            version.taken_from,
            f"{version.judged_by}: {version.reason}" if version.reason else "",
        )
        return "; ".join(part for part in parts if part)


def plain(text: str) -> str:
    """A text as part of a file name on any machine: a to z, digits and dashes, not too long; 'tep' where nothing is left."""
    return _PLAIN.sub("-", fold(text)).strip("-")[:LONGEST_PART].strip("-") or "tep"


def _entry(path: str, at: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, timezone.localtime(at).timetuple()[:6])
    # Files are compressed already by their own kind; the index is small.
    info.compress_type = zipfile.ZIP_STORED
    info.external_attr = 0o644 << 16
    return info


class _Sink(io.RawIOBase):
    """Where the archive writes to; what is taken is forgotten. It cannot be wound back, so the ZIP needs no seeking."""

    def __init__(self) -> None:
        super().__init__()
        self._buffer = bytearray()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: object) -> int:
        """Keep the bytes until they are taken."""
        piece = bytes(data)  # type: ignore[call-overload]  # zipfile hands over any buffer
        self._buffer += piece
        return len(piece)

    def taken(self) -> bytes:
        """All that was written since the last time."""
        piece = bytes(self._buffer)
        self._buffer.clear()
        return piece
