"""The register of letters: «Sổ văn bản đi, đến của đề án» of an agency and a year, as a list and as a table."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from khuyencong.documents.excel import Column, Sheet, workbook
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Letter, LetterOfProject, Project


class Book(StrEnum):
    """Which letters a register shows, seen from the reader's agency."""

    OWN = "so-cua-toi"
    OUT = "di"
    IN = "den"
    ALL = "tat-ca"

    @property
    def label(self) -> str:
        return {
            "so-cua-toi": "Đi và đến của cơ quan tôi",
            "di": "Văn bản đi",
            "den": "Văn bản đến",
            "tat-ca": "Mọi văn bản trong phạm vi",
        }[self.value]


def register(actor: Actor, *, year: int, book: Book) -> QuerySet[Letter]:
    """The letters of a year about đề án that the actor may know of, by day and number; two queries with their đề án."""
    visible = Project.objects.visible_to(actor).order_by()
    links = LetterOfProject.objects.filter(project__in=visible.values("pk"))
    rows = Letter.objects.filter(Exists(links.filter(letter=OuterRef("pk"))), year=year)
    out, into = Q(issuer__in=actor.agency_ids), Q(recipient__in=actor.agency_ids)
    match book:
        case Book.OUT:
            rows = rows.filter(out)
        case Book.IN:
            rows = rows.filter(into)
        case Book.OWN:
            rows = rows.filter(out | into)
        case _:
            pass
    shown = Prefetch("links", links.select_related("project", "attachment").order_by("project__code"))
    return rows.select_related("reply_to", "by").prefetch_related(shown).order_by("day", "pk")


def register_workbook(actor: Actor, letters: Iterable[Letter], *, year: int, book: Book) -> bytes:
    """The register as one table, numbered as a paper register is."""
    columns = (
        Column("STT", "int", 6),
        Column("Đi, đến", width=10),
        Column("Số, ký hiệu", width=20),
        Column("Ngày văn bản", "date", 14),
        Column("Loại", width=20),
        Column("Trích yếu", width=60),
        Column("Nơi gửi", width=36),
        Column("Nơi nhận", width=36),
        Column("Đề án", width=40),
        Column("Trả lời văn bản", width=26),
        Column("Tệp", width=36),
        Column("Người ghi sổ", width=24),
    )
    rows = [
        (
            number,
            letter.direction(actor),
            letter.number,
            letter.day,
            letter.get_kind_display(),
            letter.summary,
            letter.issuer_name,
            letter.recipient_name,
            ", ".join(link.project.code for link in letter.links.all()),
            str(letter.reply_to or ""),
            ", ".join(link.attachment.name for link in letter.links.all() if link.attachment),
            str(letter.by),
        )
        for number, letter in enumerate(letters, start=1)
    ]
    lines = (actor.agency.name, f"Năm {year}: {book.label.lower()}")
    return workbook([Sheet("Sổ văn bản", "Sổ văn bản đi, đến của đề án", columns, rows, lines)])
