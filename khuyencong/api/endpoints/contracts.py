"""Contracts: those in scope, and drafts that a system prepares; signing is done by a leader who is signed in. Amounts in đồng."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from django.db.models import Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import Field

from khuyencong.api.cursors import Cursor, Limit, Page, page_of
from khuyencong.api.door import ApiRequest
from khuyencong.api.once import creation_key
from khuyencong.api.operations import change, create, read, remove
from khuyencong.api.problems import wrong
from khuyencong.api.scopes import Scope
from khuyencong.api.shapes import Answer, Body, Code, Day, DiscardedOut, Id, Key, Named, OneOf, Year, named
from khuyencong.core.money import MAX_DONG
from khuyencong.finance import actions
from khuyencong.finance.contract_door import PartInput
from khuyencong.finance.contract_web import contract_or_404
from khuyencong.finance.models import BankAccount, Contract, ContractKind, ContractPart, ContractState, DraftPart
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.projects.models import Project

router = Router(tags=["Hợp đồng"])


class ContractPartOut(Answer):
    """What a signed contract says of one đề án."""

    project: str
    value: int
    counterpart: int
    other: int
    advance_ceiling: int


class DraftedOut(Answer):
    """What a draft foresees for one đề án."""

    project: str
    value: int


class ContractOut(Answer):
    """A contract, with the đề án in scope that it covers: `parts` of a signed one, `draft` of one that is not."""

    version: int
    id: int
    number: str
    kind: Named
    signed_on: date = Field(description="Của dự thảo: ngày dự kiến ký")
    ends_on: date | None
    payer: Named
    unit: Named
    source: str
    state: Named
    payer_account: int | None
    unit_account: int | None
    parts: list[ContractPartOut]
    draft: list[DraftedOut]


class DraftedIn(Body):
    """An approved đề án and the support that the contract gives it."""

    project: Code
    value: Annotated[int, Field(ge=1, le=MAX_DONG, description="đồng")]


class DraftIn(Body):
    """A draft for the leader; all its đề án have the same payer, unit and source."""

    kind: Annotated[str, OneOf(ContractKind.values)] = ContractKind.CONTRACT.value
    number: Annotated[str, Field(min_length=1, max_length=60)]
    signed_on: Annotated[Day, Field(description="Ngày dự kiến ký")]
    ends_on: Day | None = None
    payer_account: Id | None = Field(None, description="Tài khoản bên giao, khóa của bản ghi")
    unit_account: Id | None = Field(None, description="Tài khoản bên nhận, khóa của bản ghi")
    parts: Annotated[list[DraftedIn], Field(min_length=1, max_length=50)]


def _contracts(actor: Actor) -> QuerySet[Contract]:
    """Contracts in scope; of their parts those whose đề án is in scope too."""
    seen = Project.objects.visible_to(actor).order_by()
    parts = ContractPart.objects.filter(project__in=seen).select_related("project")
    drafted = DraftPart.objects.filter(project__in=seen).select_related("project")
    rows = Contract.objects.visible_to(actor).select_related("payer", "unit")
    return rows.prefetch_related(Prefetch("parts", queryset=parts), Prefetch("draft_parts", queryset=drafted))


def _contract(one: Contract) -> dict[str, Any]:
    return {
        "version": one.version,
        "id": one.pk,
        "number": one.number,
        "kind": named(one.kind, one.get_kind_display()),
        "signed_on": one.signed_on,
        "ends_on": one.ends_on,
        "payer": named(one.payer.code, one.payer.name),
        "unit": named(one.unit.code, one.unit.name),
        "source": one.source,
        "state": named(one.state, one.get_state_display()),
        "payer_account": one.payer_account_id,
        "unit_account": one.unit_account_id,
        "parts": [
            {
                "project": part.project.code,
                "value": part.value,
                "counterpart": part.counterpart,
                "other": part.other,
                "advance_ceiling": part.advance_ceiling,
            }
            for part in one.parts.all()
        ],
        "draft": [{"project": part.project.code, "value": part.value} for part in one.draft_parts.all()],
    }


@read(router, "/contracts", Scope.CONTRACTS_READ, Page[ContractOut], "Danh sách hợp đồng")
def contracts(
    request: ApiRequest,
    state: Annotated[str, OneOf(ContractState.values)] | None = None,
    year: Year | None = None,
    project: Code | None = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """Contracts in scope: by state, by the year of the day of signing, of one đề án."""
    found = _contracts(request.actor)
    if state is not None:
        found = found.filter(state=state)
    if year is not None:
        found = found.filter(signed_on__gte=date(year, 1, 1), signed_on__lte=date(year, 12, 31))
    if project is not None:
        own = Project.objects.visible_to(request.actor).order_by().filter(code=project)
        # It stands in one part or one draft, so that no contract comes twice.
        found = found.filter(Q(parts__project__in=own) | Q(draft_parts__project__in=own))
    return page_of(found, of="contracts", cursor=cursor, limit=limit, show=_contract)


@read(router, "/contracts/{id}", Scope.CONTRACTS_READ, ContractOut, "Một hợp đồng")
def contract(request: ApiRequest, id: Key) -> dict[str, Any]:  # noqa: A002  # the name in the address
    """One contract."""
    return _contract(get_object_or_404(_contracts(request.actor), pk=id))


@create(router, "/contracts", Scope.CONTRACTS_WRITE, ContractOut, "Soạn dự thảo hợp đồng", stands_at="/contracts/{id}")
def contract_create(request: ApiRequest, body: DraftIn) -> dict[str, Any]:
    """Prepare a contract for the leader to sign."""
    projects = _projects(request.actor, body.parts)
    first = next(iter(projects.values()))
    made = actions.prepare_contract(
        by=request.actor,
        creation_key=creation_key(request),
        parts=[PartInput(projects[one.project].pk, 0, one.value) for one in body.parts],
        kind=ContractKind(body.kind),
        number=body.number,
        signed_on=body.signed_on,
        ends_on=body.ends_on,
        payer_account=_account("payer_account", body.payer_account, first.payer),
        unit_account=_account("unit_account", body.unit_account, first.implementing_unit),
    )
    return contract(request, made.pk)


@change(router, "/contracts/{id}", Scope.CONTRACTS_WRITE, ContractOut, "Viết lại dự thảo hợp đồng", whole=True)
def contract_change(request: ApiRequest, id: Key, body: DraftIn) -> dict[str, Any]:  # noqa: A002  # the name in the address
    """Replace a draft."""
    found = contract_or_404(request.actor, id)
    projects = _projects(request.actor, body.parts)
    actions.change_draft(
        contract_id=found.pk,
        by=request.actor,
        version=request.expected_version,
        values={projects[one.project].pk: one.value for one in body.parts},
        kind=ContractKind(body.kind),
        number=body.number,
        signed_on=body.signed_on,
        ends_on=body.ends_on,
        payer_account=_account("payer_account", body.payer_account, found.payer),
        unit_account=_account("unit_account", body.unit_account, found.unit),
    )
    return contract(request, id)


@remove(router, "/contracts/{id}", Scope.CONTRACTS_WRITE, DiscardedOut, "Bỏ dự thảo hợp đồng")
def contract_discard(request: ApiRequest, id: Key) -> dict[str, Any]:  # noqa: A002  # the name in the address
    """Drop a draft."""
    found = contract_or_404(request.actor, id)
    actions.discard_draft(contract_id=found.pk, by=request.actor, version=request.expected_version)
    return {"id": id}


def _projects(actor: Actor, parts: Sequence[DraftedIn]) -> dict[str, Project]:
    """The đề án of a draft by their codes. Raises ProblemError (422): one that is not in scope, or named twice."""
    codes = [one.project for one in parts]
    rows = Project.objects.visible_to(actor).filter(code__in=codes)
    found = {one.code: one for one in rows.select_related("implementing_unit", "funder", "department")}
    for position, code in enumerate(codes):
        if code not in found:
            raise wrong(f"body.parts.{position}.project", "Không có đề án này trong phạm vi của mã truy cập.")
        if code in codes[:position]:
            raise wrong(f"body.parts.{position}.project", "Một đề án được ghi hai lần.")
    return found


def _account(name: str, key: int | None, holder: Agency) -> BankAccount | None:
    """An account of one of the parties; whether it holds on the day is asked by the action. Raises ProblemError (422)."""
    if key is None:
        return None
    found = BankAccount.objects.filter(pk=key, agency=holder).first()
    if found is None:
        raise wrong(f"body.{name}", f"Không có tài khoản này của {holder.name}.")
    return found
