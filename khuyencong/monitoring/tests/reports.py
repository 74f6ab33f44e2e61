"""Monthly reports on the way that people take them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from khuyencong.core.dates import today
from khuyencong.documents.reading import open_workbook
from khuyencong.finance.models import Contract
from khuyencong.monitoring import actions
from khuyencong.monitoring.days import first_of
from khuyencong.monitoring.figures import figures_of
from khuyencong.monitoring.models import ProgressReport
from khuyencong.projects.models import Project
from khuyencong.testing import make_project

UNIT, SO, CUC = ("dong-thap-centre", "officer"), ("dong-thap", "officer"), ("national", "officer")
APPRAISER = ("dong-thap", "appraiser")


def running(world, *, signed=None, **more):
    """A đề án under way; `signed` dates its contract back."""
    project = make_project(world, state="in_progress", **({"source": "national"} | more))
    if signed:
        Contract.objects.filter(parts__project=project).update(signed_on=signed)
    return Project.objects.get(pk=project.pk)


def begun(world, project, *, month=None, who=UNIT):
    project.refresh_from_db()
    return actions.begin(
        project_id=project.pk, by=world.actor(*who), version=project.version, creation_key=uuid4(),
        month=month or first_of(today()),
    )  # fmt: skip


def written(world, report, *, volume="40", share=0.4, who=UNIT, **changed):
    """With this volume, and this share of the investment at every beneficiary."""
    report.refresh_from_db()
    now = figures_of(report)
    parts = [replace(one, done=int(one.total * share)) for one in now.parts]
    figures = replace(now, volume=Decimal(volume), parts=parts, next_month="Lắp máy.") if volume else now
    return actions.write(
        report_id=report.pk, by=world.actor(*who), version=report.version, figures=replace(figures, **changed)
    )


def submitted(world, project, *, month=None, who=UNIT, **figures):
    report = written(world, begun(world, project, month=month, who=who), who=who, **figures)
    return actions.submit(report_id=report.pk, by=world.actor(*who), version=report.version)


def confirmed(world, project, *, month=None, by=SO, on=None, **figures):
    report = submitted(world, project, month=month, **figures)
    return confirm(world, report, by=by, on=on)


def confirm(world, report, *, by=SO, on=None):
    report = fresh(report)
    return actions.confirm(report_id=report.pk, by=world.actor(*by), version=report.version, confirmed_on=on or today())


def returned(world, report, *, by=SO, reason="Thiếu số liệu."):
    report = fresh(report)
    return actions.send_back(report_id=report.pk, by=world.actor(*by), version=report.version, reason=reason)


def correction(world, report, *, who=UNIT, reason="Ghi nhầm."):
    report = fresh(report)
    return actions.correct(
        report_id=report.pk, by=world.actor(*who), version=report.version, creation_key=uuid4(), reason=reason
    )


def fresh(report):
    return ProgressReport.objects.select_related("project__implementing_unit").get(pk=report.pk)


def month(year, number):
    return date(year, number, 1)


def photographed(world, report, *, content=b"\x89PNG\r\n\x1a\n" + b"p" * 30, name="hien-truong.png"):
    report = fresh(report)
    (photo,) = actions.add_photos(
        report_id=report.pk, by=world.actor(*UNIT), version=report.version,
        photos=[SimpleUploadedFile(name, content)], caption="Lắp máy",
    )  # fmt: skip
    return photo


def sheet_of(answer):
    """The rows of the first sheet of an .xlsx answer: {place of the column: value}."""
    book = open_workbook(answer.content)
    return [row.cells for row in book.table(book.sheets[0], most_rows=1_000).rows]
