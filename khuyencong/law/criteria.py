"""The criteria by which proposals are ranked, in their legal order, with points that a plan may change.

The texts name an order, not points; the shipped points let each criterion outweigh everything after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from khuyencong.core.errors import DomainError
from khuyencong.core.findings import Finding, Warning_
from khuyencong.core.money import format_dong
from khuyencong.law.catalogue import Entry, catalogue
from khuyencong.law.values import UNREAD_ARTICLE, in_force
from khuyencong.law.yamlfile import Item, read

CRITERIA_FILE = Path(__file__).with_name("priority.yaml")
PLACE, TRADE, FLAGSHIP, RECORD = "place", "trade", "flagship", "record"
CERTIFICATE, OCOP, OWNER = "certificate", "ocop", "owner"
GROUPS = (PLACE, TRADE, FLAGSHIP, RECORD, CERTIFICATE, OCOP, OWNER)
EXCLUSIVE = frozenset({PLACE, TRADE, CERTIFICATE})  # a proposal has one of each at most
MOST_POINTS = 10**9


@dataclass(frozen=True, slots=True)
class Criterion:
    """One reason to put a proposal before another: `points` for each of up to `most` steps.

    `legal`: that it goes before everything after it is in the text, not a convention. `verified` is False where nobody
    has read the provision.
    """

    code: str
    group: str
    label: str
    article: str
    valid_from: date
    valid_to: date | None
    points: int
    most: int
    legal: bool
    verified: bool
    note: str = ""

    def in_force(self, on: date) -> bool:
        return in_force(self.valid_from, self.valid_to, on)


def load_criteria(path: Path = CRITERIA_FILE) -> tuple[Criterion, ...]:
    """Read and check a file of criteria. Raises LawFileError with the line of the first mistake."""
    top = read(path)
    found: list[Criterion] = []
    for item in top.items("criteria"):
        one = _criterion(item)
        if any(other.code == one.code for other in found):
            raise item.error(f"tiêu chí «{one.code}» viết hai lần.", key="code")
        if found and GROUPS.index(one.group) < GROUPS.index(found[-1].group):
            raise item.error(f"nhóm «{one.group}» phải đứng trước «{found[-1].group}».", key="group")
        found.append(one)
    top.finish()
    return tuple(found)


@cache
def all_criteria() -> tuple[Criterion, ...]:
    """The shipped criteria of all days, read once."""
    return load_criteria()


def criteria(on: date) -> tuple[Criterion, ...]:
    """The criteria in force on a day, the weightiest first."""
    return tuple(one for one in all_criteria() if one.in_force(on))


def default_weights(on: date) -> dict[str, int]:
    """The shipped points of each criterion of a day, by code."""
    return {one.code: one.points for one in criteria(on)}


def weights_on(weights: Mapping[str, int] | None, on: date) -> dict[str, int]:
    """The points of each criterion of a day: those given, and the shipped ones for codes not given.

    DomainError with a sentence for an unknown code or points that are no whole number from 0 to 10^9.
    """
    given = dict(weights or {})
    known = {one.code: one for one in all_criteria()}
    for code, points in given.items():
        if code not in known:
            raise DomainError(f"Không có tiêu chí ưu tiên mã «{code}».")
        if not isinstance(points, int) or isinstance(points, bool) or not 0 <= points <= MOST_POINTS:
            raise DomainError(
                f"Điểm của tiêu chí «{known[code].label}» phải là số nguyên từ 0 đến {format_dong(MOST_POINTS)}."
            )
    return {one.code: given.get(one.code, one.points) for one in criteria(on)}


def most_together(group_of: Iterable[Criterion], points: Mapping[str, int]) -> int:
    """The most that one proposal can have from these criteria."""
    best: dict[str, int] = {}
    for one in group_of:
        whole = points[one.code] * one.most
        best[one.group] = (
            max(best.get(one.group, 0), whole) if one.group in EXCLUSIVE else best.get(one.group, 0) + whole
        )
    return sum(best.values())


def order_findings(weights: Mapping[str, int] | None, on: date) -> tuple[Finding, ...]:
    """Warnings where edited points let something outweigh a criterion that the law puts before it.

    A flagship may stand before places and trades: TT 36/2013 Đ7.1 names it first. DomainError as `weights_on`.
    """
    ordered, points = criteria(on), weights_on(weights, on)
    others = [one for one in ordered if one.group != FLAGSHIP]
    flagship_first = any(points[one.code] > most_together(others, points) for one in ordered if one.group == FLAGSHIP)
    found: list[Finding] = []
    for place, one in enumerate(ordered):
        after: Sequence[Criterion] = ordered[place + 1 :]
        if flagship_first:
            after = [other for other in after if other.group != FLAGSHIP]
        best = most_together(after, points)
        if one.legal and points[one.code] <= best:
            sentence = (
                f"«{one.label}» ({format_dong(points[one.code])} điểm) không hơn tổng các tiêu chí xét sau "
                f"({format_dong(best)} điểm): thứ tự xếp có thể trái quy định."
            )
            found.append(Warning_("priority_order", sentence, one.article))
    return tuple(found)


def _criterion(item: Item) -> Criterion:
    code, group = item.text("code"), item.one_of("group", GROUPS)
    entry = _entry(item, code, group)
    valid_from, valid_to = (entry.valid_from, entry.valid_to) if entry else (item.day("from"), item.day("to"))
    points, most = item.whole("points", high=MOST_POINTS), item.whole("most", low=1) or 1
    if points is None:
        raise item.error("thiếu «points».", key="points")
    if valid_from is None:
        raise item.error("«from» phải là một ngày.", key="from")
    found = Criterion(
        code=code,
        group=group,
        label=entry.name if entry else item.text("name"),
        article=entry.article if entry else item.text("article"),
        valid_from=valid_from,
        valid_to=valid_to,
        points=points,
        most=most,
        legal=item.flag("legal", default=False),
        verified=entry.verified and UNREAD_ARTICLE not in entry.article if entry else item.flag("verified"),
        note=item.text("note", default=""),
    )
    item.finish()
    return found


def _entry(item: Item, code: str, group: str) -> Entry | None:
    """The entry of the catalogue that a place, a trade or an owner is; None for what stands here alone."""
    known = catalogue()
    entries = {PLACE: known.priority_places, TRADE: known.priority_trades, OWNER: known.priority_owners}.get(group)
    if entries is None:
        return None
    if code not in entries:
        raise item.error(f"«{code}» không có trong danh mục địa bàn, ngành nghề, chủ cơ sở ưu tiên.", key="code")
    return entries[code]
