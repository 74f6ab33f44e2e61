"""Which entries of the registry may be one and the same establishment: what two of them have in common, and how sure it is.

An entry that was merged into another speaks for that one. Two entries that a person has declared different stay so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, Q

from khuyencong.establishments.keys import is_telling_phone, is_telling_serial
from khuyencong.establishments.models import Establishment, FormerName, Machine, Reason, Suspicion, SuspicionState

# Alone they say too little: a branch is no duplicate, and a person's name comes up in every commune.
WEAK = frozenset({Reason.TAX_BRANCH, Reason.NAME_PROVINCE})
# A telephone on more entries than this is that of an officer or an accountant who wrote it down.
SHARED_PHONE = 5


@dataclass(frozen=True, slots=True)
class Traits:
    """What one entry is compared by. `identity` is the entry that stands for it; places are those of today."""

    pk: int
    identity: int
    name: str
    tax_code: str
    tax_head: str
    phone: str
    province: int | None
    commune: int | None
    former: frozenset[str] = frozenset()
    serials: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """Today's name and those of before."""
        return self.former | {self.name} if self.name else self.former

    def shelves(self) -> Iterator[tuple[str, str, int | None]]:
        """Whatever two entries must have in common to be worth comparing."""
        if self.tax_head:
            yield "tax", self.tax_head, None
        if self.phone:
            yield "phone", self.phone, None
        for name in self.names:
            yield "name", name, self.province
        for serial in self.serials:
            yield "serial", serial, None


@dataclass(frozen=True, slots=True)
class Link:
    """That another entry is the same establishment (`certain`), or may be."""

    entry_id: int
    certain: bool
    reasons: frozenset[Reason]


def reasons(one: Traits, other: Traits) -> frozenset[Reason]:
    """What the two have in common."""
    found = set()
    if one.tax_head and one.tax_head == other.tax_head:
        found.add(Reason.TAX_CODE if one.tax_code == other.tax_code else Reason.TAX_BRANCH)
    if one.phone and one.phone == other.phone:
        found.add(Reason.PHONE)
    if one.serials & other.serials:
        found.add(Reason.SERIAL)
    if one.province == other.province:
        apart = one.commune is not None and other.commune is not None and one.commune != other.commune
        if one.name and one.name == other.name:
            found.add(Reason.NAME_PROVINCE if apart else Reason.NAME_PLACE)
        elif one.names & other.names and not apart:
            found.add(Reason.FORMER_NAME)
    return frozenset(found)


def is_certain(one: Traits, other: Traits, why: Collection[Reason]) -> bool:
    """Whether nobody need ask: one tax code, or one name in one commune and no two tax codes against it."""
    if one.identity == other.identity or Reason.TAX_CODE in why:
        return True
    if one.tax_head and other.tax_head:
        return False
    return (
        one.commune is not None
        and one.commune == other.commune
        and bool({Reason.NAME_PLACE, Reason.FORMER_NAME} & set(why))
    )


def is_suspicious(why: Collection[Reason]) -> bool:
    """Whether a person should look at the pair."""
    return bool(set(why) - WEAK)


COLUMNS = (
    "pk",
    "merged_into_id",
    "match_key",
    "tax_code",
    "tax_head",
    "phone_digits",
    "province__current_id",
    "commune__current_id",
)


def traits(condition: Q | None = None) -> list[Traits]:
    """What the entries of the condition (None: of the whole registry) are compared by; three queries."""
    entries = (
        Establishment.objects.order_by() if condition is None else Establishment.objects.filter(condition).order_by()
    )
    rows = list(entries.values_list(*COLUMNS))
    ids = None if condition is None else [row[0] for row in rows]
    former, serials = _texts_of(FormerName, "match_key", ids), _texts_of(Machine, "folded_serial", ids)
    return [
        Traits(
            pk=pk,
            identity=merged_into or pk,
            name=name,
            tax_code=tax_code,
            tax_head=head,
            phone=phone if is_telling_phone(phone) else "",
            province=province,
            commune=commune,
            former=frozenset(former.get(pk, ())),
            serials=frozenset(one for one in serials.get(pk, ()) if is_telling_serial(one)),
        )
        for pk, merged_into, name, tax_code, head, phone, province, commune in rows
    ]


