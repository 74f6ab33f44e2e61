"""What in a file does something when it is opened, hides what is in it, or makes it two files in one.

What no dossier needs is refused (macros, programs in a PDF, a file that is also an archive). `doubts` names what honest papers
may hold as well (files inside a PDF, objects inside Word, a password): without a scanner such a file is held back until
somebody has decided (`quarantine`). Only known marks are found: a scanner knows more, and neither knows everything.
"""

from __future__ import annotations

import zipfile
from typing import IO, Final

from khuyencong.core.errors import Refused
from khuyencong.core.inside_office import doubts_in_office
from khuyencong.core.inside_pdf import doubts_in_pdf

TWO_IN_ONE: Final = "Tệp vừa là loại này vừa là loại khác (hai tệp ghép làm một): hãy lưu lại rồi gửi."
HEAD = 1_024  # bytes in which readers look for the mark of a PDF
DIRECTORY = 66_000  # bytes from the end in which the directory of a zip ends


def doubts(stream: IO[bytes], content_type: str) -> tuple[str, ...]:
    """Why the file should be looked at before it is handed on, in sentences; the stream is left at its start.

    Raises Refused where it must not be kept at all.
    """
    is_pdf = content_type == "application/pdf"
    stream.seek(0)
    if not is_pdf and b"%PDF-" in stream.read(HEAD):
        raise Refused(TWO_IN_ONE)
    if not is_pdf and not content_type.startswith("image/"):
        return doubts_in_office(stream)
    stream.seek(0)
    content = stream.read()
    _not_an_archive(content, stream)
    return tuple(doubts_in_pdf(content)) if is_pdf else ()


def _not_an_archive(content: bytes, stream: IO[bytes]) -> None:
    """A picture or PDF at whose end stands the directory of a zip is opened by both programs."""
    if b"PK\x05\x06" in content[-DIRECTORY:] and zipfile.is_zipfile(stream):
        raise Refused(TWO_IN_ONE)
    stream.seek(0)
