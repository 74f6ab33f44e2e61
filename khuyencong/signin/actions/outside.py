"""People who sign in through another service: recognised by a stored link, or once by their verified e-mail address.

No account is ever made here: who works where, in which role, is for an administrator's invitation to say.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from khuyencong.core.errors import Refused
from khuyencong.people.models import User
from khuyencong.signin.events import tell, tell_of, warn
from khuyencong.signin.models import OutsideIdentity
from khuyencong.signin.oidc import Person

UNKNOWN = (
    "Chưa có tài khoản nào ở đây gắn với người này. Hãy nhờ người quản trị của cơ quan gửi thư mời; nếu đã có tài khoản, "
    "hãy đăng nhập bằng mật khẩu rồi gắn hai tài khoản trong trang Tài khoản của tôi."
)


@transaction.atomic
def recognise(*, person: Person, origin: str) -> User | None:
    """Whom the service's statement means here; None for nobody, which is written down, and whose sentence is UNKNOWN.

    The first time a verified address is enough; the link is then stored, and the address counts no more.
    """
    known = OutsideIdentity.objects.select_related("user").filter(issuer=person.issuer, subject=person.subject).first()
    if known is None:
        user = _by_email(person)
        if user is None:
            tell_of("auth.sso_unknown", user=None, origin=origin, note=person.issuer)
            return None
        known = OutsideIdentity.objects.create(user=user, issuer=person.issuer, subject=person.subject)
        warn(user, f"Tài khoản vừa được gắn với {person.issuer}.")
        tell("auth.sso_linked", user=user, origin=origin, after={"hệ thống": person.issuer})
    elif not known.user.is_active:
        tell_of("auth.sso_unknown", user=known.user, origin=origin, note=person.issuer)
        return None
    OutsideIdentity.objects.filter(pk=known.pk).update(used_at=timezone.now())
    tell("auth.sso", user=known.user, origin=origin, after={"hệ thống": person.issuer})
    return known.user


@transaction.atomic
def link(*, user: User, person: Person, origin: str) -> None:
    """Tie the signed-in person to who the service says they are there. Raises Refused where either is tied already."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if OutsideIdentity.objects.filter(issuer=person.issuer, subject=person.subject).exclude(user=user).exists():
        raise Refused("Người này ở hệ thống ấy đã gắn với một tài khoản khác.")
    if OutsideIdentity.objects.filter(user=user, issuer=person.issuer).exclude(subject=person.subject).exists():
        raise Refused("Tài khoản của bạn đang gắn với một người khác ở hệ thống ấy: hãy bỏ gắn trước.")
    OutsideIdentity.objects.get_or_create(user=user, issuer=person.issuer, subject=person.subject)
    warn(user, f"Tài khoản vừa được gắn với {person.issuer}.")
    tell("auth.sso_linked", user=user, origin=origin, after={"hệ thống": person.issuer})


@transaction.atomic
def unlink(*, user: User, origin: str) -> None:
    """Cut the ties to other services. Raises Refused where there is none, or no password to sign in with instead."""
    user = User.objects.select_for_update().get(pk=user.pk)
    issuers = list(user.outside_identities.values_list("issuer", flat=True))
    if not issuers:
        raise Refused("Tài khoản không gắn với hệ thống nào khác.")
    if not user.has_usable_password():
        raise Refused("Tài khoản chưa có mật khẩu: bỏ gắn rồi thì không đăng nhập được nữa.")
    user.outside_identities.all().delete()
    warn(user, "Tài khoản không còn gắn với hệ thống đăng nhập khác.")
    tell("auth.sso_unlinked", user=user, origin=origin, before={"hệ thống": ", ".join(issuers)})


def _by_email(person: Person) -> User | None:
    if not person.email:
        return None
    user = User.objects.filter(email__iexact=person.email, is_active=True, is_system=False).first()
    if user is None or user.outside_identities.filter(issuer=person.issuer).exists():
        return None  # tied to somebody else there: an address that was handed on opens nothing
    return user
