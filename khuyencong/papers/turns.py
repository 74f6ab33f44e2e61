"""Some of the long work in one request: each paper, each page is an action of its own."""

from __future__ import annotations

from typing import Final

from khuyencong.core.errors import Refused
from khuyencong.papers.actions import make_next, read_page
from khuyencong.papers.catalogue import FORMS
from khuyencong.papers.models import PaperBatch, Scan
from khuyencong.people.actors import Actor

PAPERS_AT_ONCE: Final = 10
PAGES_AT_ONCE: Final = 5


def make_some(*, batch_id: int, by: Actor, version: int) -> PaperBatch:
    """Make the next papers of the batch; what is made stays. Raises NotAllowed, Stale, Refused for a form that is no more."""
    batch = PaperBatch.objects.get(pk=batch_id)
    form = FORMS.get(batch.form)
    if form is None:
        raise Refused("Mẫu giấy này không còn trong danh mục.")
    for _ in range(PAPERS_AT_ONCE):
        batch = make_next(batch_id=batch_id, by=by, form=form, version=version)
        version = batch.version
        if not batch.runs:
            break
    return batch


def read_some(*, scan_id: int, by: Actor) -> Scan:
    """Read the next pages of the upload that the scan belongs to, file after file. Raises NotAllowed, Stale."""
    first = Scan.objects.get(pk=scan_id)
    left = PAGES_AT_ONCE
    for scan in Scan.objects.filter(upload=first.upload).order_by("position"):
        if scan.read == scan.count or not left:
            continue
        with scan.file.open("rb") as file:
            content = file.read()
        for number in range(scan.read + 1, min(scan.count, scan.read + left) + 1):
            read_page(scan_id=scan.pk, by=by, number=number, content=content)
            left -= 1
    return first
