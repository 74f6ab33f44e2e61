"""What the council may lay before whoever decides (TT 26/2014 Đ17.1): a mean of 70 is needed and does not suffice.

Functions over the results of the jury; how many of which group are recognised is the council's own business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from khuyencong.competitions.judging.arithmetic import mean_shown
from khuyencong.competitions.judging.results import EntryResult
from khuyencong.competitions.judging.seats import is_covered
from khuyencong.competitions.models import ProductGroup, Round
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding, NeedsApproval, Warning_
from khuyencong.people.actors import Actor

ARTICLE = "TT 26/2014 Đ17.1"
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class GroupCount:
    """How many of one product group were scored, reached the mark, and were chosen."""

    label: str
    scored: int
    passed: int
    chosen: int


def choice_findings(results: Sequence[EntryResult], chosen: Collection[int], *, mark: Fraction) -> list[Finding]:
    """What stands against laying just these entries (their keys) before the decider.

    What has not reached the mark is blocked. Passing over a better product of the same group is the council's right, and
    its reason goes into the minutes.
    """
    return [*_below(results, chosen, mark), *_passed_over(results, chosen, mark)]


def _below(results: Iterable[EntryResult], chosen: Collection[int], mark: Fraction) -> Iterable[Finding]:
    known = {one.entry.pk: one for one in results}
    if not set(chosen) <= set(known):
        yield Blocker("not_of_this_round", "Có sản phẩm không thuộc kết quả chấm của kỳ này.", ARTICLE)
    for key, one in known.items():
        if key not in chosen or one.passed:
            continue
        if one.sheets:
            said = f"có điểm bình quân {mean_shown(one.mean, passes_from=mark)}, chưa đạt {mark} điểm"
        else:
            said = "chưa có phiếu chấm điểm"
        yield Blocker("below_mark", f"«{one.entry.product}» {said}: không được công nhận.", ARTICLE)


def _passed_over(results: Sequence[EntryResult], chosen: Collection[int], mark: Fraction) -> Iterable[Finding]:
    for group in dict.fromkeys(one.entry.group for one in results):
        rows = [one for one in results if one.entry.group == group and one.sheets]
        taken = [one for one in rows if one.entry.pk in chosen]
        left = [one for one in rows if one.entry.pk not in chosen]
        if not taken:
            continue
        lowest = max(taken, key=lambda one: (-one.mean, one.rank))
        last = f"«{lowest.entry.product}» ({mean_shown(lowest.mean, passes_from=mark)}) cùng nhóm"
        better = [one for one in left if one.mean > lowest.mean]
        level = [one for one in left if one.mean == lowest.mean]
        if better:
            yield NeedsApproval(
                "passed_over",
                f"{_names(better)} có điểm cao hơn {last} mà không được chọn: hãy ghi lý do của Hội đồng.",
                ARTICLE,
            )
        if level:
            yield Warning_(
                "level_at_the_cut",
                f"{_names(level)} bằng điểm {last} mà không được chọn: xem quy tắc khi bằng điểm của kỳ này.",
            )


def _names(rows: Sequence[EntryResult]) -> str:
    named = ", ".join(f"«{one.entry.product}»" for one in rows[:MOST_NAMED])
    more = len(rows) - MOST_NAMED
    return f"{named} và {more} sản phẩm khác" if more > 0 else named


def group_counts(results: Iterable[EntryResult], chosen: Collection[int]) -> list[GroupCount]:
    """For each group that has products, in the order of the circular, and last all of them together."""
    rows = [one for one in results if one.sheets]

    def count(label: str, own: Sequence[EntryResult]) -> GroupCount:
        return GroupCount(label, len(own), sum(one.passed for one in own), sum(one.entry.pk in chosen for one in own))

    found = [count(label, [one for one in rows if one.entry.group == group]) for group, label in ProductGroup.choices]
    return [*(one for one in found if one.scored), count("Cộng", rows)]


def check_uncovered(round_: Round, actor: Actor) -> None:
    """Refused for somebody of the jury of a blind round: whoever still must not know the makers writes down no choice."""
    if is_covered(round_, actor):
        raise Refused(
            "Giám khảo của kỳ chấm kín không ghi kết luận, quyết định trước khi công nhận: hãy để người khác ghi."
        )


def exact(mean: Fraction) -> str:
    """A mean as the choice keeps it, so that a later change of the sheets is noticed."""
    return f"{mean.numerator}/{mean.denominator}"
