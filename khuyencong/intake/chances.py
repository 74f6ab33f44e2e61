"""«Tôi được hỗ trợ gì?»: for each activity whether this establishment may ask, why, how much, and with which papers.

The answers are those of the law room on a day; what only the owner can promise (own capital, no support twice) is not
asked here but declared in the request.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from khuyencong.establishments.eligibility import site_of, standings
from khuyencong.establishments.models import Establishment, EstablishmentKind
from khuyencong.law.answers import Answer, Verdict
from khuyencong.law.catalogue import Activity, activities_on
from khuyencong.law.norms import NoNorm, Norm, NormBook
from khuyencong.law.papers import Applies, Paper, Stage, papers_for
from khuyencong.law.values import LOCAL, NATIONAL
from khuyencong.law.wording import terms_text
from khuyencong.normbook.book import current_book

DECLARED = frozenset({"own_capital", "earlier_support"})  # topics of the answers that are the owner's to promise
OF_A_CLUSTER = "cụm công nghiệp"  # unit of activities that only concern whoever builds a cluster
# Contents of NĐ 45/2012 Đ4 in whose activities establishments take part when an agency organises them.
TO_TAKE_PART = frozenset({1, 2, 4, 5})
MONEY = ((LOCAL, "Kinh phí khuyến công của tỉnh"), (NATIONAL, "Kinh phí khuyến công quốc gia"))


@dataclass(frozen=True, slots=True)
class Amount:
    """How much from one kind of money: `terms` in words, or "" where no norm is known."""

    label: str
    terms: str
    citation: str
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Chance:
    """One activity for one establishment on one day."""

    activity: Activity
    answers: tuple[Answer, ...]
    amounts: tuple[Amount, ...]

    @property
    def verdict(self) -> Verdict:
        """No where anything is against it; to be checked where anything is open; else yes."""
        found = {answer.verdict for answer in self.answers}
        if Verdict.NO in found:
            return Verdict.NO
        return Verdict.CHECK if Verdict.CHECK in found else Verdict.YES

    @property
    def is_open(self) -> bool:
        """Whether it makes sense to ask."""
        return self.verdict is not Verdict.NO

    @property
    def words(self) -> str:
        """The verdict as an owner reads it."""
        return {
            Verdict.YES: "Có thể đề nghị",
            Verdict.CHECK: "Có thể, cán bộ cần xem thêm",
            Verdict.NO: "Chưa được hỗ trợ",
        }[self.verdict]

    @property
    def reasons(self) -> list[Answer]:
        """What decides: the answers of the verdict itself."""
        return [answer for answer in self.answers if answer.verdict is self.verdict]

    @property
    def doubtful(self) -> bool:
        """Whether something of it still has to be compared with the text of the law."""
        return any(not answer.verified for answer in self.answers) or any(one.doubtful for one in self.amounts)


def chances(establishment: Establishment, *, on: date) -> list[Chance]:
    """Every activity that is counted for a single establishment, in the order of the law; a fixed number of queries.

    Expects `province__current`, `province_before`, `commune` and `craft_village` loaded.
    """
    return _chances(establishment, [one for one in activities_on(on) if _concerns(one, establishment)], on)


def chance_for(establishment: Establishment, activity: Activity, *, on: date) -> Chance:
    """The same for one activity; one that does not concern such an establishment is answered no, with its article."""
    found = _chances(establishment, [activity], on)[0]
    return (
        found
        if _concerns(activity, establishment)
        else replace(found, answers=(_not_concerned(activity), *found.answers))
    )


def _chances(establishment: Establishment, activities: Sequence[Activity], on: date) -> list[Chance]:
    answers = {
        activity.code: tuple(answer for answer in standing.answers if answer.topic not in DECLARED)
        for standing in standings(establishment, activities, site=site_of(establishment, on=on))
        for activity in standing.activities
    }
    book = current_book()
    return [
        Chance(one, answers[one.code], tuple(_amounts(book, establishment.norm_province_keys, one, on)))
        for one in activities
    ]


def _amounts(book: NormBook, province_keys: Sequence[str], activity: Activity, on: date) -> Iterator[Amount]:
    for source, label in MONEY:
        keys = province_keys if source == LOCAL else ()
        norm: Norm | NoNorm = book.norm_on(activity.code, source=source, province_keys=keys, on=on)
        if isinstance(norm, Norm):
            yield Amount(label, terms_text(norm), norm.citation, norm.doubtful)
        else:
            yield Amount(label, "", norm.document, doubtful=False)


def to_take_part(on: date) -> list[Activity]:
    """What agencies organise and establishments can join: no amount of their own stands behind it."""
    return [one for one in activities_on(on) if not one.per_beneficiary and one.content in TO_TAKE_PART]


@dataclass(frozen=True, slots=True)
class PaperSets:
    """The papers of registration: what the establishment writes, and what the implementing unit makes of it.

    `of_unit` by alternative, those asked for always under "".
    """

    own: list[Paper]
    of_unit: list[tuple[str, list[Paper]]]


def papers_to_bring(activity: str, *, on: date) -> PaperSets:
    """The papers asked for at registration of a đề án that is no flagship: that one is not for a single owner to ask for."""
    papers = [one for one in papers_for(activity, Stage.REGISTRATION, on) if one.applies is not Applies.FLAGSHIP]
    of_unit: dict[str, list[Paper]] = {}
    for paper in papers:
        if not paper.from_beneficiary:
            of_unit.setdefault(paper.alternative, []).append(paper)
    own = [one for one in papers if one.from_beneficiary]
    return PaperSets(own, sorted(of_unit.items(), key=lambda pair: bool(pair[0])))


def _not_concerned(activity: Activity) -> Answer:
    sentence = (
        "Chỉ hỗ trợ chủ đầu tư xây dựng hạ tầng cụm công nghiệp."
        if activity.unit == OF_A_CLUSTER
        else "Việc này do cơ quan khuyến công tổ chức, cơ sở đăng ký tham gia."
    )
    return Answer("concern", "not_concerned", "Đối tượng", Verdict.NO, sentence, activity.article)


def _concerns(activity: Activity, establishment: Establishment) -> bool:
    if not activity.per_beneficiary:
        return False
    return activity.unit != OF_A_CLUSTER or establishment.kind == EstablishmentKind.CLUSTER_INVESTOR
