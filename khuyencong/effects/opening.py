"""When sheets come into being: the one of before with the approval of a đề án, the others with its acceptance.

`open_sheets` may be called again at any time: it adds what is missing and keeps the accepted money and the day of each
sheet true to ledger and acceptance; where an acceptance was taken back, the đề án stopped or the establishment has left it,
nothing is due any more.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, Min, Sum

from khuyencong.delivery.models import Acceptance, AcceptanceItem
from khuyencong.effects.figures import Question, questions_for
from khuyencong.effects.models import (
    KNOWN_BEFORE,
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
OPENING = frozenset({ProjectState.APPROVED, ProjectState.ACCEPTED, ProjectState.STOPPED})
FROM_DOSSIER = "Chỉ tiêu hiện nay trong hồ sơ đề án"


@dataclass(frozen=True)
class Accepted:
    """What one beneficiary was accepted for; None where the records say it only of the đề án as a whole."""

    on: date
    support: int | None
    cost: int | None


def open_on_step(project: Project, transition: Transition) -> None:
    """A follower of `projects.states.move`."""
    # What is settled after its acceptance has its sheets already.
    settled = transition.target == ProjectState.SETTLED and transition.source != ProjectState.ACCEPTED
    if settled or transition.target in OPENING or transition.name == "annul":
        open_sheets(project)


def open_sheets(project: Project) -> list[EffectSheet]:
    """Make the sheets that `project` should have by now and has not; the new ones. Call it inside a transaction.

    A đề án without beneficiaries has none.
    """
    parts = list(project.beneficiaries.order_by("pk")) if project.state in COMMITTED else []
    there = {(one.beneficiary_id, one.moment): one for one in project.effect_sheets.all()}
    for (key, _), one in there.items():
        if key not in {part.pk for part in parts}:  # stopped, or no longer of the đề án
            _keep_true(one, None, None)
    accepted = accepted_of(project, parts) if parts and project.state in DONE else {}
    wanted = []
    for part in parts:
        money = accepted.get(part.pk)
        days = dict(_moments(project, money))
        for (key, moment), one in there.items():
            if key == part.pk:
                _keep_true(one, money, days.get(Moment(moment)))
        for moment, due_on in days.items():
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
    """What was accepted for each beneficiary, and when, by the acceptances that stand; three queries.

    Only an entered record of the past has none: then by the ledger. What was accepted for the đề án as a whole belongs to
    its one beneficiary, and to none of several. Who was accepted for nothing, or not at all, has 0: that is not unknown.
    """
    standing = Acceptance.objects.filter(project=project).order_by()
    entries = LedgerEntry.objects.filter(project=project, kind=EntryKind.ACCEPTED, answered_by=None).order_by()
    sums = list(standing.values_list("beneficiary").annotate(Sum("payable"), Max("accepted_on")))
    own_only = bool(sums) and all(key is not None for key, _, _ in sums)
    sums = sums or list(entries.values_list("beneficiary").annotate(Sum("amount"), Max("on")))
    rows = {key: (amount, on) for key, amount, on in sums}
    costs = _costs(project)
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
        support, on = rows.get(part.pk, (0 if own_only else None, last))
        found[part.pk] = Accepted(on, support, costs.get(part.pk))
    return found


def _costs(project: Project) -> dict[int | None, int]:
    """The accepted cost by beneficiary; of an entered record of the past the cost that its source states, by the estimate.

    Such an estimate tells a cost only where it says more than the support. One query, two without an acceptance.
    """
    items = AcceptanceItem.objects.filter(acceptance__project=project, acceptance__annulment=None).order_by()
    costs: dict[int | None, int] = dict(items.values_list("acceptance__beneficiary").annotate(cost=Sum("cost")))
    if costs or not project.recorded_from:
        return costs
    shares = project.lines.order_by().values_list("beneficiary")
    stated = shares.annotate(own=Sum("counterpart") + Sum("other"), whole=Sum("total")).filter(own__gt=0)
    return {key: whole for key, _, whole in stated}


def months_later(on: date, months: int) -> date:
    """The same day so many months later; the last of the month where there is no such day."""
    years, month = divmod(on.month - 1 + months, 12)
    year = on.year + years
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


def _moments(project: Project, money: Accepted | None) -> Iterable[tuple[Moment, date | None]]:
    """The day on which each moment is asked about; None where nothing was given, so that nothing can have come of it."""
    begun = project.submitted_on or (money.on if money else None) or date(project.year, 1, 1)
    yield Moment.BASELINE, begun
    if money is not None:
        for moment, months in MONTHS_AFTER.items():
            yield moment, None if money.support == 0 else months_later(money.on, months)


def _keep_true(sheet: EffectSheet, money: Accepted | None, due_on: date | None) -> None:
    true = (money.support if money else None, money.cost if money else None, due_on)
    if (sheet.support, sheet.cost, sheet.due_on) != true:
        sheet.support, sheet.cost, sheet.due_on = true
        sheet.save(update_fields=["support", "cost", "due_on"])


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


def recalled_since(sheet: EffectSheet) -> date | None:
    """The day of the first acceptance, after which what was before is only remembered; None for other sheets. One query."""
    if not sheet.is_baseline:
        return None
    first: date | None = Acceptance.objects.filter(project=sheet.project_id).aggregate(on=Min("accepted_on"))["on"]
    return first


def is_known(one: EffectMeasure) -> bool:
    """Whether dossier or publication say this figure, so that the establishment is not asked for it."""
    return one.answer.source in KNOWN_BEFORE and one.value is not None


def still_asked(sheet: EffectSheet, said: Mapping[str, EffectMeasure] | None = None) -> list[Question]:
    """What the establishment is asked for: the questions without what is known already."""
    told = latest(sheet) if said is None else said
    known = {code for code, one in told.items() if is_known(one)}
    return [one for one in questions_for(sheet.project.activity, baseline=sheet.is_baseline) if one.code not in known]


def latest(sheet: EffectSheet) -> dict[str, EffectMeasure]:
    """The last version of each figure of a sheet, with its answer; one query."""
    return {one.code: one for one in sheet.measures.select_related("answer").order_by("pk")}
