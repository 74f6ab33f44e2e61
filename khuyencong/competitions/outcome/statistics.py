"""Numbers of competitions as published results give them: products and certificates by group, place, level or year.

What is counted: products that were handed in (drafts are nobody's), those admitted, certificates issued and not withdrawn;
among the admitted, establishments in it for the first time; among the certified, owners and products that went up a level.
One condition (`Figure.what`) gives a number and the list behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from khuyencong.competitions.models import Certificate, Entry, EntryState, ProductGroup, RoundState
from khuyencong.competitions.outcome.holders import read_year
from khuyencong.core.money import percent
from khuyencong.core.text import sort_key
from khuyencong.establishments.models import CertificateLevel
from khuyencong.people.actors import Actor
from khuyencong.places.models import Commune

# By what the numbers can be divided: its address, its label, the column of an entry.
BY = {
    "nhom": ("Nhóm sản phẩm", "group"),
    "cap": ("Cấp bình chọn", "round__level"),
    "nam": ("Năm", "round__year"),
    "noi": ("Tỉnh, thành phố", "establishment__province__current__short_name"),
    "xa": ("Xã, phường, đặc khu", "establishment__commune"),
}
HANDED_IN = (EntryState.SUBMITTED, EntryState.INCOMPLETE, EntryState.ACCEPTED, EntryState.REFUSED)
NOWHERE = "chua-ro"  # the address of a line without a key
LONGEST_KEY, DIGITS = 100, 10


@dataclass(frozen=True)
class Figure:
    """One column: its address, its label, which products it counts, and whether their establishments are counted instead."""

    name: str
    label: str
    what: Q
    by_maker: bool = False


def figures(actor: Actor) -> tuple[Figure, ...]:
    """The columns; of results that were not told yet only whoever runs the round knows."""
    admitted = Q(state=EntryState.ACCEPTED)
    told = Q(round__announced_on__isnull=False) | Q(round__agency__in=actor.agency_ids)
    certified = Q(certificate__isnull=False, certificate__withdrawn_on__isnull=True) & told
    new = Q(been_before=False, been_before_merging=False)
    return (
        Figure("nop", "Nộp hồ sơ", Q()),
        Figure("tham-gia", "Được tham gia", admitted),
        Figure("duoc-cap", "Được cấp giấy", certified),
        Figure("co-so", "Cơ sở được cấp", certified, by_maker=True),
        Figure("lan-dau", "Cơ sở lần đầu", admitted & new, by_maker=True),
        Figure("phu-nu", "Do phụ nữ làm chủ", certified & Q(establishment__women_owned=True)),
        Figure("dan-toc", "Chủ là người dân tộc thiểu số", certified & Q(establishment__ethnic_minority_owned=True)),
        Figure("len-cap", "Lên cấp trên", certified & Q(went_up=True)),
    )


@dataclass(frozen=True)
class StatFilters:
    """What is counted; it lives in the URL."""

    by: str = "nhom"
    year: int | None = None
    level: str = ""

    @property
    def query(self) -> dict[str, str]:
        """As the address says it."""
        return {"theo": self.by, "nam": str(self.year or ""), "cap": self.level}


def ways_for(actor: Actor) -> dict[str, str]:
    """By what this actor may divide the numbers: by commune only within one province, where it is a page and no book."""
    return {key: label for key, (label, _) in BY.items() if key != "xa" or actor.province_id is not None}


def read_stat_filters(actor: Actor, asked: Mapping[str, str]) -> StatFilters:
    """The filters of a query string; what cannot be read counts as not asked."""
    by, level = asked.get("theo", ""), asked.get("cap", "")
    return StatFilters(
        by=by if by in ways_for(actor) else "nhom",
        year=read_year(asked.get("nam", "")),
        level=level if level in CertificateLevel.values else "",
    )


@dataclass(frozen=True)
class Cell:
    """One number and the address of its list; "" where there is nothing to list."""

    label: str
    value: int
    url: str


@dataclass(frozen=True)
class Line:
    """One line: its label, its numbers in the order of the columns, and the lists behind them."""

    label: str
    cells: Sequence[Cell]
    admitted: int
    certified: int
    moved_up: int

    @property
    def counts(self) -> tuple[int, ...]:
        return tuple(one.value for one in self.cells)

    @property
    def share_certified(self) -> Decimal | None:
        """Certified in per cent of the admitted, one decimal."""
        return percent(self.certified, self.admitted)

    @property
    def share_moved_up(self) -> Decimal | None:
        """Gone up in per cent of the certified, one decimal."""
        return percent(self.moved_up, self.certified)


def lines(actor: Actor, filters: StatFilters) -> tuple[list[Line], Line]:
    """The lines in their order, and all together; three queries at most. Lines of establishments do not add up: one may stand in two."""
    known, rows = figures(actor), _entries(actor, filters)
    counts = {f"n{at}": _count(one) for at, one in enumerate(known)}
    grouped = list(rows.values(key=F(BY[filters.by][1])).annotate(**counts).order_by("key"))
    if filters.by in {"nhom", "cap"}:
        order = list(ProductGroup.values if filters.by == "nhom" else CertificateLevel.values)
        grouped.sort(key=lambda one: order.index(one["key"]))
    names = _names(filters.by, [one["key"] for one in grouped])
    found = [_line(names[one["key"]], one, known, filters, _address(one["key"])) for one in grouped]
    if filters.by == "xa":
        found.sort(key=lambda line: sort_key(line.label))
    return found, _line("Cộng", rows.aggregate(**counts), known, filters, "")


def _count(figure: Figure) -> Count:
    return Count("who" if figure.by_maker else "pk", distinct=True, filter=figure.what or None)


def _line(label: str, row: Mapping[str, Any], known: Sequence[Figure], filters: StatFilters, address: str) -> Line:
    value = {one.name: int(row[f"n{at}"]) for at, one in enumerate(known)}
    base = reverse("award_statistics_list")
    own = {"dong": address} if address else {}
    cells = [
        Cell(
            one.label,
            value[one.name],
            f"{base}?{urlencode({**filters.query, **own, 'so': one.name})}" if value[one.name] else "",
        )
        for one in known
    ]
    return Line(label, cells, value["tham-gia"], value["duoc-cap"], value["len-cap"])


@dataclass(frozen=True)
class Listed:
    """The products behind one number: what was counted in words, the products, and how many makers they have."""

    title: str
    of: str
    by_maker: bool
    rows: QuerySet[Entry]
    makers: int


def listed(actor: Actor, filters: StatFilters, *, figure: str, line: str) -> Listed | None:
    """The list behind a number, `line` as its address says it ("": the whole); None for one that there is not. Two queries."""
    wanted = next((one for one in figures(actor) if one.name == figure), None)
    key = _key(filters.by, line)
    if wanted is None or (line and key is _UNREAD):
        return None
    rows = _entries(actor, filters).filter(wanted.what)
    if line:
        column = BY[filters.by][1]
        rows = rows.filter(**({f"{column}__isnull": True} if key is None else {column: key}))
    makers = rows.aggregate(count=Count("who", distinct=True))["count"]
    whole = rows.select_related(
        "round", "establishment__commune", "establishment__province__current", "certificate"
    ).order_by("establishment__name", "establishment_id", "round__year", "pk")
    of = _names(filters.by, [key])[key] if line else ""
    return Listed(wanted.label, of, wanted.by_maker, whole, makers)


_UNREAD = object()


def _key(by: str, line: str) -> object:
    """What the address of a line stands for; `_UNREAD` for nonsense."""
    if line == NOWHERE and by in {"noi", "xa"}:
        return None
    match by:
        case "nhom":
            return line if line in ProductGroup.values else _UNREAD
        case "cap":
            return line if line in CertificateLevel.values else _UNREAD
        case "nam":
            year = read_year(line)
            return year if year is not None else _UNREAD
        case "xa":
            return int(line) if line.isascii() and line.isdigit() and len(line) < DIGITS else _UNREAD
        case _:
            return line[:LONGEST_KEY]


def _address(key: Any) -> str:
    return NOWHERE if key is None else str(key)


def _entries(actor: Actor, filters: StatFilters) -> QuerySet[Entry]:
    """Every product that was handed in, with what is asked of it. `who` stands for its maker, under one key after a merger."""
    rows = Entry.objects.visible_to(actor).filter(state__in=HANDED_IN).exclude(round__state=RoundState.CANCELLED)
    if filters.year:
        rows = rows.filter(round__year=filters.year)
    if filters.level:
        rows = rows.filter(round__level=filters.level)
    # Two questions by a key each: one over both columns would read all products for every product.
    earlier = Entry.objects.filter(state=EntryState.ACCEPTED, round__year__lt=OuterRef("round__year")).order_by()
    up = Certificate.objects.filter(pk=OuterRef("certificate"), raised__state=EntryState.ACCEPTED).order_by()
    return (
        rows.annotate(who=Coalesce("establishment__merged_into", "establishment_id"))
        .annotate(
            been_before=Exists(earlier.filter(establishment=OuterRef("who"))),
            been_before_merging=Exists(earlier.filter(establishment__merged_into=OuterRef("who"))),
            went_up=Exists(up),
        )
        .order_by()
    )


def _names(by: str, keys: Sequence[Any]) -> dict[Any, str]:
    """What the lines are called; one query where they are communes."""
    match by:
        case "nhom":
            return {key: str(ProductGroup(key).label) for key in keys}
        case "cap":
            return {key: str(CertificateLevel(key).label) for key in keys}
        case "xa":
            named = {one.pk: str(one) for one in Commune.objects.filter(pk__in=[key for key in keys if key])}
            return {key: named.get(key, "Chưa rõ") for key in keys}
        case _:
            return {key: "Chưa rõ" if key is None else str(key) for key in keys}
