"""What the pages of contracts share: fetching one in scope, its heading, one step with a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from khuyencong.core.components import Crumb
from khuyencong.core.errors import Refused
from khuyencong.core.web import form_page
from khuyencong.finance.contract_states import find_step
from khuyencong.finance.models import Contract
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest

TITLE = "Hợp đồng"
LARGEST_KEY = 2**31 - 1


def contract_or_404(actor: Actor, pk: int) -> Contract:
    """The contract, if the actor may know of it; a stranger's is not there."""
    rows = Contract.objects.visible_to(actor).select_related(
        "payer__parent", "payer__province", "unit", "payer_account", "unit_account", "signed_by", "prepared_by"
    )
    return get_object_or_404(rows, pk=pk)


def contract_for(request: ActorRequest, pk: int, permission: Permission, step: str = "") -> Contract:
    """The contract on which the actor may do that.

    Raises 404 out of scope, NotAllowed where the matrix refuses, and for a page that is only looked at Refused where the
    state does not allow the step. A posted form goes on to the action.
    """
    found = contract_or_404(request.actor, pk)
    require(request.actor, permission, found)
    if step and request.method != "POST" and find_step(found, step) is None:
        raise Refused(f"Không thể làm bước này khi hợp đồng ở trạng thái «{found.get_state_display()}».")
    return found


def crumbs_of(contract: Contract, title: str = "") -> list[Crumb]:
    """The list, the contract, this page."""
    found = [Crumb(TITLE, reverse("contracts"))]
    return (
        [*found, Crumb(contract.number, contract.get_absolute_url()), Crumb(title)]
        if title
        else [*found, Crumb(contract.number)]
    )


def contract_step(
    request: ActorRequest,
    *,
    contract: Contract,
    form: forms.BaseForm,
    title: str,
    act: Callable[[], Any],
    done: str,
    submit_label: str,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """One step with a form of its own: show it, or act and go back to the page of the contract."""
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect("contract", pk=contract.pk),
        template="finance/contract_step.html",
        context={
            "contract": contract,
            "title": title,
            "submit_label": submit_label,
            "crumbs": crumbs_of(contract, title),
            **(context or {}),
        },
    )
