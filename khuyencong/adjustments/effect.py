"""What a decision does to the đề án: its contents, the ledger, the frozen calculation and the versions. All or nothing."""

from __future__ import annotations

from datetime import date

from khuyencong.adjustments.models import Adjustment
from khuyencong.adjustments.money import Held, gains_of
from khuyencong.adjustments.proposal import Changed, ProposedLine, field_as_value
from khuyencong.adjustments.rules import Judged
from khuyencong.effects.opening import open_sheets
from khuyencong.finance import ledger
from khuyencong.finance.models import EntryKind
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import Envelope
from khuyencong.projects.models import Beneficiary, EstimateLine, Project, SupportSheet, VersionCause
from khuyencong.projects.support import counts_by_beneficiary
from khuyencong.projects.versions import Difference, differences, freeze, freeze_before

Rows = dict[int, Beneficiary]  # by key of the establishment, those that leave among them


def take_effect(
    adjustment: Adjustment, changed: Changed, judged: Judged, *, held: Held, by: Actor, on: date
) -> list[Difference]:
    """Change the locked đề án as decided; what changed, in words. Raises Refused where the ledger says no."""
    project, document = adjustment.project, adjustment.decision
    before = freeze_before(project, document=document, by=by) or project.versions.latest("number")
    people = _people(changed, on)
    _lines(project, changed, people)
    if changed.touches_money:
        _sheets(project, adjustment, changed, judged, people)
    for name, data in changed.proposal.fields.items():
        setattr(project, f"{name}_id" if name == "commune" else name, field_as_value(name, data))
    project.version += 1
    project.save()
    _post(project, changed, people, held=held, by=by, on=on, document=document)
    if changed.leaves or changed.comes_in:
        open_sheets(project)  # who comes in is asked how it was before, who has left is asked no more
    after = freeze(project, cause=VersionCause.ADJUSTMENT, document=document, by=by)
    return differences(before.content, after.content)


def _people(changed: Changed, on: date) -> Rows:
    """Let go who leaves and take in who comes; one that comes back has its own row again."""
    rows = {one.establishment_id: one for one in changed.before.beneficiaries}
    for key in sorted(changed.leaves):
        rows[key].left_on = on
        rows[key].save(update_fields=["left_on"])
    for one in changed.after.beneficiaries:
        if one.establishment_id not in changed.comes_in:
            continue
        rows[one.establishment_id], _ = Beneficiary.all_ever.update_or_create(
            project_id=changed.before.project.pk,
            establishment_id=one.establishment_id,
            defaults={
                "place_text": one.place_text,
                "commits_own_capital": one.commits_own_capital,
                "declares_no_other_support": one.declares_no_other_support,
                "left_on": None,
            },
        )
    return rows


def _lines(project: Project, changed: Changed, people: Rows) -> None:
    """Write the new estimate; a line that stays keeps its row, since acceptances point at it."""
    there = {line.pk: line for line in project.lines.all()}
    kept = {line.line for line in changed.after.lines if line.line in there}
    project.lines.exclude(pk__in=kept).delete()
    for position, line in enumerate(changed.after.lines, start=1):
        row = there.get(line.line) if line.line else None
        _write(row or EstimateLine(project=project), line, position, people)


def _write(row: EstimateLine, line: ProposedLine, position: int, people: Rows) -> None:
    row.position, row.content, row.note = position, line.content, line.note
    if (row.total, row.support) != (line.total, line.support):  # what was priced or asked before is history now
        row.quantity = row.unit_price = row.asked = None
    row.total, row.support, row.counterpart, row.other = line.total, line.support, line.counterpart, line.other
    row.in_cost_base, row.year = line.in_cost_base, line.year
    row.beneficiary = people[line.establishment] if line.establishment else None
    row.save()


def _sheets(project: Project, adjustment: Adjustment, changed: Changed, judged: Judged, people: Rows) -> None:
    """A new set of frozen calculations: anew for what changed, the old ones for what did not."""
    stored = {row.beneficiary_id: row for row in project.sheets.filter(submission=project.submission)}
    made = {
        people[one.share.beneficiary.establishment_id].pk if one.share.beneficiary else None: one.sheet
        for one in judged.sheets
    }
    keys: list[int | None] = [None]
    if counts_by_beneficiary(changed.after.project):
        keys = [*(people[one.establishment_id].pk for one in changed.after.beneficiaries), None]
    project.submission += 1
    rows = []
    for key in keys:
        new, old = made.get(key), stored.get(key)
        if new is not None:
            allowed, asked, sheet = new.allowed, new.asked, new.as_dict()
        elif old is not None and (key is not None or changed.after.asked(None)):
            allowed, asked, sheet = old.allowed, old.asked, old.sheet
        else:
            continue
        rows.append(
            SupportSheet(
                project=project,
                beneficiary_id=key,
                submission=project.submission,
                occasion=adjustment.decision[:200],
                allowed=allowed,
                asked=asked,
                sheet=sheet,
            )
        )
    SupportSheet.objects.bulk_create(rows)


def _post(project: Project, changed: Changed, people: Rows, *, held: Held, by: Actor, on: date, document: str) -> None:
    """The ledger follows part by part: what a part gains is approved, what it loses is taken back by the same decision."""
    gains = gains_of(changed, held)

    def post(kind: EntryKind, amount: int, envelope: Envelope, beneficiary: Beneficiary | None = None) -> None:
        ledger.post(
            kind=kind,
            amount=amount,
            envelope=envelope,
            project=project,
            beneficiary=beneficiary,
            by=by,
            on=on,
            document=document[:200],
        )

    for envelope in {one.envelope.pk: one.envelope for one in gains}.values():
        post(EntryKind.PLANNED, sum(one.amount for one in gains if one.envelope.pk == envelope.pk), envelope)
    for one in gains:
        if one.approved:
            kind = EntryKind.APPROVED if one.amount > 0 else EntryKind.REDUCED
            post(kind, abs(one.amount), one.envelope, people[one.establishment] if one.establishment else None)
    ledger.enforce(projects=[project], envelopes=held.envelopes.values())
