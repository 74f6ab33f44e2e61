"""The figures of a period: what each đề án came to by a day, and everything else as sums of that.

A figure of a table, the list behind it and the report that is frozen are the same lines (`lines_of`) under other
conditions, so a cell cannot differ from the sum of its list. Queries only; five of them, however many đề án there are.

Money and steps come from the ledger by the day on which they are booked, of the envelopes of the budget year: a past period
can be reckoned again, and a đề án of several years counts in each of them with the money of that year. What has no day of
its own (beneficiaries, the money of others) is taken from the estimate of today, for đề án approved by the day.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, NamedTuple, TypeVar
from urllib.parse import urlencode

from django.db.models import BigIntegerField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.urls import reverse

from khuyencong.core.dates import format_date
from khuyencong.core.keys import keys
from khuyencong.core.money import format_dong, format_trieu, percent
from khuyencong.effects.models import EffectSheet, Moment
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.places.models import Province, RegionMembership
from khuyencong.programmes.models import Envelope
from khuyencong.projects.models import Beneficiary, EstimateLine, Project, ProjectQuerySet
from khuyencong.reporting.borders import Borders, ProvinceBook
from khuyencong.reporting.kinds import sums_of
from khuyencong.reporting.period import Period, closing_day, same_day_of

K = TypeVar("K", bound=Hashable)
G = TypeVar("G", bound=Hashable)
Unit = Literal["đề án", "đồng", "lượt cơ sở", "người"]
OTHERS = F("counterpart") + F("other")
NOWHERE = "khong"  # in addresses: the provinces of which no region is recorded


@dataclass(frozen=True, slots=True)
class Figure:
    """One column. `code` is the name in `Values`, in addresses and in files."""

    code: str
    label: str
    unit: Unit
    explained: str

    @property
    def is_money(self) -> bool:
        return self.unit == "đồng"

    def shown(self, value: int) -> str:
        """As tables write it: money in triệu đồng, the rest as it is."""
        return format_trieu(value) if self.is_money else format_dong(value)


FIGURES: tuple[Figure, ...] = (
    Figure("planned_projects", "Đề án theo kế hoạch", "đề án", "Có kinh phí trong kế hoạch năm, đến ngày chốt"),
    Figure("approved_projects", "Đề án được phê duyệt", "đề án", "Đã phê duyệt và còn giữ kinh phí, đến ngày chốt"),
    Figure("under_way", "Đang thực hiện", "đề án", "Đã ký hợp đồng, chưa nghiệm thu phần nào, đến ngày chốt"),
    Figure("accepted_projects", "Đã nghiệm thu", "đề án", "Có phần được nghiệm thu trong kỳ"),
    Figure("settled_projects", "Đã quyết toán", "đề án", "Được quyết toán trong kỳ"),
    Figure("planned", "Kinh phí kế hoạch", "đồng", "Kinh phí khuyến công đưa vào kế hoạch năm, đến ngày chốt"),
    Figure("approved", "Kinh phí phê duyệt", "đồng", "Phê duyệt trừ điều chỉnh giảm, đến ngày chốt"),
    Figure("counterpart", "Đối ứng, nguồn khác", "đồng", "Theo dự toán của đề án được phê duyệt"),
    Figure("total", "Tổng kinh phí", "đồng", "Kinh phí phê duyệt cộng đối ứng, nguồn khác"),
    Figure("paid", "Giải ngân trong kỳ", "đồng", "Tạm ứng và thanh toán trừ thu hồi, ghi sổ trong kỳ"),
    Figure("paid_to_date", "Giải ngân lũy kế", "đồng", "Như trên, từ đầu niên độ đến ngày chốt"),
    Figure("accepted", "Giá trị nghiệm thu", "đồng", "Kinh phí khuyến công được nghiệm thu trong kỳ, trừ phần đã hủy"),
    Figure("settled", "Quyết toán", "đồng", "Kinh phí khuyến công được quyết toán trong kỳ"),
    Figure("beneficiaries", "Cơ sở thụ hưởng", "lượt cơ sở", "Cơ sở của đề án được phê duyệt, tính theo từng đề án"),
    Figure("served", "Cơ sở đã nghiệm thu", "lượt cơ sở", "Cơ sở có phần được nghiệm thu trong kỳ"),
    Figure("jobs", "Việc làm mới", "người", "Theo phiếu hiệu quả khi nghiệm thu đến hạn trong kỳ, đã xác nhận"),
)
CODES = tuple(one.code for one in FIGURES)
_BY_CODE = {one.code: one for one in FIGURES}

# One number for each of FIGURES, in their order.
Values = tuple[int, ...]
ZEROS: Values = (0,) * len(FIGURES)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share in per cent, reckoned from unrounded sums; it says of what."""

    code: str
    label: str
    part: str
    whole: str

    def of(self, values: Values) -> Decimal | None:
        """One decimal; None where there is no whole."""
        return percent(value_of(values, self.part), value_of(values, self.whole))


