"""Whether each beneficiary of a đề án may be supported at all: its record in, the answers of the law out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from khuyencong.areas.queries import PreferredBook
from khuyencong.core.findings import Finding
from khuyencong.establishments.eligibility import answers_for
from khuyencong.law.eligibility import Answer, EarlierSupport, EligibilityQuery, Verdict
from khuyencong.people.actors import Actor
from khuyencong.places.queries import city_statuses_on, row_on
from khuyencong.projects.doubles import earlier_support
from khuyencong.projects.models import Beneficiary, EstimateLine, Project
from khuyencong.projects.preferred import is_difficult, preferred_answer, site_of_establishment


@dataclass(frozen=True)
class BeneficiaryAnswers:
    """What the law answers about one beneficiary, question by question."""

    beneficiary: Beneficiary
    answers: tuple[Answer, ...]

    @property
    def findings(self) -> list[Finding]:
        """What stands against support, each naming the establishment."""
        name = self.beneficiary.establishment.name
        found = [answer.finding for answer in self.answers if answer.finding is not None]
        return [replace(finding, sentence=f"{name}: {finding.sentence}") for finding in found]

    def count(self, verdict: Verdict) -> int:
        return sum(answer.verdict is verdict for answer in self.answers)

    @property
    def refused(self) -> int:
        """How many answers are no."""
        return self.count(Verdict.NO)

    @property
    def to_check(self) -> int:
        """How many answers a person must look into."""
        return self.count(Verdict.CHECK)


def eligibility_of(
    project: Project,
    beneficiaries: Sequence[Beneficiary],
    *,
    on: date,
    lines: Sequence[EstimateLine] | None = None,
    seen_by: Actor | None = None,
    as_new: bool = False,
) -> list[BeneficiaryAnswers]:
    """The answers for each beneficiary by the law of the day `on`; a fixed number of queries.

    `lines`: the estimate, where it was read already or is only proposed. `as_new`: as for `earlier_support`. `seen_by`: who will read them; a đề án out of this actor's sight is spoken of without its code. Expects
    `establishment` with `commune`, `craft_village`, `province__current` and `province_before` loaded
    (`support.beneficiaries_of`).
    """
    if not beneficiaries:
        return []
    cities = city_statuses_on(on)
    sites = {one.establishment_id: site_of_establishment(one.establishment) for one in beneficiaries}
    book = PreferredBook.load(on, sites.values())
    earlier = earlier_support(project, beneficiaries, lines=lines, seen_by=seen_by, as_new=as_new)
    found = []
    for one in beneficiaries:
        site = sites[one.establishment_id]
        city = cities.get(row_on(on, one.establishment.province, one.establishment.province_before).pk)
        query = replace(
            _query(project, one, on=on, earlier=earlier.get(one.establishment_id, ())),
            province_is_city=city is not None,
            difficult_area=is_difficult(project.priority_place, site, book),
        )
        answers = answers_for(query, city)
        claimed = preferred_answer(project.priority_place, site, book)
        found.append(BeneficiaryAnswers(one, (*answers, claimed) if claimed else answers))
    return found


def _query(project: Project, one: Beneficiary, *, on: date, earlier: tuple[EarlierSupport, ...]) -> EligibilityQuery:
    place = one.establishment
    return EligibilityQuery(
        kind=place.kind,
        activity=project.activity,
        on=on,
        sector=project.sector,
        commune_kind=place.commune.get_kind_display() if place.commune else "",
        in_craft_village=place.craft_village is not None and place.craft_village.counts_on(on),
        commits_own_capital=one.commits_own_capital,
        declares_no_other_support=one.declares_no_other_support,
        earlier_support=earlier,
        plan_year=project.year,
    )
