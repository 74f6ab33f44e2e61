"""Plain data in, a PDF file out: official papers set by Typst in Tinos, the same bytes for the same data.

Nothing of the machine plays a part: no font of the system, no network, no file outside `typst/`. What people typed
reaches a template as a string, and a string is never read as markup.
"""

import json
import re
import struct
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import typst

from khuyencong.core.text import nfc

FOLDER = Path(__file__).resolve().parent
TEMPLATES = FOLDER / "typst"
FONTS = FOLDER / "fonts"
# Stands for a letter that the font lacks: whoever reads the paper sees that something is missing.
MISSING = "□"

_NAME = re.compile(r"[a-z][a-z_]*")
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# A blank that a line may not break at comes with text pasted from elsewhere and would push a name over the margin.
_BLANK = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# Drawn by nothing and allowed in no tagged PDF: they are dropped, not marked.
_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_MOST_MARKS = 2  # on one letter; a tower of them would be drawn over the lines above
_CMAP_HEADER, _SEGMENT_FORMAT = 4, 4


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """The paper `typst/<template>.typ` filled with `data` (texts, whole numbers, lists, mappings) as a PDF/UA-1 file.

    `data` holds at least what `typst/paper.typ` asks for: title, code and so on. ValueError when there is no such
    template, TypeError when something in the data is not plain; a mistake in a template is Typst's own error.
    """
    if not _NAME.fullmatch(template) or not (TEMPLATES / f"{template}.typ").is_file():
        raise ValueError(f"there is no template {template!r}")
    return typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_plain(data), ensure_ascii=False)},
        # The date of a paper stands in its data; the moment of printing would make every copy another file.
        timestamp=0,
        pdf_standards=["ua-1"],
    )


def printable(text: str) -> str:
    """The text as the paper can show it: composed, breaks and blanks of one kind, MISSING for what the font has not."""
    text = _UNSEEN.sub("", nfc(_BLANK.sub(" ", _LINE_BREAK.sub("\n", text))))
    letters = _letters()
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char if char == "\n" or ord(char) in letters else MISSING)
    return "".join(kept)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _plain(value: object) -> Any:
    """The data with every text printable; anything that JSON would guess at is refused."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [_plain(part) for part in value]
    raise TypeError(f"a paper cannot show {value!r}")


@cache
def _letters() -> frozenset[int]:
    """The code points that the font has, read from its own table (`cmap`, format 4); all four cuts have the same."""
    font = (FONTS / "tinos" / "Tinos-Regular.ttf").read_bytes()
    table = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", table, 2)
    for number in range(count):
        _platform, _encoding, offset = struct.unpack_from(">HHI", table, _CMAP_HEADER + 8 * number)
        if struct.unpack_from(">H", table, offset)[0] == _SEGMENT_FORMAT:
            return frozenset(_segments(table[offset:]))
    raise ValueError("the font has no table of letters that can be read")


def _table(font: bytes, tag: bytes) -> bytes:
    (count,) = struct.unpack_from(">H", font, 4)
    for number in range(count):
        found, _checksum, offset, length = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if found == tag:
            return font[offset : offset + length]
    raise ValueError(f"the font has no table {tag!r}")


def _segments(table: bytes) -> list[int]:
    """The code points of a format 4 table that lead to a glyph; ends, starts, deltas and offsets follow one another."""
    double: int = struct.unpack_from(">H", table, 6)[0]
    half = double // 2
    ends = struct.unpack_from(f">{half}H", table, 14)
    starts = struct.unpack_from(f">{half}H", table, 16 + double)
    deltas = struct.unpack_from(f">{half}H", table, 16 + 2 * double)
    at = 16 + 3 * double
    offsets = struct.unpack_from(f">{half}H", table, at)
    found = []
    for index, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for code in range(start, end + 1):
            glyph = code
            if offset:
                (glyph,) = struct.unpack_from(">H", table, at + 2 * index + offset + 2 * (code - start))
            if glyph and (glyph + delta) % 0x10000:
                found.append(code)
    return found
