"""Percentages and averages: of what a sentence says they are. Where that is not sure, nothing is said.

A percentage is a contradiction only where the two figures it is about are sure, and no two others in this sentence and
the one before give it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum

from khuyencong.reportcheck.arithmetic import (
    Contradiction,
    Rule,
    average_fits,
    average_sentence,
    growth_fits,
    growth_sentence,
    share_fits,
    share_sentence,
)
from khuyencong.reportcheck.figures import NOUN, NOUNS, Kind
from khuyencong.reportcheck.passages import Item, Passage
from khuyencong.reportcheck.sums import MOST_ITEMS
from khuyencong.reportcheck.words import Role, is_total, role_of, same_measure, says_of_plan, year_of

_FILL = r"(?:\s(?:khoảng|hơn|gần|trên|tỷ lệ|tỷ trọng|là|tới|đến|được))*\s?$"
_GROWTH = re.compile(rf"(?<!\w)(?P<way>tăng|giảm)(?:\strưởng)?{_FILL}", re.IGNORECASE)
_SHARE = re.compile(rf"(?<!\w)chiếm{_FILL}", re.IGNORECASE)
_REACHED = re.compile(rf"(?<!\w)(?:đạt|bằng|hoàn thành){_FILL}", re.IGNORECASE)
_OF_EARLIER = re.compile(
    r"\s?so với (?:cùng kỳ(?: năm (?:trước|ngoái|(?P<same>20[0-9]{2})))?|năm (?:trước|ngoái|(?P<year>20[0-9]{2}))|kỳ trước)",
    re.IGNORECASE,
)
_OF_WHAT = re.compile(
    rf"\s?(?:trong |trên |so với |của )?tổng (?:số )?(?P<what>{'|'.join(map(re.escape, NOUNS))}|kinh phí|vốn)?",
    re.IGNORECASE,
)
_OPENED = re.compile(r"[^,;.()]{0,60}\(\s?(?:là |: ?|tương ứng |năm 20[0-9]{2} (?:là |đạt )?)?", re.IGNORECASE)
_PART_OF_YEAR = re.compile(r"tháng|quý", re.IGNORECASE)
_WHOLE_YEAR = re.compile(r"\s?(?:so với |so |của )?(?:kế hoạch|dự toán) (?:cả )?năm", re.IGNORECASE)
_PLAN_OF = re.compile(
    rf"[^,;.()]{{0,20}}?(?:kế hoạch|dự toán|chỉ tiêu) (?:(?P<money>doanh thu|kinh phí|vốn|giải ngân|giá trị)|(?:số )?(?P<noun>{NOUN})(?!\w))",
    re.IGNORECASE,
)
_RIGHT_BEHIND = re.compile(r"\s?[,(;]?\s?(?:đạt|bằng|chiếm|tương đương|hoàn thành)?(?: tỷ lệ)?\s?", re.IGNORECASE)
_FROM, _TO = re.compile(r"(?<!\w)từ$"), re.compile(r"(?:lên|xuống|còn|đến)(?: còn| đến| tới)?$")
_AVERAGE = re.compile(r"bình quân|trung bình", re.IGNORECASE)
_LISTED = re.compile(r"trong (?:số )?đó|gồm", re.IGNORECASE)


class Meaning(Enum):
    """What a percentage is of."""

    PLAN = "plan"
    REACHED = "reached"  # «đạt 93,5 %», without saying of what
    EARLIER = "earlier"
    GROWTH = "growth"
    SHARE = "share"


def shares_in(passage: Passage) -> Iterator[Contradiction]:
    """The percentages and averages of a paragraph that its other figures do not give."""
    for number, items in enumerate(passage.figures):
        nearby = passage.amounts(number - 1, number) if items else []
        if not 1 < len(nearby) <= MOST_ITEMS:
            continue
        for item in items:
            if item.figure.unit.kind is not Kind.PERCENT:
                yield from _average(passage, item, nearby)
            elif item.figure.is_amount and not item.figure.unit.per:
                yield from _percent(passage, item, nearby)


def _percent(passage: Passage, item: Item, nearby: Sequence[Item]) -> Iterator[Contradiction]:
    growth = _GROWTH.search(item.before[-40:])
    sign = (1 if growth["way"].lower() == "tăng" else -1) if growth else 0
    meaning = _meaning(passage, item, grows=bool(growth))
    pair = _pair(passage, item, nearby, meaning) if meaning else None
    if pair is None or pair[1].figure.value == 0:
        return
    if sign:
        if not _some_growth(nearby, item, sign):
            yield _found(
                passage,
                item,
                pair,
                growth_sentence(pair[0].figure, pair[1].figure, item.figure, sign=sign),
                Rule.GROWTH,
            )
    elif not _some_share(nearby, item):
        yield _found(passage, item, pair, share_sentence(pair[0].figure, pair[1].figure, item.figure), Rule.SHARE)


def _meaning(passage: Passage, item: Item, *, grows: bool) -> Meaning | None:
    after = passage.after(item)
    if grows:
        return Meaning.GROWTH
    before = item.before[-40:]
    if _SHARE.search(before):
        return Meaning.SHARE
    if says_of_plan(after):
        return Meaning.PLAN
    if _OF_EARLIER.match(after):
        return Meaning.EARLIER
    return Meaning.REACHED if _REACHED.search(before) else None


def _pair(passage: Passage, item: Item, nearby: Sequence[Item], meaning: Meaning) -> tuple[Item, Item] | None:
    """What the percentage is about and of; None where that is not sure."""
    before = [one for one in nearby if one.sentence == item.sentence and one.figure.end <= item.figure.start]
    # A figure in brackets that have been closed since says something about the one before it.
    open_ones = [one for one in before if one.depth <= item.depth]
    if not open_ones:
        return None
    subject = open_ones[-1]
    if meaning in {Meaning.PLAN, Meaning.REACHED}:
        return _of_plan(passage, item, subject, nearby, open_ones, meaning)
    if meaning is Meaning.SHARE:
        return _of_total(passage, item, open_ones, nearby)
    return _of_earlier(passage, item, subject, nearby)


def _of_plan(
    passage: Passage, item: Item, subject: Item, nearby: Sequence[Item], before: Sequence[Item], meaning: Meaning
) -> tuple[Item, Item] | None:
    if not _is_planned(subject, _PLAN_OF.match(passage.after(item))):
        return None
    if len(before) > 1 and passage.between(before[-2], subject).strip() == "/":  # «73,5/78,6 tỷ đồng, đạt 93,5 %»
        close = before[-2].figure.unit == subject.figure.unit and _RIGHT_BEHIND.fullmatch(
            passage.between(subject, item)
        )
        return (before[-2], subject) if close else None
    role = role_of(subject, passage)
    of_part_or_whole = _LISTED.search(subject.before) and item.depth == subject.depth
    if of_part_or_whole or role is Role.PLAN or (meaning is Meaning.REACHED and role is not Role.ACTUAL):
        return None
    places = (item.sentence,) if meaning is Meaning.REACHED else (item.sentence - 1, item.sentence)
    of_year = _WHOLE_YEAR.match(passage.after(item))
    plans = [
        one
        for one in nearby
        if one.sentence in places
        and one is not subject
        and one.figure.unit == subject.figure.unit
        and role_of(one, passage) is Role.PLAN
        and same_measure(one, subject)
        and len({year_of(one), year_of(subject)} - {""}) < 2  # noqa: PLR2004  # two years
        and not (of_year and _PART_OF_YEAR.search(one.before[-30:]))
    ]
    return (subject, plans[0]) if len({one.figure.value for one in plans}) == 1 else None


def _is_planned(subject: Item, named: re.Match[str] | None) -> bool:
    """Whether «kế hoạch doanh thu», «kế hoạch số lớp» can be the plan of this figure."""
    if named is None:
        return True
    return (
        subject.figure.unit.kind is Kind.MONEY if named["money"] else subject.figure.unit.name == named["noun"].lower()
    )


def _of_total(passage: Passage, item: Item, before: Sequence[Item], nearby: Sequence[Item]) -> tuple[Item, Item] | None:
    named = _OF_WHAT.match(passage.after(item))
    what = (named["what"] or "").lower() if named else ""
    wanted = [one for one in before if _is_of(one, what)]
    if not wanted or is_total(wanted[-1]):
        return None
    part = wanted[-1]
    same = [one for one in nearby if one.figure.unit == part.figure.unit and one is not part]
    behind = [one for one in same if one.sentence == item.sentence and one.figure.start >= item.figure.end]
    if named and behind and not re.search(r"[,;.()]", passage.between(item, behind[0])):
        return part, behind[0]
    totals = [one for one in same if one.figure.end <= part.figure.start and is_total(one)]
    return (part, totals[-1]) if totals else None


def _is_of(item: Item, what: str) -> bool:
    if what in NOUNS:
        return item.figure.unit.name == what
    return item.figure.unit.kind is Kind.MONEY if what else True


def _of_earlier(passage: Passage, item: Item, subject: Item, nearby: Sequence[Item]) -> tuple[Item, Item] | None:
    same = [one for one in nearby if one.figure.unit == subject.figure.unit and one is not subject]
    before = [one for one in same if one.figure.end <= subject.figure.start and one.sentence == subject.sentence]
    if before and _FROM.search(before[-1].label) and _TO.search(passage.between(before[-1], subject).strip()):
        return subject, before[-1]
    earlier = _OF_EARLIER.match(passage.after(item))
    if earlier is None:
        return None
    behind = [one for one in same if one.figure.start >= item.figure.end and one.sentence == item.sentence]
    if behind and _OPENED.fullmatch(passage.between(item, behind[0])):
        return subject, behind[0]
    year = earlier["year"] or earlier["same"] or ""
    of_year = [one for one in same if year and year_of(one) == year and one.figure.end <= subject.figure.start]
    return (subject, of_year[0]) if len(of_year) == 1 and same_measure(subject, of_year[0]) else None


def _average(passage: Passage, item: Item, nearby: Sequence[Item]) -> Iterator[Contradiction]:
    """«bình quân 233,6 triệu đồng/đề án», «bình quân mỗi đề án 233,6 triệu đồng»."""
    if item.figure.unit.kind is not Kind.MONEY or not _AVERAGE.search(item.before[-60:]):
        return
    each = re.search(r"mỗi ([^\W\d_]+(?: [^\W\d_]+)?)", item.before[-60:], re.IGNORECASE)
    noun = item.figure.unit.per or next((one for one in NOUNS if each and each[1].lower().startswith(one)), "")
    others = [one for one in nearby if one is not item and one.figure.end <= item.figure.start]
    counts = [one for one in others if one.figure.unit.name == noun and one.figure.value > 0]
    totals = [one for one in others if one.figure.unit.kind is Kind.MONEY and not one.figure.unit.per]
    if len(counts) != 1 or len(totals) != 1:
        return
    total, count = totals[0], counts[0]
    if not average_fits(total.figure, count.figure, item.figure):
        sentence = average_sentence(total.figure, count.figure, item.figure)
        yield _found(passage, item, (total, count), sentence, Rule.AVERAGE)


def _some_share(nearby: Sequence[Item], percent: Item) -> bool:
    return any(
        share_fits(one.figure, other.figure, percent.figure)
        for one in nearby
        for other in nearby
        if one is not other and one.figure.unit == other.figure.unit
    )


def _some_growth(nearby: Sequence[Item], percent: Item, sign: int) -> bool:
    return any(
        growth_fits(one.figure, other.figure, percent.figure, sign=sign)
        for one in nearby
        for other in nearby
        if one is not other and one.figure.unit == other.figure.unit
    )


def _found(passage: Passage, item: Item, pair: tuple[Item, Item], explanation: str, rule: Rule) -> Contradiction:
    sentences = sorted({item.sentence, *(one.sentence for one in pair)})
    return Contradiction(
        rule=rule,
        sentence=" ".join(passage.said(number).strip() for number in sentences),
        figures=(item.figure.text, *(one.figure.text for one in pair)),
        explanation=explanation,
    )
