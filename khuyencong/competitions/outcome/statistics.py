"""Numbers of competitions as published results give them: products and certificates by group, place, level or year.

What is counted: products that were handed in (drafts are nobody's), those admitted, certificates issued and not withdrawn;
among the admitted, establishments in it for the first time; among the certified, owners and products that went up a level.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from khuyencong.competitions.models import Certificate, Entry, EntryState, ProductGroup, RoundState
from khuyencong.competitions.outcome.holders import read_year
from khuyencong.core.money import percent
from khuyencong.establishments.models import CertificateLevel
from khuyencong.people.actors import Actor

# By what the numbers can be divided: its address, its label, the column of an entry.
BY = {
    "nhom": ("Nhóm sản phẩm", "group"),
    "cap": ("Cấp bình chọn", "round__level"),
    "nam": ("Năm", "round__year"),
    "noi": ("Tỉnh, thành phố", "establishment__province__current__short_name"),
}
HANDED_IN = (EntryState.SUBMITTED, EntryState.INCOMPLETE, EntryState.ACCEPTED, EntryState.REFUSED)
COLUMNS = (
    "Nộp hồ sơ",
    "Được tham gia",
    "Được cấp giấy",
    "Cơ sở được cấp",
    "Cơ sở lần đầu",
    "Do phụ nữ làm chủ",
    "Chủ là người dân tộc thiểu số",
    "Lên cấp trên",
)


@dataclass(frozen=True)
class Line:
    """One line: products handed in, admitted, certified; establishments; certified products of such owners; gone up."""

    label: str
    entered: int
    admitted: int
    certified: int
    establishments: int
    first_time: int
    women: int
    minority: int
    moved_up: int

    @property
    def counts(self) -> tuple[int, ...]:
        return (
            self.entered,
            self.admitted,
            self.certified,
            self.establishments,
            self.first_time,
            self.women,
            self.minority,
            self.moved_up,
        )

    @property
    def share_certified(self) -> Decimal | None:
        """Certified in per cent of the admitted, one decimal."""
        return percent(self.certified, self.admitted)

    @property
    def share_moved_up(self) -> Decimal | None:
        """Gone up in per cent of the certified, one decimal."""
        return percent(self.moved_up, self.certified)

    @property
    def cells(self) -> list[tuple[str, int]]:
        return list(zip(COLUMNS, self.counts, strict=True))


@dataclass(frozen=True)
class StatFilters:
    """What is counted; it lives in the URL."""

    by: str = "nhom"
    year: int | None = None
    level: str = ""


def read_stat_filters(asked: Mapping[str, str]) -> StatFilters:
    """The filters of a query string; what cannot be read counts as not asked."""
    by, level = asked.get("theo", ""), asked.get("cap", "")
    return StatFilters(
        by=by if by in BY else "nhom",
        year=read_year(asked.get("nam", "")),
        level=level if level in CertificateLevel.values else "",
    )


def lines(actor: Actor, filters: StatFilters) -> tuple[list[Line], Line]:
    """The lines in their order, and all together; two queries. Lines of establishments do not add up: one may stand in two."""
    rows = _entries(actor, filters)
    column = BY[filters.by][1]
    grouped = rows.values(key=F(column)).annotate(**_counts()).order_by("key")
    found = [_line(_label(filters.by, one["key"]), one) for one in grouped]
    if filters.by in {"nhom", "cap"}:
        order = [str(label) for label in (ProductGroup.labels if filters.by == "nhom" else CertificateLevel.labels)]
        found.sort(key=lambda one: order.index(one.label))
    return found, _line("Cộng", rows.aggregate(**_counts()))


def _entries(actor: Actor, filters: StatFilters) -> QuerySet[Entry]:
    """Every product that was handed in, with what is asked of it."""
    rows = Entry.objects.visible_to(actor).filter(state__in=HANDED_IN).exclude(round__state=RoundState.CANCELLED)
    if filters.year:
        rows = rows.filter(round__year=filters.year)
    if filters.level:
        rows = rows.filter(round__level=filters.level)
    stands = Coalesce("establishment__merged_into", "establishment_id")
    earlier = (
        Entry.objects.annotate(who=Coalesce("establishment__merged_into", "establishment_id"))
        .filter(who=OuterRef("who"), state=EntryState.ACCEPTED, round__year__lt=OuterRef("round__year"))
        .order_by()
    )
    up = Certificate.objects.filter(pk=OuterRef("certificate"), raised__state=EntryState.ACCEPTED).order_by()
    return rows.annotate(who=stands).annotate(been_before=Exists(earlier), went_up=Exists(up)).order_by()


def _counts() -> dict[str, Count]:
    admitted = Q(state=EntryState.ACCEPTED)
    certified = Q(certificate__isnull=False, certificate__withdrawn_on__isnull=True)
    return {
        "entered": Count("pk", distinct=True),
        "admitted": Count("pk", distinct=True, filter=admitted),
        "certified": Count("pk", distinct=True, filter=certified),
        "establishments": Count("who", distinct=True, filter=certified),
        "first_time": Count("who", distinct=True, filter=admitted & Q(been_before=False)),
        "women": Count("pk", distinct=True, filter=certified & Q(establishment__women_owned=True)),
        "minority": Count("pk", distinct=True, filter=certified & Q(establishment__ethnic_minority_owned=True)),
        "moved_up": Count("pk", distinct=True, filter=certified & Q(went_up=True)),
    }


def _line(label: str, row: Mapping[str, Any]) -> Line:
    return Line(label, **{name: row[name] for name in _counts()})


def _label(by: str, key: Any) -> str:
    if by == "nhom":
        return str(ProductGroup(key).label)
    if by == "cap":
        return str(CertificateLevel(key).label)
    return "Chưa rõ" if key is None else str(key)
