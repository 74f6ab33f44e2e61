"""Giving and taking roles. Nobody gives himself one, and nobody gives one outside the own scope."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from khuyencong.accounts.door import lock_account, require_scope, touch
from khuyencong.accounts.rules import last_administrator, refuse_blocked, role_findings
from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Finding
from khuyencong.notices.actions import notify
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, Membership, User
from khuyencong.people.roles import Role


@transaction.atomic
def give_role(*, user_id: int, by: Actor, version: int, agency_id: int, role: Role) -> list[Finding]:
    """Give the person a role at an agency in the actor's scope; returns what should be known about it.

    A role that was taken away is given again. Raises NotAllowed, Stale, Refused.
    """
    user = lock_account(user_id, by=by, version=version)
    agency = Agency.objects.get(pk=agency_id)
    require_scope(agency, by)
    if not user.is_active:
        raise Refused("Tài khoản đang bị khóa: hãy mở lại trước khi giao vai trò.")
    has = own_roles(user, agency)
    if role in has:
        raise Refused(f"Người này đã là {role.label.lower()} tại {agency.short_name}.")
    findings = role_findings(agency, role, has=has)
    refuse_blocked(findings)
    wear(user, agency, role)
    touch(user)
    notify(users=[user], sentence=f"Bạn được giao vai trò {role.label.lower()} tại {agency.name}.", url=reverse("work"))
    record(
        action="role.give",
        by=by,
        subject=user,
        thread=user.thread,
        after={"vai trò": role.value, "cơ quan": agency.name},
        note=" ".join(finding.sentence for finding in findings),
    )
    return findings


@transaction.atomic
def take_role(*, user_id: int, by: Actor, version: int, membership_id: int) -> list[Finding]:
    """Take a role, or a delegated one, away; what the person had delegated of it ends with it.

    Returns what should be known, such as that the agency has no administrator left. Raises NotAllowed, Stale, Refused.
    """
    user = lock_account(user_id, by=by, version=version)
    hat = Membership.objects.select_for_update(of=("self",)).select_related("agency").filter(pk=membership_id).first()
    if hat is None or hat.user_id != user.pk or not hat.is_active:
        raise Refused("Vai trò này không còn: hãy mở lại trang.")
    require_scope(hat.agency, by)
    findings = last_administrator(hat.agency, hat.role, others=other_administrators(hat))
    take_off(hat)
    touch(user)
    notify(users=[user], sentence=f"Bạn thôi giữ vai trò {Role(hat.role).label.lower()} tại {hat.agency.name}.", url="")
    record(
        action="role.take",
        by=by,
        subject=user,
        thread=user.thread,
        before={"vai trò": hat.role, "cơ quan": hat.agency.name},
        note=" ".join(finding.sentence for finding in findings),
    )
    return findings


def own_roles(user: User, agency: Agency) -> list[Role]:
    """The roles that the person has there, delegated ones aside."""
    rows = user.memberships.filter(agency=agency, is_active=True, delegated_by__isnull=True)
    return [Role(role) for role in rows.values_list("role", flat=True)]


def wear(user: User, agency: Agency, role: Role) -> Membership:
    """Store the hat; one that was taken off is put on again, from today."""
    hat, made = Membership.objects.get_or_create(user=user, agency=agency, role=role, delegated_by=None)
    if not made:
        hat.is_active, hat.from_on, hat.to_on = True, None, None
        hat.save(update_fields=["is_active", "from_on", "to_on"])
    return hat


def take_off(hat: Membership) -> None:
    """Switch the hat off, and what its wearer had delegated of it: it was lent from a hat that is gone."""
    lent = Q(pk=hat.pk)
    if not hat.is_delegated:
        lent |= Q(delegated_by=hat.user_id, agency=hat.agency_id, role=hat.role, is_active=True)
    for row in Membership.objects.select_for_update(of=("self",)).filter(lent):
        end(row, today())


def end(hat: Membership, on: dt.date) -> None:
    """Switch one hat off; of a delegation the days show when it really ended."""
    hat.is_active = False
    if hat.is_delegated and hat.from_on is not None and hat.to_on is not None:
        hat.to_on = max(hat.from_on, min(hat.to_on, on))
    hat.save(update_fields=["is_active", "to_on"])


def other_administrators(hat: Membership) -> int:
    """How many others administer the hat's agency."""
    others = Membership.objects.filter(agency=hat.agency_id, role=Role.ADMINISTRATOR, is_active=True)
    return others.filter(user__is_active=True).exclude(user=hat.user_id).count()
