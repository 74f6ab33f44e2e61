"""Templates, scans and papers as short as the tests need them."""

import io
import zipfile
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from docx.shared import Pt
from PIL import Image, ImageDraw

from khuyencong.papers import actions
from khuyencong.papers.catalogue import FORMS
from khuyencong.papers.turns import read_some

FORM = FORMS["hop-dong"]
OFFICER, ADMINISTRATOR = ("dong-thap", "officer"), ("dong-thap", "administrator")
A4_AT_200 = (1654, 2339)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def template(*lines, foot="{{ qr }}", row=()):
    """A Word template of those paragraphs; `row`: a table with a loop row, a row of fields and the end of the loop."""
    doc = Document()
    for line in lines:
        doc.add_paragraph(line)
    if row:
        table = doc.add_table(rows=3, cols=len(row[1]))
        table.rows[0].cells[0].text, table.rows[2].cells[0].text = row[0], "{%tr endfor %}"
        for cell, text in zip(table.rows[1].cells, row[1], strict=True):
            cell.text = text
    doc.sections[0].footer.paragraphs[0].add_run(foot).font.size = Pt(9)
    return saved(doc)


def saved(doc):
    stream = io.BytesIO()
    doc.save(stream)
    return stream.getvalue()


def with_member(content, name, data, *, instead=None):
    """The same file with one more member, or with one changed by `instead`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, instead(old.read(one)) if instead and one == name else old.read(one))
        if instead is None:
            new.writestr(name, data)
    return stream.getvalue()


def text_of(content):
    """All words of a Word file: paragraphs, then the cells of tables."""
    doc = Document(io.BytesIO(content))
    cells = [cell.text for table in doc.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in doc.paragraphs), *cells])


def upload_of(content, name="mau.docx"):
    return SimpleUploadedFile(name, content, content_type=DOCX)


def add_template(world, content=None, *, who=ADMINISTRATOR, form=FORM):
    content = content or template(f"Hợp đồng {uuid4().hex}", "{{ value.figures }}")
    return actions.add_template(form=form, by=world.actor(*who), creation_key=uuid4(), upload=upload_of(content))


def make(world, contract, *, who=OFFICER, form=FORM):
    return actions.make_paper(form=form, key=str(contract.pk), by=world.actor(*who), creation_key=uuid4())


def pictures_in(content):
    """The pictures of a Word file, by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [one for one in archive.namelist() if one.startswith("word/media/")]
        return {one: archive.read(one) for one in names}


def sheet_of(content, *, turned=0):
    """A scanned A4 of a Word paper as a printer would set it: the QR picture of the file itself, 17 mm wide, in the foot."""
    (picture,) = pictures_in(content).values()
    page = blank()
    with Image.open(io.BytesIO(picture)) as qr:
        page.paste(qr.convert("L").resize((134, 134)), (240, 2150))
    return page.rotate(turned, expand=True, fillcolor=255)


def blank(text="Trang sau"):
    page = Image.new("L", A4_AT_200, 245)
    ImageDraw.Draw(page).text((300, 300), text.encode("ascii", "replace").decode(), fill=20)
    return page


def pdf_of(*pages):
    stream = io.BytesIO()
    pages[0].save(stream, "PDF", resolution=200, save_all=True, append_images=list(pages[1:]))
    return stream.getvalue()


def jpeg_of(page):
    stream = io.BytesIO()
    page.save(stream, "JPEG", quality=70)
    return stream.getvalue()


def loose_page(world, *, who=OFFICER):
    """A page of a scan of the agency without any code, read and belonging to nothing."""
    actor, key = world.actor(*who), uuid4()
    (scan,) = actions.keep_scans(by=actor, upload=key, files=[SimpleUploadedFile("trang.pdf", pdf_of(blank()))])
    read_some(scan_id=scan.pk, by=actor)
    return scan.pages.get()
