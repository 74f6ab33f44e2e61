"""A picture without what its camera wrote beside it."""

import struct
import zlib
from io import BytesIO

import pytest

from khuyencong.appraisal.tests.test_spot import jpeg
from khuyencong.core.exif import Shot, shot_of, without_notes


def segment(marker, body):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"ab\xff\x00cd\xff\xd0ef"
PICTURE = segment(0xDB, b"table") + segment(0xC0, b"size") + SCAN


def test_a_jpeg_loses_time_place_and_names():
    exif = jpeg()[2 : 4 + struct.unpack(">H", jpeg()[4:6])[0]]
    content = (
        b"\xff\xd8" + segment(0xE0, b"JFIF\0") + exif + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0secret")
        + segment(0xE2, b"MPF\0secret") + segment(0xE2, b"ICC_PROFILE\0colour") + segment(0xED, b"Photoshop secret")
        + segment(0xFE, b"secret") + PICTURE + b"\xff\xd9" + b"\xff\xd8 another picture, secret"
    )  # fmt: skip
    assert shot_of(BytesIO(content)).latitude is not None
    bare = without_notes(content)
    assert shot_of(BytesIO(bare)) == Shot()
    assert b"secret" not in bare
    assert b"Exif" not in bare
    assert (
        bare == b"\xff\xd8" + segment(0xE0, b"JFIF\0") + segment(0xE2, b"ICC_PROFILE\0colour") + PICTURE + b"\xff\xd9"
    )
    assert without_notes(bare) == bare


def test_several_scans_stay_and_notes_between_them_go():
    content = (
        b"\xff\xd8"
        + PICTURE
        + segment(0xE1, b"Exif secret")
        + b"\xff"
        + segment(0xC4, b"table")
        + SCAN
        + b"\xff\xff\xd9"
    )
    bare = without_notes(content)
    assert bare == b"\xff\xd8" + PICTURE + segment(0xC4, b"table") + SCAN + b"\xff\xff\xd9"


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_a_png_keeps_only_its_picture():
    head, rest = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"size"), chunk(b"IDAT", b"picture") + chunk(b"IEND", b"")
    noted = head + chunk(b"eXIf", b"secret") + chunk(b"tEXt", b"secret") + chunk(b"iTXt", b"secret") + rest + b"secret"
    assert without_notes(noted) == head + rest


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.4",
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"\xff\xd8ab",
        b"\xff\xd8" + PICTURE,
        b"\xff\xd8\xff\xe1\xff\xff" + b"x",
        b"\xff\xd8\xff\xe1\x00\x00" * 3,
        b"\x89PNG\r\n\x1a\n" + b"\xff\xff\xff\xff" + b"IHDR",
        b"\x89PNG\r\n\x1a\n" + b"\x00",
    ],
)
def test_what_cannot_be_read_to_its_end_is_not_handed_out(content):
    with pytest.raises(ValueError, match=r"\w"):
        without_notes(content)
