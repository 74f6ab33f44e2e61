"""What was done beside đề án in a period: one table for each subject, by province, each number with the list behind it.

A number and its list are the same records under the same condition (`records`), so they cannot differ. What another programme
reports (`combining.figures`) is in neither; how many records that is stands beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from khuyencong.collaborators.figures import SUBJECT as COLLABORATORS
from khuyencong.combining.figures import SUBJECT as COMBINING
from khuyencong.combining.figures import with_sides
from khuyencong.competitions.figures import SUBJECT as COMPETITIONS
from khuyencong.consulting.figures import ADVICE
from khuyencong.consulting.figures import SUBJECT as CONSULTING
from khuyencong.core.components import Cell, Column, Row
from khuyencong.core.text import sort_key
from khuyencong.documents import excel
from khuyencong.fairs.figures import SUBJECT as FAIRS
from khuyencong.outreach.figures import SUBJECT as OUTREACH
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.scope import province_scope
from khuyencong.projects.subjects import Count, Subject
from khuyencong.reporting.borders import Borders, ProvinceBook
from khuyencong.reporting.figures import Question, whole_book
from khuyencong.training.figures import SUBJECT as TRAINING

SUBJECTS: tuple[Subject, ...] = (TRAINING, COMPETITIONS, FAIRS, ADVICE, CONSULTING, OUTREACH, COLLABORATORS, COMBINING)
BY_CODE = {one.code: one for one in SUBJECTS}
NO_PROVINCE = "Không thuộc riêng một tỉnh"
NO_PROVINCE_KEY = "chung"  # in addresses


@dataclass(frozen=True)
class Done:
    """The records of one subject within a question: how many by province (None: of no single one), and their sums.

    `left_out`: how many there are besides that another programme reports.
    """

    subject: Subject
    question: Question
    by_province: dict[int | None, tuple[int, ...]]
    book: ProvinceBook | None = None
    left_out: int = 0

    @property
    def total(self) -> tuple[int, ...]:
        """First how many records, then each count of the subject."""
        return _add(self.by_province.values(), len(self.subject.counts) + 1)

    @property
    def columns(self) -> list[Column]:
        """Of `table_card.html`; money in triệu đồng."""
        labels = [
            (one.label, "triệu đồng" if one.is_money else one.unit if one.unit not in one.label.lower() else "")
            for one in self.subject.counts
        ]
        named = [Column(f"{label} ({unit})" if unit else label, num=True) for label, unit in labels]
        return [Column("Tỉnh, thành phố"), Column(self.subject.one.capitalize(), num=True), *named]

    @property
    def numbers(self) -> list[tuple[Column, Cell]]:
        """The sums of everything that is not 0, each beside its column."""
        pairs = zip(self.columns[1:], self.total_row[1:], self.total, strict=True)
        return [(column, cell) for column, cell, value in pairs if value]

    @property
    def rows(self) -> list[Row]:
        return [Row(self._cells(label, values, key)) for label, values, key in self.lines()]

    @property
    def total_row(self) -> tuple[Cell, ...]:
        return self._cells("Cộng", self.total, None)

    def lines(self) -> list[tuple[str, tuple[int, ...], str]]:
        """Label, numbers and key of each province, in Vietnamese order; what belongs to none comes last."""
        found = []
        book = self.book or whole_book()
        for pk, values in self.by_province.items():
            if pk is None:
                found.append((NO_PROVINCE, values, NO_PROVINCE_KEY))
                continue
            name, note = book.name(pk, self.question.borders)
            found.append((f"{name} ({note})" if note else name, values, book.provinces[pk].key))
        return sorted(found, key=lambda line: (line[2] == NO_PROVINCE_KEY, sort_key(line[0])))

    def _cells(self, label: str, values: Sequence[int], province: str | None) -> tuple[Cell, ...]:
        urls = [self._url(code, province) for code in ("", *(one.code for one in self.subject.counts))]
        texts = [
            str(values[0]),
            *(one.shown(value) for one, value in zip(self.subject.counts, values[1:], strict=True)),
        ]
        cells = (Cell(text, url if value else "") for text, url, value in zip(texts, urls, values, strict=True))
        return Cell(label), *cells

    def _url(self, code: str, province: str | None) -> str:
        asked = {"muc": self.subject.code, "so": code}
        if province is not None:
            asked["tinh"] = province
        return self.question.address("activity_list", **asked)


def done(subject: Subject, question: Question, *, actor: Actor | None = None, book: ProvinceBook | None = None) -> Done:
    """The sums of one subject; one query, and two for the lines by province where no `book` is at hand."""
    found: dict[int | None, list[tuple[int, ...]]] = {}
    column = _province_column(subject, question)
    codes = [one.code for one in subject.counts]
    left_out = 0
    for left, province, *values in _within(subject, question, actor).order_by().values_list("left", column, *codes):
        if left:
            left_out += 1
            continue
        found.setdefault(province, []).append((1, *(int(value or 0) for value in values)))
    sums = {key: _add(group, len(codes) + 1) for key, group in found.items()}
    return Done(subject, question, sums, book, left_out)


def totals(question: Question, *, actor: Actor | None = None) -> list[Done]:
    """The subjects of which there is anything; nothing where a source or an activity is asked for. One query each."""
    if question.source or question.activity:
        return []
    found = (done(one, question, actor=actor) for one in SUBJECTS)
    return [one for one in found if one.by_province]


def records(
    subject: Subject, question: Question, *, actor: Actor | None = None, province: str = "", code: str = ""
) -> QuerySet[Any]:
    """The records that belong to the question; `actor`: only what that agency counts.

    `province` narrows to one line of the table (a key, or NO_PROVINCE_KEY), `code` to those that add something to it.
    """
    rows = _within(subject, question, actor, province).filter(left=False)
    return rows.filter(**{f"{code}__gt": 0}) if code else rows


def left_out(subject: Subject, question: Question, *, actor: Actor | None = None, province: str = "") -> int:
    """How many records of the same place and time another programme reports; one query."""
    return _within(subject, question, actor, province).filter(left=True).count()


def _within(subject: Subject, question: Question, actor: Actor | None, province: str = "") -> QuerySet[Any]:
    """The records of the question, each with `left`."""
    rows = with_sides(subject.code, subject.rows(question.period.first_on, question.closing_on))
    if actor is not None:
        rows = rows.filter(province_scope(actor, province=subject.province, implementing_unit=subject.unit))
    if question.unit:
        agency = Agency.objects.filter(Q(pk=question.unit) | Q(successor=question.unit, active_to__isnull=False))
        rows = rows.filter(**{f"{subject.unit}__in": list(agency.values_list("pk", flat=True))})
    column = _province_column(subject, question)
    if question.province:
        rows = rows.filter(**{f"{column.removesuffix('_id')}__key": question.province})
    if question.region:
        rows = rows.filter(**{f"{subject.province}__in": question.region_rows})
    if province == NO_PROVINCE_KEY:
        rows = rows.filter(**{f"{column}__isnull": True})
    elif province:
        rows = rows.filter(**{f"{column.removesuffix('_id')}__key": province})
    return rows


def sheet_of(found: Done, title: str, lines: Sequence[str]) -> excel.Sheet:
    """The table as a sheet: real numbers, money in whole đồng."""
    columns = [excel.Column("Tỉnh, thành phố", "text", 32), excel.Column(found.subject.one.capitalize(), "int", 14)]
    columns += [
        excel.Column(f"{one.label} ({one.unit})", "dong" if one.is_money else "int", 16) for one in found.subject.counts
    ]
    rows: list[list[excel.Value]] = [[label, *values] for label, values, _ in found.lines()]
    return excel.Sheet(
        found.subject.title[:31], title, columns, rows, subtitle_lines=lines, totals=["Cộng", *found.total]
    )


def named(found: Done) -> list[tuple[Count, int]]:
    """The sums of the nation or place with what each is, the number of records first."""
    subject = found.subject
    first = Count("records", subject.one.capitalize(), subject.one, subject.when)
    return list(zip((first, *subject.counts), found.total, strict=True))


def _province_column(subject: Subject, question: Question) -> str:
    return f"{subject.province}_id" if question.borders is Borders.THEN else f"{subject.province}__current_id"


def _add(rows: Any, width: int) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rows, strict=True))) or (0,) * width
