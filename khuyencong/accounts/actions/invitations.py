"""Letters that make accounts. The link's secret is known to the letter alone; what is stored is its digest.

Nothing that is shown without signing in says whether an address has an account.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from khuyencong.accounts.actions.persons import check_email
from khuyencong.accounts.actions.roles import own_roles, wear
from khuyencong.accounts.door import STALE, require_scope, touch
from khuyencong.accounts.rules import refuse_blocked, role_findings
from khuyencong.audit.actions import record, record_system
from khuyencong.core.dates import format_moment
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.personal import masked_email
from khuyencong.notices.letters import public_address, send_letter
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, Invitation, User
from khuyencong.people.permissions import Permission, require
from khuyencong.people.roles import Role
from khuyencong.signin.limits import LETTERS_TO_USER, count, reached

LASTS = timedelta(days=7)
UNUSABLE = "Thư mời này không dùng được nữa: hãy nhờ người mời gửi thư khác."
NAME_UNUSABLE = "Tên đăng nhập này không dùng được: hãy chọn tên khác."
FOR_ANOTHER = "Thư mời này không gửi cho tài khoản đang đăng nhập. Hãy đăng xuất rồi mở lại liên kết trong thư."


@transaction.atomic
def invite(*, by: Actor, email: str, full_name: str, agency_id: int, role: Role) -> tuple[Invitation, str]:
    """Invite a person to a role at an agency in the actor's scope, for seven days; returns it with the link.

    The link is told to the inviter once, for offices without mail. Raises NotAllowed, and Refused where a letter is still
    open or the role cannot be at such an agency.
    """
    require(by, Permission.ACCOUNT_EDIT)
    # The row of the agency is where two who invite the same person at once queue up.
    agency = Agency.objects.select_for_update(of=("self",)).get(pk=agency_id)
    require_scope(agency, by)
    email = User.objects.normalize_email(email).strip()
    check_email(email)
    if email.lower() == by.user.email.lower():
        raise Refused("Không ai tự mời mình: hãy nhờ người quản trị khác giao vai trò.")
    refuse_blocked(role_findings(agency, role))
    now = timezone.now()
    waiting = Invitation.objects.filter(email__iexact=email, agency=agency, role=role)
    if any(one.is_open(now) for one in waiting):
        raise Refused("Đã có thư mời đang chờ với địa chỉ, cơ quan và vai trò này: hãy gửi lại thư ấy.")
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email,
        full_name=full_name,
        agency=agency,
        role=role,
        token_hash=digest(token),
        invited_by=by.user,
        expires_at=now + LASTS,
    )
    link = _send(invitation, token)
    record(
        action="account.invite", by=by, subject=invitation.agency, thread=invitation.thread, after=_shown(invitation)
    )
    return invitation, link


@transaction.atomic
def resend(*, invitation_id: int, by: Actor, version: int) -> tuple[Invitation, str]:
    """Send the letter again with a new link, for seven days from now; the old link is void. As `invite` otherwise."""
    invitation = _lock(invitation_id, by, version)
    refuse_blocked(role_findings(invitation.agency, Role(invitation.role)))
    token = secrets.token_urlsafe(32)
    invitation.token_hash, invitation.expires_at = digest(token), timezone.now() + LASTS
    invitation.version += 1
    invitation.save(update_fields=["token_hash", "expires_at", "version"])
    link = _send(invitation, token)
    record(
        action="account.invite_again",
        by=by,
        subject=invitation.agency,
        thread=invitation.thread,
        after=_shown(invitation),
    )
    return invitation, link


@transaction.atomic
def revoke(*, invitation_id: int, by: Actor, version: int) -> Invitation:
    """Make the link useless. Raises NotAllowed, Stale, Refused where it was used or revoked already."""
    invitation = _lock(invitation_id, by, version)
    invitation.revoked_at = timezone.now()
    invitation.version += 1
    invitation.save(update_fields=["revoked_at", "version"])
    record(
        action="account.invite_revoke",
        by=by,
        subject=invitation.agency,
        thread=invitation.thread,
        after=_shown(invitation),
    )
    return invitation


def find_open(token: str) -> Invitation:
    """The invitation behind a link. Refused with one and the same sentence where there is none that can be used."""
    invitation = Invitation.objects.select_related("agency", "invited_by").filter(token_hash=digest(token)).first()
    if invitation is None or not invitation.is_open(timezone.now()) or invitation.agency.active_to is not None:
        raise Refused(UNUSABLE)
    return invitation


@transaction.atomic
def accept(*, token: str, username: str, password: str, origin: str) -> bool:
    """Whoever opened the letter makes the account. True where one was made.

    Where the address has an account already, nothing is made and its owner gets a letter that says how to go on; the page
    says the same in both cases. Raises Refused (unusable link, taken user name), ValidationError on a weak password.
    """
    invitation = _lock_open(token)
    user = User(
        username=User.objects.normalize_username(username), full_name=invitation.full_name, email=invitation.email
    )
    validate_password(password, user)
    hashed = make_password(password)  # takes the same time in both cases
    known = User.objects.filter(email__iexact=invitation.email, is_active=True).first()
    if known is not None or User.objects.filter(email__iexact=invitation.email).exists():
        if known is not None:
            _tell_to_sign_in(known, invitation, token)
        return False
    if User.objects.filter(username=user.username).exists():
        raise Refused(NAME_UNUSABLE)
    user.password = hashed
    try:
        with transaction.atomic():
            user.full_clean()
            user.save()
    except IntegrityError:
        raise Refused(NAME_UNUSABLE) from None
    _used(invitation, user)
    record_system(
        action="account.accept",
        origin=origin,
        subject=user,
        thread=user.thread,
        user=user,
        agency=invitation.agency,
        after={"vai trò": invitation.role, "cơ quan": invitation.agency.name, "mời bởi": str(invitation.invited_by)},
    )
    return True


@transaction.atomic
def accept_as(*, token: str, user: User, origin: str) -> Invitation:
    """Whoever is signed in under the address of the letter gets the role. Refused for anybody else, and for the inviter."""
    invitation = _lock_open(token)
    if not user.email or user.email.lower() != invitation.email.lower() or user.pk == invitation.invited_by_id:
        raise Refused(FOR_ANOTHER)
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    role = Role(invitation.role)
    refuse_blocked(role_findings(invitation.agency, role, has=own_roles(user, invitation.agency)))
    _used(invitation, user)
    touch(user)
    record_system(
        action="account.accept",
        origin=origin,
        subject=user,
        thread=user.thread,
        user=user,
        agency=invitation.agency,
        after={"vai trò": invitation.role, "cơ quan": invitation.agency.name, "mời bởi": str(invitation.invited_by)},
    )
    return invitation


def digest(token: str) -> str:
    """What is stored of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def _used(invitation: Invitation, user: User) -> None:
    wear(user, invitation.agency, Role(invitation.role))
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.version += 1
    invitation.save(update_fields=["accepted_at", "accepted_by", "version"])


