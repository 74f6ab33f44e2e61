"""Sheets of effects for the 20.000 đề án of `calculations.py`; `lists.py` measures the pages over them.

Each beneficiary of a settled đề án has its four sheets, two thirds of them confirmed: some 120.000 rows.
"""

from datetime import date
from decimal import Decimal
from random import Random


def prepare(*, seed: int = 26) -> int:
    """Add the sheets of all settled đề án made up in bulk; how many there are."""
    from khuyencong.core.money import MILLION
    from khuyencong.effects.models import EffectSheet, Moment, SheetState
    from khuyencong.effects.opening import months_later
    from khuyencong.projects.models import Beneficiary

    chance = Random(seed)  # noqa: S311  # made-up data, the same at every run
    months = {Moment.BASELINE: 0, Moment.ACCEPTANCE: 0, Moment.AFTER_12: 12, Moment.AFTER_24: 24}
    parts = Beneficiary.objects.filter(project__code__startswith="DO-", project__state="settled")
    rows = []
    for key, project, year in parts.order_by("pk").values_list("pk", "project", "project__year"):
        support = chance.randrange(20, 300) * MILLION
        for moment, later in months.items():
            said = chance.random() < 2 / 3
            workers = chance.randrange(4, 60)
            rows.append(
                EffectSheet(
                    project_id=project, beneficiary_id=key, moment=moment,
                    due_on=months_later(date(year, 11, 15), later),
                    state=SheetState.CONFIRMED if said else SheetState.WAITING, support=support,
                    cost=support * chance.randrange(2, 5),
                    workers=Decimal(workers) if said else None,
                    jobs_new=Decimal(chance.randrange(9)) if said and moment != Moment.BASELINE else None,
                    jobs_women=Decimal(workers // 2) if said else None,
                    income=Decimal(chance.randrange(5, 14) * MILLION) if said else None,
                    closed=said and chance.random() < 0.03,  # some of them are gone
                )
            )  # fmt: skip
    EffectSheet.objects.bulk_create(rows, 2_000)
    return len(rows)
