"""Reports of periods for tests, through the real actions."""

from uuid import uuid4

from khuyencong.core.dates import today
from khuyencong.periods import actions
from khuyencong.periods.actions.handing import RowInput
from khuyencong.periods.models import PeriodReport
from khuyencong.reporting.period import Period, PeriodKind, closing_day

OFFICER, LEADER = ("dong-thap", "officer"), ("national", "leader")


def begin(world, agency="dong-thap", *, by=None, period=None, by_hand=False, closing_on=None):
    """A draft of the year so far."""
    period = period or Period(PeriodKind.YEAR, today().year)
    return actions.begin(
        by=world.actor(*(by or (agency, "officer"))),
        creation_key=uuid4(),
        agency=world.agencies[agency],
        period=period,
        closing_on=closing_on or closing_day(period),
        by_hand=by_hand,
    )


def submit(world, report, *, by=None, explanation="Đã xem lại."):
    """Hand it in."""
    report.refresh_from_db()
    return actions.submit(
        report_id=report.pk,
        by=world.actor(*(by or (report.keeper.code, "officer"))),
        version=report.version,
        document="00/BC-VIDU",
        document_on=today(),
        explanation=explanation,
    )


def decide(world, report, *steps, by=LEADER):
    """Take these steps with what was handed in, none of which needs a reason."""
    for step in steps:
        report.refresh_from_db()
        getattr(actions, step)(report_id=report.pk, by=world.actor(*by), version=report.version)


def lock(world, report, *, by=LEADER):
    """Approve and lock what was handed in."""
    decide(world, report, "approve", "lock", by=by)
    return PeriodReport.objects.get(pk=report.pk)


def hand_row(**values):
    """A row of a table by hand, of machinery with local money."""
    return RowInput(source=values.pop("source", "local"), activity="machinery", values=values)


def with_table(world, agency="phu-tho", *, by=("national", "officer"), **values):
    """A draft with a table of one row, begun by who receives it."""
    report = begin(world, agency, by=by, by_hand=True)
    return actions.set_row(
        report_id=report.pk,
        by=world.actor(*by),
        version=report.version,
        row=hand_row(**(values or {"planned_projects": 2, "planned": 500_000_000})),
    )
