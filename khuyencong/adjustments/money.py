"""What an adjustment does to the money of each budget year: which year's rows of the ledger move, and in which envelope.

A đề án of several years is approved year by year (ADR 0017). What changes in a year that is approved already is posted
by the decision; what changes in a later year only stands in the estimate, until that year's plan approves it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from khuyencong.adjustments.proposal import Changed
from khuyencong.finance import ledger
from khuyencong.programmes.models import Envelope, PlanState
from khuyencong.projects.models import Project
from khuyencong.projects.support import counts_by_beneficiary


@dataclass(frozen=True)
class Gain:
    """What one part (`establishment` None: the whole, or what belongs to nobody) gains, or negative loses, in đồng."""

    establishment: int | None
    envelope: Envelope
    amount: int
    approved: bool  # False: that year's plan is a draft, so the money is planned only


@dataclass(frozen=True)
class Held:
    """The years in which money of the đề án is approved or planned, and what of it each envelope has not paid out."""

    approved_years: frozenset[int]
    planned: Mapping[int, Envelope]  # by year, of continuations in draft plans
    envelopes: Mapping[int, Envelope]  # by key, those with approved money, the earliest year first
    unspent: Mapping[int, int]  # by key of the envelope, in đồng

    @property
    def keys(self) -> set[int]:
        """Every envelope that the adjustment may touch."""
        return {*self.envelopes, *(one.pk for one in self.planned.values())}


def held_by(project: Project) -> Held:
    """Where the money of an approved đề án stands; at most five queries. Expects `payer` loaded."""
    later = dict(project.continuations.values_list("year", "plan__state"))
    approved = {project.year, *(year for year, state in later.items() if state == PlanState.APPROVED)}
    envelopes = {one.pk: one for one in ledger.envelopes_of(project) or (ledger.envelope_of(project),)}
    sums = ledger.balances_by_year([project]).get(project.pk, {})
    return Held(
        approved_years=frozenset(approved),
        planned={year: ledger.envelope_of(project, year=year) for year in sorted(later) if year not in approved},
        envelopes=envelopes,
        unspent={key: sums[key].unspent if key in sums else 0 for key in envelopes},
    )


def gains_of(changed: Changed, held: Held) -> list[Gain]:
    """What each part gains or loses in each envelope.

    Parts and years that stay as they are, and years that no plan holds yet, are left out.
    """
    found: list[Gain] = []
    left = dict(held.unspent)
    each = counts_by_beneficiary(changed.after.project)
    for year in sorted(changed.before.years | changed.after.years):
        for key, amount in _differences(changed, year, each=each):
            if year in held.approved_years:
                found += [Gain(key, place, share, approved=True) for place, share in _spread(year, amount, held, left)]
            elif year in held.planned:
                found.append(Gain(key, held.planned[year], amount, approved=False))
    return found


def _differences(changed: Changed, year: int, *, each: bool) -> Iterator[tuple[int | None, int]]:
    """What each part gains in one year; as one where the norm is for the đề án as a whole."""
    establishments = sorted(changed.before.establishments | changed.after.establishments)
    rows = [
        (key, changed.after.of_year(year, key) - changed.before.of_year(year, key)) for key in (*establishments, None)
    ]
    if not each:
        rows = [(None, sum(amount for _, amount in rows))]
    return ((key, amount) for key, amount in rows if amount)


def _spread(year: int, amount: int, held: Held, left: dict[int, int]) -> Iterator[tuple[Envelope, int]]:
    """On which envelopes `amount` of an approved year comes to lie; `left` is what is unspent there, and is kept up.

    The year's own envelope while it holds unspent money, else the latest: what was carried over was approved there anew.
    """
    order = sorted(
        held.envelopes.values(), key=lambda one: (one.year == year and left[one.pk] > 0, one.year), reverse=True
    )
    for place in order[:-1]:
        share = amount if amount > 0 else -min(-amount, max(0, left[place.pk]))
        if share:
            left[place.pk] += share
            amount -= share
            yield place, share
        if not amount:
            return
    left[order[-1].pk] += amount
    yield order[-1], amount
