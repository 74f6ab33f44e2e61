"""What happens to monthly reports."""

from khuyencong.monitoring.actions.deciding import confirm, send_back
from khuyencong.monitoring.actions.own_day import set_report_day
from khuyencong.monitoring.actions.photos import add_photos, remove_photo
from khuyencong.monitoring.actions.reminding import remind
from khuyencong.monitoring.actions.writing import begin, correct, discard, submit, write

__all__ = [
    "add_photos",
    "begin",
    "confirm",
    "correct",
    "discard",
    "remind",
    "remove_photo",
    "send_back",
    "set_report_day",
    "submit",
    "write",
]
