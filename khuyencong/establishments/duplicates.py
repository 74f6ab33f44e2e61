"""Suspicions that two entries are one establishment: raised when an entry is saved, or for the whole registry at once.

What is raised here only waits for a person; `actions.merging` decides. Two entries saved at the same moment may miss
each other: looking through the whole registry finds them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from khuyencong.establishments.matching import (
    SHARED_PHONE,
    Traits,
    candidates,
    declared_different,
    in_common,
    is_suspicious,
    reasons,
    traits,
)
from khuyencong.establishments.models import Establishment, Reason, Suspicion, SuspicionState
from khuyencong.people.actors import Actor
from khuyencong.people.scope import province_scope

AT_ONCE = 500
# The two of a suspicion, and what stands for them.
ENTRIES = ("first", "second", "first__merged_into", "second__merged_into")
# Beyond this many on one shelf, each is only compared with the first: bounded work, and still all of them are listed.
LARGEST_SHELF = 30

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking through the registry came to."""

    entries: int
    raised: int
    gone: int
    open: int


@transaction.atomic
def raise_suspicions(entry_ids: Sequence[int]) -> int:
    """Compare freshly saved entries with the registry and keep their open suspicions up to date; how many are new.

    About nine queries for every 500 entries, each by an index.
    """
    raised = 0
    for some in _portions(entry_ids):
        rows = [one for one in traits(Q(pk__in=some)) if one.identity == one.pk]
        found: dict[Pair, frozenset[Reason]] = {}
        for one, other, why in in_common(rows, candidates(rows)):
            if is_suspicious(why):
                pair = _in_order(one.identity, other.identity)
                found[pair] = found.get(pair, frozenset()) | why
        known = Suspicion.objects.filter(Q(first__in=some) | Q(second__in=some))
        different = declared_different({identity for pair in found for identity in pair})
        raised += _write(_without(found, different), known)[0]
    return raised


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


@transaction.atomic
def look_through_registry() -> Looked:
    """Compare all entries with each other; a few seconds for 150,000."""
    rows = traits()
    found: dict[Pair, frozenset[Reason]] = {}
    for one, other in _worth_comparing(rows):
        why = reasons(one, other)
        if is_suspicious(why):
            pair = _in_order(one.identity, other.identity)
            found[pair] = found.get(pair, frozenset()) | why
    raised, gone = _write(_without(found, declared_different(None)), Suspicion.objects.all())
    return Looked(len(rows), raised, gone, Suspicion.objects.filter(state=SuspicionState.OPEN).count())


def _worth_comparing(rows: Iterable[Traits]) -> Iterator[tuple[Traits, Traits]]:
    shelves: dict[tuple[str, str, int | None], list[Traits]] = defaultdict(list)
    for one in rows:
        for key in one.shelves():
            shelves[key].append(one)
    for (kind, *_), shelf in shelves.items():
        if kind == "phone" and len(shelf) > SHARED_PHONE:
            continue
        for some in _by_commune(shelf) if kind == "name" and len(shelf) > LARGEST_SHELF else (shelf,):
            yield from (
                combinations(some, 2) if len(some) <= LARGEST_SHELF else ((some[0], other) for other in some[1:])
            )


def _by_commune(shelf: Iterable[Traits]) -> Iterable[list[Traits]]:
    found: dict[int | None, list[Traits]] = defaultdict(list)
    for one in shelf:
        found[one.commune].append(one)
    return found.values()


def _in_order(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _without(found: Mapping[Pair, Collection[Reason]], different: Collection[frozenset[int]]) -> dict[Pair, list[str]]:
    """What is worth a suspicion: two establishments so far, that nobody has declared different."""
    return {pair: sorted(why) for pair, why in found.items() if pair[0] != pair[1] and frozenset(pair) not in different}


def _write(codes: Mapping[Pair, list[str]], known: QuerySet[Suspicion]) -> tuple[int, int]:
    """Bring the open suspicions in `known` to what was found; decided ones stay. How many are new, how many gone."""
    before = {(one.first_id, one.second_id): one for one in known.select_for_update().order_by()}
    new = [
        Suspicion(first_id=first, second_id=second, reasons=why)
        for (first, second), why in codes.items()
        if (first, second) not in before
    ]
    Suspicion.objects.bulk_create(new, ignore_conflicts=True, batch_size=AT_ONCE)
    open_before = {pair: one for pair, one in before.items() if one.state == SuspicionState.OPEN}
    changed = [one for pair, one in open_before.items() if pair in codes and one.reasons != codes[pair]]
    for one in changed:
        one.reasons = codes[one.first_id, one.second_id]
    Suspicion.objects.bulk_update(changed, ["reasons"], batch_size=AT_ONCE)
    gone = [one.pk for pair, one in open_before.items() if pair not in codes]
    for some in _portions(gone):
        Suspicion.objects.filter(pk__in=some).delete()
    return len(new), len(gone)


def belongs_to_merged(establishment: Establishment) -> bool:
    """Whether its tax code stands on an entry that was merged into another establishment; one query."""
    if not establishment.tax_code:
        return False
    merged = Establishment.objects.filter(tax_code=establishment.tax_code, merged_into__isnull=False)
    return merged.exclude(merged_into=establishment.pk).exists()


def waiting_for(actor: Actor) -> QuerySet[Suspicion]:
    """The open suspicions of which the actor may see a side at least, the oldest first; no pair that is merged by now."""
    scopes = [
        province_scope(actor, province=f"{side}__province", commune=f"{side}__commune", account=f"{side}__account")
        for side in ("first", "second")
    ]
    apart = ~Q(first_identity=F("second_identity"))
    return (
        Suspicion.objects.filter(scopes[0] | scopes[1], state=SuspicionState.OPEN)
        .annotate(
            first_identity=Coalesce("first__merged_into", "first"),
            second_identity=Coalesce("second__merged_into", "second"),
        )
        .filter(apart)
        .select_related(*(f"{entry}__{part}" for entry in ENTRIES for part in ("province__current", "commune")))
        .order_by("found_at", "pk")
    )


def waiting_between(one: Establishment, other: Establishment, *, actor: Actor) -> QuerySet[Suspicion]:
    """The open suspicions that these two are one establishment, whichever of their entries raised them."""
    pair = (one.identity_id, other.identity_id)
    sides = [Q(**{f"{side}__in": pair}) | Q(**{f"{side}__merged_into__in": pair}) for side in ("first", "second")]
    return waiting_for(actor).filter(*sides)
