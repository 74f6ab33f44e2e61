"""Sheets in every state, as short as the tests need them."""

from datetime import timedelta
from decimal import Decimal

from khuyencong.core.dates import today
from khuyencong.effects import actions
from khuyencong.effects.links import make_link
from khuyencong.effects.models import EffectSheet, How, Moment
from khuyencong.testing import make_project

GOOD = {
    "workers": 20, "jobs_new": 6, "jobs_women": 8, "jobs_minority": 2, "income": 8_000_000, "revenue": 4_000_000_000,
}  # fmt: skip


def make_due(sheets, *, days=1):
    """As if the time of these sheets had come so many days ago."""
    sheets.update(due_on=today() - timedelta(days=days))


def sheet_of(world, *, moment=Moment.AFTER_12, project=None, **made):
    """The sheet of a đề án of one beneficiary that was accepted, its time come."""
    project = project or make_project(world, state="accepted", **made)
    make_due(project.effect_sheets.all())
    return fresh(project.effect_sheets.filter(moment=moment).first())


def fresh(sheet):
    """The sheet as it stands."""
    return EffectSheet.objects.with_names().get(pk=sheet.pk)


def officer(world):
    return world.actor("dong-thap-centre", "officer")


def judge(world):
    return world.actor("dong-thap", "officer")


def told(closed=False, note="", upload=None, **values):
    """What was said; without figures the good ones."""
    values = values or ({} if closed else GOOD)
    return actions.Told(
        {code: None if one is None else Decimal(one) for code, one in values.items()}, closed, note, upload
    )


def record(world, sheet, **said):
    """An officer of the centre writes down what was told."""
    actions.record_by_phone(
        sheet_id=sheet.pk, by=officer(world), version=fresh(sheet).version, told=told(**said), told_by="bà Ví Dụ"
    )
    return fresh(sheet)


def confirm(world, sheet, remark=""):
    """An officer of the department confirms."""
    actions.confirm(sheet_id=sheet.pk, by=judge(world), version=fresh(sheet).version, remark=remark)
    return fresh(sheet)


def answered(world, **made):
    return record(world, sheet_of(world, **made))


def confirmed(world, **made):
    return confirm(world, answered(world, **made))


def link(sheet):
    """A fresh secret of the sheet."""
    return make_link(fresh(sheet), How.LETTER, by=None)[1]


def sent(sheet, **changed):
    """What a phone sends for the sheet."""
    return {"version": fresh(sheet).version, **{code: str(value) for code, value in GOOD.items()}, **changed}
