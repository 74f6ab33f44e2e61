"""What in a PDF does something when it is opened, or holds another file.

Names are looked for in the bytes as they lie, and in the object streams, where most programs pack their objects. Whatever packs
objects in a way that no program writes is not unpacked but said to be unreadable: it is held, not refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from khuyencong.core.errors import Refused

PROGRAM_IN_PDF: Final = "Tệp PDF có mã lệnh chạy khi mở: hãy in lại ra PDF («Print to PDF») rồi gửi bản ấy."
HOLDS_FILES: Final = "Tệp PDF có tệp khác đính bên trong."
HOLDS_MEDIA: Final = "Tệp PDF có nội dung đa phương tiện hoặc biểu mẫu động bên trong."
LOCKED_PDF: Final = "Tệp PDF được mã hóa nên không xem được bên trong."
UNREADABLE_PDF: Final = "Không xem được hết bên trong tệp PDF."

MOST_UNPACKED = 64 * 1024 * 1024  # bytes of all object streams of one PDF
MOST_STREAMS = 10_000
MOST_NAMES = 100_000  # that are looked for; so many are doubtful, whatever comes behind
LONGEST_HEAD = (
    1_000  # bytes of the dictionary of an object stream, on each side of its mark; programs write some hundred
)
FIRST_BITE, LARGEST_BITE = 1_024, 64 * 1_024


def _one_of(*names: str) -> bytes:
    """The pattern of any of these names of PDF, whose letters may be written with their numbers: /J#61vaScript."""
    return b"(?:" + b"|".join(b"".join(map(_letter, name.encode())) for name in names) + b")(?![A-Za-z0-9])"


def _letter(code: int) -> bytes:
    number = "".join(f"[{one}{one.upper()}]" if one.isalpha() else one for one in f"{code:02x}").encode()
    return b"(?:%c|#%s)" % (code, number)


# The letters ahead only spare time: most strokes begin no name that is looked for.
_NAMES = re.compile(
    rb"/(?=[#JLIEGFRMSX])(?:(?P<program>"
    + _one_of("JavaScript", "Launch", "ImportData")
    + rb")|(?P<file>"
    + _one_of("EmbeddedFile", "EmbeddedFiles", "GoToE")
    + rb"|"
    + _one_of("Filespec")
    + rb"\s*/"
    + _one_of("EF")
    + rb")|(?P<media>"
    + _one_of("RichMedia", "Movie", "Sound")
    + rb"|"
    + _one_of("XFA")
    + rb"(?=\s*[\[0-9]))|(?P<locked>"
    + _one_of("Encrypt")
    + rb"))"
)
# Readers know an object stream by the number of /First as well, and do not all ask for its type.
_MARK = re.compile(rb"/(?=[#OF])(?:(?P<named>" + _one_of("ObjStm") + rb")|" + _one_of("First") + rb"\s*\d+\s*(?=/|>>))")
_FLATE = rb"/" + _one_of("FlateDecode", "Fl")
# No text, no remark, no dictionary in the dictionary: what could make it look like another one.
_HEAD = re.compile(rb"obj\s*<<(?:[^<>()%\[\]]|\[\s*" + _FLATE + rb"\s*\])*>>\s*")
_FILTER = re.compile(rb"/" + _one_of("Filter"))
_BY_FLATE = re.compile(rb"/" + _one_of("Filter") + rb"\s*\[?\s*" + _FLATE)
_PARAMETERS = re.compile(rb"/" + _one_of("DecodeParms", "DP"))


def doubts_in_pdf(content: bytes) -> Iterator[str]:
    """Why it should be looked at, in sentences. Raises Refused where a program stands in it."""
    packed = _Packed(content)
    found: set[str | None] = set()
    for part in chain((content,), packed.parts()):
        found.update(one.lastgroup for one in islice(_NAMES.finditer(part), MOST_NAMES))
        if "program" in found:
            raise Refused(PROGRAM_IN_PDF)
    if "locked" in found:
        yield LOCKED_PDF
    elif not packed.whole:
        yield UNREADABLE_PDF
    if "file" in found:
        yield HOLDS_FILES
    if "media" in found:
        yield HOLDS_MEDIA


class _Packed:
    """The object streams of a PDF; `whole` tells, once `parts` has ended, whether all of them were read to their end."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.whole = True
        # Honest streams do not lie in one another: together they are no longer than the file.
        self._to_read, self._to_unpack = len(content), MOST_UNPACKED

    def parts(self) -> Iterator[bytes]:
        """What is packed, stream by stream. Every byte of the file is searched for the next mark, packed ones too."""
        at = seen = 0
        while mark := _MARK.search(self._content, at):
            seen += 1
            if seen > MOST_STREAMS:
                self.whole = False
                return
            head, at = self._head(at, mark)
            if _is_plain(head):
                if _FILTER.search(head):
                    yield self._unpacked(at)
            elif mark.lastgroup:
                self.whole = False

    def _head(self, after: int, mark: re.Match[bytes]) -> tuple[bytes, int]:
        """The dictionary around a mark, and where its stream begins; nothing where no program would have written so much."""
        stream = self._content.find(b"stream", mark.end(), mark.end() + LONGEST_HEAD)
        start = self._content.rfind(b"obj", max(after, mark.start() - LONGEST_HEAD), mark.start())
        if stream < 0 or start < 0:
            return b"", mark.end()
        return self._content[start:stream], stream + len(b"stream")

    def _unpacked(self, start: int) -> bytes:
        """What the stream from here on holds, as far as it can be read; where it ends is for its own mark to say."""
        head = self._content[start : start + 4]
        start += len(head) - len(head.lstrip())  # the end of the line before it
        worker = zlib.decompressobj()
        found = []
        size = FIRST_BITE
        try:
            while not worker.eof and start < len(self._content) and self._to_read > 0 and self._to_unpack > 0:
                bite = self._content[start : start + size]
                found.append(worker.decompress(bite, self._to_unpack))
                self._to_unpack -= len(found[-1])
                self._to_read -= len(bite) - len(worker.unused_data)
                start += len(bite)
                size = min(2 * size, LARGEST_BITE)
        except zlib.error:
            pass  # `eof` is not reached
        self.whole = self.whole and worker.eof
        return b"".join(found)


def _is_plain(head: bytes) -> bool:
    """Whether the stream behind this dictionary is packed in the one way in which programs pack objects, or not at all."""
    filters = len(_FILTER.findall(head))
    return bool(_HEAD.fullmatch(head)) and filters == len(_BY_FLATE.findall(head)) <= 1 and not _PARAMETERS.search(head)
