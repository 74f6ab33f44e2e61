"""What appraisers found (TT 36/2013 Đ8, Đ9)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from ninja import Router
from pydantic import Field

from khuyencong.api.door import ApiRequest
from khuyencong.api.endpoints.project_shapes import ProjectOut
from khuyencong.api.endpoints.projects import shown
from khuyencong.api.operations import act, read
from khuyencong.api.problems import FindingOut
from khuyencong.api.scopes import Scope
from khuyencong.api.shapes import Answer, Body, Code, Day, Named, OneOf, named
from khuyencong.appraisal.actions import Judgement, appraise
from khuyencong.appraisal.models import Appraisal, Level, Outcome
from khuyencong.projects.web import project_or_404

router = Router(tags=["Thẩm định"])
Long = Annotated[str, Field(max_length=20_000)]


class PointOut(Answer):
    """One of the five points of TT 36/2013 Đ9."""

    number: int
    title: str
    met: bool
    comment: str


class AppraisalOut(Answer):
    """One appraisal of one submission at one level."""

    level: Named
    submission: int
    outcome: Named
    by_council: bool
    minutes_number: str
    appraised_on: date
    comment: str
    conditions: str
    agency: Named
    points: list[PointOut]
    findings: list[FindingOut]


class PointIn(Body):
    """What is said of one point."""

    number: Annotated[int, Field(ge=1, le=5)]
    met: bool
    comment: Annotated[str, Field(max_length=5_000)] = ""


class AppraisalIn(Body):
    """A judgement; `conditions` one to a line, `completion` what a returned đề án must put right."""

    level: Annotated[str, OneOf(Level.values)]
    outcome: Annotated[str, OneOf(Outcome.values)]
    points: Annotated[list[PointIn], Field(min_length=5, max_length=5)]
    appraised_on: Day
    comment: Long = ""
    conditions: Long = ""
    minutes_number: Annotated[str, Field(max_length=60)] = ""
    norm_confirmed: bool = Field(False, description="Đã đối chiếu định mức với văn bản gốc")
    conditions_due_on: Day | None = None
    completion: Annotated[list[Annotated[str, Field(min_length=1, max_length=2_000)]], Field(max_length=50)] = []
    completion_days: Annotated[int, Field(ge=1, le=365)] | None = None


def _shown(one: Appraisal) -> dict[str, Any]:
    return {
        "level": named(one.level, one.get_level_display()),
        "submission": one.submission,
        "outcome": named(one.outcome, one.get_outcome_display()),
        "by_council": one.by_council,
        "minutes_number": one.minutes_number,
        "appraised_on": one.appraised_on,
        "comment": one.comment,
        "conditions": one.conditions,
        "agency": named(one.agency.code, one.agency.name),
        "points": [
            {"number": point.number, "title": point.title, "met": point.met, "comment": point.comment}
            for point in one.points.all()
        ],
        "findings": one.findings,
    }


@read(router, "/projects/{code}/appraisals", Scope.APPRAISAL_READ, list[AppraisalOut], "Kết quả thẩm định của đề án")
def appraisals(request: ApiRequest, code: Code) -> list[dict[str, Any]]:
    """All of them, the latest first."""
    found = project_or_404(request.actor, code)
    return [_shown(one) for one in found.appraisals.select_related("agency").prefetch_related("points")]


@act(router, "/projects/{code}/appraisals", Scope.APPRAISAL_WRITE, ProjectOut, "Ghi kết quả thẩm định")
def appraisal_create(request: ApiRequest, code: Code, body: AppraisalIn) -> dict[str, Any]:
    """Judge the five points, and agree, return or refuse."""
    found = project_or_404(request.actor, code)
    appraise(
        project_id=found.pk,
        by=request.actor,
        version=request.expected_version,
        level=Level(body.level),
        outcome=Outcome(body.outcome),
        points={one.number: Judgement(one.met, one.comment) for one in body.points},
        appraised_on=body.appraised_on,
        comment=body.comment,
        conditions=body.conditions,
        minutes_number=body.minutes_number,
        norm_confirmed=body.norm_confirmed,
        conditions_due_on=body.conditions_due_on,
        completion=body.completion,
        completion_days=body.completion_days,
    )
    return shown(request.actor, code)
