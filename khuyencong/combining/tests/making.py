"""Other programmes and what they paid in a đề án, through the real actions."""

from uuid import uuid4

from khuyencong.combining import actions
from khuyencong.core.dates import today
from khuyencong.projects.models import EstimateLine
from khuyencong.testing import make_project

OFFICER, SO, CUC = ("dong-thap-centre", "officer"), ("dong-thap", "officer"), ("national", "officer")
OTHER = ("phu-tho-centre", "officer")
YEAR = today().year


def programme(world, who=OFFICER, **changed):
    fields = {
        "name": "Chương trình Ví Dụ",
        "document": "QĐ 1/QĐ-VD",
        "first_year": YEAR - 1,
        "last_year": None,
        **changed,
    }
    return actions.keep_programme(by=world.actor(*who), creation_key=uuid4(), fields=fields)


def row_fields(of, **changed):
    return {
        "programme": of, "year": YEAR, "amount": 30_000_000, "content": "Đường vào xưởng", "document": "HĐ 2",
        "result": "", "quantity": None, "unit": "", "counted_by": "here", "left_to": "", **changed,
    }  # fmt: skip


def combine(world, project, of, *, who=OFFICER, key=None, **changed):
    return actions.combine(
        project_id=project.pk, by=world.actor(*who), creation_key=key or uuid4(), fields=row_fields(of, **changed)
    )


def with_other(world, other=100_000_000, state="in_progress", project=None):
    """A đề án of whose counterpart `other` comes from elsewhere."""
    project = project or make_project(world, state=state)
    line = project.lines.get()
    EstimateLine.objects.filter(pk=line.pk).update(other=other, counterpart=line.counterpart - other)
    return project


def row_of(world):
    """A row of a đề án with other money."""
    return combine(world, with_other(world), programme(world))
