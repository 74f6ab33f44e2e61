"""What the pages of programmes show: the list, and one programme with its targets, money and versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.urls import reverse

from khuyencong.core.dates import format_date, today
from khuyencong.core.money import percent
from khuyencong.people.actors import Actor
from khuyencong.programmes.indicators import INDICATORS, Indicator
from khuyencong.programmes.models import (
    Programme,
    ProgrammeMoney,
    ProgrammeQuerySet,
    ProgrammeSource,
    ProgrammeTarget,
    ProgrammeVersion,
    VersionState,
)
from khuyencong.progress.counting import Asked, Scope, counts
from khuyencong.progress.money import FROM_ESTIMATES, Figure, MoneySums, knows, money_sums
from khuyencong.progress.pace import Pace, elapsed_share, pace_of

NOTHING = MoneySums()


@dataclass(frozen=True)
class Line:
    """A target, or a result that no target asked for (`target` None), with what was reached.

    `reached` None: records do not answer it. `pace` None: nothing to judge. `url`: the list behind the figure.
    """

    indicator: Indicator
    label: str
    unit: str
    period: str
    reached: int | None
    url: str = ""
    target: ProgrammeTarget | None = None
    pace: Pace | None = None
    elapsed: Fraction = Fraction(0)

    @property
    def percent(self) -> Decimal | None:
        """What was reached, of the lower end of the target; None without a target or a figure."""
        if self.reached is None or self.target is None or self.target.low is None:
            return None
        return percent(self.reached, self.target.low)

    @property
    def percent_elapsed(self) -> Decimal | None:
        """How much of the time of the target has passed."""
        return percent(self.elapsed.numerator, self.elapsed.denominator)


@dataclass(frozen=True)
class MoneyLine:
    """The money of one source: what the programme counts on (None: nothing), and the figures of the records."""

    source: ProgrammeSource
    sums: MoneySums
    urls: dict[str, str]
    planned: ProgrammeMoney | None = None
    pace: Pace | None = None

    @property
    def percent_paid(self) -> Decimal | None:
        """Paid out, of the lower end of what the programme counts on."""
        if self.planned is None or self.planned.low is None or self.sums.paid is None:
            return None
        return percent(self.sums.paid, self.planned.low)


@dataclass(frozen=True)
class Standing:
    """One programme by a day, with the targets of one version."""

    scope: Scope
    version: ProgrammeVersion
    targets: tuple[Line, ...]
    outside: tuple[Line, ...]
    money: tuple[MoneyLine, ...]

    @property
    def judged(self) -> dict[Pace, int]:
        """How many targets stand how, in the order of `Pace`."""
        found = [line.pace for line in self.targets]
        return {pace: found.count(pace) for pace in Pace if pace in found}


def programmes_of(actor: Actor, *, year: int | None = None) -> ProgrammeQuerySet:
    """The programmes that the actor may see, latest period first, each with its versions; `year`: those that cover it."""
    versions = ProgrammeVersion.objects.order_by("number")
    found = (
        Programme.objects.visible_to(actor)
        .select_related("agency__province")
        .prefetch_related(Prefetch("versions", versions))
        .order_by("-first_year", "agency__kind", "agency__sort_key", "pk")
    )
    return found if year is None else found.filter(first_year__lte=year, last_year__gte=year)


def visible_versions(programme: Programme, actor: Actor) -> list[ProgrammeVersion]:
    """The versions that the actor may read, in their order; a draft only where it is written."""
    drafts = programme.shows_drafts_to(actor)
    return [one for one in programme.versions.all() if drafts or not one.is_draft]


def version_on(versions: list[ProgrammeVersion], day: date) -> ProgrammeVersion | None:
    """The version in force on a day; before the first, the first approved one; without any, the draft."""
    approved = [one for one in versions if one.state == VersionState.APPROVED]
    in_force = [one for one in approved if one.holds_on(day)]
    return (in_force or approved[:1] or versions)[-1] if versions else None


def usual_day(programme: Programme) -> date:
    """Today, or once the programme is over, its last day."""
    return min(today(), date(programme.last_year, 12, 31))


def standing_of(scope: Scope, version: ProgrammeVersion) -> Standing:
    """Targets and money of a version against the records, in a fixed number of queries."""
    targets, money = list(version.targets.all()), {row.source: row for row in version.money.all()}
    programme = scope.programme
    wanted = [Asked(one.known, one.first_year, one.last_year) for one in targets]
    all_of_it = {one: Asked(one, programme.first_year, programme.last_year) for one in INDICATORS if one.is_counted}
    reached = counts(scope, [*wanted, *all_of_it.values()])
    named = {one.indicator for one in targets}
    return Standing(
        scope=scope,
        version=version,
        targets=tuple(
            _target_line(scope, target, asked, reached.get(asked))
            for target, asked in zip(targets, wanted, strict=True)
        ),
        outside=tuple(
            Line(one, one.label, one.unit, programme.period, reached[asked], figure_url(scope, asked))
            for one, asked in all_of_it.items()
            # One that gathers several others would only say them again.
            if one.code not in named and len(one.activities) < 2 and reached[asked]  # noqa: PLR2004  # as above
        ),
        money=tuple(_money_lines(scope, money)),
    )


def _target_line(scope: Scope, target: ProgrammeTarget, asked: Asked, reached: int | None) -> Line:
    elapsed = elapsed_share(target.first_year, target.last_year, scope.on)
    pace = None
    if scope.is_whole and reached is not None and target.low is not None and target.high is not None:
        pace = pace_of(reached, target.low, target.high, elapsed=elapsed)
    return Line(
        indicator=target.known,
        label=target.label,
        unit=target.unit,
        period=target.period,
        reached=reached,
        url=figure_url(scope, asked) if reached is not None else "",
        target=target,
        pace=pace,
        elapsed=elapsed,
    )


def _money_lines(scope: Scope, planned: dict[str, ProgrammeMoney]) -> list[MoneyLine]:
    """A line for each source that the programme or its records name, in the order of the sources."""
    sums = money_sums(scope)
    elapsed = elapsed_share(scope.programme.first_year, scope.programme.last_year, scope.on)
    found = []
    for source in ProgrammeSource:
        row, figures = planned.get(source.value), sums.get(source.value, NOTHING)
        if row is None and not any((figures.given, figures.approved, figures.paid)):
            continue
        pace = None
        judged = scope.is_whole and source not in FROM_ESTIMATES and figures.paid is not None
        if judged and row is not None and row.low is not None and row.high is not None:
            pace = pace_of(max(0, figures.paid or 0), row.low, row.high, elapsed=elapsed)
        urls = {figure.value: money_url(scope, source, figure) for figure in Figure if knows(scope, source, figure)}
        found.append(MoneyLine(source, figures, urls, row, pace))
    return found


def figure_url(scope: Scope, asked: Asked) -> str:
    """The list behind a figure of an indicator."""
    years = {"tu": asked.first_year, "den": asked.last_year, "ngay": format_date(scope.on)}
    return f"{reverse('programme_figure', args=[scope.programme.pk, asked.indicator.code])}?{urlencode(years)}"


def money_url(scope: Scope, source: str, figure: Figure) -> str:
    """The list behind an amount."""
    address = reverse("programme_money", args=[scope.programme.pk, str(source), figure.value])
    return f"{address}?{urlencode({'ngay': format_date(scope.on)})}"
