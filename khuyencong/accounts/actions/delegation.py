"""Delegation (ủy quyền): a leader or an accountant lends the hat to a colleague for some days, under a document."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.urls import reverse

from khuyencong.accounts.actions.roles import end, own_roles
from khuyencong.accounts.door import STALE, check_document, touch
from khuyencong.accounts.rules import separation_findings
from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.findings import Finding
from khuyencong.notices.actions import notify
from khuyencong.people.actors import Actor
from khuyencong.people.models import Membership, User
from khuyencong.people.permissions import Permission, require
from khuyencong.people.roles import Role

LONGEST = dt.timedelta(days=366)


@transaction.atomic
def delegate(
    *, by: Actor, to_user_id: int, from_on: dt.date, to_on: dt.date, document: str
) -> tuple[Membership, list[Finding]]:
    """Lend the hat that the actor wears, from `from_on` to the end of `to_on`; returns it with what should be known.

    Only an own hat can be lent, to another active person of the same agency, to one at a time. Raises NotAllowed,
    Refused.
    """
    require(by, Permission.DELEGATE)
    if by.on_behalf:
        raise NotAllowed("Vai trò được ủy quyền không được ủy quyền lại.")
    # Both rows in one order, so that two who lend at once queue up and never wait for each other.
    rows = User.objects.select_for_update(of=("self",)).filter(pk__in={by.user.pk, to_user_id}).order_by("pk")
    people = {user.pk: user for user in rows}
    receiver = people.get(to_user_id)
    document = check_document(document)
    _check_days(from_on, to_on)
    if not Membership.objects.filter(
        user=by.user, agency=by.agency, role=by.role, is_active=True, delegated_by__isnull=True
    ).exists():
        raise NotAllowed("Bạn không còn giữ vai trò này nên không ủy quyền được.")
    has = _check_receiver(receiver, by)
    _check_free(by, from_on, to_on)
    assert receiver is not None  # noqa: S101  # _check_receiver has refused otherwise
    hat = Membership.objects.create(
        user=receiver,
        agency=by.agency,
        role=by.role,
        delegated_by=by.user,
        document=document,
        from_on=from_on,
        to_on=to_on,
    )
    touch(receiver)
    findings = separation_findings([*has, by.role], by.agency)
    days = f"từ {format_date(from_on)} đến {format_date(to_on)}"
    notify(
        users=[receiver],
        sentence=f"{by.user} ủy quyền cho bạn vai trò {by.role.label.lower()} tại {by.agency.name} {days} ({document}).",
        url=reverse("delegations"),
    )
    record(
        action="delegation.give",
        by=by,
        subject=receiver,
        thread=receiver.thread,
        after={
            "vai trò": by.role.value,
            "cơ quan": by.agency.name,
            "từ ngày": from_on.isoformat(),
            "đến ngày": to_on.isoformat(),
            "văn bản": document,
        },
        note=" ".join(finding.sentence for finding in findings),
    )
    return hat, findings


@transaction.atomic
def end_delegation(*, membership_id: int, by: Actor, version: int) -> Membership:
    """Take a lent hat back before its last day. `version` is that of the receiver's account.

    Raises NotAllowed for anybody but who lent it (administrators take roles away on the account's page), Stale, Refused.
    """
    receiver_id = Membership.objects.values_list("user_id", flat=True).get(pk=membership_id)
    receiver = User.objects.select_for_update(of=("self",)).get(pk=receiver_id)
    hat = Membership.objects.select_for_update(of=("self",)).select_related("agency").get(pk=membership_id)
    require(by, Permission.DELEGATE, hat)
    if hat.delegated_by_id != by.user.pk or by.on_behalf:
        raise NotAllowed("Chỉ người ủy quyền mới kết thúc được ủy quyền này.")
    if receiver.version != version:
        raise Stale(STALE)
    if not hat.is_active or (hat.to_on is not None and hat.to_on < today()):
        raise Refused("Ủy quyền này đã kết thúc.")
    end(hat, today())
    touch(receiver)
    notify(
        users=[receiver],
        sentence=f"{by.user} kết thúc ủy quyền vai trò {Role(hat.role).label.lower()} tại {hat.agency.name}.",
        url=reverse("delegations"),
    )
    record(
        action="delegation.end",
        by=by,
        subject=receiver,
        thread=receiver.thread,
        before={"vai trò": hat.role, "cơ quan": hat.agency.name, "văn bản": hat.document},
    )
    return hat


def _check_days(from_on: dt.date, to_on: dt.date) -> None:
    if to_on < from_on:
        raise Refused("Ngày kết thúc không được trước ngày bắt đầu.")
    if from_on < today():
        raise Refused("Ngày bắt đầu không được ở quá khứ: việc đã làm không được ủy quyền lùi ngày.")
    if to_on - from_on > LONGEST:
        raise Refused("Một lần ủy quyền dài nhất là một năm.")


def _check_receiver(receiver: User | None, by: Actor) -> list[Role]:
    """The roles that the receiver has at the agency; Refused where it is nobody who works there."""
    if receiver is None or not receiver.is_active:
        raise Refused("Hãy chọn một người đang làm việc tại cơ quan.")
    if receiver.pk == by.user.pk:
        raise Refused("Không ai ủy quyền cho chính mình.")
    has = own_roles(receiver, by.agency)
    if not has:
        raise Refused("Chỉ ủy quyền được cho người của cùng cơ quan.")
    if by.role in has:
        raise Refused(f"Người này đã là {by.role.label.lower()} của cơ quan nên không cần ủy quyền.")
    return has


def _check_free(by: Actor, from_on: dt.date, to_on: dt.date) -> None:
    overlapping = Membership.objects.filter(
        delegated_by=by.user, agency=by.agency, role=by.role, is_active=True, from_on__lte=to_on, to_on__gte=from_on
    )
    earlier = overlapping.select_related("user").first()
    if earlier is not None and earlier.from_on and earlier.to_on:
        raise Refused(
            f"Trong những ngày ấy vai trò này đã được ủy quyền cho {earlier.user} "
            f"({format_date(earlier.from_on)} – {format_date(earlier.to_on)}): hãy kết thúc lần ấy trước."
        )
