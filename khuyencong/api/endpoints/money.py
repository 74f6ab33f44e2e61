"""Plans and payments; amounts in đồng."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import Field

from khuyencong.api.cursors import Cursor, Limit, Page, page_of
from khuyencong.api.door import ApiRequest
from khuyencong.api.endpoints.project_shapes import Source
from khuyencong.api.once import creation_key
from khuyencong.api.operations import act, read
from khuyencong.api.scopes import Scope
from khuyencong.api.shapes import Answer, Body, Code, Day, Id, Key, Named, OneOf, Year, named
from khuyencong.core.money import MAX_DONG
from khuyencong.finance import actions
from khuyencong.finance.models import Payment, PaymentKind, PaymentState
from khuyencong.finance.queries import in_plan, visible_plans
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import AnnualPlan
from khuyencong.projects.models import Project
from khuyencong.projects.web import project_or_404

router = Router(tags=["Kế hoạch, chi"])


class PlanRow(Answer):
    """A plan of one agency, year, source and round."""

    version: int
    id: int
    title: str
    agency: Named
    year: int
    source: str
    round: int
    state: Named
    decision_number: str
    decision_on: date | None


class PlannedOut(Answer):
    """A đề án in a plan, with the money of the plan's year."""

    code: str
    name: str
    total: int
    support: int


class PlanOut(PlanRow):
    """With its đề án."""

    projects: list[PlannedOut]


class PaymentOut(Answer):
    """A payment of a đề án; `version` is that of the đề án."""

    version: int
    id: int
    project: str
    kind: Named
    amount: int
    beneficiary: int | None
    state: Named
    needs_check: bool
    year: int
    voucher_number: str
    voucher_on: date | None
    reason: str


class PaymentIn(Body):
    """A payment to prepare; people check and approve it."""

    kind: Annotated[str, OneOf(PaymentKind.values)]
    amount: Annotated[int, Field(ge=1, le=MAX_DONG)]
    beneficiary: Id | None = None
    condition_document: Annotated[str, Field(max_length=200)] = ""
    account: Annotated[str, Field(max_length=120)] | None = Field(None, description="Để trống: tài khoản của hợp đồng")


class PaidIn(Body):
    """The voucher by which an approved payment was paid."""

    voucher_number: Annotated[str, Field(min_length=1, max_length=60)]
    voucher_on: Day


def _plan(one: AnnualPlan) -> dict[str, Any]:
    return {
        "version": one.version,
        "id": one.pk,
        "title": one.title,
        "agency": named(one.agency.code, one.agency.name),
        "year": one.year,
        "source": one.source,
        "round": one.round,
        "state": named(one.state, one.get_state_display()),
        "decision_number": one.decision_number,
        "decision_on": one.decision_on,
    }


@read(router, "/plans", Scope.PLANS_READ, Page[PlanRow], "Danh sách kế hoạch")
def plans(
    request: ApiRequest,
    year: Year | None = None,
    source: Source | None = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """Plans in scope; they are approved by people."""
    wanted = {name: value for name, value in (("year", year), ("source", source)) if value is not None}
    found = visible_plans(request.actor).filter(**wanted)
    return page_of(found, of="plans", cursor=cursor, limit=limit, show=_plan)


@read(router, "/plans/{id}", Scope.PLANS_READ, PlanOut, "Một kế hoạch")
def plan(request: ApiRequest, id: Key) -> dict[str, Any]:  # noqa: A002  # the name in the address
    """A plan with its đề án."""
    found = get_object_or_404(visible_plans(request.actor), pk=id)
    seen = Project.objects.visible_to(request.actor).order_by().values("pk")
    rows: Any = (
        in_plan(found).filter(pk__in=seen).with_money(year=found.year)
    )  # the checker does not follow annotations
    return _plan(found) | {"projects": list(rows.order_by("pk").values("code", "name", "total", "support"))}


def _payment(one: Payment, project: Project) -> dict[str, Any]:
    return {
        "version": project.version,
        "id": one.pk,
        "project": project.code,
        "kind": named(one.kind, one.get_kind_display()),
        "amount": one.amount,
        "beneficiary": one.beneficiary_id,
        "state": named(one.state, one.get_state_display()),
        "needs_check": one.needs_check,
        "year": one.year,
        "voucher_number": one.voucher_number,
        "voucher_on": one.voucher_on,
        "reason": one.reason,
    }


@read(router, "/payments", Scope.PAYMENTS_READ, Page[PaymentOut], "Danh sách khoản chi")
def payments_list(
    request: ApiRequest,
    state: Annotated[str, OneOf(PaymentState.values)] | None = None,
    year: Year | None = None,
    project: Code | None = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """Payments of the đề án in scope: by state (`approved` is what is to be paid), by the year of the money, of one đề án."""
    asked = {"state": state, "year": year, "project__code": project}
    seen = Project.objects.visible_to(request.actor).order_by()
    found = Payment.objects.filter(
        project__in=seen, **{name: value for name, value in asked.items() if value is not None}
    ).select_related("project")
    return page_of(found, of="payments", cursor=cursor, limit=limit, show=lambda one: _payment(one, one.project))


@read(router, "/projects/{code}/payments", Scope.PAYMENTS_READ, list[PaymentOut], "Các khoản chi của đề án")
def payments(request: ApiRequest, code: Code) -> list[dict[str, Any]]:
    """All of them, in the order in which they were prepared."""
    found = project_or_404(request.actor, code)
    return [_payment(one, found) for one in found.payments.all()]


@act(router, "/projects/{code}/payments", Scope.PAYMENTS_WRITE, PaymentOut, "Lập một khoản chi")
def payment_create(request: ApiRequest, code: Code, body: PaymentIn) -> dict[str, Any]:
    """Prepare an advance or a payment."""
    found = project_or_404(request.actor, code)
    made = actions.prepare_payment(
        project_id=found.pk,
        by=request.actor,
        version=request.expected_version,
        creation_key=creation_key(request),
        kind=PaymentKind(body.kind),
        amount=body.amount,
        condition_document=body.condition_document,
        beneficiary_id=body.beneficiary,
        account=body.account,
    )
    return _current(request.actor, code, made.pk)


@act(router, "/projects/{code}/payments/{id}/paid", Scope.PAYMENTS_WRITE, PaymentOut, "Ghi khoản chi đã được chi")
def payment_paid(request: ApiRequest, code: Code, id: Key, body: PaidIn) -> dict[str, Any]:  # noqa: A002  # the name in the address
    """Enter the voucher of an approved payment."""
    found = project_or_404(request.actor, code)
    one = get_object_or_404(found.payments, pk=id)
    actions.mark_paid(
        payment_id=one.pk,
        by=request.actor,
        version=request.expected_version,
        voucher_number=body.voucher_number,
        voucher_on=body.voucher_on,
    )
    return _current(request.actor, code, one.pk)


def _current(actor: Actor, code: str, pk: int) -> dict[str, Any]:
    found = project_or_404(actor, code)
    return _payment(get_object_or_404(found.payments, pk=pk), found)
