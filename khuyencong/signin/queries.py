"""What is shown about signing in and about one's own account."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from khuyencong.config_services import Provider
from khuyencong.people.models import User
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest
from khuyencong.signin.actions.sessions import handle_of
from khuyencong.signin.middleware import must_set_up
from khuyencong.signin.models import AuthenticatorApp, Passkey, UserSession
from khuyencong.signin.passkeys import site_of


@dataclass(frozen=True, slots=True)
class ShownSession:
    """One session of a person, as the page lists it."""

    handle: str
    device: str
    address: str
    signed_in_at: dt.datetime | None
    seen_at: dt.datetime | None
    here: bool


def provider() -> Provider | None:
    """The other service through which people may sign in, where one is set up."""
    found: Provider | None = settings.OIDC_PROVIDER
    return found


def ways_to_sign_in(request: HttpRequest) -> dict[str, object]:
    """For the login page: the button of the other service, and whether passkeys can work under this address."""
    outside = provider()
    return {"provider_name": outside.name if outside else "", "passkeys": bool(site_of(request))}


def passkeys_here(request: HttpRequest, user: User) -> QuerySet[Passkey]:
    """The person's passkeys that were made for the name under which the site is open now."""
    return Passkey.objects.filter(user=user, site=site_of(request))


def sessions_of(user: User, current_key: str) -> list[ShownSession]:
    """Where the person is signed in, the last used first."""
    rows = UserSession.objects.filter(user=user, expire_date__gt=timezone.now())
    return [
        ShownSession(
            handle_of(row.session_key),
            row.device,
            row.address,
            row.signed_in_at,
            row.seen_at,
            row.session_key == current_key,
        )
        for row in rows
    ]


def factors_page(request: ActorRequest) -> dict[str, object]:
    """For the page of second factors and the one of recovery codes."""
    user = request.user
    app = AuthenticatorApp.objects.filter(user=user).first()
    keys = list(Passkey.objects.filter(user=user))
    return {
        "app": app,
        "keys": keys,
        "codes_left": user.recovery_codes.filter(used_at__isnull=True).count(),
        "has_factor": app is not None or bool(keys),
        "must_set_up": must_set_up(request),
        "site": site_of(request),
    }


def account_page(request: ActorRequest) -> dict[str, object]:
    """For «Tài khoản của tôi»; the number of queries does not grow with sessions, hats or keys."""
    user, outside = request.user, provider()
    return {
        "person": user,
        "has_password": user.has_usable_password(),
        "hats": request.memberships,
        "may_be_reminded": allowed(request.actor, Permission.DEADLINE_VIEW),
        "sessions": sessions_of(user, request.session.session_key or ""),
        "provider_name": outside.name if outside else "",
        "linked": bool(outside) and user.outside_identities.filter(issuer=outside.issuer if outside else "").exists(),
        **factors_page(request),
    }
