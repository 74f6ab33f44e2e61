"""Which judges are too near to which products, by what the records say of both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from khuyencong.competitions.judging.closeness import Known
from khuyencong.competitions.models import ConflictDecision, ConflictSource, Entry, Member
from khuyencong.people.models import Membership

WAITING = "Chờ quyết định: {}. Chưa được chấm."
BARRED = "Không chấm: {}."


def pairs(judges: Iterable[Member], entries: Sequence[Entry]) -> Iterator[tuple[Member, Entry, list[str]]]:
    """The pairs that have something in common, and what (`ConflictSource`); expects `establishment` loaded. At most one query."""
    others = [(entry, _of_establishment(entry)) for entry in entries]
    own = _owners({entry.establishment.account_id for entry in entries if entry.establishment.account_id})
    for judge in judges:
        person = Known.of(name=judge.full_name, address=judge.address, tax_code=judge.tax_code)
        for entry, other in others:
            sources = person.ties_with(other)
            if (judge.user_id, entry.establishment.account_id) in own:
                sources = [ConflictSource.OWN, *sources]
            if sources:
                yield judge, entry, sources


def barred(member: Member, entries: Sequence[Entry]) -> dict[int, str]:
    """{entry: why this judge does not score it}: what is recorded and not allowed, and what nobody has looked at yet. Two queries."""
    rows: dict[int, dict[str, str]] = {}
    for entry, source, decision in member.conflicts.filter(entry__in=entries).values_list(
        "entry", "found_by", "decision"
    ):
        rows.setdefault(entry, {})[source] = decision
    for _, one, sources in pairs([member], entries):
        for source in sources:
            rows.setdefault(one.pk, {}).setdefault(source, _by_itself(source))
    found = {}
    for key, decisions in rows.items():
        against = {source: one for source, one in decisions.items() if one != ConflictDecision.ALLOWED}
        if against:
            told = ", ".join(ConflictSource(source).label.lower() for source in against)
            found[key] = (BARRED if ConflictDecision.EXCLUDED in against.values() else WAITING).format(told)
    return found


def _owners(accounts: set[int]) -> set[tuple[int | None, int | None]]:
    """(user, account) of everybody who wears the hat of one of these establishments; no query where none has an account."""
    if not accounts:
        return set()
    rows = Membership.objects.filter(agency__in=accounts, is_active=True).order_by()
    return set(rows.values_list("user_id", "agency_id"))


def _by_itself(source: str) -> str:
    """What a tie means before anybody has looked at it."""
    return "" if source == ConflictSource.FAMILY_NAME else ConflictDecision.EXCLUDED


def _of_establishment(entry: Entry) -> Known:
    place = entry.establishment
    return Known.of(name=place.owner_name, address=place.place_text, tax_code=place.tax_code)