def _texts_of(model: type[FormerName | Machine], column: str, ids: Collection[int] | None) -> dict[int, set[str]]:
    rows = model.objects.order_by().exclude(**{column: ""})
    if ids is not None:
        rows = rows.filter(establishment__in=ids)
    found: dict[int, set[str]] = defaultdict(set)
    for pk, text in rows.values_list("establishment_id", column):
        found[pk].add(text)
    return found


def candidates(entries: Collection[Traits]) -> list[Traits]:
    """Other entries that have something in common with one of these; six queries, each by an index."""
    names = {name for one in entries for name in one.names}
    serials = {serial for one in entries for serial in one.serials}
    former = FormerName.objects.filter(match_key__in=names).values_list("establishment_id", flat=True)
    same_machine = Machine.objects.filter(folded_serial__in=serials).values_list("establishment_id", flat=True)
    return traits(
        Q(tax_head__in={one.tax_head for one in entries if one.tax_head})
        | Q(match_key__in=names)
        | Q(phone_digits__in=_own_phones({one.phone for one in entries if one.phone}))
        | Q(pk__in={*former, *same_machine})
    )


def _own_phones(phones: Collection[str]) -> list[str]:
    """Those that few entries bear."""
    rows = Establishment.objects.filter(phone_digits__in=phones).order_by().values_list("phone_digits")
    return [phone for phone, number in rows.annotate(number=Count("pk")) if number <= SHARED_PHONE]


def in_common(
    entries: Collection[Traits], others: Iterable[Traits]
) -> Iterator[tuple[Traits, Traits, frozenset[Reason]]]:
    """Each of `entries` with each of `others` that is another establishment so far and has something in common with it."""
    shelves: dict[tuple[str, str, int | None], list[Traits]] = defaultdict(list)
    for one in entries:
        for key in one.shelves():
            shelves[key].append(one)
    for other in others:
        near = {mine.pk: mine for key in other.shelves() for mine in shelves.get(key, ())}
        for one in near.values():
            why = reasons(one, other)
            if why and one.identity != other.identity:
                yield one, other, why


def linked(establishments: Iterable[Establishment]) -> dict[int, list[Link]]:
    """For each of the establishments, by its key, the entries that are or may be the same one, itself among them.

    Eleven queries at most, whatever their number.
    """
    identities = {one.pk: one.identity_id for one in establishments}
    own = traits(_of_identities(identities.values()))
    found: dict[int, dict[int, Link]] = defaultdict(dict)
    for entry in own:
        found[entry.identity][entry.pk] = Link(entry.pk, certain=True, reasons=frozenset())
    certain: dict[tuple[int, int], bool] = {}
    common: dict[tuple[int, int], frozenset[Reason]] = {}
    for mine, other, why in in_common(own, candidates(own)):
        pair = mine.identity, other.identity
        common[pair] = common.get(pair, frozenset()) | why
        certain[pair] = certain.get(pair, False) or is_certain(mine, other, why)
    if common:
        different = declared_different({identity for pair in common for identity in pair})
        others = defaultdict(list)
        for pk, merged_into in (
            Establishment.objects.filter(_of_identities({other for _, other in common}))
            .order_by()
            .values_list("pk", "merged_into_id")
        ):
            others[merged_into or pk].append(pk)
        for (identity, root), why in common.items():
            if frozenset({identity, root}) not in different:
                for pk in others[root]:
                    found[identity][pk] = Link(pk, certain[identity, root], why)
    return {pk: list(found[identity].values()) for pk, identity in identities.items()}


def _of_identities(identities: Iterable[int]) -> Q:
    wanted = set(identities)
    return Q(pk__in=wanted) | Q(merged_into__in=wanted)


def declared_different(identities: Collection[int] | None) -> set[frozenset[int]]:
    """The pairs among these (None: of all) that a person has declared to be two establishments; one query."""
    rows = Suspicion.objects.filter(state=SuspicionState.DISMISSED)
    if identities is not None:
        sides = ("first", "second", "first__merged_into", "second__merged_into")
        rows = rows.filter(reduce(or_, (Q(**{f"{side}__in": identities}) for side in sides)))
    return {
        frozenset({first_into or first, second_into or second})
        for first, first_into, second, second_into in rows.order_by().values_list(
            "first_id", "first__merged_into_id", "second_id", "second__merged_into_id"
        )
    }
