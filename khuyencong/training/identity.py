"""Who is the same person: by the number of the identity card; without one a name is a question for somebody, no answer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from khuyencong.core.dates import format_date
from khuyencong.core.findings import NeedsApproval
from khuyencong.core.text import fold
from khuyencong.training.models import Allowance, Learner

ARTICLE = "TT 36/2013 Đ14.1, Đ14.2"
# Căn cước (Luật Căn cước 26/2023) has 12 digits; the old chứng minh nhân dân had 9.
LENGTHS = (9, 12)
_NUMBER = re.compile(r"[0-9]+")
WRONG_NUMBER = "Số căn cước có 12 chữ số (chứng minh nhân dân cũ: 9 chữ số)."
MOST_NAMED = 5


def identity_number(text: str) -> str:
    """The digits of an identity number, "" where none is given. ValueError with a sentence where it cannot be one."""
    digits = re.sub(r"[\s.-]", "", text)
    if not digits:
        return ""
    if not (digits.isascii() and _NUMBER.fullmatch(digits)) or len(digits) not in LENGTHS:
        raise ValueError(WRONG_NUMBER)
    return digits


def folded_name(name: str) -> str:
    """A name as it is compared: without marks and case, one blank between words."""
    return " ".join(fold(name).split())[:120]


def _look(learner: Learner) -> tuple[str, int | None, int | None]:
    commune = learner.commune
    return learner.folded, learner.birth_year, (commune.current_id or commune.pk) if commune else None


def paid_elsewhere(kind: str, learners: Sequence[Learner], days: Iterable[date]) -> dict[tuple[str, date], Allowance]:
    """What was paid of this kind on these days to these identity numbers, by number and day; one query."""
    numbers = {one.identity_number for one in learners if one.identity_number}
    rows = Allowance.objects.filter(kind=kind, stands=True, on__in=set(days), identity_number__in=numbers)
    return {(one.identity_number, one.on): one for one in rows.select_related("list__course")}


def look_alikes(kind: str, wanted: Sequence[tuple[Learner, date]]) -> list[NeedsApproval]:
    """Those without a number on one side who are called like somebody paid on the same day, of the same birth year and commune.

    A finding for a decision, since two persons may have one name; two queries. `commune` of the learners loaded.
    """
    days = {on for _, on in wanted}
    names = {learner.folded for learner, _ in wanted}
    paid: dict[tuple[tuple[str, int | None, int | None], date], list[Allowance]] = defaultdict(list)
    rows = Allowance.objects.filter(kind=kind, stands=True, on__in=days, learner__folded__in=names)
    for one in rows.select_related("learner__commune", "list__course"):
        paid[_look(one.learner), one.on].append(one)
    seen: dict[tuple[tuple[str, int | None, int | None], date], Learner] = {}
    found = []
    for learner, on in wanted:
        key = (_look(learner), on)
        others = [
            one for one in paid[key] if _may_be_same(learner, one.identity_number) and one.learner_id != learner.pk
        ]
        twin = seen.get(key)
        if others:
            where = f"đã được chi ở «{others[0].list.course}»"
        elif twin is not None and _may_be_same(learner, twin.identity_number):
            where = f"trùng với số {twin.number} trong cùng danh sách"
        else:
            where = ""
        seen.setdefault(key, learner)
        if where:
            sentence = (
                f"{learner.name} (số {learner.number}): người cùng tên, năm sinh, xã {where} ngày {format_date(on)}. "
                "Hãy ghi số căn cước, hoặc ghi căn cứ đã xác định là người khác."
            )
            found.append(NeedsApproval("looks_paid_already", sentence, ARTICLE))
    return found


def _may_be_same(learner: Learner, other: str) -> bool:
    """Two numbers that differ are two persons; two that agree are the business of the constraint."""
    return not learner.identity_number or not other
