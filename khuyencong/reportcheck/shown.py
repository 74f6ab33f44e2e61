"""What was found, cut to what a page shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from khuyencong.reportcheck.arithmetic import shown
from khuyencong.reportcheck.checking import Claim, Report
from khuyencong.reportcheck.figures import Figure
from khuyencong.reportcheck.numbers import Qualifier

MOST_SHOWN = 300
_AROUND = 160  # letters of the sentence on each side of a figure
_NOT_ADDED = "mức giới hạn hoặc phần chênh lệch: không đem cộng"


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """One figure: how it is understood, and its sentence around it."""

    text: str
    value: str
    note: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownContradiction:
    """One contradiction: the sentence in pieces, each marked or not."""

    explanation: str
    pieces: tuple[tuple[str, bool], ...]


def shown_claims(report: Report) -> list[ShownClaim]:
    """The first figures of the report."""
    return [_claim(one) for one in report.claims[:MOST_SHOWN]]


def shown_contradictions(report: Report) -> list[ShownContradiction]:
    """All contradictions, with their figures marked in the sentence."""
    return [
        ShownContradiction(one.explanation, tuple(_pieces(one.sentence, one.figures))) for one in report.contradictions
    ]


def _claim(claim: Claim) -> ShownClaim:
    before, after = claim.before.lstrip(), claim.after
    return ShownClaim(
        text=claim.figure.text,
        value=f"{shown(claim.figure.value)} {claim.figure.unit.label}",
        note=_note(claim.figure),
        # Cut between words.
        before=f"… {before[-_AROUND:].partition(' ')[2]}" if len(before) > _AROUND else before,
        after=f"{after[:_AROUND].rpartition(' ')[0]} …" if len(after) > _AROUND else after,
    )


def _note(figure: Figure) -> str:
    if figure.qualifier is Qualifier.LIMIT:
        return _NOT_ADDED
    low, high = figure.interval.low, figure.interval.high
    return "" if figure.qualifier is Qualifier.NONE or low == high else f"từ {shown(low)} đến {shown(high)}"


def _pieces(sentence: str, figures: Sequence[str]) -> Iterator[tuple[str, bool]]:
    spans: list[tuple[int, int]] = []
    for text in figures:
        at = sentence.find(text)
        while at >= 0 and any(start < at + len(text) and at < end for start, end in spans):
            at = sentence.find(text, at + 1)
        if at >= 0:
            spans.append((at, at + len(text)))
    done = 0
    for start, end in sorted(spans):
        yield sentence[done:start], False
        yield sentence[start:end], True
        done = end
    yield sentence[done:], False
