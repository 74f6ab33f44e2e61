"""What everybody may know of a published đề án: the one place that decides it, for pages, files and endpoints alike.

An enterprise or a cooperative is named, with its province and commune. A household, a person, a group of persons and whoever
has no known kind appear by kind and province only, unless the publication says that this one has agreed in writing to be named
(`establishments.public_names`). Of nobody is there a telephone, an address, a number of a person or a point on the map.

Whoever decides is asked again on every reading: a published text that names somebody who may be named no longer (a kind that
was corrected, another beneficiary, an owner entered later) is not shown until an officer has written another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Min, Sum

from khuyencong.core.finding import haystack
from khuyencong.core.keys import keys
from khuyencong.core.public_text import doubtful_in, personal_in, says_a_commune
from khuyencong.delivery.models import AcceptanceItem
from khuyencong.establishments.models import Establishment
from khuyencong.establishments.public_names import may_be_named, named_in, public_name
from khuyencong.establishments.tax_code import is_personal
from khuyencong.finance.ledger import Balance, balances
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.law.catalogue import catalogue
from khuyencong.opendata.models import Publication, PublicationQuerySet
from khuyencong.people.models import AgencyKind
from khuyencong.places.models import Province
from khuyencong.projects.models import Beneficiary, EstimateLine

OTHER_ITEM = "Máy móc, thiết bị khác"
AT_ONCE = 500  # đề án whose parts are fetched together, so that a file of all of them needs bounded memory


@dataclass(frozen=True, slots=True)
class PublicParty:
    """One beneficiary as the public sees it; money in đồng.

    `name`, `tax_code`, `commune_code` and `commune` are "" and `establishment_id` None where it may not be named.
    """

    number: int  # within the đề án, from 1: also those that have left keep theirs
    kind: str
    kind_label: str
    establishment_id: int | None
    name: str
    tax_code: str  # of an enterprise; never the number of a person
    province_key: str
    province: str
    commune_code: str
    commune: str
    support: int

    @property
    def shown(self) -> str:
        """Its name, or its kind where it has none here."""
        return self.name or self.kind_label


@dataclass(frozen=True, slots=True)
class PublicProject:
    """One published đề án. Names of places and agencies are those of today; money in đồng.

    `withheld`: the texts that are not shown, since they name somebody who may be named no longer.
    """

    publication_id: int | None  # None in a preview of what nobody has written yet
    project_id: int
    code: str
    title: str
    summary: str
    result: str
    accepted: tuple[str, ...]  # what was accepted by the records, a line for each kind of item
    withheld: tuple[str, ...]
    year: int
    source: str
    source_label: str
    kind: str
    kind_label: str
    activity: str
    activity_label: str
    sector: str
    sector_label: str
    state: str
    state_label: str
    province_key: str
    province: str
    province_then: str  # as the record names it, before provinces were merged
    commune_code: str
    commune: str
    unit_code: str
    implementing_unit: str
    funder_code: str
    funder: str
    decision: str
    approved_on: date | None  # the day of the decision
    booked_on: date | None  # the day of the ledger's first approval
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
    return found.filter(**chosen)


def public_project(code: str) -> PublicProject | None:
    """The published đề án of this code; None where there is none, or not any more."""
    found = public_projects(Publication.objects.public().filter(project__code=code)[:1])
    return found[0] if found else None


def public_projects(publications: Iterable[Publication]) -> list[PublicProject]:
    """These publications as the public sees them, in their order: six queries however many they are.

    What is not published is left out, whoever asks: a page of an officer uses `preview`.
    """
    wanted = [one.pk for one in publications]
    rows = Publication.objects.public().filter(pk__in=keys(wanted)).select_related(*PUBLICATION_TOGETHER).in_bulk()
    return _shown([rows[pk] for pk in wanted if pk in rows])


def preview(publication: Publication) -> PublicProject:
    """How the public would see a publication as it is here, saved or not; for the officer who decides."""
    return _shown([publication])[0]


def previews(publications: Sequence[Publication]) -> list[PublicProject]:
    """The same of many; the đề án are to come with `TOGETHER`."""
    return _shown(publications)


def hidden_of(publication: Publication) -> list[Establishment]:
    """Who is or was in the đề án and may not be named; one query."""
    return hidden_of_each([publication])[publication.project_id]


def hidden_of_each(publications: Sequence[Publication]) -> dict[int, list[Establishment]]:
    """The same of many, by key of the đề án; one query."""
    parties: dict[int, list[Beneficiary]] = {one.project_id: [] for one in publications}
    rows = Beneficiary.all_ever.filter(project__in=keys(list(parties))).order_by("pk")
    for party in rows.select_related("establishment__merged_into"):
        parties[party.project_id].append(party)
    return {one.project_id: _hidden(parties[one.project_id], one.agreed) for one in publications}


def may_agree(publication: Publication) -> list[Establishment]:
    """Those in the đề án, or once in it, who are named only where they agree; one query."""
    parties = Beneficiary.all_ever.filter(project=publication.project_id).order_by("pk")
    found = {}
    for party in parties.select_related("establishment__merged_into"):
        one = party.establishment.merged_into or party.establishment
        if not may_be_named(one.kind):
            found[one.pk] = one
    return list(found.values())


def haystack_of(one: PublicProject) -> str:
    """By what the public finds it: the words that it reads, and the province as it was called before; no other."""
    names = [word for party in one.parties for word in (party.name, party.commune)]
    return haystack(
        one.title, one.code, one.activity_label, one.province, one.province_then, one.commune,
        one.implementing_unit, *names, one.summary, one.result,
    )  # fmt: skip


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
TOGETHER = ("province__current", "commune", "implementing_unit", "funder", "plan")  # of đề án
PUBLICATION_TOGETHER = ("project", *(f"project__{one}" for one in TOGETHER))


def _shown(publications: Sequence[Publication]) -> list[PublicProject]:
    """The parts of all of them fetched together: parties, money of each, days of approval, what others put in, results."""
    projects = [one.project_id for one in publications]
    parties: dict[int, list[Beneficiary]] = {}
    for party in (
        Beneficiary.all_ever.filter(project__in=keys(projects))
        .order_by("pk")
        .select_related(*(f"establishment{end}" for end in _OF_ESTABLISHMENT))
    ):
        parties.setdefault(party.project_id, []).append(party)
    posted = LedgerEntry.objects.filter(project__in=keys(projects))
    money, of_party = balances(posted, "project_id"), balances(posted, "beneficiary_id")
    days = posted.filter(kind=EntryKind.APPROVED, amount__gt=0).order_by().values_list("project").annotate(Min("on"))
    booked_on = dict(days)
    lines = EstimateLine.objects.filter(project__in=keys(projects)).order_by().values_list("project")
    others = dict(lines.annotate(sum=Sum(F("counterpart") + F("other"))))
    items: dict[int, list[tuple[str, int, date]]] = {}
    rows = AcceptanceItem.objects.filter(
        acceptance__project__in=keys(projects),
        acceptance__beneficiary__isnull=False,  # other costs are fees and wages of persons
        acceptance__annulment__isnull=True,
        cost__gt=0,
    ).order_by("pk")
    for project, name, number, day in rows.values_list(
        "acceptance__project", "approved_name", "quantity", "acceptance__accepted_on"
    ):
        items.setdefault(project, []).append((name, number, day))
    nothing = Balance()
    return [
        _project(
            one,
            [
                _party(number, party, of_party.get(party.pk, nothing).approved_now, agreed=one.agreed)
                for number, party in enumerate(parties.get(one.project_id, []), start=1)
                if party.left_on is None
            ],
            _hidden(parties.get(one.project_id, []), one.agreed),
            money.get(one.project_id, nothing),
            booked_on.get(one.project_id),
            others.get(one.project_id, 0),
            items.get(one.project_id, []),
        )
        for one in publications
    ]


def _hidden(parties: Iterable[Beneficiary], agreed: Collection[int]) -> list[Establishment]:
    """Those among them, as they were entered and as they stand today, who may not be named."""
    found = {}
    for party in parties:
        entry, whole = party.establishment, party.establishment.merged_into or party.establishment
        for one in (entry, whole):
            if not may_be_named(one.kind, consent=whole.pk in agreed):
                found[one.pk] = one
    return list(found.values())


def _may_stand(text: str, hidden: Sequence[Establishment]) -> bool:
    return not named_in(text, hidden) and not personal_in(text)


def _accepted(items: Sequence[tuple[str, int, date]], hidden: Sequence[Establishment]) -> tuple[str, ...]:
    """«Máy sấy lạnh: 2, nghiệm thu ngày 05/03/2026», by name; what may tell who somebody is goes without its name."""
    found: dict[str, tuple[int, date]] = {}
    for written, number, day in items:
        told = not _may_stand(written, hidden) or doubtful_in(written) or says_a_commune(written)
        name = OTHER_ITEM if told else written
        before, last = found.get(name, (0, day))
        found[name] = (before + number, max(last, day))
    return tuple(f"{name}: {number}, nghiệm thu ngày {day:%d/%m/%Y}" for name, (number, day) in found.items())


_OF_ESTABLISHMENT = (
    "__province__current",
    "__commune",
    "__merged_into__province__current",
    "__merged_into__commune",
)


def _party(number: int, party: Beneficiary, support: int, *, agreed: Collection[int]) -> PublicParty:
    establishment = party.establishment.merged_into or party.establishment
    name = public_name(establishment, agreed=agreed)
    province = establishment.province.current or establishment.province
    commune = establishment.commune if name else None
    return PublicParty(
        number=number,
        kind=establishment.kind,
        kind_label=str(establishment.get_kind_display()),
        establishment_id=establishment.pk if name else None,
        name=name,
        tax_code=public_tax_code(establishment) if name else "",
        province_key=province.key,
        province=province.short_name,
        commune_code=commune.code if commune else "",
        commune=commune.name if commune else "",
        support=support,
    )


def public_tax_code(establishment: Establishment) -> str:
    """The tax code of an enterprise or cooperative; "" where it is the number of a person, or none is known."""
    named = may_be_named(establishment.kind) and not is_personal(establishment.tax_code)
    return establishment.tax_code if named else ""


def _project(
    publication: Publication,
    parties: Sequence[PublicParty],
    hidden: Sequence[Establishment],
    money: Balance,
    booked_on: date | None,
    others: int,
    items: Sequence[tuple[str, int, date]],
) -> PublicProject:
    project, book = publication.project, catalogue()
    province, plan = project.province.current or project.province, project.plan
    activity, sector = book.activities.get(project.activity), book.sectors.get(project.sector)
    # The commune of a đề án whose only beneficiary may not be named would say nearly as much as the name.
    commune = project.commune if all(one.name for one in parties) else None
    activity_label = activity.name if activity else project.activity
    unit = project.implementing_unit
    written = {"title": publication.title, "summary": publication.summary, "result": publication.result}
    texts = {name: text for name, text in written.items() if _may_stand(text, hidden)}
    return PublicProject(
        publication_id=publication.pk,
        project_id=project.pk,
        code=project.code,
        title=texts.get("title") or f"{activity_label}, {province.short_name}, năm {project.year}",
        summary=texts.get("summary", ""),
        result=texts.get("result", ""),
        accepted=_accepted(items, hidden),
        withheld=tuple(name for name in written if name not in texts),
        year=project.year,
        source=project.source,
        source_label=str(project.get_source_display()),
        kind=project.kind,
        kind_label=str(project.get_kind_display()),
        activity=project.activity,
        activity_label=activity_label,
        sector=project.sector,
        sector_label=sector.name if sector else project.sector,
        state=project.state,
        state_label=str(project.get_state_display()),
        province_key=province.key,
        province=province.short_name,
        province_then=project.province.name,
        commune_code=commune.code if commune else "",
        commune=commune.name if commune else "",
        unit_code=unit.code,
        # The account of an owner bears the name of his establishment.
        implementing_unit=unit.name if unit.kind != AgencyKind.ESTABLISHMENT else str(unit.get_kind_display()),
        funder_code=project.funder.code,
        funder=project.funder.name,
        decision=plan.decision_number if plan else "",
        approved_on=plan.decision_on if plan else None,
        booked_on=booked_on,
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        published_on=publication.published_on,
        approved=money.approved_now,
        paid=money.paid_out,
        settled=money.settled - money.repaid,
        other_money=others,
        parties=tuple(parties),
    )
