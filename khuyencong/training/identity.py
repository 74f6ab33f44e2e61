"""Who is the same person: by the number of the identity card; without one a name is a question for somebody, no answer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db.models import Q

from khuyencong.core.dates import format_date
from khuyencong.core.findings import NeedsApproval
from khuyencong.core.text import fold
from khuyencong.people.actors import Actor
from khuyencong.training.models import Allowance, Attendance, Course, Learner, RateUnit

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


def present_days(learners: Collection[int]) -> dict[int, set[date]]:
    """The days on which these were there, by their keys; one query."""
    days: dict[int, set[date]] = defaultdict(set)
    rows = Attendance.objects.filter(learner__in=learners, present=True)
    for key, on in rows.values_list("learner_id", "session__held_on"):
        days[key].add(on)
    return days


def days_meant(unit: str, wanted: Sequence[tuple[Learner, date]]) -> list[tuple[Learner, date]]:
    """The days that are paid for: what is paid once for a class pays for every day on which its learner was there."""
    if unit != RateUnit.PERSON:
        return list(wanted)
    days = present_days([learner.pk for learner, _ in wanted])
    return [(learner, day) for learner, on in wanted for day in sorted({on, *days[learner.pk]})]


def _paid(kind: str, asked: Q, days: set[date]) -> list[tuple[Allowance, date]]:
    """What stands of this kind for those asked for, once for each of the days that it pays for; two queries."""
    once = Q(list__unit_text=RateUnit.PERSON.label)
    rows = Allowance.objects.filter(asked, Q(on__in=days) | once, kind=kind, stands=True)
    found = list(rows.select_related("learner__commune", "list__course"))
    present = present_days([one.learner_id for one in found if one.list.is_once])
    return [(one, on) for one in found for on in {one.on, *present.get(one.learner_id, ())} & days]


def paid_elsewhere(kind: str, wanted: Iterable[tuple[Learner, date]]) -> dict[tuple[int, date], Allowance]:
    """What was paid of this kind to the identity numbers of others on these days, by learner and day; two queries."""
    pairs = [(learner, on) for learner, on in wanted if learner.identity_number]
    numbers = {learner.identity_number for learner, _ in pairs}
    paid: dict[tuple[str, date], list[Allowance]] = defaultdict(list)
    for one, on in _paid(kind, Q(identity_number__in=numbers), {on for _, on in pairs}):
        paid[one.identity_number, on].append(one)
    found = {}
    for learner, on in pairs:
        others = [one for one in paid[learner.identity_number, on] if one.learner_id != learner.pk]
        if others:
            found[learner.pk, on] = others[0]
    return found


def names_for(by: Actor, rows: Iterable[Allowance]) -> dict[int, str]:
    """How a refusal names the classes of these rows: by name only where the reader may know of them; one query."""
    courses = {one.list.course_id: one.list.course for one in rows}
    known = set(Course.objects.visible_to(by).filter(pk__in=courses).order_by().values_list("pk", flat=True))
    return {key: f"«{course}»" if key in known else "một lớp khác" for key, course in courses.items()}


def look_alikes(kind: str, wanted: Sequence[tuple[Learner, date]], *, by: Actor) -> list[NeedsApproval]:
    """Those who are called like somebody paid on the same day and whose numbers do not tell them apart.

    What is not known (the number, the year of birth, the commune) tells nobody apart. A finding for a decision, since two
    persons may have one name; one for each learner, and a fixed number of queries. `commune` of the learners loaded.
    """
    days = {on for _, on in wanted}
    paid: dict[tuple[str, date], list[Allowance]] = defaultdict(list)
    for one, on in _paid(kind, Q(learner__folded__in={learner.folded for learner, _ in wanted}), days):
        paid[one.learner.folded, on].append(one)
    names = names_for(by, [one for rows in paid.values() for one in rows])
    seen: dict[tuple[str, date], list[Learner]] = defaultdict(list)
    told: dict[int, NeedsApproval] = {}
    for learner, on in wanted:
        key = (learner.folded, on)
        others = [
            one
            for one in paid[key]
            if one.learner_id != learner.pk and _may_be_same(learner, one.learner, one.identity_number)
        ]
        twins = [one for one in seen[key] if _may_be_same(learner, one, one.identity_number)]
        seen[key].append(learner)
        if others:
            where = f"đã được chi ở {names[others[0].list.course_id]}"
        elif twins:
            where = f"trùng với số {twins[0].number} trong cùng danh sách"
        else:
            continue
        sentence = (
            f"{learner.name} (số {learner.number}): người cùng tên, năm sinh, xã {where} ngày {format_date(on)}. "
            "Hãy ghi số căn cước, hoặc ghi căn cứ đã xác định là người khác."
        )
        told.setdefault(learner.pk, NeedsApproval("looks_paid_already", sentence, ARTICLE))
    return list(told.values())


def _may_be_same(one: Learner, other: Learner, number: str) -> bool:
    """Nothing that is known of both tells them apart: two numbers of one length, two years of birth, two communes.

    An old card (9 digits) and a new one (12) are a question; two numbers that agree are the business of the constraint.
    """
    mine = one.identity_number
    apart = (
        bool(mine and number and len(mine) == len(number)),
        bool(one.birth_year and other.birth_year and one.birth_year != other.birth_year),
        bool(one.commune and other.commune and _today(one) != _today(other)),
    )
    return not any(apart)


def _today(learner: Learner) -> int | None:
    """The commune of today."""
    commune = learner.commune
    return (commune.current_id or commune.pk) if commune else None