def _lock(invitation_id: int, by: Actor, version: int) -> Invitation:
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).select_related("agency__province").get(pk=invitation_id)
    )
    require(by, Permission.ACCOUNT_EDIT, invitation)
    if invitation.version != version:
        raise Stale(STALE)
    if invitation.accepted_at is not None:
        raise Refused("Thư mời này đã được nhận.")
    if invitation.revoked_at is not None:
        raise Refused("Thư mời này đã bị hủy.")
    return invitation


def _lock_open(token: str) -> Invitation:
    """As `find_open`, locked: of two who use one link the second finds it used."""
    found = find_open(token)
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).select_related("agency", "invited_by").get(pk=found.pk)
    )
    if not invitation.is_open(timezone.now()) or invitation.token_hash != digest(token):
        raise Refused(UNUSABLE)
    return invitation


def address_of(token: str) -> str:
    """The link that a letter carries."""
    return public_address(reverse("invitation_accept", args=[token]))


def _send(invitation: Invitation, token: str) -> str:
    link = address_of(token)
    role = Role(invitation.role).label.lower()
    send_letter(
        to=invitation.email,
        subject=f"Mời dùng hệ thống khuyến công: {invitation.agency.short_name}",
        text=(
            f"Kính gửi {invitation.full_name},\n\n{invitation.invited_by} mời bạn làm {role} tại "
            f"{invitation.agency.name}.\nMở liên kết này để nhận, trước {format_moment(invitation.expires_at)}; "
            f"liên kết dùng một lần:\n\n{link}\n\nNếu thư này không gửi cho bạn, hãy bỏ qua.\n"
        ),
    )
    return link


def _tell_to_sign_in(user: User, invitation: Invitation, token: str) -> None:
    if reached(LETTERS_TO_USER, user.pk):
        return
    count(LETTERS_TO_USER, user.pk)
    send_letter(
        to=user.email,
        subject=f"Mời dùng hệ thống khuyến công: {invitation.agency.short_name}",
        text=(
            f"Bạn đã có tài khoản «{user.username}». Hãy đăng nhập bằng tài khoản ấy rồi mở lại liên kết này để nhận "
            f"thêm vai trò tại {invitation.agency.name}:\n\n{address_of(token)}\n"
        ),
    )


def _shown(invitation: Invitation) -> dict[str, Any]:
    # More people read the trail than may know somebody's address.
    return {
        "người được mời": invitation.full_name,
        "thư": masked_email(invitation.email),
        "vai trò": invitation.role,
        "hết hạn": invitation.expires_at,
    }
