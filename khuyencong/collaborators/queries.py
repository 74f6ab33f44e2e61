"""What is shown of collaborators, and which payments may be those of a list."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch, QuerySet, Sum

from khuyencong.collaborators.models import (
    AllowanceLine,
    AllowanceList,
    AllowanceRate,
    AllowanceState,
    Collaborator,
    MonthlyNote,
    Term,
)
from khuyencong.collaborators.models.people import CollaboratorQuerySet
from khuyencong.collaborators.months import days_served, months_between
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.people.actors import Actor
from khuyencong.places.models import Commune, folded_words
from khuyencong.projects.models import Project
from khuyencong.projects.states import COMMITTED
from khuyencong.surveys.models import Survey, SurveyState

PAYING = "system_capacity"
LATEST: str = "latest_terms"  # of a person; the model names its type
SERVING, ENDED = "dang-giu", "da-het"
MONTHS_SHOWN = 12
LONGEST = 200


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; it lives in the URL."""

    text: str = ""
    state: str = SERVING
    commune: int | None = None

    @property
    def is_narrow(self) -> bool:
        return bool(self.text or self.commune or self.state != SERVING)


def read_filters(asked: dict[str, str]) -> Filters:
    """The filters of a query string: those who serve today unless something else is asked for."""
    state, commune = asked.get("state", SERVING), asked.get("xa", "")
    return Filters(
        text=asked.get("q", "")[:LONGEST],
        state=state if state in {SERVING, ENDED, ""} else SERVING,
        commune=int(commune) if commune.isascii() and commune.isdigit() and len(commune) < 10 else None,  # noqa: PLR2004  # fits an int column
    )


def collaborators_for(actor: Actor, filters: Filters, on: date) -> CollaboratorQuerySet:
    """Those that the actor may see, by given name, with their latest terms; two queries."""
    found = Collaborator.objects.visible_to(actor)
    serving = Term.objects.on(on).order_by().values("collaborator")
    if filters.state == SERVING:
        found = found.filter(pk__in=serving)
    elif filters.state == ENDED:
        found = found.exclude(pk__in=serving)
    if filters.commune is not None:
        there = Term.objects.standing().filter(commune__current=filters.commune).order_by()
        found = found.filter(pk__in=there.values("collaborator"))
    if filters.text.strip():
        found = found.filter(folded_words(filters.text))
    terms = Term.objects.standing().select_related("commune").order_by("-starts_on")
    return found.select_related("province").prefetch_related(Prefetch("terms", terms, to_attr=LATEST))


def communes_of(actor: Actor) -> QuerySet[Commune]:
    """The communes of today in the actor's province; none for who has no single one."""
    if actor.province_id is None:
        return Commune.objects.none()
    return Commune.objects.filter(valid_to__isnull=True, province=actor.province_id)


def rates_of(actor: Actor) -> QuerySet[AllowanceRate]:
    """What the documents of the actor's province give, the newest first."""
    return AllowanceRate.objects.filter(province__in=actor.province_ids).select_related("kept_by")


@dataclass(frozen=True)
class Month:
    """What one person did in one month, and how it is paid."""

    month: date
    note: MonthlyNote | None
    surveys: int
    taken_in: int
    line: AllowanceLine | None
    serves: bool


@dataclass(frozen=True)
class Work:
    """The months of one person, the latest first, and the sums over them."""

    months: list[Month] = field(default_factory=list)

    @property
    def surveys(self) -> int:
        return sum(one.surveys for one in self.months)

    @property
    def taken_in(self) -> int:
        return sum(one.taken_in for one in self.months)


def work_of(found: Collaborator, terms: Sequence[Term], on: date) -> Work:
    """The last twelve months up to the day; three queries.

    Surveys are those that the person's account has sent; a survey counts as an establishment reported once it was taken
    into the registry.
    """
    last = on.replace(day=1)
    first = date(last.year - 1, last.month, 1)
    months = months_between(first, last)[-MONTHS_SHOWN:]
    notes = {one.month: one for one in found.notes.filter(month__gte=months[0])}
    lines = {
        one.month: one
        for one in found.allowances.filter(counts=True, month__gte=months[0]).select_related(
            "allowance_list__posting__answered_by"
        )
    }
    sent: Counter[date] = Counter()
    taken: Counter[date] = Counter()
    for day, state in surveys_of(found).filter(surveyed_on__gte=months[0]).values_list("surveyed_on", "state"):
        sent[day.replace(day=1)] += 1
        taken[day.replace(day=1)] += state == SurveyState.TAKEN_IN
    shown, standing = [], [one for one in terms if not one.withdrawn_because]
    for month in reversed(months):
        serves = bool(days_served(month, standing))
        if serves or month in notes or month in lines or sent[month]:
            shown.append(Month(month, notes.get(month), sent[month], taken[month], lines.get(month), serves))
    return Work(shown)


