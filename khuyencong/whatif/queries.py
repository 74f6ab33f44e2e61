"""What the pages of trials show, and what their export holds: the same sums in the same order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from khuyencong.law.catalogue import activity_name, catalogue
from khuyencong.people.actors import Actor
from khuyencong.places.models import Province
from khuyencong.projects.models import Project
from khuyencong.whatif.count import UNCHANGED, Cell, Sums, Tally, tally_from
from khuyencong.whatif.forms import RowFilter
from khuyencong.whatif.models import Effect, Trial, TrialRow
from khuyencong.whatif.shifts import Shift, from_json

EXPLAINED = {
    Effect.INADMISSIBLE: "hiện nay trong mức, đề nghị cao hơn mức thử",
    Effect.CHEAPER: "trong mức hay vượt mức vẫn như hiện nay",
    Effect.DEARER: "trong mức hay vượt mức vẫn như hiện nay",
    Effect.ADMITTED: "hiện nay vượt mức hoặc chưa có định mức",
}
TABS = (
    ("tac-dong", "Tác động"),
    ("noi-dung", "Theo nội dung"),
    ("dia-ban", "Theo địa bàn"),
    ("de-an", "Đề án bị tác động"),
    ("muc-thu", "Định mức được thay đổi"),
)
MOST_BARS = 12


@dataclass(frozen=True)
class Line:
    """A line of a table of sums; `url` leads to the đề án among those affected that it counts, "" where there are none."""

    key: str
    label: str
    sums: Sums
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Result:
    """A counted trial. `places` are provinces of today, or where there is only one, the provinces that it was made of.

    `place_of` gives the place for the key of each province that occurs.
    """

    tally: Tally
    effects: tuple[Line, ...]
    activities: tuple[Line, ...]
    places: tuple[Line, ...]
    by_site: bool
    place_of: dict[str, str]
    total: Line
    shifts: tuple[Shift, ...]
    again: bool


@dataclass(frozen=True)
class TrialLine:
    """A trial in the list, with what it has come to."""

    trial: Trial
    sums: Sums
    inadmissible: int


def trials_of(actor: Actor) -> QuerySet[Trial]:
    """The trials that the actor may see, newest first, without their results."""
    return Trial.objects.visible_to(actor).select_related("agency", "made_by", "plan").defer("result", "changes")


def with_sums(trials: Iterable[Trial]) -> list[TrialLine]:
    """Each trial with its sums, in one query for all; the sums by place stay where they are."""
    found = list(trials)
    effects = dict(Trial.objects.filter(pk__in=[one.pk for one in found]).values_list("pk", "result__effects"))
    lines = []
    for one in found:
        tally = tally_from({"effects": effects.get(one.pk) or {}})
        inadmissible = tally.effects.get(Effect.INADMISSIBLE, Sums()).projects
        lines.append(TrialLine(one, sum(tally.effects.values(), Sums()), inadmissible))
    return lines


def result_of(trial: Trial) -> Result:
    """The sums of a trial by effect, activity and place, in one query."""
    tally = tally_from(trial.result)
    provinces = {one.key: one for one in Province.objects.select_related("current")}  # in Vietnamese order
    now = {key: (one.current or one).key for key, one in provinces.items()}
    by_site = len({now[key] for key, _ in tally.cells}) == 1
    place_of = {key: key if by_site else now[key] for key, _ in tally.cells}
    names = {key: _place_name(one) for key, one in provinces.items() if key in place_of.values()}
    return Result(
        tally=tally,
        effects=(
            *(_effect(effect, tally.effects.get(effect, Sums())) for effect in Effect),
            Line(UNCHANGED, "Không đổi", tally.effects.get(UNCHANGED, Sums())),
        ),
        activities=_activity_lines(tally.cells),
        places=_place_lines(tally.cells, place_of, names),
        by_site=by_site,
        place_of=place_of,
        total=_line("", "Cộng", tally.total),
        shifts=from_json(trial.result.get("shifts", ())),
        again=bool(trial.result.get("again")),
    )


def activities_of(result: Result, place: str) -> tuple[tuple[Line, ...], Line]:
    """The sums by activity in one place ("" all), and what they add up to."""
    cells = {cell: sums for cell, sums in result.tally.cells.items() if place in {"", result.place_of[cell[0]]}}
    return _activity_lines(cells, place=place), _line("", "Cộng", sum(cells.values(), Sums()), place=place)


def places_of(result: Result, activity: str) -> tuple[tuple[Line, ...], Line]:
    """The sums by place for one activity ("" all), and what they add up to."""
    cells = {cell: sums for cell, sums in result.tally.cells.items() if activity in {"", cell[1]}}
    names = {line.key: line.label for line in result.places}
    lines = _place_lines(cells, result.place_of, names, activity=activity)
    return lines, _line("", "Cộng", sum(cells.values(), Sums()), activity=activity)


def largest(lines: Iterable[Line]) -> list[tuple[Line, int, int]]:
    """The lines whose most allowed changes most: each with its change without a sign, and the largest of all."""
    changed = [(line, abs(line.sums.difference)) for line in lines if line.sums.difference]
    changed.sort(key=lambda pair: -pair[1])
    return [(line, amount, changed[0][1]) for line, amount in changed[:MOST_BARS]]


def row_filter(result: Result, query: Mapping[str, str]) -> RowFilter:
    """The filter of the affected đề án; it offers what the tables above show."""
    return RowFilter(
        query,
        activities=[(line.key, line.label) for line in result.activities],
        places=[(line.key, line.label) for line in result.places],
    )


def affected(trial: Trial, actor: Actor, result: Result, chosen: RowFilter) -> QuerySet[TrialRow]:
    """The affected đề án that the filter leaves and the actor may know of, the largest loss first; none where it is wrong."""
    if not chosen.is_valid():
        return TrialRow.objects.none()
    found = TrialRow.objects.filter(trial=trial, project__in=Project.objects.visible_to(actor).order_by())
    wanted = chosen.cleaned_data
    if wanted["effect"]:
        found = found.filter(effect=wanted["effect"])
    if wanted["activity"]:
        found = found.filter(project__activity=wanted["activity"])
    if wanted["place"] and result.by_site:
        found = found.filter(
            Q(project__province_before__key=wanted["place"])
            | Q(project__province_before=None, project__province__key=wanted["place"])
        )
    elif wanted["place"]:
        found = found.filter(project__province__current__key=wanted["place"])
    difference = Coalesce(F("allowed_after"), 0) - Coalesce(F("allowed_before"), 0)
    return (
        found.select_related("project__province__current").annotate(difference=difference).order_by("difference", "pk")
    )


def sums_of(rows: QuerySet[TrialRow]) -> dict[str, int]:
    """What the rows add up to, in đồng; a missing number counts as 0."""
    found = rows.order_by().aggregate(asked=Sum("asked"), before=Sum("allowed_before"), after=Sum("allowed_after"))
    sums = {name: value or 0 for name, value in found.items()}
    return {**sums, "difference": sums["after"] - sums["before"]}


def _activity_lines(cells: Mapping[Cell, Sums], *, place: str = "") -> tuple[Line, ...]:
    found = _regrouped(cells, lambda cell: cell[1])
    order = [code for code in catalogue().activities if code in found]
    order += [code for code in found if code not in order]
    return tuple(_line(code, activity_name(code), found[code], activity=code, place=place) for code in order)


def _place_lines(
    cells: Mapping[Cell, Sums], place_of: Mapping[str, str], names: Mapping[str, str], *, activity: str = ""
) -> tuple[Line, ...]:
    """`names` gives the places in the order wanted."""
    found = _regrouped(cells, lambda cell: place_of[cell[0]])
    return tuple(_line(key, names[key], found[key], place=key, activity=activity) for key in names if key in found)


def _regrouped(cells: Mapping[Cell, Sums], by: Callable[[Cell], str]) -> dict[str, Sums]:
    found: dict[str, Sums] = {}
    for cell, sums in cells.items():
        key = by(cell)
        found[key] = found.get(key, Sums()) + sums
    return found


def _effect(effect: Effect, sums: Sums) -> Line:
    return Line(effect, effect.label, sums, _url(effect=effect) if sums.projects else "", EXPLAINED[effect])


def _line(key: str, label: str, sums: Sums, **filters: str) -> Line:
    return Line(key, label, sums, _url(**filters) if sums.affected else "")


def _url(**filters: str) -> str:
    return f"?{urlencode({'tab': 'de-an', **{name: value for name, value in filters.items() if value}})}"


def _place_name(province: Province) -> str:
    return str(province) if province.is_today else f"{province} ({province.ended})"
