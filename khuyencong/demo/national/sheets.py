"""What the made-up đề án have brought: the sheets that `effects.opening` would have opened, two thirds of them answered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from khuyencong.core.money import MILLION
from khuyencong.demo.national.tables import Checksum, Table
from khuyencong.demo.national.works import DONE, LAST_DAY, Part, Work
from khuyencong.effects.models import MONTHS_AFTER, EffectSheet, Moment, SheetState
from khuyencong.effects.opening import months_later
from khuyencong.projects.states import COMMITTED

FIELDS = (
    "project", "beneficiary", "moment", "due_on", "state", "support", "cost", "closed", "workers", "jobs_new",
    "jobs_kept", "jobs_women", "income",
)  # fmt: skip
SILENT = (None,) * 5


class Sheets:
    """Writes them, of one đề án after another."""

    def __init__(self, checksum: Checksum) -> None:
        self.table = Table(EffectSheet, checksum, *FIELDS)

    def add(self, chance: Random, work: Work) -> None:
        """Of an approved đề án the sheet of before, of an accepted one all four."""
        if work.state not in COMMITTED:
            return
        for part in work.parts:
            if part.key is None:
                continue
            self._add(chance, work, part, Moment.BASELINE, work.days.submitted)
            if work.state in DONE:
                for moment, months in MONTHS_AFTER.items():
                    self._add(chance, work, part, moment, months_later(work.days.accepted, months))

    def _add(self, chance: Random, work: Work, part: Part, moment: Moment, due_on: date) -> None:
        said = due_on <= LAST_DAY and chance.random() < 2 / 3
        done = work.state in DONE
        support, cost = (part.accepted, part.cost) if done else (None, None)
        figures: tuple[object, ...] = SILENT
        if said:
            workers, after = chance.randrange(4, 60), moment != Moment.BASELINE
            figures = (
                Decimal(workers),
                Decimal(chance.randrange(9)) if after else None,
                Decimal(chance.randrange(workers)) if after else None,
                Decimal(workers // 2),
                Decimal(chance.randrange(5, 14) * MILLION),
            )
        state = SheetState.CONFIRMED if said else SheetState.WAITING
        closed = said and moment != Moment.BASELINE and chance.random() < 0.03
        self.table.add(work.key, part.key, moment.value, due_on, state.value, support, cost, closed, *figures)
