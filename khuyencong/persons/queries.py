"""Lists of rows for the pages about retention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from khuyencong.core.findings import Blocker
from khuyencong.people.actors import Actor
from khuyencong.persons.hiding import main_field
from khuyencong.persons.holding import Holding, Rule
from khuyencong.persons.keeping import Terms, own_rows, terms_of, with_day
from khuyencong.persons.models import HidingRun, RetentionTerm
from khuyencong.persons.where import BY_KEY, HOLDINGS

KEPT_SHOWN = 20
MOST_LISTED = 5_000


@dataclass(frozen=True)
class Line:
    """One row of a list: what its person is, what is seen of the name, why it stays."""

    kind: str
    number: str
    name: str
    reason: Blocker | None = None


@dataclass(frozen=True)
class Lists:
    """What one rule would hide today, and what is past its days but must stay."""

    term: RetentionTerm | None
    due: Sequence[Line]
    kept: Sequence[Line]


def lists_of(actor: Actor, rule: Rule, on: date) -> Lists:
    """Both lists of one rule for the actor's agency; the second shows the first few, each with its reason."""
    terms = Terms(terms_of(actor), on)
    holdings = [one for one in HOLDINGS if one.rule == rule.key and not one.stays]
    due = [line for one in holdings for line in _lines(one, terms.past(one, own_rows(one, actor)))]
    return Lists(terms.by_rule.get(rule.key), due[:MOST_LISTED], _kept(holdings, terms, actor))


def _kept(holdings: Sequence[Holding], terms: Terms, actor: Actor) -> list[Line]:
    found: list[Line] = []
    for holding in holdings:
        rows = with_day(holding, own_rows(holding, actor))
        limit = terms.limit(holding.rule)
        if holding.since is not None:
            rows = rows.none() if limit is None else rows.filter(day__lt=limit)
        rows = rows.exclude(pk__in=terms.free(holding, own_rows(holding, actor)).order_by().values("pk")).order_by("pk")
        for line, pk in zip(
            _lines(holding, rows[:KEPT_SHOWN]), rows.values_list("pk", flat=True)[:KEPT_SHOWN], strict=True
        ):
            reason = terms.why_kept(holding, pk)
            if reason is not None and reason.code == "papers_kept":
                found.append(Line(line.kind, line.number, line.name, reason))
        if len(found) >= KEPT_SHOWN:
            break
    return found[:KEPT_SHOWN]


def _lines(holding: Holding, rows: object) -> list[Line]:
    name = main_field(holding)
    return [
        Line(holding.label, f"số {pk}", _initials(str(value)))
        for pk, value in rows.values_list("pk", name)[:MOST_LISTED]  # type: ignore[attr-defined]  # a queryset of any model
    ]


def _initials(text: str) -> str:
    """Enough to recognise somebody in a list: «N. V. An»."""
    words = text.split()
    return " ".join([*(f"{word[0]}." for word in words[:-1]), *words[-1:]])[:60]


def counts_of(run: HidingRun) -> list[tuple[str, int]]:
    """How many rows of each kind the run has hidden."""
    hidden = run.rows.filter(hidden_at__isnull=False).order_by().values_list("model", flat=True)
    found = Counter(BY_KEY[model].label for model in hidden if model in BY_KEY)
    return sorted(found.items())
