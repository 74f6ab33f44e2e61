"""How a đề án is shown to other systems, and what may be written of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from khuyencong.api.shapes import Answer, Body, Code, Day, Dong, Id, Named, Number, OneOf, named
from khuyencong.law.catalogue import activity_name, catalogue
from khuyencong.people.models import Agency
from khuyencong.places.models import Commune, Province
from khuyencong.programmes.models import FundingSource, Spending
from khuyencong.projects.indicators import INDICATORS
from khuyencong.projects.models import Beneficiary, EstimateLine, Project, ProjectKind, UnitSelection
from khuyencong.projects.models.project import LONG_TEXT, MOST_BENEFICIARIES, TEXT_FIELDS
from khuyencong.projects.states import transitions_from

LATER_YEAR = Annotated[int, Field(ge=2013, le=2100)]
Name = Annotated[str, Field(min_length=1, max_length=500)]
Line = Annotated[str, Field(max_length=300)]
Paper = Annotated[str, Field(max_length=200)]
Long = Annotated[str, Field(max_length=LONG_TEXT)]
Kind = Annotated[str, OneOf(ProjectKind.values)]
Source = Annotated[str, OneOf(FundingSource.values)]
Activity = Annotated[str, OneOf(catalogue().activities)]
Sector = Annotated[str, OneOf(catalogue().sectors)]


class ProjectRow(Answer):
    """A đề án in a list; money in đồng, as in its estimate."""

    version: int
    code: str
    name: str
    kind: Named
    source: str
    route: str
    activity: Named
    sector: str
    year: int
    state: Named
    implementing_unit: Named
    department: Named | None
    funder: Named
    province: Named
    province_before: Named | None
    commune: Named | None
    place_text: str
    starts_on: date | None
    ends_on: date | None
    submitted_on: date | None
    plan: int | None
    total: int
    support: int
    counterpart: int


class BeneficiaryOut(Answer):
    """An establishment in a đề án."""

    id: int
    establishment: int
    name: str
    place_text: str
    commits_own_capital: bool
    declares_no_other_support: bool


class LineOut(Answer):
    """A line of Mẫu 1."""

    id: int
    content: str
    total: int
    support: int
    counterpart: int
    other: int
    beneficiary: int | None
    in_cost_base: bool
    year: int | None
    cost_item: str
    unit: str
    quantity: float | None
    unit_price: int | None
    quotation: int | None
    note: str


class FileOut(Answer):
    """A file that the đề án holds."""

    id: int
    kind: str
    name: str
    size: int
    sha256: str


class StepOut(Answer):
    """A step that the state allows, for whoever may take it."""

    name: str
    label: str
    forward: bool


class ProjectOut(ProjectRow):
    """The whole đề án."""

    texts: dict[str, str]
    beneficiaries: list[BeneficiaryOut]
    lines: list[LineOut]
    files: list[FileOut]
    next_steps: list[StepOut]


class ProjectIn(Body):
    """Enough to open a đề án of one's own agency; the rest by PATCH."""

    name: Name
    source: Source
    kind: Kind
    activity: Activity
    sector: Sector | None = None
    year: LATER_YEAR
    province: Code = Field(description="Khóa của tỉnh hôm nay, ví dụ 82")
    province_before: Code | None = None
    commune: Code | None = None
    place_text: Line | None = None
    cooperating_unit: Line | None = None


class WorkIn(Body):
    """One piece of work (TT 36/2013 Đ5.5)."""

    content: Name
    who: Line = ""
    starts_on: Day | None = None
    ends_on: Day | None = None
    output: Line = ""
    cost: Dong | None = None


class IndicatorIn(Body):
    """One promised figure (TT 36/2013 Đ5.3, Đ5.8)."""

    code: Annotated[str, OneOf(INDICATORS)]
    target: Annotated[Decimal, Number(most=10**13)]
    baseline: Annotated[Decimal, Number(most=10**13)] | None = None
    name: Paper = ""
    unit: Annotated[str, Field(max_length=60)] = ""
    note: Line = ""


class ProjectChange(Body):
    """What is named is changed; null empties it. The two lists replace what stands."""

    name: Name | None = None
    kind: Kind | None = None
    activity: Activity | None = None
    sector: Sector | None = None
    spending: Annotated[str, OneOf(Spending.values)] | None = None
    cooperating_unit: Line | None = None
    province_before: Code | None = None
    commune: Code | None = None
    place_text: Line | None = None
    necessity: Long | None = None
    aims: Long | None = None
    scale: Long | None = None
    superior: Long | None = None
    content: Long | None = None
    organisation: Long | None = None
    effect_economic: Long | None = None
    effect_social: Long | None = None
    effect_environment: Long | None = None
    sustainability: Long | None = None
    replicability: Long | None = None
    selection: Annotated[str, OneOf(UnitSelection.values)] | None = None
    selection_document: Paper | None = None
    planned_beneficiaries: Annotated[int, Field(ge=1, le=MOST_BENEFICIARIES)] | None = None
    beneficiary_criteria: Long | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    declared_norm_document: Paper | None = None
    declared_norm_article: Annotated[str, Field(max_length=60)] | None = None
    declared_norm_percent: Annotated[Decimal, Number(most=100)] | None = None
    declared_norm_cap: Dong | None = None
    work_items: Annotated[list[WorkIn], Field(max_length=100)] | None = None
    indicators: Annotated[list[IndicatorIn], Field(max_length=100)] | None = None


