"""What is refused in a file, what is doubtful, and what is an honest file."""

import io
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from khuyencong.core import inside
from khuyencong.core.errors import Refused
from khuyencong.core.files import check_upload
from khuyencong.core.inside import doubts

PDF, DOCX, PNG, JPEG = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "image/png",
    "image/jpeg",
)
TYPES = '<Types><Override PartName="/word/document.xml" ContentType="{}"/></Types>'
HONEST_RELATION = (
    '<Relationships><Relationship Id="r1" Target="https://example.com/" TargetMode="External"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"/>'
    '<Relationship Id="r2" Target="file:///C:\\Users\\an\\Normal.dotm" TargetMode="External"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
)
FAR_TEMPLATE = HONEST_RELATION.replace("file:///C:\\Users\\an\\Normal.dotm", "https://xa.example/mau.dotm")


def office(kind="document.main+xml", **parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES.format(kind))
        for name, content in {"word/document.xml": "<w:document/>", **parts}.items():
            archive.writestr(name, content)
    return made.getvalue()


def picture(kind):
    made = io.BytesIO()
    Image.new("RGB", (2, 2)).save(made, kind)
    return made.getvalue()


def packed(objects):
    """A PDF whose objects stand in a packed stream, as most programs write them."""
    return (
        b"%PDF-1.7\n1 0 obj <</Type /ObjStm /Filter /FlateDecode>>\nstream\r\n"
        + zlib.compress(objects)
        + b"\nendstream"
    )


ARCHIVE = office()
REFUSED = {
    "a program": (b"%PDF-1.4\n<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>", PDF, inside.PROGRAM_IN_PDF),
    "a program, its name in numbers": (b"%PDF-1.4\n<< /S /J#61vaScript >>", PDF, inside.PROGRAM_IN_PDF),
    "a program, packed": (packed(b"<< /S /Launch /F (cmd.exe) >>"), PDF, inside.PROGRAM_IN_PDF),
    "a PDF that is a zip": (b"%PDF-1.4\n" + ARCHIVE, PDF, inside.TWO_IN_ONE),
    "a picture that is a zip": (picture("PNG") + ARCHIVE, PNG, inside.TWO_IN_ONE),
    "a picture that is a PDF": (picture("JPEG")[:20] + b"%PDF-1.4" + picture("JPEG")[20:], JPEG, inside.TWO_IN_ONE),
    "macros": (office(**{"word/vbaProject.bin": "x"}), DOCX, inside.MACROS),
    "macros by another name": (office(kind="document.macroEnabled.main+xml"), DOCX, inside.MACROS),
    "macros of old Excel": (office(**{"xl/macrosheets/sheet1.xml": "x"}), DOCX, inside.MACROS),
    "controls": (office(**{"word/activeX/activeX1.bin": "x"}), DOCX, inside.MACROS),
}
DOUBTFUL = {
    "files": (b"%PDF-1.4\n<< /Names << /EmbeddedFiles 4 0 R >> >>", PDF, inside.HOLDS_FILES),
    "files, packed": (packed(b"<< /Type /EmbeddedFile >>"), PDF, inside.HOLDS_FILES),
    "a form that moves": (b"%PDF-1.4\n<< /XFA 3 0 R >>", PDF, inside.HOLDS_MEDIA),
    "a password": (b"%PDF-1.4\ntrailer << /Encrypt 9 0 R >>", PDF, inside.LOCKED_PDF),
    "packed in no known way": (packed(b"").replace(zlib.compress(b""), b"????"), PDF, inside.UNREADABLE),
    "objects": (office(**{"word/embeddings/oleObject1.bin": "x"}), DOCX, inside.HOLDS_OBJECTS),
    "a template from afar": (office(**{"word/_rels/settings.xml.rels": FAR_TEMPLATE}), DOCX, inside.FETCHES),
    "letters of two bytes": (
        office(**{"word/_rels/settings.xml.rels": FAR_TEMPLATE.encode("utf-16")}),
        DOCX,
        inside.FETCHES,
    ),
}
HONEST = {
    "a PDF": (b"%PDF-1.4\n(/JS in a text, JavaScript without a stroke)", PDF),
    "a packed PDF": (packed(b"<< /Type /Page >>"), PDF),
    "a PNG": (picture("PNG"), PNG),
    "a JPEG with a second picture behind it": (picture("JPEG") * 2, JPEG),
    "a Word file": (
        office(**{"word/_rels/document.xml.rels": HONEST_RELATION, "word/embeddings/chart.xlsx": "x"}),
        DOCX,
    ),
}


@pytest.mark.parametrize(("content", "kind", "sentence"), REFUSED.values(), ids=REFUSED)
def test_refused(content, kind, sentence):
    with pytest.raises(Refused) as refusal:
        doubts(io.BytesIO(content), kind)
    assert refusal.value.sentence == sentence


@pytest.mark.parametrize(("content", "kind", "sentence"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_doubtful(content, kind, sentence):
    stream = io.BytesIO(content)
    assert doubts(stream, kind) == (sentence,)
    assert stream.tell() == 0


@pytest.mark.parametrize(("content", "kind"), HONEST.values(), ids=HONEST)
def test_honest(content, kind):
    assert doubts(io.BytesIO(content), kind) == ()


def test_a_packed_bomb_is_doubtful_and_not_unpacked(monkeypatch):
    monkeypatch.setattr(inside, "MOST_UNPACKED", 10_000)
    assert doubts(io.BytesIO(packed(bytes(1_000_000))), PDF) == (inside.UNREADABLE,)


def test_a_password_of_word_is_said():
    content = bytearray(ARCHIVE)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = content.find(mark)
        while found >= 0:
            content[found + at] |= 1
            found = content.find(mark, found + 1)
    with pytest.raises(Refused, match="mật khẩu"):
        check_upload(SimpleUploadedFile("a.docx", bytes(content)))
