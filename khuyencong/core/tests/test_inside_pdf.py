"""What is refused in a PDF, what is doubtful, what is an honest one; and that hostile ones cost little."""

import io
import time
import zlib

import pytest

from khuyencong.core import inside_pdf
from khuyencong.core.errors import Refused
from khuyencong.core.inside import doubts

PDF = "application/pdf"
LAUNCH = b"<< /S /Launch /F (cmd.exe) >>"


def packed(objects, words=b"/Type /ObjStm /Filter /FlateDecode"):
    """A PDF whose objects stand in a packed stream, as most programs write them."""
    return b"%PDF-1.7\n1 0 obj <<" + words + b">>\nstream\r\n" + zlib.compress(objects) + b"\nendstream"


def stored(objects):
    """Packed without being made smaller: every byte stands in the file as it is."""
    worker = zlib.compressobj(level=0)
    return worker.compress(objects) + worker.flush()


ENDS_INSIDE = packed(b"").replace(zlib.compress(b""), stored(b"endstream " + zlib.compress(b"") + LAUNCH))
IN_ONE_ANOTHER = packed(b"").replace(zlib.compress(b""), stored(packed(LAUNCH)))
SIGNED = (
    b"%PDF-1.7\n7 0 obj <</Type/Sig/Filter/Adobe.PPKLite/Contents<00ff>>> endobj\n"
    b"8 0 obj <</Type/ObjStm/N 1/First 5/Length 40/Extends 9 0 R/Filter[/FlateDecode]>>stream\n"
    + zlib.compress(b"1 0 << /Type /Page >>")
    + b"\nendstream endobj"
)
REFUSED = {
    "a program": b"%PDF-1.4\n<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>",
    "its name in numbers": b"%PDF-1.4\n<< /S /J#61vaScr#69pt >>",
    "packed": packed(LAUNCH),
    "packed under a name in numbers": packed(LAUNCH, b"/Type/Obj#53tm/Filter/FlateDecode"),
    "packed by a short name": packed(LAUNCH, b"/Type/ObjStm/Filter[/Fl]"),
    "packed under no name": packed(LAUNCH, b"/N 1 /First 4 /Filter/FlateDecode"),
    "packed, with the word of the end in it": ENDS_INSIDE,
    "packed in what is packed": IN_ONE_ANOTHER,
    "behind the mark of a return": packed(LAUNCH).replace(b"stream\r\n", b"stream\r"),
}
DOUBTFUL = {
    "files": (b"%PDF-1.4\n<< /Names << /EmbeddedFiles 4 0 R >> >>", inside_pdf.HOLDS_FILES),
    "files in numbers": (b"%PDF-1.4\n<< /Type /File#73pec /#45F 4 0 R >>", inside_pdf.HOLDS_FILES),
    "files, packed": (packed(b"<< /Type /EmbeddedFile >>"), inside_pdf.HOLDS_FILES),
    "a form that moves": (b"%PDF-1.4\n<< /XFA 3 0 R >>", inside_pdf.HOLDS_MEDIA),
    "a password": (b"%PDF-1.4\ntrailer << /Encrypt 9 0 R >>", inside_pdf.LOCKED_PDF),
    "broken": (packed(b"").replace(zlib.compress(b""), b"????"), inside_pdf.UNREADABLE_PDF),
    "cut off": (packed(b"<< >>" * 99)[:-30], inside_pdf.UNREADABLE_PDF),
    "a long dictionary": (
        packed(LAUNCH, b"/Type/ObjStm/X(" + b"a" * 5_000 + b")/Filter/FlateDecode"),
        inside_pdf.UNREADABLE_PDF,
    ),
    "packed twice": (packed(zlib.compress(LAUNCH), b"/Type/ObjStm/Filter[/Fl/Fl]"), inside_pdf.UNREADABLE_PDF),
    "packed in another way behind": (
        packed(LAUNCH.hex().encode(), b"/Type/ObjStm/Filter[/FlateDecode/AHx]"),
        inside_pdf.UNREADABLE_PDF,
    ),
    "packed as another object says": (packed(LAUNCH, b"/Type/ObjStm/Filter 7 0 R"), inside_pdf.UNREADABLE_PDF),
    "another dictionary in a text": (
        packed(LAUNCH, b"/Filter/AHx/X(1 0 obj<</Filter/FlateDecode)/Type/ObjStm"),
        inside_pdf.UNREADABLE_PDF,
    ),
    "rows of a picture": (
        packed(LAUNCH, b"/Type/ObjStm/Filter/FlateDecode/DecodeParms 5 0 R"),
        inside_pdf.UNREADABLE_PDF,
    ),
}
HONEST = {
    "plain": b"%PDF-1.4\n(/JS in a text, JavaScript without a stroke) /FirstChar 32/LastChar 99",
    "packed": packed(b"<< /Type /Page >>"),
    "not packed": b"%PDF-1.5\n1 0 obj <</Type/ObjStm/N 1/First 4>>\nstream\n1 0 << /Type /Page >>\nendstream",
    "signed": SIGNED,
    "an outline before a picture": (
        b"%PDF-1.4\n1 0 obj <</Type/Outlines/First 2 0 R/Last 3 0 R>> endobj\n"
        b"2 0 obj <</Subtype/Image/Filter/DCTDecode>>stream\n\xff\xd8\xff\nendstream"
    ),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_refused(content):
    with pytest.raises(Refused) as refusal:
        doubts(io.BytesIO(content), PDF)
    assert refusal.value.sentence == inside_pdf.PROGRAM_IN_PDF


@pytest.mark.parametrize(("content", "sentence"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_doubtful(content, sentence):
    stream = io.BytesIO(content)
    assert doubts(stream, PDF) == (sentence,)
    assert stream.tell() == 0


@pytest.mark.parametrize("content", HONEST.values(), ids=HONEST)
def test_honest(content):
    assert doubts(io.BytesIO(content), PDF) == ()


def test_a_packed_bomb_is_doubtful_and_not_unpacked(monkeypatch):
    monkeypatch.setattr(inside_pdf, "MOST_UNPACKED", 10_000)
    assert doubts(io.BytesIO(packed(bytes(1_000_000))), PDF) == (inside_pdf.UNREADABLE_PDF,)


NOTHING = b"\x00\x00\x00\xff\xff" * 400  # blocks of no bytes
IN_ALL = b"1 0 obj<</Type/ObjStm/Filter/Fl>>stream\n\x78\x01" + NOTHING
HOSTILE = {
    "marks": b"/ObjStm " * 250_000,
    "marks of the other kind": b"/First 1/" * 250_000,
    "numbers for letters": b"#41" * 700_000,
    "strokes": b"/" * 2_000_000,
    "streams that hold all that follow": IN_ALL * 1_000,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_one_costs_little(content):
    """2 MB each; a file of the largest size takes ten times as long, not a hundred."""
    began = time.process_time()
    list(inside_pdf.doubts_in_pdf(b"%PDF-1.7\n" + content))
    assert time.process_time() - began < 1.5
