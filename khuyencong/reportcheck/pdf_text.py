"""The text of a PDF, read in a process of its own.

The reader of PDFs is a large program in C++ that two threads may not use at once: a hostile file may take that process
down, or keep it busy until its time is over, but never the server.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from khuyencong.core.errors import Refused

READER: Final = Path(__file__).with_name("pdf_reader.py")
SECONDS: Final = 30
MAX_PAGES, TOO_LONG = 300, 3  # as in the reader, which imports nothing of ours

BROKEN: Final = "Không đọc được tệp PDF này: tệp bị hỏng hoặc có mật khẩu. Hãy dán phần chữ vào ô văn bản."
SCANNED: Final = "Tệp PDF này chỉ có ảnh quét, không có chữ: hãy gửi bản gốc (Word), hoặc dán phần chữ vào ô văn bản."
MANY_PAGES: Final = f"Tệp PDF dài hơn {MAX_PAGES} trang: hãy tách phần cần kiểm tra."


def text_of_pdf(content: bytes, *, most_characters: int) -> str:
    """The text of all pages, lines as they are set; Refused with a sentence where there is none or it cannot be read."""
    try:
        done = subprocess.run(  # noqa: S603  # our own program, with nothing from outside on its line
            [sys.executable, "-I", str(READER), str(most_characters)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(BROKEN) from error
    if done.returncode == TOO_LONG:
        raise Refused(MANY_PAGES)
    if done.returncode:
        raise Refused(BROKEN)
    text = done.stdout.decode("utf-8", errors="replace")
    if not text.strip():
        raise Refused(SCANNED)
    return text
