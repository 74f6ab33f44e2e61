"""Pages of a scan as pictures, and the codes that stand on them. A scan comes from outside: everything has a limit."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2 as pdfium
import zxingcpp
from PIL import Image, ImageOps

from khuyencong.core.errors import Refused
from khuyencong.core.files import JPEG, PDF, PNG
from khuyencong.documents.joining import ONE_AT_A_TIME
from khuyencong.papers.codes import token_in

MAX_PAGES = 300
MAX_PHOTO_PIXELS = 60_000_000
MAX_DRAWN_PIXELS = 16_000_000  # a page of a PDF is drawn smaller rather than beyond this
MAX_EMBEDDED_PIXELS = 120_000_000  # an A3 at 600 dpi has 70 million
READ_DPI, READ_DPI_AGAIN, SHOWN_DPI = 200, 300, 100
LONGEST_SIDE, SHOWN_SIDE = 4_000, 1_300
POINTS_PER_INCH = 72
SCANS = (PDF, PNG, JPEG)
NO_SCAN = "Chỉ nhận bản quét PDF hoặc ảnh JPEG, PNG."
TOO_MANY_PIXELS = "Trang này chứa ảnh quá lớn, không mở: hãy quét lại ở 300 dpi."
UNREADABLE = "Không mở được trang này."


def count_pages(content: bytes, content_type: str) -> int:
    """How many pages the scan has. Refused, with a sentence, where it cannot be opened or is too long or too large."""
    if content_type == PDF.content_type:
        with _opened(content) as document:
            pages = len(document)
        if not 0 < pages <= MAX_PAGES:
            raise Refused(f"Tệp PDF có {pages} trang: mỗi tệp từ 1 đến {MAX_PAGES} trang.")
        return pages
    if content_type not in {PNG.content_type, JPEG.content_type}:
        raise Refused(NO_SCAN)
    _photo_size(content)
    return 1


def tokens_on(content: bytes, content_type: str, number: int) -> list[str]:
    """The tokens of papers whose codes stand on page `number` (from 1), each once, as they are found.

    Refused where the page cannot be opened.
    """
    for dpi in (READ_DPI, READ_DPI_AGAIN):
        picture = _picture(content, content_type, number, dpi=dpi, side=LONGEST_SIDE)
        found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        tokens = list(dict.fromkeys(token for one in found if (token := token_in(one.text))))
        if tokens or content_type != PDF.content_type:
            break
    return tokens


def shown(content: bytes, content_type: str, number: int) -> bytes:
    """Page `number` (from 1) as a JPEG for the screen. Refused where it cannot be opened."""
    picture = _picture(content, content_type, number, dpi=SHOWN_DPI, side=SHOWN_SIDE)
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=80)
    return stream.getvalue()


def _picture(content: bytes, content_type: str, number: int, *, dpi: int, side: int) -> Image.Image:
    try:
        picture = (
            _drawn(content, number, dpi) if content_type == PDF.content_type else _photo(content)
        )  # a photo has the dots that it has
    except (OSError, ValueError, SyntaxError, MemoryError, pdfium.PdfiumError):
        raise Refused(UNREADABLE) from None
    picture.thumbnail((side, side))
    return picture


def _photo(content: bytes) -> Image.Image:
    _photo_size(content)
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as photo:
        return ImageOps.exif_transpose(photo).convert("L")


def _photo_size(content: bytes) -> None:
    """Refused where the picture is none, or would unpack to more than a camera makes; nothing is unpacked for it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is judged below
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as photo:
                width, height = photo.size
    except Image.DecompressionBombError:
        raise Refused(TOO_MANY_PIXELS) from None
    except (OSError, ValueError, SyntaxError):
        raise Refused("Không mở được ảnh này.") from None
    if width * height > MAX_PHOTO_PIXELS:
        raise Refused(TOO_MANY_PIXELS)


def _drawn(content: bytes, number: int, dpi: int) -> Image.Image:
    with _opened(content) as document:
        page = document[number - 1]
        for part in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
            width, height = part.get_px_size()
            if width * height > MAX_EMBEDDED_PIXELS:
                raise Refused(TOO_MANY_PIXELS)
        width, height = page.get_size()
        scale = dpi / POINTS_PER_INCH
        if width * height * scale**2 > MAX_DRAWN_PIXELS:
            scale = (MAX_DRAWN_PIXELS / (width * height)) ** 0.5
        picture: Image.Image = page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil()
        return picture.copy()  # its own memory: the page is closed after this


@contextmanager
def _opened(content: bytes) -> Iterator[pdfium.PdfDocument]:
    with ONE_AT_A_TIME:
        try:
            document = pdfium.PdfDocument(content)
        except pdfium.PdfiumError:
            raise Refused("Không mở được tệp PDF: tệp hỏng hoặc có mật khẩu.") from None
        try:
            yield document
        finally:
            document.close()
