"""Choosing many proposals at once. Pure: the choices are changed in memory, in the order in which they are given."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models

from khuyencong.core.money import format_dong, split
from khuyencong.scenarios.models import ScenarioChoice


class Bulk(models.TextChoices):
    """What one button does to all choices of a scenario."""

    DOWN = "het-tien", "Chọn theo thứ tự cho hết tiền"
    ALL = "tat-ca", "Chọn tất cả"
    NONE = "khong", "Bỏ chọn tất cả"
    FIT = "cat-deu", "Cắt đều cho vừa hạn mức"
    UNCUT = "bo-cat", "Bỏ mọi cắt giảm"


def total_of(choices: Sequence[ScenarioChoice]) -> int:
    """What the chosen ones come to, in đồng."""
    return sum(one.amount for one in choices if one.chosen)


def pick_down(choices: Sequence[ScenarioChoice], free: int) -> str:
    """Choose from the top as long as the `free` money lasts, and stop at the first that it does not reach.

    Skipping one for a smaller one further down would turn the order of the law round. What the law does not rank
    (cleaner production) stays as a person chose it, and is paid first. Returns a sentence about where it stopped.
    """
    left = free - sum(one.amount for one in choices if one.place is None and one.chosen)
    stopped: ScenarioChoice | None = None
    last: ScenarioChoice | None = None
    for one in choices:
        if one.place is None:
            continue
        if stopped is None and one.most and one.amount > left:
            stopped = one
        one.chosen = stopped is None and one.most > 0 and one.amount > 0
        if one.chosen:
            left, last = left - one.amount, one
    if stopped is None:
        return "Tiền đủ cho mọi đề án được xếp thứ tự."
    told = f"Dừng trước thứ tự {stopped.place}: cần {format_dong(stopped.amount)} đồng, còn {format_dong(left)} đồng."
    if last is not None and last.score == stopped.score:
        told += " Đề án dừng lại đồng hạng với đề án cuối được chọn: người có thẩm quyền quyết định."
    return told


def pick_all(choices: Sequence[ScenarioChoice]) -> None:
    """Choose everything that may get anything."""
    for one in choices:
        one.chosen = one.amount > 0


def pick_none(choices: Sequence[ScenarioChoice]) -> None:
    """Choose nothing; the amounts stay."""
    for one in choices:
        one.chosen = False


def cut_to_fit(choices: Sequence[ScenarioChoice], free: int, reason: str) -> bool:
    """Give each chosen one the same part of the most that it may get, so that together they come to `free` exactly.

    Back to the most where the money is enough. False, and nothing changed, where it would leave somebody without any.
    """
    chosen = [one for one in choices if one.chosen]
    most = [one.most for one in chosen]
    amounts = most if sum(most) <= free else split(max(free, 0), most)
    if not all(amounts):
        return False
    for one, amount in zip(chosen, amounts, strict=True):
        one.amount = amount
        one.reason = reason if amount < one.most else ""
    return True


def uncut(choices: Sequence[ScenarioChoice]) -> None:
    """Give every one the most that it may get."""
    for one in choices:
        one.amount, one.reason = one.most, ""
