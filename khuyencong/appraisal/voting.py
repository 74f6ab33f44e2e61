"""How a council decides: who counts, whether enough are there, and what the votes say. Pure: no query, no model saved.

TT 36/2013 Đ8 leaves the council to the director; the rules here are those that the council's own record states.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from khuyencong.appraisal.models.appraisal import POINTS, Outcome
from khuyencong.appraisal.models.council import SHARES, MemberRole
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker

MAJORITY_RULE = (
    "Kết quả là đề nghị được nhiều phiếu nhất; bằng phiếu thì theo phiếu của Chủ tịch, Chủ tịch không bỏ phiếu thì theo "
    "Phó Chủ tịch."
)


@dataclass(frozen=True)
class Voter:
    """One member as the vote on one đề án sees it; `outcome` "" where no judgement was handed in."""

    role: str
    present: bool
    conflict: bool
    outcome: str = ""
    points: Mapping[int, bool] | None = None

    @property
    def counts(self) -> bool:
        """Present, with no interest in the đề án, and with a sheet."""
        return self.present and not self.conflict and bool(self.outcome)


def quorum_missing(voters: Sequence[Voter], rule: str) -> Blocker | None:
    """Why the council cannot decide on this đề án, or None. Who has a conflict is neither counted nor asked for."""
    able = [one for one in voters if not one.conflict]
    present = [one for one in able if one.present]
    share, enough = SHARES[rule]
    needed = share * len(able)
    if len(present) < needed or (len(present) == needed and not enough) or not present:
        sentence = (
            f"Có mặt {len(present)} trên {len(able)} thành viên được bỏ phiếu: chưa đủ theo quyết định thành lập."
        )
        return Blocker("no_quorum", sentence)
    if not any(one.role in {MemberRole.CHAIR, MemberRole.DEPUTY} for one in present):
        return Blocker("no_chair", "Chủ tịch và Phó Chủ tịch đều vắng hoặc có xung đột lợi ích.")
    return None


@dataclass(frozen=True)
class Verdict:
    """What the council decided, the votes for each proposal, and in one sentence how it came about."""

    outcome: Outcome
    votes: dict[Outcome, int]
    points: dict[int, bool]
    sentence: str


def verdict(voters: Iterable[Voter]) -> Verdict:
    """The outcome with the most votes, and for each of the five points what most said; ties by `MAJORITY_RULE`.

    Refused where nobody voted, or where a tie finds no chair's vote among the leading proposals.
    """
    counted = [one for one in voters if one.counts]
    if not counted:
        raise Refused("Chưa có phiếu hợp lệ nào của thành viên có mặt.")
    tally = Counter(Outcome(one.outcome) for one in counted)
    most = max(tally.values())
    leading = [outcome for outcome in Outcome if tally[outcome] == most]
    head = _head(counted)
    told = ", ".join(f"{outcome.label.lower()} {tally[outcome]} phiếu" for outcome in Outcome if tally[outcome])
    if len(leading) == 1:
        return Verdict(leading[0], dict(tally), _points(counted, head), f"{told[0].upper()}{told[1:]}.")
    if head is None or head.outcome not in leading:
        raise Refused(f"Bằng phiếu ({told}) mà không có phiếu của Chủ tịch quyết định: hãy hoãn và họp lại.")
    sentence = f"{told[0].upper()}{told[1:]}; bằng phiếu, theo phiếu của {MemberRole(head.role).label}."
    return Verdict(Outcome(head.outcome), dict(tally), _points(counted, head), sentence)


def _head(counted: Sequence[Voter]) -> Voter | None:
    """Whose vote breaks a tie: the chair's, else that of the first deputy who voted."""
    by_role = {one.role: one for one in reversed(counted)}
    return by_role.get(MemberRole.CHAIR) or by_role.get(MemberRole.DEPUTY)


def _points(counted: Sequence[Voter], head: Voter | None) -> dict[int, bool]:
    found = {}
    for number in POINTS:
        said = [bool(one.points and one.points.get(number)) for one in counted]
        if 2 * sum(said) == len(said):
            found[number] = bool(head and head.points and head.points.get(number))
        else:
            found[number] = 2 * sum(said) > len(said)
    return found
