"""What every end of a đề án shares: its envelopes, held before it, and what goes back into them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from khuyencong.finance import ledger
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import Envelope
from khuyencong.projects.models import Project


def release(project: Project, envelopes: Sequence[Envelope], *, by: Actor, on: date, document: str) -> None:
    """Give back what the ended project neither earned nor holds: to the envelope of the latest year first."""
    sums = ledger.balances(LedgerEntry.objects.filter(project=project), "envelope_id")
    left = ledger.balance_of(project).spare
    for envelope in reversed(envelopes):
        here = sums.get(envelope.pk, ledger.Balance())
        part = min(left, here.committed, here.unspent)
        if part > 0:
            ledger.post(
                kind=EntryKind.RELEASED,
                amount=part,
                envelope=envelope,
                project=project,
                by=by,
                on=on,
                document=document,
            )
            left -= part


def lock_with_envelopes(project_id: int) -> list[Envelope]:
    """The envelopes that pay for the project, the earliest year first, locked before the project. Refused where there is none."""
    project = Project.objects.select_related("payer").get(pk=project_id)
    found = ledger.envelopes_of(project) or (ledger.envelope_of(project),)
    locked = ledger.lock_envelopes(one.pk for one in found)
    return [locked[one.pk] for one in found]
