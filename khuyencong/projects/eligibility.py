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
from khuyencong.projects.doubles import earlier_support_of_all
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

    `lines`: the estimate, where it was read already or is only proposed. `as_new`: as for `earlier_support`.
    `seen_by`: who will read them; a đề án out of this actor's sight is spoken of without its code. Expects `establishment` with `commune`, `craft_village`, `province__current` and `province_before` loaded
    (`support.beneficiaries_of`).
    """
    asked = [(project, beneficiaries)]
    return eligibility_of_all(asked, on=on, lines=lines, seen_by=seen_by, as_new=as_new)[project.pk]


def eligibility_of_all(
    asked: Sequence[tuple[Project, Sequence[Beneficiary]]],
    *,
    on: date,
    lines: Sequence[EstimateLine] | None = None,
    seen_by: Actor | None = None,
    as_new: bool = False,
) -> dict[int, list[BeneficiaryAnswers]]:
    """The same for several đề án, by their keys, with as many queries as for one."""
    establishments = {one.establishment_id: one.establishment for _, some in asked for one in some}
    if not establishments:
        return {project.pk: [] for project, _ in asked}
    cities = city_statuses_on(on)
    sites = {key: site_of_establishment(one) for key, one in establishments.items()}
    book = PreferredBook.load(on, sites.values())
    earlier = earlier_support_of_all(asked, lines=lines, seen_by=seen_by, as_new=as_new)

    def of_one(project: Project, one: Beneficiary) -> BeneficiaryAnswers:
        site = sites[one.establishment_id]
        city = cities.get(row_on(on, one.establishment.province, one.establishment.province_before).pk)
        query = replace(
            _query(project, one, on=on, earlier=earlier[project.pk].get(one.establishment_id, ())),
            province_is_city=city is not None,
            difficult_area=is_difficult(project.priority_place, site, book),
        )
        answers = answers_for(query, city)
        claimed = preferred_answer(project.priority_place, site, book)
        return BeneficiaryAnswers(one, (*answers, claimed) if claimed else answers)

    return {project.pk: [of_one(project, one) for one in beneficiaries] for project, beneficiaries in asked}


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
