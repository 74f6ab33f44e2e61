"""What the same machine costs elsewhere: lines of other estimates, and what was found when they were accepted.

Two contents are the same machine where their names share enough words; numbers, makes and capacities do not count. It is
a hint for a person, never a verdict: quantities stand in the words of a line, so that the price is that of the whole line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from khuyencong.appraisal.spread import Spread, spread_of
from khuyencong.core.finding import holds, words
from khuyencong.people.actors import Actor
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.projects.received import WITHOUT_SUPPORT
from khuyencong.projects.states import COMMITTED

YEARS_BACK = 5
MOST_LINES = 8  # of this estimate, the dearest
MOST_READ = 600  # lines elsewhere, the latest
MOST_SHOWN = 5
TAKEN_BACK = "accepted_items__acceptance__annulment"  # of a later room as well
SHORTEST_NAME, LONGEST_NAME = 2, 8  # words
SHARED = 3, 5  # at least three fifths of the shorter name
# What stands before the name of a machine, and what follows it; folded.
BEFORE = re.compile(
    r"(?:(?:mua sam|mua|dau tu|trang bi|lap dat|ho tro|chi phi|bo|cai|chiec|may moc thiet bi) )+(?=\S+ \S)"
)
# Words that name no machine of their own.
GENERAL = frozenset(
    words("máy móc, thiết bị, công cụ, dụng cụ, phụ tùng, vật tư, nguyên liệu, hạng mục khác, tổng cộng")
)
AFTER = re.compile(r" (?:cong suat|nang suat|dung tich|kich thuoc|xuat xu|nhan hieu|ky hieu|model|kieu)\b.*")


@dataclass(frozen=True)
class Price:
    """One price elsewhere, in đồng. Out of sight it is told by agency and year; `accepted`: found on the spot."""

    amount: int
    year: int
    agency: str
    accepted: bool
    quantity: int
    content: str = ""
    code: str = ""

    @property
    def seen(self) -> bool:
        return bool(self.code)

    @property
    def each(self) -> int:
        """For one piece, where the acceptance counted several."""
        return self.amount // self.quantity


@dataclass(frozen=True)
class LinePrices:
    """One line of the estimate beside what the same machine costs elsewhere."""

    line: EstimateLine
    prices: tuple[Price, ...]

    @property
    def spread(self) -> Spread | None:
        return spread_of(one.amount for one in self.prices)

    @property
    def shown(self) -> tuple[Price, ...]:
        return self.prices[:MOST_SHOWN]

    @property
    def beside(self) -> str:
        """How the price of the line lies to the others; "" where there are too few."""
        spread = self.spread
        return spread.beside(self.line.total) if spread else ""


def name_words(content: str) -> tuple[str, ...]:
    """The words that name what is bought, folded: «02 máy sấy lạnh 500 kg/mẻ» gives may, say, lanh."""
    found: list[str] = []
    text = AFTER.sub("", " ".join(words(content)))
    for word in BEFORE.sub("", re.sub(r"^(?:\d+ )+", "", text)).split():
        numbered = any(sign.isdigit() for sign in word)
        if numbered and len(found) >= SHORTEST_NAME:
            break
        if not numbered:
            found.append(word)
    return tuple(dict.fromkeys(found))[:LONGEST_NAME]


def alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names share two words and three fifths of the shorter."""
    shared = len(set(one) & set(other))
    part, whole = SHARED
    return shared >= SHORTEST_NAME and whole * shared >= part * min(len(one), len(other))


def _names_something(name: Sequence[str]) -> bool:
    return len(name) >= SHORTEST_NAME and not GENERAL.issuperset(name)


def prices_of(project: Project, lines: Iterable[EstimateLine], *, seen_by: Actor) -> list[LinePrices]:
    """The dearest lines that name something, each with the prices found elsewhere, the latest first; one query."""
    named = [(line, name_words(line.content)) for line in sorted(lines, key=lambda line: (-line.total, line.pk))]
    wanted = [(line, name) for line, name in named if line.total and _names_something(name)][:MOST_LINES]
    if not wanted:
        return []
    elsewhere = _elsewhere(project, {name[:SHORTEST_NAME] for _, name in wanted}, seen_by)
    return [LinePrices(line, tuple(price for other, price in elsewhere if alike(name, other))) for line, name in wanted]


def _elsewhere(project: Project, heads: set[tuple[str, ...]], seen_by: Actor) -> list[tuple[tuple[str, ...], Price]]:
    """The lines of other đề án whose words hold one of the heads; of those out of sight only what a decision granted."""
    asked = Q(pk__in=[])
    for head in sorted(heads):
        asked |= holds(head)
    visible = Project.objects.visible_to(seen_by).order_by().filter(pk=OuterRef("project"))
    rows = (
        EstimateLine.objects.filter(
            asked, total__gt=0, project__year__gte=project.year - YEARS_BACK, project__year__lte=project.year
        )
        .exclude(project=project.pk)
        .exclude(project__state__in=WITHOUT_SUPPORT)
        .annotate(seen=Exists(visible))
        .filter(Q(seen=True) | Q(project__state__in=COMMITTED))
        .order_by("-project__year", "-project_id", "position", "pk")
    )
    # Acceptances belong to a later room: they are reached through the line's own relation.
    columns = ("content", "total", "seen", "accepted_items__cost", "accepted_items__quantity", TAKEN_BACK)
    found = rows.values(*columns, "project__year", "project__code", "project__funder__name")[:MOST_READ]
    return [(name_words(values["content"]), _price(values)) for values in found]


def _price(values: dict[str, Any]) -> Price:
    cost = None if values[TAKEN_BACK] else values["accepted_items__cost"]
    return Price(
        amount=cost or values["total"],
        year=values["project__year"],
        agency=values["project__funder__name"],
        accepted=bool(cost),
        quantity=values["accepted_items__quantity"] if cost else 1,
        content=values["content"] if values["seen"] else "",
        code=values["project__code"] if values["seen"] else "",
    )
