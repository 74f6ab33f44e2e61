"""Which proposal comes first when money is allocated, and why, line by line (TT 46/2012 Đ6.3; TT 36/2013 Đ7).

The order of the texts: place a to d, then trade, then flagship projects, the record of the unit, and what other texts
and provinces prefer. Points only express that order; a plan may give its own. Cleaner production has no order of place
or trade (TT 46/2012 Đ6.3.b): the managing agency decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from khuyencong.core.dates import format_date
from khuyencong.core.errors import DomainError
from khuyencong.core.findings import Finding, NeedsApproval, Warning_
from khuyencong.core.money import format_dong
from khuyencong.law.answers import CLEANER_PRODUCTION
from khuyencong.law.catalogue import catalogue
from khuyencong.law.criteria import (
    CERTIFICATE,
    FLAGSHIP,
    OCOP,
    OWNER,
    PLACE,
    RECORD,
    TRADE,
    Criterion,
    all_criteria,
    criteria,
    default_weights,
    order_findings,
    weights_on,
)

__all__ = [
    "Criterion",
    "PriorityFacts",
    "Ranked",
    "Score",
    "ScoreLine",
    "criteria",
    "default_weights",
    "order_findings",
    "priority_score",
    "rank",
]

K = TypeVar("K", int, str)
CLEANER_ARTICLE = "điểm b khoản 3 Điều 6 Thông tư 46/2012/TT-BCT"
CERTIFIED_TRADE = "certified_key_export_local"
CERTIFIED_ARTICLE = "điểm đ khoản 2 Điều 6 Thông tư 46/2012/TT-BCT"
LABELS = {
    PLACE: "Địa bàn",
    TRADE: "Ngành nghề",
    FLAGSHIP: "Đề án điểm",
    RECORD: "Đơn vị thực hiện",
    CERTIFICATE: "Sản phẩm được chứng nhận",
    OCOP: "OCOP",
    OWNER: "Chủ cơ sở",
}
NOTHING = {
    PLACE: "Không ghi địa bàn ưu tiên.",
    TRADE: "Không ghi ngành nghề ưu tiên.",
    FLAGSHIP: "Không phải đề án điểm.",
    RECORD: "Đơn vị chưa có đề án nào đã quyết toán.",
    CERTIFICATE: "Không có giấy chứng nhận sản phẩm công nghiệp nông thôn tiêu biểu còn giá trị.",
    OCOP: "Không có sản phẩm OCOP.",
    OWNER: "Không ghi cơ sở do phụ nữ hoặc người dân tộc thiểu số làm chủ.",
}


@dataclass(frozen=True, slots=True)
class PriorityFacts:
    """What counts of one proposal.

    `place` and `trade`: codes of the catalogue. `unit_settled`: how many projects the implementing unit has settled,
    `unit_late` of them late. `certificate`: the highest level of a certificate valid on the day (nation, region,
    province, district, commune). `ocop_stars`: 0 to 5.
    """

    activity: str = ""
    place: str = ""
    trade: str = ""
    flagship: bool = False
    unit_settled: int = 0
    unit_late: int = 0
    certificate: str = ""
    ocop_stars: int = 0
    women_owned: bool = False
    ethnic_minority_owned: bool = False


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One criterion or group of criteria: its points, and in a sentence why so many."""

    label: str
    points: int
    sentence: str
    article: str
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    """The sum of the lines, which name every group of criteria, also those without points."""

    total: int
    lines: tuple[ScoreLine, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Ranked(Generic[K]):
    """A proposal in its place, 1 being the first. Those with equal points share a place and are `tied`."""

    place: int
    key: K
    score: Score
    tied: bool


def priority_score(facts: PriorityFacts, *, on: date, weights: Mapping[str, int] | None = None) -> Score:
    """The points of one proposal by the criteria of a day.

    `weights`: points by code in place of the shipped ones, as a plan may set them; DomainError when they cannot be.
    """
    points = weights_on(weights, on)
    known = {one.code: one for one in criteria(on)}
    lines: list[ScoreLine] = []
    findings: list[Finding] = []
    steps = _steps(facts)
    trade = catalogue().priority_trades.get(facts.trade)
    cleaner = facts.activity in CLEANER_PRODUCTION or (trade is not None and trade.order is None)
    if cleaner:
        sentence = (
            "Sản xuất sạch hơn không xét thứ tự địa bàn và ngành nghề; thứ tự theo hiệu quả và sự cấp thiết của đề án "
            "do cơ quan quản lý chương trình quyết định."
        )
        lines.append(ScoreLine("Địa bàn, ngành nghề", 0, sentence, CLEANER_ARTICLE))
        findings.append(NeedsApproval("cleaner_production_order", sentence, CLEANER_ARTICLE))
    for group, label in LABELS.items():
        if cleaner and group in {PLACE, TRADE}:
            continue
        met = [code for code in steps[group] if code in known]
        lines += [_line(label, known[code], points[code], steps[group][code], facts) for code in met]
        if not met:
            lines.append(_empty_line(group, steps[group], on))
        findings += _doubts(label, steps[group], points)
    if facts.certificate and facts.trade != CERTIFIED_TRADE and not cleaner:
        sentence = "Nếu đề án phát triển chính sản phẩm được chứng nhận thì ngành nghề thuộc nhóm sản phẩm tiêu biểu, được xét trước."
        findings.append(Warning_("trade_by_certificate", sentence, CERTIFIED_ARTICLE))
    return Score(sum(line.points for line in lines), tuple(lines), tuple(findings))


def rank(
    proposals: Iterable[tuple[K, PriorityFacts]], *, on: date, weights: Mapping[str, int] | None = None
) -> tuple[Ranked[K], ...]:
    """All proposals, those with most points first; the order in which they are given does not matter.

    Equal points share a place (1, 2, 2, 4) and stand in the order of their keys, which says nothing about merit: a
    person decides between them. DomainError when a key comes twice or the weights cannot be.
    """
    scores = {}
    for key, facts in proposals:
        if key in scores:
            raise DomainError(f"Đề án «{key}» có mặt hai lần trong danh sách xếp thứ tự.")
        scores[key] = priority_score(facts, on=on, weights=weights)
    ordered = sorted(scores.items(), key=lambda one: (-one[1].total, one[0]))
    having = Counter(score.total for score in scores.values())
    places: dict[int, int] = {}
    for number, (_, score) in enumerate(ordered, start=1):
        places.setdefault(score.total, number)
    return tuple(Ranked(places[score.total], key, score, tied=having[score.total] > 1) for key, score in ordered)


def _steps(facts: PriorityFacts) -> dict[str, dict[str, int]]:
    """By group, the codes of the criteria a proposal meets and how many steps of each."""
    most = {one.group: one.most for one in all_criteria()}
    settled = max(facts.unit_settled, 0)
    in_time = max(settled - max(facts.unit_late, 0), 0)
    stars = min(max(facts.ocop_stars, 0), most[OCOP])
    owners = {"women_owned": facts.women_owned, "ethnic_minority_owned": facts.ethnic_minority_owned}
    return {
        PLACE: {facts.place: 1} if facts.place else {},
        TRADE: {facts.trade: 1} if facts.trade else {},
        FLAGSHIP: {"flagship": 1} if facts.flagship else {},
        # Experience up to a limit, times the share that was in time: a long record of delays is no good record.
        RECORD: {"unit_record": min(settled, most[RECORD]) * in_time // settled} if settled else {},
        CERTIFICATE: {f"{CERTIFICATE}_{facts.certificate}": 1} if facts.certificate else {},
        OCOP: {"ocop": stars} if stars else {},
        OWNER: dict.fromkeys((code for code, so in owners.items() if so), 1),
    }


def _line(label: str, one: Criterion, points: int, steps: int, facts: PriorityFacts) -> ScoreLine:
    total = points * steps
    told = f"{format_dong(total)} điểm"
    if one.group == RECORD:
        late = min(max(facts.unit_late, 0), facts.unit_settled)
        sentence = (
            f"Đơn vị đã quyết toán {facts.unit_settled} đề án, {late} đề án trễ hạn: "
            f"{steps}/{one.most} bậc × {format_dong(points)} = {told}."
        )
    elif one.group == OCOP:
        sentence = f"{one.label} {steps} sao × {format_dong(points)} = {told}."
    else:
        sentence = f"{one.label}: {told}."
    return ScoreLine(label, total, sentence, one.article, verified=one.verified)


def _empty_line(group: str, asked: Mapping[str, int], on: date) -> ScoreLine:
    """The line of a group without points: nothing claimed, or claimed by a rule that is not in force."""
    later = [one for one in all_criteria() if one.code in asked]
    sentence, article = NOTHING[group], ""
    if later:
        sentence = f"«{later[0].label}» chưa là tiêu chí ưu tiên vào ngày {format_date(on)}."
        article = later[0].article
    return ScoreLine(LABELS[group], 0, sentence, article)


def _doubts(label: str, asked: Mapping[str, int], points: Mapping[str, int]) -> list[Finding]:
    """Codes that no table knows, and points given on a provision that nobody has read."""
    known = {one.code: one for one in all_criteria()}
    found: list[Finding] = [
        Warning_("priority_fact_unknown", f"{label}: không có tiêu chí mã «{code}», không tính điểm.")
        for code in asked
        if code not in known
    ]
    found += [
        Warning_("criterion_unverified", f"Tiêu chí «{known[code].label}» chờ xác minh.", known[code].article)
        for code in asked
        if code in known and points.get(code) and not known[code].verified
    ]
    return found
