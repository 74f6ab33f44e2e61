"""When sheets come into being: the one of before with the approval of a đề án, the others with its acceptance.

`open_sheets` may be called again at any time: it adds what is missing and keeps the accepted money of each sheet true to
ledger and acceptance.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, Sum

from khuyencong.delivery.models import AcceptanceItem
from khuyencong.effects.figures import questions_for
from khuyencong.effects.models import (
    MONTHS_AFTER,
    EffectAnswer,
    EffectMeasure,
    EffectSheet,
    Moment,
    Source,
)
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.people.models import User
from khuyencong.projects.indicators import INDICATORS
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.projects.states import COMMITTED, ProjectState, Transition

DONE = frozenset({ProjectState.ACCEPTED, ProjectState.SETTLED})
FROM_DOSSIER = "Chỉ tiêu hiện nay trong hồ sơ đề án"


@dataclass(frozen=True)
class Accepted:
    """What one beneficiary was accepted for; None where the records say it only of the đề án as a whole."""

    on: date
    support: int | None
    cost: int | None


def open_on_step(project: Project, transition: Transition) -> None:
    """A follower of `projects.states.move`."""
    if transition.target in {ProjectState.APPROVED, ProjectState.ACCEPTED} or (
        transition.target == ProjectState.SETTLED and transition.source == ProjectState.DRAFT
    ):
        open_sheets(project)


def open_sheets(project: Project) -> list[EffectSheet]:
    """Make the sheets that `project` should have by now and has not; the new ones. Call it inside a transaction.

    A đề án without beneficiaries has none.
    """
    parts = list(project.beneficiaries.order_by("pk"))
    if not parts or project.state not in COMMITTED:
        return []
    there = {(one.beneficiary_id, one.moment): one for one in project.effect_sheets.all()}
    accepted = accepted_of(project, parts) if project.state in DONE else {}
    wanted = []
    for part in parts:
        money = accepted.get(part.pk)
        if money is not None:
            _keep_money([one for (key, _), one in there.items() if key == part.pk], money)
        for moment, due_on in _moments(project, money):
            if (part.pk, moment) not in there:
                wanted.append(
                    EffectSheet(
                        project=project,
                        beneficiary=part,
                        moment=moment,
                        due_on=due_on,
                        support=money.support if money else None,
                        cost=money.cost if money else None,
                    )
                )
    made = EffectSheet.objects.bulk_create(wanted)
    for one in made:
        if one.moment == Moment.BASELINE and len(parts) == 1:
            _take_from_dossier(project, one)
    return made


def accepted_of(project: Project, parts: Sequence[Beneficiary]) -> dict[int, Accepted]:
    """What was accepted for each beneficiary, and when, by the ledger and by the items of acceptance; two queries.

    What was accepted for the đề án as a whole belongs to its one beneficiary, and to none of several.
    """
    entries = LedgerEntry.objects.filter(project=project, kind=EntryKind.ACCEPTED, answered_by=None).order_by()
    rows = {
        key: (amount, on)
        for key, amount, on in entries.values_list("beneficiary").annotate(amount=Sum("amount"), on=Max("on"))
    }
    items = AcceptanceItem.objects.filter(acceptance__project=project, acceptance__annulment=None).order_by()
    costs: dict[int | None, int] = dict(items.values_list("acceptance__beneficiary").annotate(cost=Sum("cost")))
    last = max((on for _, on in rows.values()), default=None)
    if last is None:
        return {}
    common = rows.get(None)
    if len(parts) == 1 and common is not None:
        own = rows.get(parts[0].pk, (0, common[1]))
        rows[parts[0].pk] = (own[0] + common[0], max(own[1], common[1]))
        if None in costs:
            costs[parts[0].pk] = costs.get(parts[0].pk, 0) + costs[None]
    found = {}
    for part in parts:
        support, on = rows.get(part.pk, (None, last))
        found[part.pk] = Accepted(on, support, costs.get(part.pk))
    return found


def months_later(on: date, months: int) -> date:
    """The same day so many months later; the last of the month where there is no such day."""
    years, month = divmod(on.month - 1 + months, 12)
    year = on.year + years
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


def _moments(project: Project, money: Accepted | None) -> Iterable[tuple[Moment, date]]:
    begun = project.submitted_on or (money.on if money else None) or date(project.year, 1, 1)
    yield Moment.BASELINE, begun
    if money is not None:
        for moment, months in MONTHS_AFTER.items():
            yield moment, months_later(money.on, months)


def _keep_money(sheets: Iterable[EffectSheet], money: Accepted) -> None:
    for one in sheets:
        if (one.support, one.cost) != (money.support, money.cost):
            one.support, one.cost = money.support, money.cost
            one.save(update_fields=["support", "cost"])


def _take_from_dossier(project: Project, sheet: EffectSheet) -> None:
    """The figures «hiện nay» that the dossier of a single beneficiary states; they were appraised and approved with it."""
    told: dict[str, Decimal] = defaultdict(Decimal)
    asked = {one.code for one in questions_for(project.activity, baseline=True)}
    for row in project.indicators.all():
        if row.baseline is not None and row.code in asked and row.unit == INDICATORS[row.code].unit:
            told[row.code] = row.baseline
    if not told:
        return
    write_answer(sheet, told, source=Source.DOSSIER, told_by=FROM_DOSSIER, by=project.submitted_by)
    for code, value in told.items():
        setattr(sheet, code, value)
    sheet.save(update_fields=list(told))


def write_answer(
    sheet: EffectSheet,
    values: dict[str, Decimal] | dict[str, Decimal | None],
    *,
    source: Source,
    by: User | None,
    told_by: str = "",
    note: str = "",
    closed: bool = False,
) -> EffectAnswer:
    """Add an answer and a new version of each figure that differs from what was said last; others stay as they are."""
    number = sheet.answers.count() + 1
    answer = EffectAnswer.objects.create(
        sheet=sheet, number=number, source=source, told_by=told_by, note=note, closed=closed, by=by
    )
    last = latest(sheet)
    EffectMeasure.objects.bulk_create(
        EffectMeasure(
            sheet=sheet,
            answer=answer,
            code=code,
            number=last[code].number + 1 if code in last else 1,
            value=value,
            unit=INDICATORS[code].unit,
        )
        for code, value in values.items()
        if (last[code].value if code in last else None) != value
    )
    return answer


def latest(sheet: EffectSheet) -> dict[str, EffectMeasure]:
    """The last version of each figure of a sheet, with its answer; one query."""
    return {one.code: one for one in sheet.measures.select_related("answer").order_by("pk")}
