"""A programme as it is written in tests."""

from uuid import uuid4

from khuyencong.core.dates import today
from khuyencong.programmes import actions
from khuyencong.programmes.models import ProgrammeMoney, ProgrammeTarget

LABELS = {"machinery": "Máy móc", "trademark": "Nhãn hiệu", "showroom": "Phòng trưng bày"}
OFFICER, LEADER = ("dong-thap", "officer"), ("dong-thap", "leader")


def target(code="machinery", low=100, high=None, **more):
    """A target of this year and the next four, unless `more` says otherwise."""
    year = today().year
    values = {"label": LABELS.get(code, code), "unit": "cơ sở", "first_year": year, "last_year": year + 4, **more}
    return ProgrammeTarget(indicator=code, low=low, high=low if high is None else high, **values)


def money(source="local", low=5_000_000_000, high=None):
    return ProgrammeMoney(source=source, low=low, high=low if high is None else high)


def enter(world, *targets, agency="dong-thap", first=None, last=None, monies=(), law_document=""):
    """A programme of the agency with a draft that wants these."""
    year = today().year
    officer = world.actor(agency, "officer")
    programme = actions.create_programme(
        by=officer, creation_key=uuid4(), name="Chương trình thử", first_year=first or year, last_year=last or year + 4,
        law_document=law_document,
    )  # fmt: skip
    if targets or monies:
        actions.save_draft(
            programme_id=programme.pk, by=officer, version=programme.version, targets=list(targets), money=list(monies)
        )
        programme.refresh_from_db()
    return programme


def approve(world, programme, *, by=None, **changed):
    """The decision of today by the leader of the programme's agency."""
    values = {
        "decision_number": "12/QĐ-UBND", "decision_on": today(), "decided_by": "Chủ tịch Thử Nghiệm",
        "effective_on": today(), **changed,
    }  # fmt: skip
    leader = by or world.actor(programme.agency.code, "leader")
    version = actions.approve_version(programme_id=programme.pk, by=leader, version=programme.version, **values)
    programme.refresh_from_db()
    return version


def approved(world, *targets, **more):
    """A programme in force since today."""
    programme = enter(world, *(targets or (target(),)), **more)
    approve(world, programme)
    return programme


def amended(world, programme, *targets, note=""):
    """The next draft, that wants these instead."""
    officer = world.actor(programme.agency.code, "officer")
    draft = actions.amend(programme_id=programme.pk, by=officer, version=programme.version)
    programme.refresh_from_db()
    actions.save_draft(
        programme_id=programme.pk, by=officer, version=programme.version, targets=list(targets), money=[], note=note
    )
    programme.refresh_from_db()
    return draft
