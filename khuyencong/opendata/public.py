"""What everybody may know of a published đề án: the one place that decides it, for pages, files and endpoints alike.

An enterprise or a cooperative is named, with its province and commune. A household, a person, a group of persons and whoever
has no known kind appear by kind and province only, unless the publication says that they have agreed in writing to be named.
Of nobody is there a telephone, an address, a number of a person or a point on the map. (A rule of the system, not of a law.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Min, Sum

from khuyencong.core.keys import keys
from khuyencong.establishments.models import EstablishmentKind
from khuyencong.finance.ledger import Balance, balances
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.law.catalogue import catalogue
from khuyencong.opendata.models import Publication, PublicationQuerySet
from khuyencong.places.models import Province
from khuyencong.projects.models import Beneficiary, EstimateLine, Project

K = EstablishmentKind
# Who is a legal person or an enterprise whose name stands in public registers anyway.
NAMED = frozenset({K.SME, K.COOPERATIVE, K.COOPERATIVE_UNION, K.CLUSTER_INVESTOR})
AT_ONCE = 500  # đề án whose parts are fetched together, so that a file of all of them needs bounded memory


@dataclass(frozen=True, slots=True)
class PublicParty:
    """One beneficiary as the public sees it. `name` and `commune` are "" where it may not be named; money in đồng."""

    number: int  # within the đề án, from 1, in the order of the record
    kind: str
    kind_label: str
    name: str
    province: str
    commune: str
    support: int

    @property
    def shown(self) -> str:
        """Its name, or its kind where it has none here."""
        return self.name or self.kind_label


@dataclass(frozen=True, slots=True)
class PublicProject:
    """One published đề án. Names of places and agencies are those of today; money in đồng."""

    publication_id: int
    project_id: int
    code: str
    title: str
    summary: str
    result: str
    year: int
    source: str
    source_label: str
    kind_label: str
    activity: str
    activity_label: str
    sector: str
    sector_label: str
    state: str
    state_label: str
    province_key: str
    province: str
    commune: str
    unit_code: str
    implementing_unit: str
    funder_code: str
    funder: str
    decision: str
    approved_on: date | None
    starts_on: date | None
    ends_on: date | None
    published_on: date | None  # None only in a preview
    approved: int  # support that stands approved
    paid: int  # support that has left the Treasury and not come back
    settled: int
    other_money: int  # what the beneficiaries and other sources put in, by the estimate
    parties: tuple[PublicParty, ...]


@dataclass(frozen=True, slots=True)
class PlaceTotal:
    """What is published of a province of today: number of đề án and approved support in đồng."""

    province_key: str
    province: str
    projects: int
    approved: int


def may_be_named(kind: str, *, consent: bool) -> bool:
    """Whether the public may read the name of an establishment of this kind."""
    return consent or kind in NAMED


def published(
    *, text: str = "", province: str = "", year: int | None = None, activity: str = "", source: str = ""
) -> PublicationQuerySet:
    """What is published, newest first, narrowed as asked. `province`: key of one of today; `text`: words of the public texts."""
    found = Publication.objects.public()
    if text.strip():
        found = found.search(text)
    wanted: dict[str, Any] = {"year": year, "activity": activity, "source": source}
    chosen = {name: value for name, value in wanted.items() if value}
    if province:
        chosen["province__in"] = list(Province.objects.filter(current__key=province).values_list("pk", flat=True))
    # As a condition on đề án, whose indexes hold all of these: joined, the database would look at every publication.
    return found.filter(project__in=Project.objects.filter(**chosen).order_by().values("pk")) if chosen else found


def public_project(code: str) -> PublicProject | None:
    """The published đề án of this code; None where there is none, or not any more."""
    found = public_projects(Publication.objects.public().filter(project__code=code)[:1])
    return found[0] if found else None


def public_projects(publications: Iterable[Publication]) -> list[PublicProject]:
    """These publications as the public sees them, in their order: six queries however many they are.

    What is not published is left out, whoever asks: a page of an officer uses `preview`.
    """
    wanted = [one.pk for one in publications]
    rows = Publication.objects.public().filter(pk__in=keys(wanted)).select_related(*_TOGETHER).in_bulk()
    return _shown([rows[pk] for pk in wanted if pk in rows])


def preview(publication: Publication) -> PublicProject:
    """How the public would see a publication that it does not see yet; for the officer who decides."""
    return _shown([Publication.objects.select_related(*_TOGETHER).get(pk=publication.pk)])[0]


def every_public_project(publications: PublicationQuerySet | None = None) -> Iterator[PublicProject]:
    """All of them by code of the đề án, a few hundred in memory at a time."""
    found = (Publication.objects.public() if publications is None else publications).order_by("project__code")
    after = ""
    while rows := list(found.filter(project__code__gt=after).select_related("project")[:AT_ONCE]):
        yield from public_projects(rows)
        after = rows[-1].project.code


def totals_by_province(publications: PublicationQuerySet | None = None) -> list[PlaceTotal]:
    """Number and approved support by province of today, in the order of their names; those without anything left out."""
    found = (Publication.objects.public() if publications is None else publications).order_by()
    numbers = dict(found.values_list("project__province__current").annotate(number=Count("pk")))
    posted = (
        LedgerEntry.objects.filter(project__in=found.values("project"), kind__in=_APPROVING)
        .order_by()
        .values_list("project__province__current", "kind")
        .annotate(sum=Sum("amount"))
    )
    money: dict[int, int] = {}
    for province, kind, amount in posted:
        money[province] = money.get(province, 0) + (amount if kind == EntryKind.APPROVED else -amount)
    places = Province.objects.filter(pk__in=numbers)  # in the order of their names
    return [PlaceTotal(one.key, one.short_name, numbers[one.pk], money.get(one.pk, 0)) for one in places]


# --- how a row becomes what is shown ---------------------------------------------------------------------------------

_APPROVING = (EntryKind.APPROVED, EntryKind.REDUCED)
_TOGETHER = (
    "project__province__current",
    "project__commune",
    "project__implementing_unit",
    "project__funder",
    "project__plan",
)


def _shown(publications: Sequence[Publication]) -> list[PublicProject]:
    """The parts of all of them fetched together: parties, money of each, the day of approval, what others put in."""
    projects = [one.project_id for one in publications]
    parties: dict[int, list[Beneficiary]] = {}
    for party in (
        Beneficiary.objects.filter(project__in=keys(projects))
        .order_by("pk")
        .select_related(*(f"establishment{end}" for end in _OF_ESTABLISHMENT))
    ):
        parties.setdefault(party.project_id, []).append(party)
    posted = LedgerEntry.objects.filter(project__in=keys(projects))
    money, of_party = balances(posted, "project_id"), balances(posted, "beneficiary_id")
    days = posted.filter(kind=EntryKind.APPROVED, amount__gt=0).order_by().values_list("project").annotate(Min("on"))
    approved_on = dict(days)
    lines = EstimateLine.objects.filter(project__in=keys(projects)).order_by().values_list("project")
    others = dict(lines.annotate(sum=Sum(F("counterpart") + F("other"))))
    nothing = Balance()
    return [
        _project(
            one,
            [
                _party(number, party, of_party.get(party.pk, nothing).approved_now, consent=one.consent)
                for number, party in enumerate(parties.get(one.project_id, []), start=1)
            ],
            money.get(one.project_id, nothing),
            approved_on.get(one.project_id),
            others.get(one.project_id, 0),
        )
        for one in publications
    ]


_OF_ESTABLISHMENT = (
    "__province__current",
    "__commune",
    "__merged_into__province__current",
    "__merged_into__commune",
)


def _party(number: int, party: Beneficiary, support: int, *, consent: bool) -> PublicParty:
    establishment = party.establishment.merged_into or party.establishment
    named = may_be_named(establishment.kind, consent=consent)
    province = establishment.province.current or establishment.province
    return PublicParty(
        number=number,
        kind=establishment.kind,
        kind_label=str(establishment.get_kind_display()),
        name=establishment.name if named else "",
        province=province.short_name,
        commune=establishment.commune.name if named and establishment.commune else "",
        support=support,
    )


def _project(
    publication: Publication, parties: Sequence[PublicParty], money: Balance, approved_on: date | None, others: int
) -> PublicProject:
    project, book = publication.project, catalogue()
    province, plan = project.province.current or project.province, project.plan
    activity, sector = book.activities.get(project.activity), book.sectors.get(project.sector)
    # The commune of a đề án whose only beneficiary may not be named would say nearly as much as the name.
    named = all(one.name for one in parties)
    return PublicProject(
        publication_id=publication.pk,
        project_id=project.pk,
        code=project.code,
        title=publication.title,
        summary=publication.summary,
        result=publication.result,
        year=project.year,
        source=project.source,
        source_label=str(project.get_source_display()),
        kind_label=str(project.get_kind_display()),
        activity=project.activity,
        activity_label=activity.name if activity else project.activity,
        sector=project.sector,
        sector_label=sector.name if sector else project.sector,
        state=project.state,
        state_label=str(project.get_state_display()),
        province_key=province.key,
        province=province.short_name,
        commune=project.commune.name if named and project.commune else "",
        unit_code=project.implementing_unit.code,
        implementing_unit=project.implementing_unit.name,
        funder_code=project.funder.code,
        funder=project.funder.name,
        decision=plan.decision_number if plan else "",
        approved_on=(plan.decision_on if plan else None) or approved_on,
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        published_on=publication.published_on,
        approved=money.approved_now,
        paid=money.paid_out,
        settled=money.settled - money.repaid,
        other_money=others,
        parties=tuple(parties),
    )
