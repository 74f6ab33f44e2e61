"""Totals and their parts: which figures of a sentence are said to add up. Where that is not sure, nothing is said.

A list is whole where it says so («gồm», «còn lại»), where it names whose money each part is and nobody is left out
(quốc gia and địa phương of a sum of support, khuyến công and đối ứng of a whole cost), or where a sum is written out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from khuyencong.reportcheck.arithmetic import Contradiction, Rule, sum_fits, sum_is_within, sum_sentence
from khuyencong.reportcheck.figures import NOUN, Kind, Unit
from khuyencong.reportcheck.passages import Item, Passage, deeper
from khuyencong.reportcheck.words import (
    Source,
    is_left,
    is_support,
    is_total,
    label_source,
    source_of,
    stands_apart,
)

MOST_ITEMS = 40  # figures of one sentence; beyond that it is no sentence but a table that lost its lines
MOST_SUBSETS_OF = 8
_LINK = re.compile(
    r"(?P<whole>(?<!\w)(?:bao gồm|gồm có|gồm)(?!\w)(?! cả| một số))|(?P<part>(?<!\w)trong (?:số )?đó(?!\w)|(?<!\w)cụ thể(?!\w)(?! hóa))"
    r"|(?P<bracket>\()|(?P<colon>:)",
    re.IGNORECASE,
)
_OPEN_LIST = re.compile(r"v\.v|…|\.\.\.|chủ yếu|tiêu biểu|như:|một số|đáng chú ý|nổi bật", re.IGNORECASE)
# A part of the list that has no number of its own: «và các máy phụ trợ», «hai đề án».
_UNCOUNTED = re.compile(
    rf"(?:,|;|(?<!\w)và|(?<!\w)cùng)\s(?:các|những|nhiều|phần|một số)\s|(?<!\w)(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)\s(?:{NOUN})(?!\w)",
    re.IGNORECASE,
)
_NUMBER_OF_OTHERS = re.compile(r"(?<![\w.,/-])[0-9]+ (?!tháng|năm|ngày|%)[^\W\d_]")
_OTHER_TIME = re.compile(r"giai đoạn|lũy kế|đến nay|từ đầu|nâng|20[0-9]{2}")
_WRITTEN_SUM = re.compile(r"\s?\+\s?")


@dataclass(frozen=True, slots=True)
class Link:
    """Words behind which the parts of something stand; `whole`: they say that these are all."""

    start: int
    end: int
    sentence: int
    depth: int
    whole: bool
    bracket: bool


def sums_in(passage: Passage) -> Iterator[Contradiction]:
    """The totals of a paragraph that are not the sum of their parts."""
    for number in range(len(passage.sentences)):
        items = passage.amounts(number)
        if 1 < len(items) <= MOST_ITEMS:
            yield from _written_out(passage, items)
            yield from _what_is_left(passage, items)
            yield from _parts_before(passage, items)
        if 0 < len(items) <= MOST_ITEMS:
            yield from _parts_behind(passage, number)


def _parts_behind(passage: Passage, number: int) -> Iterator[Contradiction]:
    """«tổng …, trong đó A …, B …», «gồm», and a list in brackets."""
    links = _links(passage, number)
    for place, link in enumerate(links):
        until = next((one.start for one in links[place + 1 :] if not one.bracket), passage.sentences[number].end)
        behind = [one for one in passage.amounts(number) if link.end <= one.figure.start < until]
        for unit in dict.fromkeys(one.figure.unit for one in behind):
            totals = _totals(passage, link, unit)
            parts = _parts(passage, link, behind, unit)
            if totals and len(parts) > 1:
                yield from _judge(passage, link, totals, parts)


def _links(passage: Passage, number: int) -> list[Link]:
    begin, end = passage.sentences[number].start, passage.sentences[number].end
    found: list[Link] = []
    depth, at = 0, begin
    for match in _LINK.finditer(passage.text, begin, end):
        depth = deeper(depth, passage.text, at, match.end())
        at = match.end()
        bracket = match["bracket"] is not None
        if (bracket or match["colon"]) and not _follows_a_figure(passage, number, match.start()):
            continue
        # «trong đó: bao gồm» and «gồm:» are one link.
        if found and not passage.text[found[-1].end : match.start()].strip(" :("):
            found[-1] = Link(
                found[-1].start,
                match.end(),
                number,
                depth,
                found[-1].whole or match["whole"] is not None,
                found[-1].bracket,
            )
        else:
            found.append(Link(match.start(), match.end(), number, depth, match["whole"] is not None, bracket))
    return found


def _follows_a_figure(passage: Passage, number: int, place: int) -> bool:
    ends = [one.figure.end for one in passage.figures[number] if one.figure.end <= place]
    return bool(ends) and not passage.text[ends[-1] : place].strip()


def _totals(passage: Passage, link: Link, unit: Unit) -> list[Item]:
    """What the parts may belong to, nearest first: in the sentence before the link, else in the sentence before it.

    None where something without a figure stands between («A 5 tỷ, B gồm …»): the parts are those of B.
    """
    outside = link.depth - 1 if link.bracket else link.depth
    before = [
        one
        for one in passage.amounts(link.sentence)
        if one.figure.end <= link.start and one.figure.unit == unit and one.depth in {outside, link.depth}
    ]
    if before:
        _, comma, named = passage.text[before[-1].figure.end : link.start].rpartition(",")
        return [] if comma and named.strip() else before[::-1]
    if link.sentence == 0:
        return []
    since = passage.sentences[link.sentence].start
    if passage.text[since : link.start].strip():
        return []
    return [one for one in passage.amounts(link.sentence - 1) if one.figure.unit == unit and one.depth == 0][::-1]


def _parts(passage: Passage, link: Link, behind: Sequence[Item], unit: Unit) -> list[Item]:
    """The figures of the list; none where one of them is broken up further, for then nobody knows what belongs to what."""
    found: list[Item] = []
    for one in behind:
        closed = passage.text[link.end : one.figure.start].count(")") > passage.text[link.end : one.figure.start].count(
            "("
        )
        if one.depth < link.depth or closed:
            break
        if one.figure.unit != unit:
            continue
        if one.depth > link.depth:
            return []
        if stands_apart(one):
            break
        found.append(one)
    return found


def _judge(passage: Passage, link: Link, totals: Sequence[Item], parts: Sequence[Item]) -> Iterator[Contradiction]:
    total = totals[0]
    sources = _sources(passage, parts, link.end)
    if label_source(total) not in {None, Source.STATE} and set(sources) - {None, Source.STATE}:
        return  # of money of one source, parts from others: then the words were not understood
    figures = [one.figure for one in parts]
    runs = [figures[:length] for length in range(2, len(figures) + 1)]
    if any(sum_fits(one.figure, run) for one in totals for run in runs):
        return
    named = [one.figure for one, source in zip(parts, sources, strict=True) if source]
    if len(named) > 1 and any(sum_fits(one.figure, named) for one in totals):
        return
    if _complete(total, set(sources)):
        yield _contradiction(passage, total, [one for one, source in zip(parts, sources, strict=True) if source])
    elif link.whole and not _goes_on(passage, link, total, parts):
        yield _contradiction(passage, total, parts)
    elif {Source.NATIONAL, Source.LOCAL} <= set(sources) and not sum_is_within(total.figure, named):
        yield _contradiction(passage, total, [one for one in parts if one.figure in named], beyond=True)


def _goes_on(passage: Passage, link: Link, total: Item, parts: Sequence[Item]) -> bool:
    """Whether the list may have parts that were not read: «v.v.», «và các máy khác», «12 viên chức»."""
    end = parts[-1].figure.end
    if _OPEN_LIST.search(passage.said(link.sentence)):
        return True
    if _UNCOUNTED.search(passage.text[link.end : end] + passage.after(parts[-1], 60)):
        return True
    if total.figure.unit.kind is not Kind.COUNT:
        return False
    # What has no unit that is known counts as well.
    at = link.end
    for one in passage.figures[link.sentence]:
        if link.end <= one.figure.start < end:
            if _NUMBER_OF_OTHERS.search(passage.text[at : one.figure.start]):
                return True
            at = one.figure.end
    return False


def _sources(passage: Passage, parts: Sequence[Item], since: int) -> list[Source | None]:
    """Whose money each part is. The words of a whole segment, after `since`, tell it for the first part in it only."""
    found: list[Source | None] = []
    for one in parts:
        begin = max(since, one.figure.start - len(one.segment))
        found.append(source_of(one, passage.text[begin : one.figure.start].lower()))
        since = max(since, one.figure.end)
    return found


def _complete(total: Item, sources: set[Source | None]) -> bool:
    """Whether these are all the sources that such a total has."""
    own = Source.COUNTERPART in sources
    public = bool(sources & {Source.STATE, Source.NATIONAL, Source.LOCAL})
    if own:
        return public and not is_support(total)
    both = {Source.NATIONAL, Source.LOCAL} <= sources
    return both and (is_support(total) or total.figure.unit.kind is Kind.COUNT)


def _what_is_left(passage: Passage, items: Sequence[Item]) -> Iterator[Contradiction]:
    """«tổng 899 triệu đồng, khuyến công 286 triệu đồng, còn lại 613 triệu đồng»."""
    for place, left in enumerate(items):
        if not is_left(left):
            continue
        same = [one for one in items[:place] if one.figure.unit == left.figure.unit and one.depth == left.depth]
        begin = next((at for at in range(len(same) - 1, -1, -1) if is_total(same[at])), None)
        if begin is None:
            continue
        total, parts = same[begin], same[begin + 1 :]
        if not parts or len(parts) > MOST_SUBSETS_OF or any(stands_apart(one) for one in parts):
            continue
        chosen = (some for length in range(1, len(parts) + 1) for some in combinations(parts, length))
        if not any(sum_fits(total.figure, [*(one.figure for one in some), left.figure]) for some in chosen):
            yield _contradiction(passage, total, [*parts, left])


def _parts_before(passage: Passage, items: Sequence[Item]) -> Iterator[Contradiction]:
    """«quốc gia 600 triệu đồng, địa phương 986,629 triệu đồng, tổng kinh phí hỗ trợ 3.108,129 triệu đồng»."""
    for place, total in enumerate(items):
        if not is_total(total) or _OTHER_TIME.search(total.label):
            continue
        before = [one for one in items[:place] if one.figure.unit == total.figure.unit and one.depth == total.depth]
        named: list[Item] = []
        for one in reversed(before):
            if stands_apart(one) or source_of(one) is None:
                break
            named.insert(0, one)
        sources = _sources(passage, named, 0)
        if len(named) != len(set(sources)) or len(named) < 2 or not _complete(total, set(sources)):  # noqa: PLR2004  # one is no sum
            continue
        behind = [one for one in items[place + 1 :] if one.figure.unit == total.figure.unit]
        figures = [one.figure for one in named]
        if not behind and not sum_fits(total.figure, figures):
            yield _contradiction(passage, total, named)


def _written_out(passage: Passage, items: Sequence[Item]) -> Iterator[Contradiction]:
    """«9 tỷ + 24,8 tỷ = 33,8 tỷ»."""
    run: list[Item] = []
    for first, second in pairwise(items):
        between = passage.between(first, second)
        if not run:
            run = [first]
        if first.figure.unit == second.figure.unit and _WRITTEN_SUM.fullmatch(between):
            run.append(second)
            continue
        ends = len(run) > 1 and between.strip() == "=" and first.figure.unit == second.figure.unit
        if ends and not sum_fits(second.figure, [one.figure for one in run]):
            yield _contradiction(passage, second, run)
        run = []


def _contradiction(passage: Passage, total: Item, parts: Sequence[Item], *, beyond: bool = False) -> Contradiction:
    sentences = sorted({total.sentence, *(one.sentence for one in parts)})
    return Contradiction(
        rule=Rule.SUM,
        sentence=" ".join(passage.said(number).strip() for number in sentences),
        figures=(total.figure.text, *(one.figure.text for one in parts)),
        explanation=sum_sentence(total.figure, [one.figure for one in parts], beyond=beyond),
    )
