"""The check of a report: every figure in it, and the ones that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from khuyencong.core.errors import Refused
from khuyencong.reportcheck.arithmetic import Contradiction
from khuyencong.reportcheck.document import Document
from khuyencong.reportcheck.figures import Figure
from khuyencong.reportcheck.passages import Item, Passage, passages_of
from khuyencong.reportcheck.shares import shares_in
from khuyencong.reportcheck.sums import sums_in
from khuyencong.reportcheck.tables import wrong_in_table


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure with its sentence; `before` and `after` are the rest of the sentence around it."""

    figure: Figure
    sentence: str
    before: str
    after: str
    item: Item
    passage: Passage


@dataclass(frozen=True, slots=True)
class Report:
    """What was found."""

    claims: tuple[Claim, ...]
    contradictions: tuple[Contradiction, ...]


MOST_FIGURES = 30_000
TOO_MANY = "Văn bản có hơn 30.000 con số: hãy chia thành nhiều phần rồi kiểm tra từng phần."


def check(document: Document) -> Report:
    """Read every paragraph and table, whatever the text; Refused with a sentence where it holds too many figures."""
    claims: list[Claim] = []
    found: list[Contradiction] = []
    for passage in passages_of(document.paragraphs):
        claims += _claims(passage)
        if len(claims) > MOST_FIGURES:
            raise Refused(TOO_MANY)
        found += [*sums_in(passage), *shares_in(passage)]
    for table in document.tables:
        found += wrong_in_table(table)
    # One sum may be found wrong by two rules.
    distinct = {(one.sentence, one.explanation): one for one in found}
    return Report(tuple(claims), tuple(distinct.values()))


def _claims(passage: Passage) -> Iterator[Claim]:
    for item in passage.items:
        sentence = passage.sentences[item.sentence]
        yield Claim(
            figure=item.figure,
            sentence=passage.sentence_of(item).strip(),
            before=passage.text[sentence.start : item.figure.start],
            after=passage.text[item.figure.end : sentence.end].rstrip(),
            item=item,
            passage=passage,
        )