def surveys_of(found: Collaborator) -> QuerySet[Survey]:
    """The surveys that the person has sent, of the person's province."""
    if found.user_id is None:
        return Survey.objects.none()
    rows: QuerySet[Survey] = Survey.objects.filter(surveyed_by=found.user_id).order_by("-surveyed_on", "-pk")
    return rows


def lists_for(actor: Actor) -> QuerySet[AllowanceList]:
    """The lists of allowances that the actor may see, the latest months first."""
    return AllowanceList.objects.visible_to(actor).with_all().with_sums().order_by("-first_month", "-pk")


def paying_projects(actor: Actor) -> QuerySet[Project]:
    """The tasks from which the actor's office may pay collaborators: approved ones for the capacity of the system."""
    rows: QuerySet[Project] = (
        Project.objects.counted_for(actor).filter(activity=PAYING, state__in=COMMITTED).order_by("-year", "-pk")
    )
    return rows


def postings_for(found: AllowanceList) -> QuerySet[LedgerEntry]:
    """The payments of the task of a list that were not taken back, the latest first."""
    return (
        LedgerEntry.objects.filter(
            project=found.project_id,
            kind__in=[EntryKind.PAID, EntryKind.ADVANCED],
            amount__gt=0,
            answered_by__isnull=True,
        )
        .select_related("project")
        .order_by("-on", "-pk")
    )


def to_recover(found: Collaborator | AllowanceList) -> QuerySet[AllowanceLine]:
    """Months of the person, or of the list, that were paid and turned out not to be served whole."""
    rows = found.allowances if isinstance(found, Collaborator) else found.lines
    return rows.filter(counts=True).exclude(recover_because="").order_by("month")


def look_alikes(found: AllowanceList) -> list[str]:
    """Who in the list may be one with somebody else who has a month of it in this or another list; two queries.

    The same name with the same year of birth or telephone: a question for whoever approves, since two persons may have one
    name. Two identity numbers that differ are two persons.
    """
    mine = list(found.lines.filter(counts=True).select_related("collaborator"))
    names = {one.collaborator.folded for one in mine}
    rows = AllowanceLine.objects.filter(
        counts=True,
        month__in={one.month for one in mine},
        collaborator__folded__in=names,
        collaborator__province__current=found.province.current_id or found.province_id,
    )
    by_name: dict[tuple[str, date], list[Collaborator]] = defaultdict(list)
    for row in rows.select_related("collaborator").order_by("collaborator", "month"):
        by_name[row.collaborator.folded, row.month].append(row.collaborator)
    pairs: dict[tuple[int, int], str] = {}
    for one in mine:
        for other in by_name[one.collaborator.folded, one.month]:
            if other.pk != one.collaborator_id and _may_be_one(one.collaborator, other):
                key = (min(one.collaborator_id, other.pk), max(one.collaborator_id, other.pk))
                pairs.setdefault(key, f"{one.collaborator.name}, {other.name}")
    return [pairs[key] for key in sorted(pairs)]


def _may_be_one(one: Collaborator, other: Collaborator) -> bool:
    if one.identity_number and other.identity_number and one.identity_number != other.identity_number:
        return False
    born = one.birth_year is not None and one.birth_year == other.birth_year
    return born or (bool(_digits(one.phone)) and _digits(one.phone) == _digits(other.phone))


def _digits(phone: str) -> str:
    return "".join(letter for letter in phone if letter.isdigit())


def lists_of_posting(posting: LedgerEntry) -> int:
    """How much of a payment is lists already, in đồng: a source of `finance.used`."""
    lines = AllowanceLine.objects.filter(counts=True, allowance_list__posting=posting)
    return lines.aggregate(total=Sum("amount"))["total"] or 0


def lists_of_project(actor: Actor, project: Project) -> list[AllowanceList]:
    """The lists that are paid from one task, for its page; one query."""
    if project.activity != PAYING:
        return []
    return list(lists_for(actor).filter(project=project).exclude(state=AllowanceState.CANCELLED))
