"""What a request must hold before it is sent. Whether the law supports it is told beside, and judged by an officer."""

from __future__ import annotations

from khuyencong.core.dates import today
from khuyencong.core.findings import Blocker, Finding, Warning_
from khuyencong.intake.chances import chance_for
from khuyencong.intake.models import SupportRequest
from khuyencong.law.answers import Verdict
from khuyencong.law.catalogue import activity

LAST_YEAR_AHEAD = 5


def findings(request: SupportRequest) -> list[Finding]:
    """What is missing (blockers), and what speaks against it by the law of today (warnings); a few queries."""
    missing = _missing(request)
    known = activity(request.activity)
    if known is None:
        return [*missing]
    chance = chance_for(request.establishment, known, on=today())
    doubts = [Warning_(one.code, one.sentence, one.article) for one in chance.answers if one.verdict is Verdict.NO]
    return [*missing, *doubts]


def _missing(request: SupportRequest) -> list[Finding]:
    this_year = today().year
    known = activity(request.activity)
    checks = (
        ("title", bool(request.title.strip()), "Hãy ghi việc muốn làm."),
        ("activity", known is not None and known.in_force(today()), "Hãy chọn nội dung muốn được hỗ trợ."),
        (
            "year",
            request.wanted_year is not None and this_year <= request.wanted_year <= this_year + LAST_YEAR_AHEAD,
            f"Hãy chọn năm muốn làm, từ {this_year} đến {this_year + LAST_YEAR_AHEAD}.",
        ),
        (
            "own_capital",
            request.commits_own_capital,
            "Hãy đánh dấu cam kết tự lo phần vốn ngoài phần nhà nước hỗ trợ.",
        ),
        (
            "declaration",
            request.declares_no_other_support,
            "Hãy đánh dấu cam kết chưa được nhà nước hỗ trợ cho cùng việc này.",
        ),
    )
    return [Blocker(code, sentence) for code, holds, sentence in checks if not holds]
