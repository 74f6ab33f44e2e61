"""The first advance on a contract: TT 36/2013 Đ13, with the overall ceiling of the money circular.

TT 36 governs national money. For local money the same shares are given as a reference, with a note that says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from khuyencong.core.dates import format_date
from khuyencong.law.catalogue import activity_name
from khuyencong.law.regulations import regulations
from khuyencong.law.values import LOCAL, NATIONAL, cite, in_force

OTHER_SHARES_ARTICLE = "khoản 2 Điều 16 Thông tư 36/2013/TT-BCT"
LOCAL_NOTE = "Thông tư 36/2013/TT-BCT quy định cho kinh phí quốc gia; với kinh phí địa phương dùng để tham khảo."


@dataclass(frozen=True, slots=True)
class AdvanceShare:
    """How much of the support may be advanced before the rest is due after acceptance.

    `share` is between 0 and 1; 0 means that a recorded decision must name it (`needs_decision`). `min_progress` is the
    part of the work or investment (`progress_of`: "volume" or "investment") that must be exceeded before;
    `after_acceptance` that the advance waits for acceptance.
    """

    share: Fraction
    condition: str
    article: str
    verified: bool
    min_progress: Fraction | None = None
    progress_of: str = ""
    after_acceptance: bool = False
    needs_decision: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class AdvanceCeiling:
    """The most that may be advanced on any project before acceptance: a share of the support between 0 and 1."""

    share: Fraction
    article: str
    verified: bool


def advance_share_on(activity: str, on: date, *, source: str = NATIONAL) -> AdvanceShare:
    """The legal share of the first advance for an activity on a day; share 0 with the reason where none is named."""
    local = LOCAL_NOTE if source == LOCAL else ""
    who = "cơ quan có thẩm quyền của tỉnh" if source == LOCAL else "Cục trưởng"
    for rule in regulations().advances:
        if activity in rule.activities and in_force(rule.valid_from, rule.valid_to, on):
            return AdvanceShare(
                share=rule.share,
                condition=rule.condition,
                article=cite(rule.article, rule.document),
                verified=rule.verified,
                min_progress=rule.min_progress,
                progress_of=rule.progress_of,
                after_acceptance=rule.after_acceptance,
                needs_decision=rule.share == 0,
                note=" ".join(part for part in (rule.note, local) if part),
            )
    first = min((rule.valid_from for rule in regulations().advances if rule.valid_from), default=None)
    if first is not None and on < first:
        reason = f"Ngày {format_date(on)} chưa có quy định về tỷ lệ tạm ứng: phải có quyết định."
    else:
        reason = f"Tỷ lệ tạm ứng của «{activity_name(activity)}» chưa được quy định: phải có quyết định của {who}."
    return AdvanceShare(Fraction(0), reason, OTHER_SHARES_ARTICLE, verified=True, needs_decision=True, note=local)


def advance_ceiling_on(on: date) -> AdvanceCeiling | None:
    """The overall ceiling of advances on a day (TTLT 26/2014 Đ8.2.b, then TT 28/2018); None before any rule.

    The 100 % of founding an enterprise is paid after acceptance and is not bound by it.
    """
    found = regulations().parameter("advance_ceiling", on)
    return AdvanceCeiling(found.value, found.citation, found.verified) if found else None
