"""What must be over before a round ends (TT 26/2014 Đ17.2, Đ20)."""

from __future__ import annotations

from datetime import date

from khuyencong.competitions.models import Round
from khuyencong.core.dates import format_date
from khuyencong.core.findings import Blocker, Finding
from khuyencong.law.deadlines import competition_complaint


def closing_findings(round_: Round, on: date) -> list[Finding]:
    """What stands in the way: makers who were not told, days in which they may complain, complaints without an answer."""
    if round_.announced_on is None:
        return [Blocker("not_told", "Chưa ghi ngày thông báo kết quả.", "TT 26/2014 Đ17.2")]
    left = round_.complaints.filter(result="").count()
    if left:
        return [Blocker("complaints_open", f"Còn {left} khiếu nại chưa trả lời.", "TT 26/2014 Đ20.2")]
    last = competition_complaint(round_.announced_on)
    if last is not None and not last.is_missed(on):
        sentence = f"Còn trong thời hiệu khiếu nại, đến hết ngày {format_date(last.on)}."
        return [Blocker("may_complain", sentence, last.article)]
    return []
