"""Acceptance on the spot (TT 36/2013 Đ21)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from ninja import Router
from pydantic import Field

from khuyencong.api.cursors import Cursor, Limit, Page, page_of
from khuyencong.api.door import ApiRequest
from khuyencong.api.endpoints.project_shapes import ProjectOut
from khuyencong.api.endpoints.projects import shown
from khuyencong.api.operations import act, read
from khuyencong.api.problems import FindingOut
from khuyencong.api.scopes import Scope
from khuyencong.api.shapes import Answer, Body, Code, Day, Dong, Id, Named, OneOf, Year, named
from khuyencong.delivery.actions import ItemInput, accept
from khuyencong.delivery.models import Acceptance, Condition
from khuyencong.projects.models import Project
from khuyencong.projects.web import project_or_404

router = Router(tags=["Nghiệm thu"])
Short = Annotated[str, Field(max_length=160)]
Long = Annotated[str, Field(max_length=2_000)]


class ItemOut(Answer):
    """One item as it was found."""

    line: int | None
    approved_name: str
    description: str
    serial: str
    quantity: int
    cost: int


class AcceptanceOut(Answer):
    """The minutes of one acceptance that stands; `payable` is what it makes payable, in đồng."""

    id: int
    project: str
    number: str
    accepted_on: date
    beneficiary: int | None
    round: int
    is_last: bool
    payable: int
    form: Named
    comment: str
    items: list[ItemOut]
    findings: list[FindingOut]


class ItemIn(Body):
    """One item found on the spot; `cost` 0 where it was not delivered."""

    line: Id | None = Field(None, description="Dòng dự toán; null: không có trong danh mục được duyệt")
    cost: Dong
    description: Annotated[str, Field(max_length=300)] = ""
    serial: Annotated[str, Field(max_length=200)] = ""
    quantity: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    maker: Short = ""
    country: Annotated[str, Field(max_length=80)] = ""
    model: Annotated[str, Field(max_length=120)] = ""
    year_made: Annotated[int, Field(ge=1950, le=2100)] | None = None
    unit_price: Dong | None = None
    condition: Annotated[str, OneOf(Condition.values)] = Condition.NEW.value


class AcceptanceIn(Body):
    """What was found of one beneficiary (null: of the đề án itself)."""

    beneficiary: Id | None = None
    number: Annotated[str, Field(min_length=1, max_length=60)]
    accepted_on: Day
    items: Annotated[list[ItemIn], Field(min_length=1, max_length=200)]
    comment: Annotated[str, Field(max_length=10_000)] = ""
    is_last: bool = True
    undelivered: Long = ""
    explanation: Long = ""


def _shown(one: Acceptance) -> dict[str, Any]:
    return {
        "id": one.pk,
        "project": one.project.code,
        "number": one.number,
        "accepted_on": one.accepted_on,
        "beneficiary": one.beneficiary_id,
        "round": one.round,
        "is_last": one.is_last,
        "payable": one.payable,
        "form": named(one.form, one.get_form_display()),
        "comment": one.comment,
        "items": [
            {
                "line": item.line_id,
                "approved_name": item.approved_name,
                "description": item.description,
                "serial": item.serial,
                "quantity": item.quantity,
                "cost": item.cost,
            }
            for item in one.items.all()
        ],
        "findings": one.findings,
    }


@read(router, "/acceptances", Scope.ACCEPTANCE_READ, Page[AcceptanceOut], "Danh sách nghiệm thu")
def acceptances_list(
    request: ApiRequest, year: Year | None = None, project: Code | None = None, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, Any]:
    """Those that stand of the đề án in scope: by the year of the day of acceptance, of one đề án."""
    found = Acceptance.objects.filter(project__in=Project.objects.visible_to(request.actor).order_by())
    if year is not None:
        found = found.filter(accepted_on__gte=date(year, 1, 1), accepted_on__lte=date(year, 12, 31))
    if project is not None:
        found = found.filter(project__code=project)
    rows = found.select_related("project").prefetch_related("items")
    return page_of(rows, of="acceptances", cursor=cursor, limit=limit, show=_shown)


@read(router, "/projects/{code}/acceptances", Scope.ACCEPTANCE_READ, list[AcceptanceOut], "Nghiệm thu của đề án")
def acceptances(request: ApiRequest, code: Code) -> list[dict[str, Any]]:
    """Those that stand."""
    found = project_or_404(request.actor, code)
    return [_shown(one) for one in found.acceptances.select_related("project").prefetch_related("items")]


@act(router, "/projects/{code}/acceptances", Scope.ACCEPTANCE_WRITE, ProjectOut, "Ghi biên bản nghiệm thu")
def acceptance_create(request: ApiRequest, code: Code, body: AcceptanceIn) -> dict[str, Any]:
    """Accept what was delivered."""
    found = project_or_404(request.actor, code)
    items = []
    for one in body.items:
        values = one.model_dump()
        line, condition = values.pop("line"), Condition(values.pop("condition"))
        items.append(ItemInput(line_id=line, condition=condition, **values))
    accept(
        project_id=found.pk,
        by=request.actor,
        version=request.expected_version,
        beneficiary_id=body.beneficiary,
        number=body.number,
        accepted_on=body.accepted_on,
        items=items,
        comment=body.comment,
        is_last=body.is_last,
        undelivered=body.undelivered,
        explanation=body.explanation,
    )
    return shown(request.actor, code)
