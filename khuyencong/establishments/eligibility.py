"""Whether the law lets an establishment receive support on a day, as far as its entry tells; no đề án is asked.

What a đề án adds (own capital, the declaration of no other support) is left open here; `projects.eligibility` answers it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from khuyencong.areas.models import CraftVillage
from khuyencong.areas.queries import PreferredBook
from khuyencong.areas.queries import site_of as area_site
from khuyencong.core.dates import format_date
from khuyencong.establishments.models import Establishment
from khuyencong.law.catalogue import Activity, catalogue
from khuyencong.law.eligibility import Answer, EarlierSupport, EligibilityQuery, Verdict, eligibility
from khuyencong.law.place_rule import place_answer
from khuyencong.places.models import CityStatus, Commune
from khuyencong.places.queries import city_statuses_on, row_on

DIFFICULT_AREA = "difficult_area"  # code of law/catalogue.yaml, priority_places
# Answers that only a đề án can give; as long as nobody has asked, they are no doubt about the establishment.
ASKED_WITH_EACH_PROJECT = frozenset({"own_capital_unknown", "declaration_unknown"})


@dataclass(frozen=True)
class Site:
    """Where an establishment stands on a day, as the law asks about it.

    `commune`: the unit of that day. `city`: what makes the province a centrally-run city then, None where it is none.
    `craft_village`: the one that counts then. `difficult_area`: None where no list of the province says so.
    """

    on: date
    commune: Commune | None
    city: CityStatus | None
    craft_village: CraftVillage | None
    difficult_area: bool | None


@dataclass(frozen=True)
class Standing:
    """Activities that the law answers alike for one establishment, and the answers."""

    activities: tuple[Activity, ...]
    answers: tuple[Answer, ...]

    @property
    def own(self) -> tuple[Answer, ...]:
        """The answers about the establishment itself."""
        return tuple(answer for answer in self.answers if answer.code not in ASKED_WITH_EACH_PROJECT)

    @property
    def asked_later(self) -> tuple[Answer, ...]:
        """What is asked with each đề án."""
        return tuple(answer for answer in self.answers if answer.code in ASKED_WITH_EACH_PROJECT)

    @property
    def verdict(self) -> Verdict:
        """No where one answer is no, a check where one is open, else yes."""
        given = {answer.verdict for answer in self.own}
        return next((one for one in (Verdict.NO, Verdict.CHECK) if one in given), Verdict.YES)


def site_of(establishment: Establishment, *, on: date) -> Site:
    """The place on the day `on`; two queries.

    Expects `province__current`, `province_before`, `commune__current` and `craft_village` loaded.
    """
    province, village = establishment.province, establishment.craft_village
    area = area_site(province, establishment.province_before_id, establishment.commune)
    listed = PreferredBook.load(on, [area]).of(area)
    return Site(
        on=on,
        commune=commune_on(establishment.commune, on),
        city=city_statuses_on(on).get(row_on(on, province, establishment.province_before).pk),
        craft_village=village if village is not None and village.counts_on(on) else None,
        difficult_area=any(row.priority_place == DIFFICULT_AREA for row in listed) or None,
    )


def commune_on(commune: Commune | None, on: date) -> Commune | None:
    """The unit that stood there on a day: the one written down, or once that is gone, the one it went into.

    None where it was split: nobody knows into which part the establishment fell.
    """
    if commune is None or commune.valid_to is None or on <= commune.valid_to:
        return commune
    return None if commune.was_split else commune.current or commune


def standings(
    establishment: Establishment,
    activities: Sequence[Activity],
    *,
    site: Site,
    earlier: Mapping[str, tuple[EarlierSupport, ...]] | None = None,
) -> list[Standing]:
    """What the law of `site.on` answers for each activity, those with the same answers together; no query.

    `earlier`: other support that the records know, by activity.
    """
    groups: dict[tuple[Answer, ...], list[Activity]] = defaultdict(list)
    for activity in activities:
        query = EligibilityQuery(
            kind=establishment.kind,
            activity=activity.code,
            on=site.on,
            sector=establishment.sector,
            province_is_city=site.city is not None,
            commune_kind=site.commune.get_kind_display() if site.commune else "",
            in_craft_village=site.craft_village is not None,
            difficult_area=site.difficult_area,
            earlier_support=(earlier or {}).get(activity.code, ()),
        )
        groups[answers_for(query, site.city)].append(activity)
    return [Standing(tuple(together), answers) for answers, together in groups.items()]


def by_verdict(found: Sequence[Standing]) -> list[tuple[Verdict, list[Activity]]]:
    """The activities under each verdict that is given, yes first, in the order of the law."""
    under: dict[Verdict, list[Activity]] = {verdict: [] for verdict in (Verdict.YES, Verdict.CHECK, Verdict.NO)}
    for one in found:
        under[one.verdict].extend(one.activities)
    order = {code: number for number, code in enumerate(catalogue().activities)}
    return [
        (verdict, sorted(some, key=lambda activity: order[activity.code])) for verdict, some in under.items() if some
    ]


def answers_for(query: EligibilityQuery, city: CityStatus | None) -> tuple[Answer, ...]:
    """The answers of the law; where one hangs on a city whose first day nobody has verified, it says so."""
    answers = eligibility(query)
    if city is None or city.verified:
        return answers
    return tuple(_doubt(answer, query, city) if answer.topic == "place" else answer for answer in answers)


def _doubt(answer: Answer, query: EligibilityQuery, city: CityStatus) -> Answer:
    if place_answer(replace(query, province_is_city=False)).verdict is answer.verdict:
        return answer
    passed = f", thông qua ngày {format_date(city.passed_on)}" if city.passed_on else ""
    doubt = f"Ngày có hiệu lực của Nghị quyết {city.document} thành lập thành phố{passed}, chờ xác minh."
    return replace(answer, sentence=f"{answer.sentence} {doubt}", verified=False)
