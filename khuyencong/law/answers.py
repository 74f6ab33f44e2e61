"""What is asked about one beneficiary before any money, and the form of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from khuyencong.core.findings import Blocker, Finding, NeedsApproval, Warning_

CLEANER_PRODUCTION = frozenset({"cleaner_production_model", "cleaner_production_assessment", "sustainable_production"})


class Verdict(StrEnum):
    """What the law says as far as the records tell: yes, no, or that a person must look."""

    YES = "yes"
    NO = "no"
    CHECK = "check"

    @property
    def label(self) -> str:
        return {Verdict.YES: "Đáp ứng", Verdict.NO: "Không đáp ứng", Verdict.CHECK: "Cần kiểm tra"}[self]


@dataclass(frozen=True, slots=True)
class Answer:
    """One question answered with its article.

    `topic` is the question (kind, place, trade, own_capital, earlier_support), `code` the answer, both stable.
    `verified` is False where nobody has read the provision in its text. A CHECK that is only `advice` warns, any other
    needs someone's decision.
    """

    topic: str
    code: str
    label: str
    verdict: Verdict
    sentence: str
    article: str
    verified: bool = True
    advice: bool = False

    @property
    def finding(self) -> Finding | None:
        """What stands against support; None when the answer is yes."""
        if self.verdict is Verdict.YES:
            return None
        if self.verdict is Verdict.NO:
            return Blocker(self.code, self.sentence, self.article)
        kind = Warning_ if self.advice else NeedsApproval
        return kind(self.code, self.sentence, self.article)


@dataclass(frozen=True, slots=True)
class OldPlace:
    """A place by the classes that counted before 15/10/2025 (NĐ 45/2012 Đ1.2.a).

    `kind`: 'huyện', 'thị xã', 'thị trấn', 'xã', or 'phường' for a ward of a city of the province or of a centrally-run
    one (a ward of a thị xã is 'thị xã'). `city_grade`: 0 special, 1 to 3. `ward_since`: the day on which the ward was
    made of a commune, None where it was not or the day is unknown.
    """

    kind: str
    city_grade: int | None = None
    ward_since: date | None = None


class Match(StrEnum):
    """How surely another support of the State was for the same content of cost (TTLT 26/2014 Đ7.4)."""

    SAME = "same"
    UNSURE = "unsure"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class EarlierSupport:
    """Another support that the records hold, as a phrase for the user."""

    phrase: str
    match: Match


@dataclass(frozen=True, slots=True)
class EligibilityQuery:
    """One beneficiary and what it asks support for; None means that nobody has said.

    `on` is the day whose law counts: that of approval, or today for a new project. `kind`: sme, cooperative,
    cooperative_group, cooperative_union, household, industrial, cluster_investor, artisan. `commune_kind`: 'xã',
    'phường' or 'đặc khu'. `province_is_city`: a centrally-run city on that day. `plan_year`: the year of the plan,
    from which the end of the five years of a ward follows. `earlier_support`: what the records know.
    """

    kind: str
    activity: str
    on: date
    sector: str = ""
    province_is_city: bool = False
    commune_kind: str = ""
    in_craft_village: bool = False
    old_place: OldPlace | None = None
    difficult_area: bool | None = None
    commits_own_capital: bool | None = None
    declares_no_other_support: bool | None = None
    earlier_support: tuple[EarlierSupport, ...] = ()
    plan_year: int | None = None
