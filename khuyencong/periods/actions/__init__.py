"""What happens to reports of periods."""

from khuyencong.periods.actions.asking import end_indicator, keep_indicator, set_report_day
from khuyencong.periods.actions.deciding import approve, lock, send_back, unlock
from khuyencong.periods.actions.handing import keep_rows, set_row
from khuyencong.periods.actions.receiving import take_over
from khuyencong.periods.actions.writing import begin, discard, submit, type_indicators, write_section

__all__ = [
    "approve",
    "begin",
    "discard",
    "end_indicator",
    "keep_indicator",
    "keep_rows",
    "lock",
    "send_back",
    "set_report_day",
    "set_row",
    "submit",
    "take_over",
    "type_indicators",
    "unlock",
    "write_section",
]
