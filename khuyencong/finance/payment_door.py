"""How an action takes hold of a payment: đề án and payment locked, permitted, and still what the page showed."""

from __future__ import annotations

from collections.abc import Sequence

from khuyencong.audit.queries import last_change
from khuyencong.core.errors import Refused, Stale
from khuyencong.finance.models import Payment
from khuyencong.finance.payment_states import APPROVE, CHECK, PAY, RETURN, REVERSE, check_step, permissions_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.projects.door import STALE
from khuyencong.projects.models import Project


def lock_payment(payment_id: int, step: str, *, by: Actor, version: int | None) -> Payment:
    """The payment with its đề án, locked until the transaction ends, on which `step` may be taken now by this person.

    `version` is the đề án's, as the page showed it; None where a list of many was looked at: what can change is judged
    again anyway. Raises NotAllowed where the matrix refuses, Stale for an old version, Refused where the state does not
    allow the step or this person has had a hand in it already. Must be called inside a transaction.
    """
    project_id = Payment.objects.values_list("project_id", flat=True).get(pk=payment_id)
    project = (
        Project.objects.select_for_update(of=("self",))
        .select_related("province__current", "province_before", "implementing_unit", "department", "funder", "payer")
        .get(pk=project_id)
    )
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_id)
    payment.project = project
    require_any(by, permissions_of(step, payment.state), project)
    if version is not None and project.version != version:
        raise Stale(f"{STALE} {last_change(project.thread)}".strip())
    check_step(payment, step)
    refusal = own_hand(payment, step, by)
    if refusal:
        raise Refused(refusal)
    return payment


def require_any(by: Actor, permissions: Sequence[Permission], project: Project) -> None:
    """Raise NotAllowed unless one of the permissions is given on this đề án."""
    if not any(allowed(by, one, project) for one in permissions):
        require(by, permissions[0], project)


def own_hand(payment: Payment, step: str, by: Actor) -> str:
    """Why this person may not take the step after what he or she did before ("" nothing): prepare, check, approve are three."""
    prepared, checked, approved = payment.prepared_by_id, payment.checked_by_id, payment.approved_by_id
    hands = (
        (CHECK, prepared, "Người lập khoản chi không được tự kiểm tra khoản ấy."),
        (APPROVE, prepared, "Người lập khoản chi không được tự duyệt khoản ấy."),
        (APPROVE, checked, "Người kiểm tra khoản chi không được duyệt khoản ấy."),
        (PAY, approved, "Người duyệt khoản chi không được ghi đã chi khoản ấy."),
        (REVERSE, payment.paid_by_id, "Người ghi đã chi không được tự hủy khoản ấy."),
    )
    if step == RETURN and approved is None and prepared == by.user.pk:
        return "Người lập khoản chi không được tự trả lại khoản ấy khi chưa được duyệt."
    return next((told for name, hand, told in hands if name == step and hand == by.user.pk), "")
