"""What is shown of fairs; each of these in a constant number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from khuyencong.core.dates import today
from khuyencong.core.finding import holds, question
from khuyencong.core.text import clean
from khuyencong.fairs.models import (
    Booth,
    DayResult,
    Fair,
    FairQuerySet,
    FairState,
    LinkOutcome,
    Participant,
    ParticipantQuerySet,
    ParticipantState,
    PartnerLink,
)
from khuyencong.fairs.rent import RentSums, sums_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role
from khuyencong.projects.models import Project

LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Filters:
    """What the list of fairs is narrowed to."""

    text: str = ""
    year: int = 0
    state: str = ""

    @property
    def is_narrow(self) -> bool:
        return bool(self.text or self.year or self.state)


def read_year(text: str) -> int:
    """A year of the calendar, or 0."""
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0  # noqa: PLR2004  # a year
    return year if 1990 <= year <= 2100 else 0  # noqa: PLR2004  # years of the programme


def read_filters(data: dict[str, str]) -> Filters:
    """From the address; what makes no sense counts as not said."""
    year = data.get("year", "")
    return Filters(
        text=clean(data.get("q", "")[:LONGEST_SEARCH]),
        year=read_year(year),
        state=data.get("state", "") if data.get("state", "") in FairState.values else "",
    )


def fairs_for(actor: Actor, filters: Filters) -> FairQuerySet:
    """The fairs that the actor may know of, the latest first, with how many take part and how many booths."""
    rows = Fair.objects.visible_to(actor).with_all()
    if filters.year:
        rows = rows.filter(starts_on__year=filters.year)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.text:
        asked = question(filters.text)
        rows = rows.filter(holds(asked) | holds(asked, field="project__haystack")) if asked else rows.none()
    return rows.annotate(
        coming=Count(
            "participants",
            filter=Q(participants__state__in=[ParticipantState.REGISTERED, ParticipantState.ACCEPTED]),
            distinct=True,
        ),
        stands=Count("booths", distinct=True),
    ).order_by("-starts_on", "-pk")


def fairs_of_project(project: Project) -> list[Fair]:
    """Those of a đề án, the latest first; one query."""
    return list(project.fairs.order_by("-starts_on", "-pk"))


def participants_of(fair: Fair, actor: Actor, *, state: str = "", text: str = "") -> ParticipantQuerySet:
    """Who is on the list of a fair, as far as the actor may know, by name."""
    rows = Participant.objects.visible_to(actor).filter(fair=fair)
    if state in ParticipantState.values:
        rows = rows.filter(state=state)
    asked = question(text[:LONGEST_SEARCH])
    if text.strip():
        rows = rows.filter(holds(asked, field="establishment__haystack")) if asked else rows.none()
    return (
        rows.select_related("establishment__commune", "establishment__province")
        .annotate(
            stands=Count("booths", distinct=True),
        )
        .order_by("establishment__sort_key", "pk")
    )


def coming_to(fair: Fair) -> list[Participant]:
    """Who may be given a booth, by name; one query."""
    rows = fair.participants.filter(state__in=[ParticipantState.REGISTERED, ParticipantState.ACCEPTED])
    return list(rows.select_related("establishment").order_by("establishment__sort_key", "pk"))


def booths_of(fair: Fair) -> list[Booth]:
    """All booths with who stands there and the contract; one query."""
    return list(
        fair.booths.select_related("participant__establishment", "contract").order_by("row", "column", "number")
    )


def counts_of(fair: Fair) -> dict[str, int]:
    """How many establishments are in which state; one query."""
    return dict(Counter(fair.participants.order_by().values_list("state", flat=True)))


@dataclass
class Result:
    """What one establishment came to: money in đồng; `after` is what partners brought after the fair."""

    participant: Participant
    booths: list[Booth] = field(default_factory=list)
    days: int = 0
    sales: int = 0
    contacts: int = 0
    contracts: int = 0
    contract_value: int = 0
    links: int = 0
    open_links: int = 0
    after: int = 0

    @property
    def rent(self) -> RentSums:
        return sums_of(self.booths)

    @property
    def numbers(self) -> str:
        """The booths in words."""
        return ", ".join(one.number for one in self.booths)


def results_of(fair: Fair, *, only: Iterable[int] | None = None) -> list[Result]:
    """What each establishment that takes part came to, by name; four queries. `only`: keys of participants."""
    rows = fair.participants.filter(state=ParticipantState.ACCEPTED)
    if only is not None:
        rows = rows.filter(pk__in=list(only))
    rows = rows.select_related("establishment__commune", "establishment__province").order_by(
        "establishment__sort_key", "pk"
    )
    found = {one.pk: Result(one) for one in rows}
    for booth in fair.booths.filter(participant__in=found).order_by("number"):
        found[booth.participant_id or 0].booths.append(booth)
    sums = (
        DayResult.objects.filter(participant__in=found)
        .order_by()
        .values("participant")
        .annotate(
            days=Count("pk"),
            total=Sum("sales"),
            met=Sum("contacts"),
            signed=Sum("contracts"),
            worth=Sum("contract_value"),
        )
    )
    for row in sums:
        one = found[row["participant"]]
        one.days, one.sales, one.contacts = row["days"], row["total"], row["met"]
        one.contracts, one.contract_value = row["signed"], row["worth"]
    links = (
        PartnerLink.objects.filter(participant__in=found)
        .order_by()
        .values("participant")
        .annotate(
            met=Count("pk"),
            waiting=Count("pk", filter=Q(outcome=LinkOutcome.WAITING)),
            worth=Coalesce(Sum("value"), 0),
        )
    )
    for link in links:
        one = found[link["participant"]]
        one.links, one.open_links, one.after = link["met"], link["waiting"], link["worth"]
    return list(found.values())


@dataclass(frozen=True)
class DaySum:
    """One day of a fair: how many came (None: not counted), and what all establishments came to; money in đồng."""

    on: date
    visitors: int | None
    told: int
    sales: int
    contacts: int
    contracts: int
    contract_value: int


def days_of(fair: Fair) -> list[DaySum]:
    """Every day of the fair until today, with its sums; two queries."""
    visitors = dict(fair.visitor_days.values_list("on", "visitors"))
    sums: dict[date, tuple[int, ...]] = defaultdict(lambda: (0,) * 5)
    rows = (
        DayResult.objects.filter(participant__fair=fair, participant__state=ParticipantState.ACCEPTED)
        .order_by()
        .values_list("on")
        .annotate(Count("pk"), Sum("sales"), Sum("contacts"), Sum("contracts"), Sum("contract_value"))
    )
    for on, *numbers in rows:
        sums[on] = tuple(numbers)
    last = today()
    return [DaySum(on, visitors.get(on), *sums[on]) for on in fair.days() if on <= last]


def open_links(actor: Actor) -> list[PartnerLink]:
    """Partners that are to be asked again, of fairs that the actor sees, by day; one query."""
    rows = PartnerLink.objects.filter(
        outcome=LinkOutcome.WAITING, participant__in=Participant.objects.visible_to(actor).order_by()
    )
    return list(rows.select_related("participant__establishment", "participant__fair").order_by("due_on", "pk")[:200])


def open_fairs(actor: Actor) -> list[Fair]:
    """Fairs at which an establishment may register today, as far as the actor sees them; one query."""
    rows = Fair.objects.visible_to(actor).filter(state=FairState.CALLED, register_until__gte=today())
    return list(rows.order_by("register_until", "pk")[:50])


def own_participations(actor: Actor) -> list[Participant]:
    """The fairs of the owner's establishment; one query, none for others."""
    if actor.role != Role.OWNER:
        return []
    rows = Participant.objects.visible_to(actor).select_related("fair").order_by("-fair__starts_on", "-pk")
    return list(rows[:50])


def holding_projects(actor: Actor) -> list[Project]:
    """Đề án in which the actor may begin a fair, the latest first; one query."""
    if not allowed(actor, Permission.FAIR_MANAGE):
        return []
    rows = Project.objects.visible_to(actor).filter(
        Q(activity__startswith="fair_") | Q(activity__startswith="competition_")
    )
    rows = rows.exclude(state__in=["rejected", "withdrawn", "stopped"])
    rows = rows.select_related("implementing_unit", "province__current", "department").order_by("-year", "-pk")
    return [one for one in rows[:200] if allowed(actor, Permission.FAIR_MANAGE, one)]