RATIOS = (
    Ratio("paid_of_plan", "Giải ngân lũy kế so với kế hoạch", "paid_to_date", "planned"),
    Ratio("approved_of_plan", "Phê duyệt so với kế hoạch", "approved", "planned"),
)


def figure(code: str) -> Figure | None:
    """The figure of that code."""
    return _BY_CODE.get(code)


def value_of(values: Values, code: str) -> int:
    """One figure out of all; KeyError for an unknown code."""
    return values[CODES.index(_BY_CODE[code].code)]


def add_up(found: Iterable[Values]) -> Values:
    """The sum, figure by figure; zeros where there is nothing."""
    return tuple(map(sum, zip(*found, strict=True))) or ZEROS


class Key(NamedTuple):
    """What a line belongs to: the province as it was written (`then`), the one of today, source, activity, unit (keys)."""

    then: int
    today: int
    source: str
    activity: str
    unit: int


class Line(NamedTuple):
    """One đề án in one period."""

    project: int
    key: Key
    values: Values


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which đề án are asked for, and by which day (`until`; None: the period's own closing day).

    `unit`: carried out by that agency or one that it succeeded. `province` is a key of a row in `borders`; `region` a
    region as of the period (THEN) or today's (TODAY).
    """

    period: Period
    until: date | None = None
    source: str = ""
    activity: str = ""
    unit: int | None = None
    province: str = ""
    region: str = ""
    borders: Borders = Borders.TODAY

    @property
    def closing_on(self) -> date:
        return self.until or closing_day(self.period)

    @cached_property
    def region_provinces(self) -> list[int]:
        """The provinces (keys) that belong to its region, in its borders; two queries, asked once."""
        book = whole_book()
        wanted = None if self.region == NOWHERE else self.region
        return [pk for pk in book.provinces if book.region(pk, self.period.year, self.borders) == wanted]

    @cached_property
    def region_rows(self) -> list[int]:
        """The same with the provinces that became them; one query more where the borders are today's."""
        if self.borders is Borders.THEN:
            return self.region_provinces
        return list(Province.objects.filter(current__in=self.region_provinces).values_list("pk", flat=True))

    @property
    def before(self) -> Question:
        """The same of the year before, up to the same day of it. ValueError before the first year."""
        earlier = self.period.before
        return replace(self, period=earlier, until=same_day_of(self.closing_on, self.closing_on.year - 1))

    def address(self, name: str = "figure_list", **more: str) -> str:
        """A page about this question: without more, the list of đề án that a figure (`so-lieu`) counts."""
        asked = urlencode({key: value for key, value in more.items() if value})
        return f"{reverse(name)}?{self._in_address}{'&' if asked else ''}{asked}"

    @cached_property
    def _in_address(self) -> str:
        """What every address about it says; a table asks for a thousand of them."""
        values = {
            "year": self.period.year,
            "ky": self.period.part,
            "den-ngay": format_date(self.until) if self.until else "",
            "source": self.source,
            "activity": self.activity,
            "unit": self.unit or "",
            "province": self.province,
            "khu-vuc": self.region,
            "dia-gioi": self.borders.value if self.borders is Borders.THEN else "",
        }
        return urlencode({key: value for key, value in values.items() if value})

    def list_url(self, code: str) -> str:
        """The list behind one figure."""
        return f"{self._lists}&so-lieu={code}"

    @cached_property
    def _lists(self) -> str:
        return self.address()


def lines_of(question: Question, *, actor: Actor | None = None) -> list[Line]:
    """Every đề án with a movement in the budget year by the closing day; `actor`: only what that agency counts."""
    until, period = question.closing_on, question.period
    chosen = projects_of(question, actor)
    entries = entries_of(question, chosen)
    sums = ledger_sums(entries, period)
    if chosen is not None:  # few of them: what follows looks them up one by one
        entries = entries_of(question, None).filter(project__in=keys(sums))
    accepted = accepted_of(entries, question)
    served = dict(accepted.values_list("project").annotate(n=Count("beneficiary", distinct=True)))
    told = told_by_sheets(question)
    if chosen is not None:
        told = told.filter(project__in=keys(sums))
    jobs = dict(told.values_list("project").annotate(sum=Sum("jobs_new")))
    rows = Project.objects.filter(pk__in=keys(sums)).order_by()
    found = []
    columns: Any = _with_estimate(rows, period.year, until)  # the checker does not follow what is annotated elsewhere
    for pk, counterpart, people, *key in columns.values_list(
        "pk",
        "counterpart",
        "people",
        "province_id",
        "province__current_id",
        "source",
        "activity",
        "implementing_unit_id",
    ):
        values = values_of(sums[pk], counterpart, people, served.get(pk, 0), int(jobs.get(pk, 0)))
        found.append(Line(pk, Key(*key), values))
    return found


def within_of(period: Period) -> Q:
    """Booked within the period; empty where it begins with the year."""
    return Q() if period.from_start else Q(booked_on__gte=period.first_on)


def accepted_of(entries: QuerySet[LedgerEntry], question: Question) -> QuerySet[LedgerEntry]:
    """Acceptances of the period that stand by the closing day, one for each part of a đề án."""
    # A range and not «is not null»: SQLite answers only the former from the index of the few rows that answer one.
    back = LedgerEntry.objects.filter(answers__gt=0, booked_on__lte=question.closing_on).order_by().values("answers")
    return entries.filter(within_of(question.period), kind=EntryKind.ACCEPTED).exclude(pk__in=back)


def told_by_sheets(question: Question) -> QuerySet[EffectSheet]:
    """The sheets at acceptance, due within the period, that say how many new jobs there are."""
    due = {"due_on__gte": question.period.first_on, "due_on__lte": question.closing_on}
    return EffectSheet.objects.filter(moment=Moment.ACCEPTANCE, jobs_new__isnull=False, **due).order_by()


def there_on(until: date) -> QuerySet[Beneficiary]:
    """Who had not left a đề án by the day."""
    return Beneficiary.all_ever.filter(Q(left_on__isnull=True) | Q(left_on__gt=until)).order_by()


def entries_of(question: Question, chosen: ProjectQuerySet | None) -> QuerySet[LedgerEntry]:
    """The movements of đề án in the budget year by the closing day; one query for the envelopes of the year.

    Their keys stand in the condition one by one: joined to them, SQLite would read the ledger of all years.
    """
    envelopes = Envelope.objects.filter(year=question.period.year).order_by()
    if question.source:
        envelopes = envelopes.filter(source=question.source)
    keys = list(envelopes.values_list("pk", flat=True))
    rows = LedgerEntry.objects.filter(envelope__in=keys, project__isnull=False, booked_on__lte=question.closing_on)
    if chosen is not None:
        # «+ 0»: by the key itself the ledger of all years would be looked up, đề án by đề án.
        rows = rows.alias(key=F("project_id") + 0).filter(key__in=chosen.order_by().values("pk"))
    return rows.order_by()


def ledger_sums(entries: QuerySet[LedgerEntry], period: Period) -> dict[int, list[int]]:
    """What the ledger says of each đề án, in the order of `sums_of`; one query."""
    return {pk: amounts for pk, *amounts in entries.values_list("project").annotate(**sums_of(within_of(period)))}


def holds_money(sums: list[int]) -> bool:
    """Whether a đề án was approved and still holds some of it, by its sums of the ledger."""
    approved, released = sums[1:3]
    return approved > released


def values_of(sums: list[int], counterpart: int = 0, people: int = 0, served: int = 0, jobs: int = 0) -> Values:
    """All figures of one đề án: its sums of the ledger, and what is known beside them."""
    planned, approved, _, contracted, accepted_by, paid_by, settled_by, *here = sums
    accepted, paid, settled = here or (accepted_by, paid_by, settled_by)
    holds = holds_money(sums)
    if not holds:
        counterpart = people = 0
    return (
        int(planned > 0),
        int(holds),
        int(contracted > 0 and holds and accepted_by <= 0),
        int(accepted > 0),
        int(settled > 0),
        planned,
        approved,
        counterpart,
        approved + counterpart,
        paid,
        paid_by,
        accepted,
        settled,
        people,
        served,
        jobs,
    )


def others_of(year: int, year_of_project: Any) -> QuerySet[EstimateLine]:
    """The lines of the estimate that the year pays, as `EstimateLine.paid_in`; the year of the đề án: a column or a number."""
    return EstimateLine.objects.filter(Q(year=year) | Q(Exact(year_of_project, year), year__isnull=True)).order_by()


def _with_estimate(rows: ProjectQuerySet, year: int, until: date) -> ProjectQuerySet:
    """Adds what others put in by the lines that the year pays, and how many establishments take part."""
    # Without joining each line to its đề án once more.
    lines = others_of(year, OuterRef("year")).filter(project=OuterRef("pk")).values("project")
    others = lines.annotate(sum=Sum(OTHERS)).values("sum")
    people = there_on(until).filter(project=OuterRef("pk")).values("project")
    return rows.annotate(
        counterpart=Coalesce(Subquery(others), 0, output_field=BigIntegerField()),
        people=Coalesce(Subquery(people.annotate(n=Count("pk")).values("n")), 0, output_field=BigIntegerField()),
    )


def projects_of(question: Question, actor: Actor | None) -> ProjectQuerySet | None:
    """The đề án that the question narrows to; None where it asks for all of them."""
    narrowed = Project.objects.all()
    is_all = actor is None or actor.is_national
    if actor is not None and not actor.is_national:
        narrowed = narrowed.counted_for(actor)
    for name in ("activity", "unit", "province", "region"):
        if not getattr(question, name):
            continue
        is_all = False
        narrowed = narrowed.filter(_condition(question, name))
    return None if is_all else narrowed


def _condition(question: Question, name: str) -> Q:
    match name:
        case "activity":
            return Q(activity=question.activity)
        case "unit":
            agency = Agency.objects.filter(Q(pk=question.unit) | Q(successor=question.unit, active_to__isnull=False))
            return Q(implementing_unit__in=agency.order_by().values("pk"))
        case "province":
            column = "current__key" if question.borders is Borders.TODAY else "key"
            return Q(
                province__in=list(Province.objects.filter(**{column: question.province}).values_list("pk", flat=True))
            )
        case _:
            return Q(province__in=question.region_rows)


def provinces_of_region(question: Question) -> list[int]:
    """The provinces (keys) that belong to the question's region, in its borders."""
    return question.region_provinces


def whole_book() -> ProvinceBook:
    """Every province there ever was, with its regions; two queries."""
    return ProvinceBook(Province.objects.all(), RegionMembership.objects.order_by("pk"))


def collapsed(lines: Iterable[Line]) -> dict[Key, Values]:
    """The lines added up by their keys: at most a few hundred cells, from which every table is made."""
    return regrouped(((line.key, line.values) for line in lines), lambda key: key)


def regrouped(cells: Iterable[tuple[K, Values]], by: Callable[[K], G]) -> dict[G, Values]:
    """Cells added up under coarser keys, in order of first appearance."""
    found: dict[G, list[Values]] = {}
    for key, values in cells:
        found.setdefault(by(key), []).append(values)
    return {key: add_up(group) for key, group in found.items()}
