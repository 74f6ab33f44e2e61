"""What is refused in a Word or Excel file, what is doubtful, what is an honest one; and that hostile ones cost little."""

import io
import time
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from khuyencong.core import inside_office
from khuyencong.core.errors import Refused
from khuyencong.core.files import check_upload
from khuyencong.core.inside import doubts

OOXML = "application/vnd.openxmlformats-officedocument"
DOCX = f"{OOXML}.wordprocessingml.document"
SCHEMA = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINK = "xl/externalLinks/externalLink1.xml"
TYPES = (
    '<Types><Default Extension="rels" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{OOXML}.wordprocessingml.{{}}"/>'
    f'<Override PartName="/{LINK}" ContentType="{OOXML}.spreadsheetml.externalLink+xml"/></Types>'
)
RELS, DOCUMENT = "word/_rels/document.xml.rels", "word/document.xml"


def office(kind="document.main+xml", **parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES.format(kind))
        for name, content in {DOCUMENT: "<w:document/>", **parts}.items():
            archive.writestr(name, content)
    return made.getvalue()


def relation(kind, target, mode="External"):
    return f'<Relationship Id="r" Type="{SCHEMA}/{kind}" Target="{target}" TargetMode="{mode}"/>'


def related(*relations, blanks=0):
    return office(**{RELS: f"<Relationships>{' ' * blanks}{''.join(relations)}</Relationships>"})


def fields(*words, between='<w:fldChar type="begin"/>'):
    return office(
        **{DOCUMENT: "<w>" + "".join(f"{between}<w:instrText>{one}</w:instrText>\n" for one in words) + "</w>"}
    )


def dde(element):
    return office(**{LINK: f"<externalLink><{element} ddeService='cmd' ddeTopic='/c calc'/></externalLink>"})