class LineIn(Body):
    """A line of Mẫu 1: total = support + counterpart + other, and quantity × unit price where both are given."""

    content: Name
    total: Dong
    support: Dong = 0
    counterpart: Dong = 0
    other: Dong = 0
    beneficiary: Id | None = None
    in_cost_base: bool = True
    note: Line = ""
    year: LATER_YEAR | None = None
    cost_item: Line = ""
    unit: Annotated[str, Field(max_length=60)] = ""
    quantity: Annotated[Decimal, Number(most=10**8)] | None = None
    unit_price: Dong | None = None
    quotation: Id | None = None


class EstimateIn(Body):
    """All lines; they replace those that stand."""

    lines: Annotated[list[LineIn], Field(max_length=200)]


class BeneficiaryIn(Body):
    """An establishment of the registry, with the commitments it has given (TTLT 26/2014 Đ7)."""

    establishment: Id
    place_text: Line = ""
    commits_own_capital: bool = False
    declares_no_other_support: bool = False


class ReasonIn(Body):
    """Why."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class EventOut(Answer):
    """What happened to a đề án, and at which agency it was done."""

    seq: int
    at: str
    event: str
    label: str
    agency: str


def agency(one: Agency) -> dict[str, str]:
    return named(one.code, one.name)


def place(one: Province | Commune | None) -> dict[str, str] | None:
    return named(one.key, one.name) if one else None


def row_of(one: Project) -> dict[str, Any]:
    """As in a list; expects money and RELATED loaded, no query."""
    money: Any = one  # what `with_money` adds
    return {
        "version": one.version,
        "code": one.code,
        "name": one.name,
        "kind": named(one.kind, ProjectKind(one.kind).label),
        "source": one.source,
        "route": one.route,
        "activity": named(one.activity, activity_name(one.activity)),
        "sector": one.sector,
        "year": one.year,
        "state": named(one.state, one.get_state_display()),
        "implementing_unit": agency(one.implementing_unit),
        "department": agency(one.department) if one.department else None,
        "funder": agency(one.funder),
        "province": place(one.province),
        "province_before": place(one.province_before),
        "commune": place(one.commune),
        "place_text": one.place_text,
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
        "submitted_on": one.submitted_on,
        "plan": one.plan_id,
        "total": money.total,
        "support": money.support,
        "counterpart": money.counterpart,
    }


RELATED = ("implementing_unit", "department", "funder", "province", "province_before", "commune")
PARTS = ("beneficiaries__establishment", "lines", "attachments")


def whole(one: Project) -> dict[str, Any]:
    """The đề án with its parts; expects PARTS prefetched as well."""
    return row_of(one) | {
        "texts": {name: getattr(one, name) for name in TEXT_FIELDS if getattr(one, name)},
        "beneficiaries": [_beneficiary(part) for part in one.beneficiaries.all()],
        "lines": [_line(line) for line in one.lines.all()],
        "files": [
            {"id": file.pk, "kind": file.kind, "name": file.name, "size": file.size, "sha256": file.sha256}
            for file in one.attachments.all()
        ],
        "next_steps": [
            {"name": step.name, "label": step.label, "forward": step.forward}
            for step in transitions_from(one.state, one.route)
        ],
    }


def _beneficiary(one: Beneficiary) -> dict[str, Any]:
    return {
        "id": one.pk,
        "establishment": one.establishment_id,
        "name": one.establishment.name,
        "place_text": one.place_text,
        "commits_own_capital": one.commits_own_capital,
        "declares_no_other_support": one.declares_no_other_support,
    }


def _line(one: EstimateLine) -> dict[str, Any]:
    return {
        "id": one.pk,
        "content": one.content,
        "total": one.total,
        "support": one.support,
        "counterpart": one.counterpart,
        "other": one.other,
        "beneficiary": one.beneficiary_id,
        "in_cost_base": one.in_cost_base,
        "year": one.year,
        "cost_item": one.cost_item,
        "unit": one.unit,
        "quantity": None if one.quantity is None else float(one.quantity),
        "unit_price": one.unit_price,
        "quotation": one.quotation_id,
        "note": one.note,
    }
