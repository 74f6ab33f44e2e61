"""The rows and sums of a scenario as its page, its file and a comparison show them; the queries do not grow with the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate
from typing import Any
from urllib.parse import urlencode

from khuyencong.core.money import percent
from khuyencong.finance.queries import could_be_added, in_plan
from khuyencong.law.catalogue import activity_name, catalogue
from khuyencong.programmes.models import FundingSource, PlanState
from khuyencong.projects.models import ProjectKind
from khuyencong.scenarios.models import Scenario, ScenarioChoice

# What a row takes from the choice, and from the đề án; plain values, since a plan may have a thousand of them.
OF_CHOICE = (
    "project_id", "place", "tied", "score", "people", "asked", "allowed", "most", "chosen", "amount", "reason",
    "project_version",
)  # fmt: skip
OF_PROJECT = (
    "code", "name", "version", "kind", "activity", "priority_place", "implementing_unit__short_name",
    "province__current__name", "province__name", "commune__name",
)  # fmt: skip
NOWHERE, NO_PRIORITY = "Chưa ghi xã, phường", "Không ghi địa bàn ưu tiên"


@dataclass(slots=True)
class Row:
    """One proposal of a scenario; amounts in đồng. `running`: what the chosen ones come to down to it."""

    project_id: int
    place: int | None
    tied: bool
    score: int
    people: int
    asked: int
    allowed: int | None
    most: int
    chosen: bool
    amount: int
    reason: str
    known_version: int
    code: str
    name: str
    version: int
    kind: str
    activity: str
    priority_place: str
    unit: str
    province: str
    commune: str
    running: int = 0

    @property
    def given(self) -> int:
        """What it gets: nothing where it is not chosen."""
        return self.amount if self.chosen else 0

    @property
    def is_cut(self) -> bool:
        return self.chosen and self.amount < self.asked

    @property
    def moved(self) -> bool:
        """Whether the đề án has changed since the scenario was reckoned."""
        return self.version != self.known_version


def rows_of(scenario: Scenario) -> list[Row]:
    """All proposals in the order of the ranking, in one query."""
    names = [*OF_CHOICE, *(f"project__{name}" for name in OF_PROJECT)]
    rows = []
    for line in ScenarioChoice.objects.filter(scenario=scenario.pk).order_by("position").values_list(*names):
        values: list[Any] = list(line)
        unit, province, province_then, commune = values[-4:]
        rows.append(Row(*[*values[:-4], unit, province or province_then, commune or ""]))
    for row, running in zip(rows, accumulate(row.given for row in rows), strict=True):
        row.running = running
    return rows


@dataclass(frozen=True)
class Sums:
    """What some proposals come to; amounts in đồng. `people`: beneficiaries of the chosen ones."""

    proposals: int = 0
    asked: int = 0
    chosen: int = 0
    given: int = 0
    people: int = 0
    cut: int = 0


def sums_of(rows: Iterable[Row]) -> Sums:
    """The sums over some rows."""
    found = list(rows)
    taken = [row for row in found if row.chosen]
    return Sums(
        proposals=len(found),
        asked=sum(row.asked for row in found),
        chosen=len(taken),
        given=sum(row.amount for row in taken),
        people=sum(row.people for row in taken),
        cut=sum(row.asked - row.amount for row in taken),
    )


@dataclass(frozen=True)
class Dimension:
    """One way of looking at the money: the parameter of its filter, its title, the key of a row, and words for keys."""

    name: str
    title: str
    key: Callable[[Row], str]
    label: Callable[[str], str] = str
    order: Sequence[str] = ()


def dimensions_of(scenario: Scenario) -> tuple[Dimension, ...]:
    """By what the money is seen. A province looks at its communes, the nation at its provinces."""
    known = catalogue()
    local = scenario.plan.source == FundingSource.LOCAL
    places = {code: one.name for code, one in known.priority_places.items()}
    return (
        Dimension("noi-dung", "Nội dung hoạt động", lambda row: row.activity, activity_name, list(known.activities)),
        Dimension(
            "dia-ban",
            "Xã, phường" if local else "Tỉnh, thành phố",
            (lambda row: row.commune or NOWHERE) if local else (lambda row: row.province),
        ),
        Dimension(
            "uu-tien",
            "Địa bàn ưu tiên",
            lambda row: row.priority_place or NO_PRIORITY,
            lambda key: places.get(key, key),
            [*places, NO_PRIORITY],
        ),
        Dimension(
            "loai",
            "Loại đề án",
            lambda row: row.kind,
            lambda key: dict(ProjectKind.choices).get(key, key),
            ProjectKind.values,
        ),
        Dimension(
            "co-so", "Số cơ sở thụ hưởng", _people, str, ("Không có cơ sở", "1 cơ sở", "2–5 cơ sở", "Từ 6 cơ sở")
        ),
    )


def _people(row: Row) -> str:
    few = 5
    if row.people <= 1:
        return "1 cơ sở" if row.people else "Không có cơ sở"
    return "2–5 cơ sở" if row.people <= few else "Từ 6 cơ sở"


@dataclass(frozen=True)
class Line:
    """One line of a table of sums: `share` of all the money given, in per cent; `url` narrows the list to what it counts."""

    key: str
    label: str
    sums: Sums
    share: Decimal | None
    url: str


def lines_by(dimension: Dimension, rows: Iterable[Row]) -> list[Line]:
    """The sums by one dimension: in its own order, or the most money first."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(dimension.key(row), []).append(row)
    sums = {key: sums_of(some) for key, some in groups.items()}
    whole = sum(one.given for one in sums.values())
    lines = [
        Line(key, dimension.label(key), one, percent(one.given, whole), f"?{urlencode({dimension.name: key})}")
        for key, one in sums.items()
    ]
    order = {key: place for place, key in enumerate(dimension.order)}
    return sorted(lines, key=lambda line: (order.get(line.key, len(order)), -line.sums.given, line.label))


