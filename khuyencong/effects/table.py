"""The table of the dashboard: a line for each group, each figure with the list behind it; page and file show the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from khuyencong.core.components import Stat
from khuyencong.core.money import NOTHING, format_dong, format_percent
from khuyencong.core.text import sort_key
from khuyencong.effects.filters import GROUPS, NOWHERE, STATUSES, Asked
from khuyencong.effects.models import Moment
from khuyencong.effects.sums import NOTHING as NO_SUMS
from khuyencong.effects.sums import Sums, add_up, grouped
from khuyencong.law.catalogue import activity_name, catalogue
from khuyencong.places.models import CommuneKind
from khuyencong.programmes.models import FundingSource, Programme
from khuyencong.projects.models import Project

PATHS = {
    "activity": ("project__activity",),
    "sector": ("project__sector",),
    "province": ("project__province__current",),
    "place": ("beneficiary__establishment__commune__kind",),
    "programme": ("project__province__current", "project__province", "project__source", "project__year"),
    "year": ("project__year",),
    "source": ("project__source",),
    "moment": ("moment",),
}


@dataclass(frozen=True)
class Line:
    """One group: its name, its sums, and the list behind it (`filters`: what narrows the question to it)."""

    label: str
    sums: Sums
    asked: Asked
    filters: Mapping[str, Any]

    def url(self, status: str = "") -> str:
        """The sheets that a figure of this line counts."""
        return self.asked.behind(**{**self.filters, **({"status": status} if status else {})})

    @property
    def cells(self) -> list[tuple[str, str, str]]:
        """Column, text and address of each figure, as the page shows them."""
        sums = self.sums
        known = f" ({sums.jobs_new_known} phiếu)" if sums.jobs_new_known else ""
        return [
            ("Đến hạn hỏi", format_dong(sums.asked), self.url()),
            ("Đã xác nhận", f"{format_dong(sums.confirmed)} ({format_percent(sums.percent_confirmed)})", self.url("confirmed")),
            ("Chờ xác nhận", format_dong(sums.to_confirm), self.url("to_confirm")),
            ("Chưa trả lời", format_dong(sums.silent), self.url("silent")),
            ("Đã ngừng hoạt động", format_dong(sums.closed), self.url("closed")),
            ("Việc làm mới", f"{format_dong(sums.jobs_new)}{known}" if sums.jobs_new_known else NOTHING, self.url("jobs")),
            ("Thu nhập bình quân (đồng/tháng)", _money(sums.income_mean), self.url("income")),
            ("Hỗ trợ trên một việc làm mới (đồng)", _money(sums.support_per_job), self.url("job_cost")),
            ("Nếu im lặng là 0 (đồng)", _money(sums.support_per_job_if_silent_none), self.url()),
            ("Vốn khác trên một đồng hỗ trợ", _ratio(sums.leverage), self.url("cost")),
        ]  # fmt: skip


@dataclass(frozen=True)
class Table:
    """What the page of effects shows. `total` is always of one moment: the same jobs are told again at the next one."""

    asked: Asked
    lines: list[Line]
    total: Line
    recorded: int  # of those of the total with a cost, how many have it from an entered record of the past

    @property
    def adds_up(self) -> bool:
        """Whether the lines have a sum; moments have none."""
        return self.asked.by != "moment"

    @property
    def columns(self) -> list[str]:
        return [name for name, _, _ in self.total.cells]

    @property
    def first(self) -> str:
        return GROUPS[self.asked.by]

    @property
    def stats(self) -> list[Stat]:
        """The whole in some numbers; each opens the sheets that it counts and says of how many it is."""
        sums, url = self.total.sums, self.total.url
        moment = f"{self.asked.moment.label.lower()}; " if not self.adds_up else ""
        people = [
            ("Việc làm mới", "jobs_new", "jobs"),
            ("Việc làm được giữ", "jobs_kept", "jobs_kept"),
            ("Lao động nữ", "jobs_women", "jobs_women"),
            ("Lao động dân tộc thiểu số", "jobs_minority", "jobs_minority"),
        ]
        found = [
            Stat(
                "Đã trả lời và xác nhận",
                f"{format_dong(sums.confirmed)}/{format_dong(sums.asked)}",
                "phiếu",
                note=f"{moment}{format_percent(sums.percent_confirmed)}",
                url=url("confirmed"),
            )
        ]
        for label, name, status in people:
            known = getattr(sums, f"{name}_known")
            value = format_dong(getattr(sums, name)) if known else NOTHING
            found.append(Stat(label, value, "người", note=f"{moment}{_of(known, sums.asked)}", url=url(status)))
        found.append(
            Stat(
                "Thu nhập bình quân",
                _money(sums.income_mean),
                "đồng/người/tháng",
                note=f"{moment}{_of(sums.income_known, sums.asked)}; mỗi phiếu tính một lần",
                url=url("income"),
            )
        )
        found.append(
            Stat(
                "Hỗ trợ trên một việc làm mới",
                _money(sums.support_per_job),
                "đồng",
                note=(
                    f"{moment}{_of(sums.paid_known, sums.asked)}; nếu phiếu im lặng là 0 việc làm: "
                    f"{_money(sums.support_per_job_if_silent_none)} đồng"
                ),
                url=url("job_cost"),
            )
        )
        found.append(
            Stat(
                "Vốn khác trên một đồng hỗ trợ",
                _ratio(sums.leverage),
                "đồng",
                note=f"{moment}{_of(sums.own_known, sums.asked)} có chi phí nghiệm thu{_by_record(self.recorded)}",
                url=url("cost"),
            )
        )
        return found


def table_of(asked: Asked) -> Table:
    """The dashboard's table, in two queries."""
    cells = grouped(asked.sheets(), *PATHS[asked.by])
    by_moment = asked.by == "moment"
    whole = cells.get((asked.moment.value,), NO_SUMS) if by_moment else add_up(cells.values())
    total = Line("Cộng", whole, asked, {"moment": asked.moment.value} if by_moment else {})
    make = {
        "programme": _by_programme,
        "province": _by_province,
        "year": _by_year,
        "moment": _by_moment,
    }.get(asked.by, _by_code)
    past = Project.objects.exclude(recorded_from="").order_by().values("pk")
    counted = asked.sheets().filter(STATUSES["cost"][1], moment=asked.moment, project__in=past)
    return Table(asked, make(asked, cells), total, counted.count())


