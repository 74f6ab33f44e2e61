"""The figures of a programme, each as one condition over records; the count and the list behind it use the same.

What was reached is what was accepted: the ledger's `accepted` rows by the day on which they are booked, so that figures of
a closed period stay as they were reported; they hold also for đề án of past years entered whole. A đề án belongs to the year of its plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.programmes.indicators import Indicator, Measure
from khuyencong.programmes.models import FundingSource, Programme
from khuyencong.progress.held import count_held
from khuyencong.progress.recognised import count_recognised
from khuyencong.projects.models import Project, ProjectQuerySet
from khuyencong.projects.states import COMMITTED

# An establishment that was merged into another counts as that one.
ESTABLISHMENT = Coalesce(
    "beneficiary__establishment__merged_into_id", "beneficiary__establishment_id", output_field=BigIntegerField()
)


@dataclass(frozen=True)
class Scope:
    """Which records are counted: of one programme, by a day, as far as one actor may see."""

    programme: Programme
    actor: Actor
    on: date

    @property
    def is_whole(self) -> bool:
        """Whether the actor sees everything that the programme counts; otherwise only the own part of it."""
        return self.actor.is_national or not self.programme.is_national

    def projects(self) -> ProjectQuerySet:
        """The đề án of the programme: of national money for the nation, of all money in the province for a province."""
        found = Project.objects.visible_to(self.actor).filter(
            year__gte=self.programme.first_year, year__lte=self.programme.last_year
        )
        province = self.programme.agency.province
        if province is None:
            return found.filter(source=FundingSource.NATIONAL)
        return found.filter(province__current=province) if province.is_today else found.filter(province=province)

    def entries(self, *kinds: EntryKind) -> QuerySet[LedgerEntry]:
        """The ledger's rows of these kinds for those đề án, up to the day."""
        chosen = self.projects().order_by().values("pk")
        rows = LedgerEntry.objects.filter(project__in=chosen, kind__in=kinds, booked_on__lte=self.on).order_by()
        return rows.exclude(answered_by__booked_on__lte=self.on)  # an acceptance that was taken back by the day

    def given(self) -> QuerySet[LedgerEntry]:
        """What was given to the programme's agency, or to one that it succeeded, up to the day.

        Money carried over from a year of the programme was given in that year.
        """
        agency = self.programme.agency
        holders = [agency.pk, *Agency.objects.filter(successor=agency).values_list("pk", flat=True)]
        years = {"envelope__year__gte": self.programme.first_year, "envelope__year__lte": self.programme.last_year}
        rows = LedgerEntry.objects.filter(
            kind=EntryKind.GIVEN, envelope__agency__in=holders, booked_on__lte=self.on, **years
        ).order_by()
        return rows.exclude(other_envelope__agency__in=holders, other_envelope__year__gte=self.programme.first_year)

    def committed(self) -> ProjectQuerySet:
        """The đề án approved by the day and not stopped, whose estimates say what others put in."""
        approved = self.entries(EntryKind.APPROVED).values("project")
        return self.projects().filter(state__in=COMMITTED, pk__in=approved)


@dataclass(frozen=True)
class Asked:
    """A figure that is asked for: an indicator within some years."""

    indicator: Indicator
    first_year: int
    last_year: int

    @property
    def condition(self) -> Q:
        """Which accepted rows of the ledger count."""
        found = Q(project__year__gte=self.first_year, project__year__lte=self.last_year)
        if self.indicator.activities:
            found &= Q(project__activity__in=self.indicator.activities)
        if self.indicator.measure is Measure.ESTABLISHMENTS:
            found &= Q(beneficiary__isnull=False)
        return found


def counts(scope: Scope, asked: Sequence[Asked]) -> dict[Asked, int]:
    """Every figure that records can answer: one query over the ledger, one over certificates, one for each that is held."""
    known = [one for one in dict.fromkeys(asked) if one.indicator.is_counted]
    products = count_recognised(scope, [one for one in known if one.indicator.measure is Measure.PRODUCTS])
    held = {one: count_held(scope, one) for one in known if one.indicator.measure is Measure.HELD}
    others = products | held
    counted = [one for one in known if one not in others]
    if not counted:
        return others
    columns = {}
    for number, one in enumerate(counted):
        match one.indicator.measure:
            case Measure.ESTABLISHMENTS:
                columns[f"n{number}"] = Count("stands_for", distinct=True, filter=one.condition)
            case Measure.PROJECTS:
                columns[f"n{number}"] = Count("project", distinct=True, filter=one.condition)
            case _:
                alone = one.condition & Q(beneficiary__isnull=True)
                columns[f"n{number}"] = Count("beneficiary", distinct=True, filter=one.condition)
                columns[f"a{number}"] = Count("project", distinct=True, filter=alone)
    rows = scope.entries(EntryKind.ACCEPTED).annotate(stands_for=ESTABLISHMENT).aggregate(**columns)
    return others | {one: rows[f"n{number}"] + rows.get(f"a{number}", 0) for number, one in enumerate(counted)}


def behind(scope: Scope, asked: Asked) -> QuerySet[LedgerEntry, Any]:
    """The list behind a figure: a row for each beneficiary of each đề án, with its last day and its amount in đồng."""
    accepted = scope.entries(EntryKind.ACCEPTED).filter(asked.condition)
    return (
        accepted.values("project", "beneficiary")
        .annotate(
            code=F("project__code"),
            name=F("project__name"),
            year=F("project__year"),
            province=F("project__province__short_name"),
            establishment=F("beneficiary__establishment__name"),
            amount=Sum("amount"),
        )
        .order_by("-project__year", "project__code", "beneficiary")
    )