FAR = relation("attachedTemplate", "https://xa.example/mau.dotm")
MACRO_INSIDE = office(**{"word/vbaProject.bin": "x"})
REFUSED = {
    "macros": MACRO_INSIDE,
    "macros by another name": office(kind="document.macroEnabled.main+xml"),
    "macros in letters by number": office(kind="document.macroEn&#97;bled.main+xml"),
    "macros of old Excel": office(**{"xl/macrosheets/sheet1.xml": "x"}),
    "macros in an odd place": related(relation("vbaProject", "x.dat", mode="Internal")),
    "controls": office(**{"word/activeX/activeX1.bin": "x"}),
    "macros in what is embedded": office(**{"word/embeddings/a.xlsx": MACRO_INSIDE}),
}
FETCHES = {
    "a template": related(FAR),
    "in letters by number": related(relation("attachedTem&#112;late", "&#104;ttps://xa.example/mau.dotm")),
    "in letters of two bytes": office(**{RELS: f"<Relationships>{FAR}</Relationships>".encode("utf-16")}),
    "behind a megabyte of blanks": related(FAR, blanks=1_100_000),
    "a picture of another machine": related(relation("image", "file://may/anh/x.png")),
    "a share": related(relation("image", "\\\\may\\anh\\x.png")),
    "a share, written for the web": related(relation("oleObject", "file:///%5C%5Cmay\\x.xlsx")),
    "a share behind four strokes": related(relation("frame", "file:////may/x.htm")),
    "in what is embedded": office(**{"word/embeddings/a.docx": related(FAR)}),
}
OBJECTS = {
    "an old object": office(**{"word/embeddings/oleObject1.bin": "x"}),
    "a file with macros": office(**{"word/embeddings/x.docm": "x"}),
    "an installer": office(**{"word/embeddings/x.msi": "x"}),
    "an object in an odd place": related(relation("oleObject", "x.dat", mode="Internal")),
    "a package in an odd place": related(relation("package", "x.dat", mode="Internal")),
    "a page of another kind": related(relation("aFChunk", "afchunk.mht", mode="Internal")),
    "Word in Word in Word": office(
        **{
            "word/embeddings/a.docx": office(
                **{"word/embeddings/a.docx": office(**{"word/embeddings/a.docx": office()})}
            )
        }
    ),
}
CALLS = {
    "Excel": dde("ddeLink"),
    "Word": fields(r"DDEAUTO c:\\windows\\cmd.exe"),
    "Word, cut into pieces": office(
        **{DOCUMENT: "<w><w:fldChar/><w:instrText> dd</w:instrText>\n<w:instrText>&#69;auto c:</w:instrText></w>"}
    ),
    "Word, a short field": office(**{DOCUMENT: '<w><w:fldSimple w:instr=" DDE c: "/></w>'}),
    "Word in Word": office(**{"word/embeddings/a.docx": fields("DDE c:")}),
}
DOUBTFUL = {
    **{f"fetches: {name}": (content, inside_office.FETCHES) for name, content in FETCHES.items()},
    **{f"holds: {name}": (content, inside_office.HOLDS_OBJECTS) for name, content in OBJECTS.items()},
    **{f"calls: {name}": (content, inside_office.CALLS) for name, content in CALLS.items()},
}
UNREADABLE = {
    "no XML": office(**{RELS: "<Relationships"}),
    "a document type": office(**{RELS: '<!DOCTYPE a [<!ENTITY b "c">]><Relationships/>'}),
    "a workbook that is none": office(**{"word/embeddings/chart.xlsx": "x"}),
    "a part that is too large": related(blanks=inside_office.LARGEST_PART),
}
HONEST = {
    "links and templates of one's own machine": related(
        relation("hyperlink", "https://example.com/"),
        relation("hyperlink", "\\\\may\\chung\\bang-gia.xlsx"),
        relation("attachedTemplate", "file:///C:\\Users\\an\\Normal.dotm"),
        relation("attachedTemplate", "file:///Users/an/Normal.dotm"),
        relation("image", "cid:image001.png@01DB"),
        relation("image", "D:\\anh\\x.png"),
        relation("externalLinkPath", "Dự%20toán.xlsx"),
        relation("image", "media/image1.png", mode="Internal"),
        relation("package", "../embeddings/Microsoft_Excel_Sheet1.xlsx", mode="Internal"),
    ),
    "a chart with its workbook": office(
        **{"word/embeddings/Microsoft_Excel_Sheet1.xlsx": office(), "word/embeddings/": ""}
    ),
    "fields of pages and contents": fields(
        "PAGE", ' TOC \\o "1-3" ', 'HYPERLINK "https://example.com/dde"', "IF", "= DDE"
    ),
    "a link to another workbook": dde("externalBook"),
}


def judged(content):
    return doubts(io.BytesIO(content), DOCX)


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_refused(content):
    with pytest.raises(Refused) as refusal:
        judged(content)
    assert refusal.value.sentence == inside_office.MACROS


@pytest.mark.parametrize(("content", "sentence"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_doubtful(content, sentence):
    stream = io.BytesIO(content)
    assert doubts(stream, DOCX) == (sentence,)
    assert stream.tell() == 0


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable(content):
    assert judged(content) == (inside_office.UNREADABLE_OFFICE,)


def test_a_way_of_packing_that_office_does_not_use_is_unreadable():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
    assert judged(made.getvalue()) == (inside_office.UNREADABLE_OFFICE,)


@pytest.mark.parametrize("content", HONEST.values(), ids=HONEST)
def test_honest(content):
    assert judged(content) == ()


def test_a_password_of_word_is_said():
    content = bytearray(office())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = content.find(mark)
        while found >= 0:
            content[found + at] |= 1
            found = content.find(mark, found + 1)
    with pytest.raises(Refused, match="mật khẩu"):
        check_upload(SimpleUploadedFile("a.docx", bytes(content)))


HOSTILE = {
    "relations": related(relation("hyperlink", "a") * 30_000),
    "elements": office(**{DOCUMENT: "<w><w:instrText/>" + "<a/>" * 1_500_000 + "</w>"}),
    "a tag without end": office(**{DOCUMENT: "<instrText " + "a" * 6_000_000}),
    "workbooks without end": office(**{f"word/embeddings/{number}.xlsx": office() for number in range(2_000)}),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_one_costs_little(content):
    """A fifth of what is read at most."""
    began = time.process_time()
    judged(content)
    assert time.process_time() - began < 2
