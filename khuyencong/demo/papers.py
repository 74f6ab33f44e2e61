"""Made-up papers: of the made-up contracts, one with a signed scan, a batch, and a template of the department's own."""

from __future__ import annotations

import io
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from khuyencong.demo.walk import World
from khuyencong.finance.models import Contract, ContractState
from khuyencong.papers import actions
from khuyencong.papers.catalogue import FORMS
from khuyencong.papers.codes import picture
from khuyencong.papers.models import Paper
from khuyencong.papers.turns import make_some, read_some

SO = "dong-thap"
A4_AT_100 = (827, 1169)  # dots at 100 dpi
FOOT, WIDTH = (118, 1075), 90  # where the code of a Word paper lies on its page, and how wide it is


def load_papers(world: World) -> None:
    """The paper of a signed contract comes back signed; the drafts of the same plan are printed together."""
    form, officer = FORMS["hop-dong"], world.actor(SO, "officer")
    contract = Contract.objects.exclude(state=ContractState.DRAFT).get(number="04/HĐ-VIDU")
    paper = actions.make_paper(form=form, key=str(contract.pk), by=officer, creation_key=uuid4())
    _scanned(world, paper)
    gathered = form.subject.gathered
    if gathered is not None:
        group = str(contract.parts.select_related("project")[0].project.plan_id)
        keys = [key for key, _ in gathered.members(officer, group)]
        batch = actions.begin_batch(form=form, group=group, keys=keys, by=officer, creation_key=uuid4())
        while batch.runs:
            batch = make_some(batch_id=batch.pk, by=officer, version=batch.version)
    file = SimpleUploadedFile("hop-dong-cua-So-vi-du.docx", form.template.read_bytes())
    actions.add_template(form=form, by=world.actor(SO, "administrator"), creation_key=uuid4(), upload=file)


def _scanned(world: World, paper: Paper) -> None:
    """A file of three sheets: a cover without a code, the paper, its second page."""
    officer, key = world.actor(SO, "officer"), uuid4()
    sheets = [_sheet("To bia (vi du)"), _sheet("Ban ky vi du, khong co that", paper.token), _sheet("Trang 2 (vi du)")]
    stream = io.BytesIO()
    sheets[0].save(stream, "PDF", resolution=100, save_all=True, append_images=sheets[1:])
    file = SimpleUploadedFile("hop-dong-da-ky-vi-du.pdf", stream.getvalue())
    (scan,) = actions.keep_scans(by=officer, upload=key, files=[file])
    read_some(scan_id=scan.pk, by=officer)


def _sheet(words: str, token: str = "") -> Image.Image:
    page = Image.new("L", A4_AT_100, 248)
    ImageDraw.Draw(page).text((300, 300), words, fill=40)
    if token:
        with Image.open(io.BytesIO(picture(token))) as qr:
            page.paste(qr.convert("L").resize((WIDTH, WIDTH)), (FOOT[0], FOOT[1] - WIDTH))
    return page
