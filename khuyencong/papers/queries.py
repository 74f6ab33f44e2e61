"""What the pages of papers show, in a constant number of queries."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from docx import Document
from docx.table import Table

from khuyencong.core.text import fold
from khuyencong.documents.excel import Column, Sheet, workbook
from khuyencong.papers.catalogue import FORMS
from khuyencong.papers.form import Form
from khuyencong.papers.models import Paper, PaperBatch, PaperTemplate, Scan, ScanPage, TemplateUse
from khuyencong.people.actors import Actor
from khuyencong.places.models import folded_words

MOST_FREE = 60  # pages offered to be attached by hand, the newest first
SIGNED, UNSIGNED, UNNUMBERED = "da-ky", "chua-ky", "chua-so"
_SIGNED = Exists(ScanPage.objects.filter(paper=OuterRef("pk")))


def forms_of(subject: str) -> list[Form]:
    """The papers about that kind of record, in the order of the catalogue."""
    return [form for form in FORMS.values() if form.subject.name == subject]


def papers_of_record(subject: str, key: str) -> QuerySet[Paper]:
    """The papers that were made of one record, the newest first. The caller has asked whether the record may be seen."""
    codes = [form.code for form in forms_of(subject)]
    return _with_signed(Paper.objects.filter(form__in=codes, key=key)).select_related("agency", "created_by")


def papers_of_agency(
    actor: Actor, *, form: str = "", state: str = "", year: int | None = None, text: str = ""
) -> QuerySet[Paper]:
    """The papers that the actor's agency has made, the newest first, as the filters of the list ask."""
    rows = _with_signed(Paper.objects.filter(agency__in=actor.agency_ids)).select_related("created_by")
    if form:
        rows = rows.filter(form=form)
    if year is not None:
        rows = rows.filter(created_at__year=year)
    if state in {SIGNED, UNSIGNED}:
        rows = rows.filter(_SIGNED if state == SIGNED else ~_SIGNED)
    if state == UNNUMBERED:
        rows = rows.filter(number="")
    return rows.filter(folded_words(text)).order_by("-pk")


def _with_signed(rows: QuerySet[Paper]) -> QuerySet[Paper]:
    return rows.annotate(signed=_SIGNED)


@dataclass(frozen=True)
class TemplateRow:
    """One form with what an agency's papers of it are made with; `use` None: the shipped template from the beginning."""

    form: Form
    use: TemplateUse | None
    versions: int


def template_rows(actor: Actor) -> list[TemplateRow]:
    """All forms; two queries."""
    newest = TemplateUse.objects.filter(agency=actor.agency, form=OuterRef("form")).order_by("-pk")
    uses = TemplateUse.objects.filter(agency=actor.agency, pk=newest.values("pk")[:1])
    in_force = {one.form: one for one in uses.select_related("template__agency")}
    counted: dict[str, int] = {}
    for code in PaperTemplate.objects.filter(agency=actor.agency).values_list("form", flat=True):
        counted[code] = counted.get(code, 0) + 1
    return [TemplateRow(form, in_force.get(form.code), counted.get(form.code, 0)) for form in FORMS.values()]


@dataclass(frozen=True)
class Upload:
    """The files that came by one form: how many of their pages are read, and what became of each page."""

    key: UUID
    scans: Sequence[Scan]
    pages: Sequence[ScanPage]

    @property
    def count(self) -> int:
        return sum(one.count for one in self.scans)

    @property
    def read(self) -> int:
        return sum(one.read for one in self.scans)

    @property
    def runs(self) -> bool:
        return self.read < self.count

    @property
    def found(self) -> list[tuple[Paper, list[ScanPage]]]:
        """The papers that were found, each with its pages, in the order in which they lie in the files."""
        papers: dict[int, tuple[Paper, list[ScanPage]]] = {}
        for page in self.pages:
            if page.paper is not None:
                papers.setdefault(page.paper.pk, (page.paper, []))[1].append(page)
        return list(papers.values())

    @property
    def loose(self) -> list[ScanPage]:
        """The pages that belong to no paper yet."""
        return [one for one in self.pages if one.paper is None]


def upload_of(actor: Actor, key: UUID) -> Upload | None:
    """One upload of the actor's agency; None where there is none. Two queries."""
    scans = list(
        Scan.objects.filter(upload=key, agency__in=actor.agency_ids)
        .select_related("uploaded_by", "agency")
        .order_by("position")
    )
    if not scans:
        return None
    pages = ScanPage.objects.filter(scan__in=scans).select_related("scan", "paper")
    return Upload(key, scans, list(pages.order_by("scan__position", "number", "pk")))


def uploads_of(actor: Actor) -> QuerySet[Scan]:
    """The files of the actor's agency, the newest first, each with how many of its pages belong to no paper."""
    loose = ScanPage.objects.filter(scan=OuterRef("pk"), paper__isnull=True)
    rows = Scan.objects.filter(agency__in=actor.agency_ids).select_related("uploaded_by")
    return rows.annotate(loose=Exists(loose), waits=Q(read__lt=F("count"))).order_by("-pk")


def free_pages(actor: Actor) -> list[ScanPage]:
    """Pages of the agency's scans that belong to no paper, the newest first."""
    rows = ScanPage.objects.filter(paper__isnull=True, scan__agency__in=actor.agency_ids).select_related("scan")
    return list(rows.order_by("-scan", "number")[:MOST_FREE])


def batches_of(actor: Actor) -> QuerySet[PaperBatch]:
    """The batches of the actor's agency, the newest first."""
    return PaperBatch.objects.filter(agency__in=actor.agency_ids).select_related("made_by").order_by("-pk")


@dataclass(frozen=True)
class Block:
    """A piece of a Word paper as the page shows it: a paragraph, or a table of texts."""

    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


def blocks_of(content: bytes) -> list[Block]:
    """The text of a Word paper, piece by piece; looks and pictures are left to Word."""
    found = []
    for part in Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(part, Table):
            found.append(Block(rows=tuple(tuple(_once(row.cells)) for row in part.rows)))
        elif part.text.strip():
            found.append(Block(part.text))
    return found


def _once(cells: Sequence[Any]) -> list[str]:
    """The texts of a row; a merged cell, which python-docx gives for each column it spans, once."""
    return [cell.text for at, cell in enumerate(cells) if not at or cell._tc is not cells[at - 1]._tc]  # noqa: SLF001  # its only identity


def index_of(batch: PaperBatch, rows: Sequence[tuple[str, str, Paper | None, str]]) -> bytes:
    """The table of contents of a batch: (path in the ZIP, record, paper, why there is none)."""
    columns = (
        Column("Tệp trong bộ", width=44),
        Column("Bản ghi", width=60),
        Column("Số", width=24),
        Column("SHA-256", width=68),
        Column("Ghi chú", width=50),
    )
    table = [
        (path, label, paper.number if paper else "", paper.sha256 if paper else "", told)
        for path, label, paper, told in rows
    ]
    return workbook([Sheet("Mục lục", batch.title, columns, table)])


def plain(text: str) -> str:
    """A text as part of a file name on any machine."""
    words = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in fold(text)).split()
    return "-".join(words)[:48].strip("-") or "giay"
