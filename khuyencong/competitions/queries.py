"""What is shown of rounds and their products; each of these in a constant number of queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q

from khuyencong.competitions.models import (
    COUNCIL,
    JURY,
    Entry,
    EntryState,
    Member,
    ProductGroup,
    Round,
    RoundState,
    SeatRole,
)
from khuyencong.competitions.models.entries import IN_PLAY, EntryQuerySet
from khuyencong.competitions.models.round import RoundQuerySet
from khuyencong.core.dates import today
from khuyencong.core.finding import holds, question
from khuyencong.core.text import clean
from khuyencong.establishments.models import CertificateLevel, Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.projects.models import Project, ProjectQuerySet

LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Filters:
    """What the list of rounds is narrowed to."""

    text: str = ""
    year: int = 0
    level: str = ""
    state: str = ""

    @property
    def is_narrow(self) -> bool:
        return bool(self.text or self.year or self.level or self.state)


def read_filters(data: dict[str, str]) -> Filters:
    """From the address; what makes no sense counts as not said."""
    year = data.get("year", "")
    return Filters(
        text=clean(data.get("q", "")[:LONGEST_SEARCH]),
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0,  # noqa: PLR2004  # a year
        level=data.get("level", "") if data.get("level", "") in CertificateLevel.values else "",
        state=data.get("state", "") if data.get("state", "") in RoundState.values else "",
    )


def rounds_for(actor: Actor, filters: Filters) -> RoundQuerySet:
    """The rounds that the actor may know of, the newest first, with how many products take part."""
    rows = Round.objects.visible_to(actor).with_all()
    if filters.year:
        rows = rows.filter(year=filters.year)
    if filters.level:
        rows = rows.filter(level=filters.level)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.text:
        rows = rows.filter(holds(question(filters.text)))
    running = Q(entries__state__in=[EntryState.SUBMITTED, EntryState.INCOMPLETE, EntryState.ACCEPTED])
    return rows.annotate(products=Count("entries", filter=running)).order_by("-year", "-pk")


def product_or_maker(text: str, *, of: str = "") -> Q:
    """Condition: each word begins a word of the product's name or of its maker, marks and order left aside.

    `of`: the way to the product, "entry__" from its certificate.
    """
    condition = Q()
    for word in question(text):
        condition &= holds((word,), field=f"{of}haystack") | holds((word,), field=f"{of}establishment__haystack")
    return condition


def entries_of(round_: Round, actor: Actor, *, state: str = "", group: str = "", text: str = "") -> EntryQuerySet:
    """The products of a round that the actor may know of."""
    rows = Entry.objects.visible_to(actor).filter(round=round_).select_related("establishment__commune", "round")
    if state in EntryState.values:
        rows = rows.filter(state=state)
    if group in ProductGroup.values:
        rows = rows.filter(group=group)
    asked = clean(text[:LONGEST_SEARCH])
    if asked:
        rows = rows.filter(Q(code=asked.upper()) | product_or_maker(asked))
    return rows.order_by("number", "pk")


@dataclass(frozen=True)
class RoundNumbers:
    """How the dossiers of a round stand."""

    draft: int
    waiting: int
    incomplete: int
    accepted: int
    refused: int


def numbers_of(round_: Round) -> RoundNumbers:
    """One query."""
    found = Counter(round_.entries.order_by().values_list("state", flat=True))
    return RoundNumbers(
        draft=found[EntryState.DRAFT],
        waiting=found[EntryState.SUBMITTED],
        incomplete=found[EntryState.INCOMPLETE],
        accepted=found[EntryState.ACCEPTED],
        refused=found[EntryState.REFUSED] + found[EntryState.WITHDRAWN],
    )


@dataclass(frozen=True)
class People:
    """The members of a round by what they do; those whose time is over stand last in each."""

    council: list[Member]
    jury: list[Member]
    experts: list[Member]

    @property
    def groups(self) -> list[tuple[str, list[Member]]]:
        return [
            ("Hội đồng bình chọn", self.council),
            ("Ban Giám khảo", self.jury),
            ("Tổ chuyên môn giúp việc", self.experts),
        ]


def people_of_round(round_: Round) -> People:
    """One query."""
    rank = {role: number for number, role in enumerate(SeatRole.values)}
    rows = sorted(
        round_.members.select_related("user", "replaces"),
        key=lambda one: (one.until_on is not None, rank[one.role], one.pk),
    )
    return People(
        council=[one for one in rows if one.role in COUNCIL],
        jury=[one for one in rows if one.role in JURY],
        experts=[one for one in rows if one.role == SeatRole.EXPERT],
    )


def may_propose(round_: Round, actor: Actor) -> bool:
    """Whether the actor leads the jury today or writes for it; at most one query."""
    if allowed(actor, Permission.COMPETITION_MANAGE, round_):
        return True
    return round_.members.filter(role=SeatRole.JURY_HEAD).standing_on(today()).of(actor).exists()


def may_approve(round_: Round, actor: Actor) -> bool:
    """Whether the actor chairs the council today or leads the organiser; at most one query."""
    if allowed(actor, Permission.COMPETITION_DECIDE, round_):
        return True
    return round_.members.filter(role=SeatRole.CHAIR).standing_on(today()).of(actor).exists()


def earlier_products(establishment: Establishment, round_: Round, actor: Actor) -> list[Entry]:
    """Products of the maker in other rounds that are not in this one, as far as the actor may know of them; the latest of each. One query."""
    rows = (
        Entry.objects.visible_to(actor)
        .filter(establishment=establishment, state__in=IN_PLAY)
        .exclude(round=round_)
        .exclude(product_key__in=round_.entries.filter(state__in=IN_PLAY).order_by().values("product_key"))
        .select_related("round")
        .order_by("-pk")
    )
    latest: dict[str, Entry] = {}
    for one in rows[:100]:
        latest.setdefault(str(one.product_key), one)
    return list(latest.values())


def receiving_rounds(actor: Actor) -> RoundQuerySet:
    """The rounds that take products today, as far as the actor sees them."""
    on = today()
    rows = Round.objects.visible_to(actor).with_all()
    return rows.filter(state=RoundState.CALLED, entries_from__lte=on, entries_until__gte=on).order_by("entries_until")


def paying_projects(actor: Actor) -> ProjectQuerySet:
    """Đề án in the actor's sight that pay for competitions (TT 26/2014 Đ19), the latest first."""
    return Project.objects.visible_to(actor).filter(activity__startswith="competition_").order_by("-year", "-pk")
