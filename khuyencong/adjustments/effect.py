"""What a decision does to the đề án: its contents, the ledger, the frozen calculation and the versions. All or nothing."""

from __future__ import annotations

from datetime import date

from khuyencong.adjustments.models import Adjustment
from khuyencong.adjustments.proposal import Changed, ProposedLine, field_as_value
from khuyencong.adjustments.rules import Judged
from khuyencong.finance import ledger
from khuyencong.finance.models import EntryKind
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import Envelope
from khuyencong.projects.models import Beneficiary, EstimateLine, Project, SupportSheet, VersionCause
from khuyencong.projects.support import counts_by_beneficiary
from khuyencong.projects.versions import Difference, differences, freeze, freeze_before

Rows = dict[int, Beneficiary]  # by key of the establishment, those that leave among them


def take_effect(
    adjustment: Adjustment, changed: Changed, judged: Judged, *, envelope: Envelope, by: Actor, on: date
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
    _post(project, changed, people, envelope=envelope, by=by, on=on, document=document)
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
    row.in_cost_base = line.in_cost_base
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


def _post(
    project: Project, changed: Changed, people: Rows, *, envelope: Envelope, by: Actor, on: date, document: str
) -> None:
    """The ledger follows part by part: what a part gains is approved, what it loses is taken back by the same decision."""

    def post(kind: EntryKind, amount: int, beneficiary: Beneficiary | None = None) -> None:
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

    post(EntryKind.PLANNED, changed.after.support - changed.before.support)
    each = counts_by_beneficiary(project)
    for key, gained in _gains(changed, each=each):
        kind = EntryKind.APPROVED if gained > 0 else EntryKind.REDUCED
        post(kind, abs(gained), people[key] if key else None)
    ledger.enforce(projects=[project], envelopes=[envelope])


def _gains(changed: Changed, *, each: bool) -> list[tuple[int | None, int]]:
    """What each part (None: the whole, or what belongs to nobody) gains or, negative, loses; parts that stay are left out."""
    if not each:
        return [(None, changed.after.support - changed.before.support)]
    keys = [*sorted(changed.before.establishments | changed.after.establishments), None]
    gains = [(key, changed.after.asked(key) - changed.before.asked(key)) for key in keys]
    return [(key, gained) for key, gained in gains if gained]