CHOSEN, LEFT, CUT, MOVED = "chon", "khong", "cat", "doi"
STATES: dict[str, tuple[str, Callable[[Row], bool]]] = {
    CHOSEN: ("Được chọn", lambda row: row.chosen),
    LEFT: ("Không chọn", lambda row: not row.chosen),
    CUT: ("Bị cắt giảm", lambda row: row.is_cut),
    MOVED: ("Đã thay đổi từ khi tính", lambda row: row.moved),
}


def narrowed(rows: Iterable[Row], dimensions: Iterable[Dimension], wanted: Mapping[str, str]) -> list[Row]:
    """The rows that the filter leaves: `wanted` by name of dimension, and `chon` for one of STATES; none for a wrong value."""
    found = list(rows)
    state = wanted.get("chon", "")
    if state:
        holds = STATES[state][1] if state in STATES else None
        found = [row for row in found if holds and holds(row)]
    for one in dimensions:
        if value := wanted.get(one.name, ""):
            found = [row for row in found if one.key(row) == value]
    return found


def listed(names: Sequence[str], most: int = 8) -> str:
    """The first few of many names."""
    more = f" và {len(names) - most} đề án khác" if len(names) > most else ""
    return ", ".join(names[:most]) + more


@dataclass(frozen=True)
class Drift:
    """How far the records have moved from what a scenario was reckoned on."""

    plan: bool = False
    moved: list[str] = field(default_factory=list)
    added: int = 0
    gone: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return self.plan or bool(self.moved or self.added or self.gone)

    @property
    def moved_text(self) -> str:
        return listed(self.moved)

    @property
    def gone_text(self) -> str:
        return listed(self.gone)


def drift_of(scenario: Scenario, rows: Sequence[Row]) -> Drift:
    """What has changed since; only of a draft plan, a decided one is history. Two queries."""
    plan = scenario.plan
    if plan.state != PlanState.DRAFT:
        return Drift()
    now = set(could_be_added(plan).order_by().values_list("pk", flat=True))
    now |= set(in_plan(plan).order_by().values_list("pk", flat=True))
    known = {row.project_id: row for row in rows}
    return Drift(
        plan=plan.version != scenario.plan_version,
        moved=[row.code for row in rows if row.moved and row.project_id in now],
        added=len(now - known.keys()),
        gone=[row.code for key, row in known.items() if key not in now],
    )
