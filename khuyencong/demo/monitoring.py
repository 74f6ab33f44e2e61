"""Made-up monthly reports: one confirmed and being corrected, one that waits for Sở, and the day that Sở asks for."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from khuyencong.core.dates import today
from khuyencong.core.money import share_down
from khuyencong.demo.walk import World
from khuyencong.monitoring import actions
from khuyencong.monitoring.days import first_of, month_after
from khuyencong.monitoring.figures import WorkInput, figures_of
from khuyencong.monitoring.models import ProgressReport, WorkState
from khuyencong.projects.models import Project

CENTRE, SO = "dong-thap-centre", "dong-thap"
NATIONAL, LOCAL = "Máy chế biến tinh bột (ví dụ)", "Máy tách màu gạo (ví dụ)"
# One white dot: a picture that shows nothing of anybody.
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=="
)


def load_monthly(world: World) -> None:
    """Two reports at different stages, through the real actions."""
    actions.set_report_day(
        by=world.actor(SO, "leader"),
        creation_key=uuid4(),
        from_month=month_after(first_of(today())),
        day=20,
        document="Công văn 00/SCT-VIDU (không có thật)",
    )
    # Its advance rests on a report that Sở has confirmed: `demo.paying.confirm_progress`.
    first = ProgressReport.objects.get(project__name=NATIONAL)
    correction = actions.correct(
        report_id=first.pk,
        by=world.actor(CENTRE, "officer"),
        version=first.version,
        creation_key=uuid4(),
        reason="Cộng nhầm khối lượng của hạng mục không được hỗ trợ (ví dụ).",
    )
    correction = _write(world, correction, volume="75", share=Fraction(3, 4), done=1)
    correction.refresh_from_db()
    actions.add_photos(
        report_id=correction.pk,
        by=world.actor(CENTRE, "officer"),
        version=correction.version,
        photos=[SimpleUploadedFile("may-da-lap.png", DOT)],
        caption="Máy đã đặt lên bệ (ảnh ví dụ)",
    )
    _submitted(world, _written(world, LOCAL, volume="35", share=Fraction(3, 10), done=0))


def _written(world: World, name: str, *, volume: str, share: Fraction, done: int) -> ProgressReport:
    project = Project.objects.get(name=name)
    report = actions.begin(
        project_id=project.pk,
        by=world.actor(CENTRE, "officer"),
        version=project.version,
        creation_key=uuid4(),
        month=first_of(today()),
    )
    return _write(world, report, volume=volume, share=share, done=done)


def _write(world: World, report: ProgressReport, *, volume: str, share: Fraction, done: int) -> ProgressReport:
    report.refresh_from_db()
    now = figures_of(report)
    figures = replace(
        now,
        volume=Decimal(volume),
        parts=[replace(one, done=share_down(share, one.total)) for one in now.parts],
        works=_works(now.works, done),
        difficulties="Lưới điện ba pha tới xưởng chậm hơn dự kiến (ví dụ).",
        proposals="",
        next_month="Đấu điện, chạy thử không tải (ví dụ).",
    )
    return actions.write(
        report_id=report.pk, by=world.actor(CENTRE, "officer"), version=report.version, figures=figures
    )


def _works(works: Sequence[WorkInput], done: int) -> list[WorkInput]:
    """The first ones done, the next under way, the others still to come."""
    states = [WorkState.DONE] * done + [WorkState.UNDER_WAY]
    states += [WorkState.WAITING] * len(works)
    return [replace(one, state=state.value) for one, state in zip(works, states, strict=False)]


def _submitted(world: World, report: ProgressReport) -> None:
    report.refresh_from_db()
    actions.submit(report_id=report.pk, by=world.actor(CENTRE, "officer"), version=report.version)
