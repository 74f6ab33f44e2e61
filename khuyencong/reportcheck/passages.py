"""From a text to paragraphs and sentences, with lines joined that only the width of a page has parted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from khuyencong.core.text import clean
from khuyencong.reportcheck.figures import Figure, Kind, find_figures

LONGEST_SENTENCE = 2_000
LONGEST_PARAGRAPH = 20_000
WIDEST_LINE = 160  # a text with longer lines was not wrapped
_FULL = 6, 10  # of a wrapped text, a line this part as long as the longest ends where the page ends, not the paragraph

_SPACES = re.compile(r"\s+")
_BULLET = re.compile(r"(?:[-–—+*•●▪o]|[a-zđ]\)|[0-9]{1,2}[.)])\s")
_CLOSED = re.compile(r"[.!?…:;]$")
_END = re.compile(r"[.!?…]['\"”’)]?\s+(?=[^\s\W\d_]|[0-9\"“‘«(+–-])")
_SHORT_WORD = re.compile(r"(?:^|[\s(])(?:TP|Tp|tp|TX|Tx|Tr|tr|Ths|ThS|TS|PGS|GS|v\.v|St|No|KTS|Đ|Q|P)$")
_SEPARATOR = re.compile(
    r"[,;()]|\s(?:và|với|còn(?!\slại)|gồm|cùng|tại)(?=\s)|[Tt]rong(?:\ssố)?\sđó\s?:?|(?:bao )?gồm(?:\scó)?\s?:?",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"[()]")
_SEGMENT = re.compile(r"[;(]")


@dataclass(frozen=True, slots=True)
class Item:
    """A figure in its sentence: `depth` counts open brackets, `label` is what stands before it, `tail` behind it.

    `label` begins at the last comma or «và», `segment` at the last semicolon, `before` at the sentence; `tail` ends at
    the next comma or figure.
    """

    figure: Figure
    sentence: int
    depth: int
    label: str
    tail: str
    segment: str
    before: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence by its place in the paragraph."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph with its sentences and figures; the list behind «trong đó:» is one sentence."""

    text: str
    sentences: tuple[Sentence, ...]
    figures: tuple[tuple[Item, ...], ...]  # of each sentence

    @property
    def items(self) -> Iterator[Item]:
        """All figures."""
        return chain.from_iterable(self.figures)

    def sentence_of(self, item: Item) -> str:
        """The sentence in which a figure stands."""
        return self.said(item.sentence)

    def said(self, number: int) -> str:
        """The text of one sentence."""
        one = self.sentences[number]
        return self.text[one.start : one.end]

    def between(self, first: Item, second: Item) -> str:
        """The text from the end of one figure to the beginning of a later one."""
        return self.text[first.figure.end : second.figure.start]

    def after(self, item: Item, length: int = 80) -> str:
        """What follows a figure in its sentence."""
        end = min(item.figure.end + length, self.sentences[item.sentence].end)
        return self.text[item.figure.end : end]

    def amounts(self, *sentences: int) -> list[Item]:
        """The figures of some sentences that say how much there is, percentages left out."""
        return [
            one
            for number in sentences
            if 0 <= number < len(self.figures)
            for one in self.figures[number]
            if one.figure.is_amount and one.figure.unit.kind is not Kind.PERCENT
        ]


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of plain text, each on one line; a line that was only wrapped is joined to the one before."""
    found: list[str] = []
    lines = [_SPACES.sub(" ", line).strip() for line in clean(text, multiline=True).split("\n")]
    width = max(map(len, lines))
    full = width * _FULL[0] // _FULL[1] if width <= WIDEST_LINE else width + 1
    length = 0  # of the line before, as it was written
    for bare in lines:
        if not bare:
            length = 0
            continue
        if length and _goes_on(found[-1], bare, is_full=length >= full):
            found[-1] = f"{found[-1]} {bare}"
        else:
            found.append(bare)
        length = len(bare)
    return found


def passages_of(paragraphs: Sequence[str]) -> Iterator[Passage]:
    """The paragraphs with their figures; bullets are joined to the line with a colon that announces them.

    A book in one paragraph comes in pieces, so that whoever counts the figures can stop.
    """
    for text in _listed(paragraphs):
        for piece in _pieces(text, 0, len(text), longest=LONGEST_PARAGRAPH):
            yield passage_of(text[piece.start : piece.end])


def _listed(paragraphs: Sequence[str]) -> Iterator[str]:
    waiting: list[str] = []
    for paragraph in (_SPACES.sub(" ", one).strip() for one in paragraphs):
        bullet = _BULLET.match(paragraph)
        if waiting and bullet:
            waiting.append(paragraph[bullet.end() :].rstrip(" .;,"))
            continue
        if waiting:
            yield _joined(waiting)
        waiting = [paragraph] if paragraph.endswith(":") else []
        if not waiting and paragraph:
            yield paragraph
    if waiting:
        yield _joined(waiting)


def _joined(lines: Sequence[str]) -> str:
    head, *rest = lines
    return f"{head} {'; '.join(rest)}" if rest else head


def passage_of(text: str) -> Passage:
    """One paragraph, read."""
    sentences = tuple(_sentences(text))
    figures = find_figures(text)
    items: list[list[Item]] = [[] for _ in sentences]
    at = number = depth = 0
    for place, figure in enumerate(figures):
        while number + 1 < len(sentences) and figure.start >= sentences[number].end:
            number += 1
            at, depth = sentences[number].start, 0
        depth = deeper(depth, text, at, figure.start)
        at = figure.start
        begin, end = sentences[number].start, sentences[number].end
        since = max(begin, figures[place - 1].end) if place else begin
        until = min(end, figures[place + 1].start) if place + 1 < len(figures) else end
        before = text[begin : figure.start]
        items[number].append(
            Item(
                figure=figure,
                sentence=number,
                depth=depth,
                label=_last(_SEPARATOR, text[since : figure.start]).lower().strip(),
                tail=_SEPARATOR.split(text[figure.end : until], maxsplit=1)[0].lower().strip(),
                segment=_last(_SEGMENT, before).lower(),
                before=before,
            )
        )
    return Passage(text, sentences, tuple(tuple(one) for one in items))


def deeper(depth: int, text: str, start: int, end: int) -> int:
    """How many brackets are open at `end`, of `depth` at `start`; one too many that closes is overlooked."""
    for bracket in _BRACKET.findall(text, start, end):
        depth = max(0, depth + (1 if bracket == "(" else -1))
    return depth


def _last(separator: re.Pattern[str], text: str) -> str:
    return separator.split(text)[-1]


def _goes_on(before: str, line: str, *, is_full: bool) -> bool:
    if _BULLET.match(line) or _CLOSED.search(before):
        return False
    return is_full or line[0].islower() or line[0] in ",.;)%0123456789"


def _sentences(text: str) -> Iterator[Sentence]:
    """Where the sentences are; a very long one is cut, so that no text makes the work grow beyond its length."""
    start = 0
    for match in _END.finditer(text):
        if text[match.start()] == "." and _SHORT_WORD.search(text, max(start, match.start() - 5), match.start()):
            continue
        yield from _pieces(text, start, match.end())
        start = match.end()
    if start < len(text) or not text:
        yield from _pieces(text, start, len(text))


def _pieces(text: str, start: int, end: int, *, longest: int = LONGEST_SENTENCE) -> Iterator[Sentence]:
    while end - start > longest:
        blank = text.rfind(" ", start, start + longest)
        cut = blank + 1 if blank > start else start + longest
        yield Sentence(start, cut)
        start = cut
    yield Sentence(start, end)