Cells = Mapping[tuple[Any, ...], Sums]


def _by_code(asked: Asked, cells: Cells) -> list[Line]:
    """Activity, trade, kind of place and source: in the order of their names."""
    sectors = catalogue().sectors

    def named(code: str | None) -> str:
        if asked.by == "activity":
            return activity_name(code or "")
        if asked.by == "sector":
            return sectors[code].name if code in sectors else (code or "Chưa ghi ngành nghề")
        if asked.by == "place":
            return CommuneKind(code).label if code else "Chưa rõ xã"
        return FundingSource(code or "").label

    found = [Line(named(code), sums, asked, {asked.by: code or NOWHERE}) for (code,), sums in cells.items()]
    return sorted(found, key=lambda line: sort_key(line.label))


def _by_province(asked: Asked, cells: Cells) -> list[Line]:
    by_key = {one.pk: one for one in asked.form.provinces}
    found = [
        Line(by_key[key].short_name, sums, asked, {"province": by_key[key].key})
        for (key,), sums in cells.items()
        if key in by_key
    ]
    return sorted(found, key=lambda line: sort_key(line.label))


def _by_year(asked: Asked, cells: Cells) -> list[Line]:
    rows = sorted(cells.items(), key=lambda row: -row[0][0])
    return [Line(str(year), sums, asked, {"year_from": year, "year_to": year}) for (year,), sums in rows]


def _by_moment(asked: Asked, cells: Cells) -> list[Line]:
    return [
        Line(one.label, cells[(one.value,)], asked, {"moment": one.value})
        for one in Moment
        if (one.value,) in cells
    ]  # fmt: skip


def _by_programme(asked: Asked, cells: Cells) -> list[Line]:
    """A đề án may belong to a programme of the nation and to one of its province, or to none: the lines do not add up."""
    found = []
    for one in asked.form.programmes:
        sums = add_up(part for key, part in cells.items() if _belongs(one, *key))
        if sums.asked:
            found.append(Line(f"{one.name} ({one.period})", sums, asked, {"programme": one.pk}))
    return found


def _belongs(programme: Programme, today: int, then: int, source: str, year: int) -> bool:
    if not programme.first_year <= year <= programme.last_year:
        return False
    province = programme.agency.province
    if province is None:
        return source == FundingSource.NATIONAL
    return province.pk == (today if province.is_today else then)


def _by_record(recorded: int) -> str:
    if not recorded:
        return ""
    return f", trong đó {format_dong(recorded)} phiếu theo hồ sơ, nguồn đã công bố"


def _of(known: int, whole: int) -> str:
    return f"{format_dong(known)} trong {format_dong(whole)} phiếu"


def _money(amount: int | None) -> str:
    return NOTHING if amount is None else format_dong(amount)


def _ratio(value: Decimal | None) -> str:
    return NOTHING if value is None else str(value).replace(".", ",")
