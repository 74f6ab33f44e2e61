"""When and where a JPEG was taken, as its camera wrote it (EXIF 2.3): just these few entries, nothing else is read.

What a file says of itself is a hint, never a proof; whatever cannot be read is simply not there.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import IO

HEAD = 128 * 1024  # the entries stand in the first segments of the file
_APP1, _START_OF_SCAN = 0xE1, 0xDA
_EXIF_IFD, _GPS_IFD, _TAKEN = 0x8769, 0x8825, 0x9003
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4
_MOST_ENTRIES = 200
_DEGREES = Decimal("0.00001")


@dataclass(frozen=True, slots=True)
class Shot:
    """`taken_at` as "2026-03-05 08:30:00" by the clock of the camera, "" where unknown; degrees north and east."""

    taken_at: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None


def shot_of(stream: IO[bytes]) -> Shot:
    """What the camera wrote; an empty `Shot` for every file that says nothing readable. The stream is left at its start."""
    stream.seek(0)
    head = stream.read(HEAD)
    stream.seek(0)
    try:
        tiff = _tiff(head)
        return _read(tiff) if tiff else Shot()
    except (struct.error, IndexError, ValueError, InvalidOperation, ZeroDivisionError):
        return Shot()


def _tiff(head: bytes) -> bytes:
    """The block that holds the entries, or nothing."""
    if head[:2] != b"\xff\xd8":
        return b""
    at = 2
    while head[at : at + 1] == b"\xff" and head[at + 1] != _START_OF_SCAN:
        (length,) = struct.unpack_from(">H", head, at + 2)
        if head[at + 1] == _APP1 and head[at + 4 : at + 10] == b"Exif\0\0":
            return head[at + 10 : at + 2 + length]
        at += 2 + length
    return b""


def _read(tiff: bytes) -> Shot:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return Shot()
    (start,) = struct.unpack_from(order + "I", tiff, 4)

    def entries(at: int) -> dict[int, int]:
        """{tag: where its entry stands} of the directory at `at`."""
        (count,) = struct.unpack_from(order + "H", tiff, at)
        places = [at + 2 + 12 * number for number in range(min(count, _MOST_ENTRIES))]
        return {struct.unpack_from(order + "H", tiff, place)[0]: place for place in places}

    def value(place: int) -> int:
        return int(struct.unpack_from(order + "I", tiff, place + 8)[0])

    first = entries(start)
    inner = entries(value(first[_EXIF_IFD])) if _EXIF_IFD in first else {}
    taken = ""
    if _TAKEN in inner:
        at = value(inner[_TAKEN])
        taken = _moment(tiff[at : at + 19].decode("ascii", "replace"))
    gps = entries(value(first[_GPS_IFD])) if _GPS_IFD in first else {}
    latitude = _angle(tiff, order, gps, (_LATITUDE, _LATITUDE_REF, b"S"), value)
    longitude = _angle(tiff, order, gps, (_LONGITUDE, _LONGITUDE_REF, b"W"), value)
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004  # degrees of the globe
        latitude = longitude = None
    return Shot(taken, latitude, longitude)


def _moment(text: str) -> str:
    """The moment `2026:03:05 08:30:00` the usual way; "" for anything else."""
    day, _, hour = text.partition(" ")
    ok = len(text) == 19 and (day + hour).replace(":", "").isascii() and (day + hour).replace(":", "").isdecimal()  # noqa: PLR2004  # the length of that form
    return f"{day.replace(':', '-')} {hour}" if ok and not day.startswith("0000") else ""


def _angle(
    tiff: bytes, order: str, gps: dict[int, int], tags: tuple[int, int, bytes], value: Callable[[int], int]
) -> Decimal | None:
    """Degrees, minutes and seconds, each a fraction, as one number; negative on the other side of the globe."""
    tag, ref, negative = tags
    if tag not in gps:
        return None
    parts = struct.unpack_from(order + "6I", tiff, value(gps[tag]))
    degrees, minutes, seconds = (
        Decimal(top) / Decimal(bottom) for top, bottom in zip(parts[::2], parts[1::2], strict=True)
    )
    angle = (degrees + minutes / 60 + seconds / 3600).quantize(_DEGREES)
    sign = tiff[gps[ref] + 8 : gps[ref] + 9] if ref in gps else b""
    return -angle if sign == negative else angle


_END_OF_IMAGE, _APP0, _APP2, _APP14, _APP15, _COMMENT = 0xD9, 0xE0, 0xE2, 0xEE, 0xEF, 0xFE
_IN_SCAN = frozenset({0x00, *range(0xD0, 0xD8)})  # what may follow 0xFF inside the picture itself
_PNG = b"\x89PNG\r\n\x1a\n"
# What draws the picture; every other chunk only tells of it.
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs"}
)


def without_notes(content: bytes) -> bytes:
    """The same picture without anything that was written beside it: time, place, names, further pictures.

    ValueError for what is no JPEG or PNG, or cannot be read to its end: then nobody knows what it would tell.
    """
    try:
        if content.startswith(b"\xff\xd8"):
            return _bare_jpeg(content)
        if content.startswith(_PNG):
            return _bare_png(content)
    except (struct.error, IndexError) as error:
        raise ValueError("a picture that ends too early") from error
    raise ValueError("neither JPEG nor PNG")


def _bare_jpeg(content: bytes) -> bytes:
    """Segment by segment; colour profiles stay, and what follows the end of the picture is dropped."""
    kept, at = [content[:2]], 2
    while True:
        if content[at] != 0xFF:  # noqa: PLR2004  # the byte before every marker
            raise ValueError("no marker where one must stand")
        marker = content[at + 1]
        if marker == 0xFF:  # noqa: PLR2004  # fill bytes
            at += 1
            continue
        if marker == _END_OF_IMAGE:
            return b"".join([*kept, content[at : at + 2]])
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if end > len(content):
            raise ValueError("a segment that ends too early")
        if marker == _START_OF_SCAN:
            end = _end_of_scan(content, end)
        noted = _APP0 < marker <= _APP15 and marker != _APP14
        profile = marker == _APP2 and content[at + 4 :].startswith(b"ICC_PROFILE\0")
        if profile or not (noted or marker == _COMMENT):
            kept.append(content[at:end])
        at = end


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker stands after the coded picture that begins at `at`."""
    while True:
        at = content.index(b"\xff", at)
        if content[at + 1] not in _IN_SCAN and content[at + 1] != 0xFF:  # noqa: PLR2004  # fill bytes
            return at
        at += 1 if content[at + 1] == 0xFF else 2  # noqa: PLR2004  # fill bytes


def _bare_png(content: bytes) -> bytes:
    kept, at = [_PNG], len(_PNG)
    while True:
        (length,) = struct.unpack_from(">I", content, at)
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise ValueError("a chunk that ends too early")
        if kind in _PNG_KEPT:
            kept.append(content[at:end])
        if kind == b"IEND":
            return b"".join(kept)
        at = end
