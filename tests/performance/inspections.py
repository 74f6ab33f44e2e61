"""What `make bench` measures of inspections, among the 20.000 đề án of `calculations.py`: six thousand of ten years, with findings."""

from datetime import date, timedelta
from itertools import cycle
from random import Random

from khuyencong.core.dates import today
from khuyencong.inspections.models import (
    FindingState,
    Inspection,
    InspectionFinding,
    InspectionPlan,
    InspectionState,
    Visit,
)
from khuyencong.people.models import User
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from tests.performance.lists import LISTED
from tests.performance.page import Page

COUNT, BATCH = 6_000, 2_000
STATES = (
    *[InspectionState.CLOSED] * 6,
    InspectionState.CONCLUDED,
    InspectionState.DONE,
    *[InspectionState.PLANNED] * 2,
)
WORDS = {"conclusion_number": "1/KL", "conclusion": "Đúng mục đích."}


def make_inspections(*, seed: int = 21) -> None:
    """Inspections of settled đề án by their departments, each with a visit and a finding unless it is still planned."""
    chance = Random(seed)  # noqa: S311  # made-up data, the same at every run
    user = User.objects.order_by("pk")[0]
    rows = Project.objects.filter(state=ProjectState.SETTLED, code__startswith="DO-").order_by("pk")
    projects = list(rows.select_related("department")[:COUNT])
    plans: dict[tuple[int, int], InspectionPlan] = {}
    made = []
    for number, (project, state) in enumerate(zip(projects, cycle(STATES), strict=False)):
        year = today().year - number % 10
        key = (project.department_id or 0, year)
        if key not in plans:
            plans[key] = InspectionPlan.objects.create(
                agency_id=key[0], year=year, title=f"Kế hoạch {year}", decision_number="1/QĐ",
                decision_on=date(year, 1, 2), created_by=user,
            )  # fmt: skip
        on = date(year, 1, 10) + timedelta(days=chance.randrange(340))
        told = state in {InspectionState.CONCLUDED, InspectionState.CLOSED}
        made.append(
            Inspection(
                agency_id=key[0], plan=plans[key], project=project, reason="random", planned_on=on, lead=user,
                state=state, created_by=user, **(WORDS if told else {}), concluded_on=on if told else None,
                closed_on=on if state == InspectionState.CLOSED else None,
            )
        )  # fmt: skip
    been = [one for one in Inspection.objects.bulk_create(made, BATCH) if one.state != InspectionState.PLANNED]
    visits = Visit.objects.bulk_create(
        (
            Visit(inspection=one, number=1, visited_on=one.planned_on, met="A", place="B", result="C", by=user)
            for one in been
        ),
        BATCH,
    )
    InspectionFinding.objects.bulk_create(
        (
            InspectionFinding(
                inspection=visit.inspection, visit=visit, number=1, kind="papers", severity="minor", text="Thiếu sổ.",
                demand="Bổ sung.", due_on=visit.visited_on + timedelta(days=30), by=user,
                state=FindingState.CLOSED if visit.inspection.closed_on else FindingState.OPEN,
                closed_on=visit.inspection.closed_on,
            )
            for visit in visits
        ),
        BATCH,
    )  # fmt: skip


PATHS = {
    "Kiểm tra": "/kiem-tra/",
    "Kiểm tra, mọi năm": "/kiem-tra/?year=",
    "Kiểm tra, tìm «may moc»": "/kiem-tra/?year=&q=may+moc",
    "Kiến nghị theo hạn": "/kiem-tra/kien-nghi/",
    "Chọn đề án để kiểm tra": "/kiem-tra/chon/",
    "Kiểm tra sau khi kết thúc": "/kiem-tra/sau-ket-thuc/",
}
INSPECTIONS = [
    Page(f"{what} ({whose})", path, "inspections.Inspection", account, budget_ms=LISTED)
    for what, path in PATHS.items()
    for account, whose in (("chuyenvien.cuc", "cả nước"), ("chuyenvien", "tỉnh"))
]
