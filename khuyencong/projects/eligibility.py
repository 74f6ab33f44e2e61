"""Whether each beneficiary of a đề án may be supported at all: its record in, the answers of the law out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, OuterRef, Sum

from khuyencong.core.dates import format_date
from khuyencong.core.findings import Finding
from khuyencong.core.money import format_dong
from khuyencong.law.eligibility import Answer, EligibilityQuery, Verdict, eligibility
from khuyencong.law.place_rule import place_answer
from khuyencong.people.actors import Actor
from khuyencong.places.models import CityStatus
from khuyencong.places.queries import city_statuses_on
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.projects.states import ProjectState

# What nobody has asked for yet, or was given up or refused, brings its beneficiaries nothing.
WITHOUT_SUPPORT = (ProjectState.DRAFT, ProjectState.WITHDRAWN, ProjectState.REJECTED)
DIFFICULT_AREA = "difficult_area"  # code of law/catalogue.yaml, priority_places


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
    project: Project, beneficiaries: Sequence[Beneficiary], *, on: date, seen_by: Actor | None = None
) -> list[BeneficiaryAnswers]:
    """The answers for each beneficiary by the law of the day `on`; two queries, whatever their number.

    `seen_by`: who will read them; a đề án out of this actor's sight is spoken of without its code. Expects
    `establishment` with `commune` and `province__current` loaded (`support.beneficiaries_of`).
    """
    if not beneficiaries:
        return []
    cities = city_statuses_on(on)
    earlier = earlier_support(project, beneficiaries, seen_by=seen_by)
    found = []
    for one in beneficiaries:
        province = one.establishment.province
        city = cities.get(province.current_id or province.pk)
        query = _query(project, one, on=on, in_city=city is not None, earlier=earlier.get(one.establishment_id, ()))
        answers = eligibility(query)
        if city is not None and not city.verified:
            answers = tuple(_doubt(answer, query, city) if answer.topic == "place" else answer for answer in answers)
        found.append(BeneficiaryAnswers(one, answers))
    return found


def _doubt(answer: Answer, query: EligibilityQuery, city: CityStatus) -> Answer:
    """Where the answer hangs on a city whose first day nobody has verified, it says so."""
    if place_answer(replace(query, province_is_city=False)).verdict is answer.verdict:
        return answer
    passed = f", thông qua ngày {format_date(city.passed_on)}" if city.passed_on else ""
    doubt = f"Ngày có hiệu lực của Nghị quyết {city.document} thành lập thành phố{passed}, chờ xác minh."
    return replace(answer, sentence=f"{answer.sentence} {doubt}", verified=False)


def _query(
    project: Project, one: Beneficiary, *, on: date, in_city: bool, earlier: tuple[str, ...]
) -> EligibilityQuery:
    place = one.establishment
    return EligibilityQuery(
        kind=place.kind,
        activity=project.activity,
        on=on,
        sector=project.sector,
        province_is_city=in_city,
        commune_kind=place.commune.get_kind_display() if place.commune else "",
        in_craft_village=place.craft_village is not None and place.craft_village.counts_on(on),
        difficult_area=True if project.priority_place == DIFFICULT_AREA else None,
        commits_own_capital=one.commits_own_capital,
        declares_no_other_support=one.declares_no_other_support,
        earlier_support=earlier,
        plan_year=project.year,
    )


def earlier_support(
    project: Project, beneficiaries: Sequence[Beneficiary], *, seen_by: Actor | None = None
) -> Mapping[int, tuple[str, ...]]:
    """Other support of the State for the same activity that the records hold, by establishment, as sentences; one query.

    Every other đề án of the same or an earlier year counts whose support is asked for, approved or paid.
    """
    visible = Project.objects.all() if seen_by is None else Project.objects.visible_to(seen_by)
    others = (
        Beneficiary.objects.filter(
            establishment__in=[one.establishment_id for one in beneficiaries],
            project__activity=project.activity,
            project__year__lte=project.year,
        )
        .exclude(project=project.pk)
        .exclude(project__state__in=WITHOUT_SUPPORT)
        .select_related("project")
        .annotate(amount=Sum("lines__support"), seen=Exists(visible.order_by().filter(pk=OuterRef("project"))))
        .order_by("project__year", "project_id")
    )
    found: dict[int, list[str]] = defaultdict(list)
    for one in others:
        # The annotations are attributes that the model does not declare.
        found[one.establishment_id].append(_sentence(one.project, vars(one)["amount"], seen=vars(one)["seen"]))
    return {key: tuple(sentences) for key, sentences in found.items()}


def _sentence(project: Project, amount: int | None, *, seen: bool) -> str:
    what = f"đề án {project.code}" if seen else "một đề án ngoài phạm vi của bạn"
    money = f"{format_dong(amount)} đồng" if amount else "chưa ghi số tiền riêng của cơ sở"
    state = project.get_state_display()
    return f"{what}, năm {project.year}, {money}, {state[:1].lower()}{state[1:]}"
