"""Passkeys (WebAuthn): what the browser is asked, and whether its answer is right. The checks themselves are fido2's.

A challenge lies in the session between question and answer, and is taken out with the first answer.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from django.http import HttpRequest
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from khuyencong.people.models import User
from khuyencong.signin.models import Passkey
from khuyencong.signin.sealing import keyed_hash
from khuyencong.signin.totp import SITE_NAME

CREATING, ASKING = "passkey_creating", "passkey_asking"  # where a challenge lies in the session
LONGEST_ANSWER = 20_000  # characters
_VERIFIED = UserVerificationRequirement.REQUIRED  # finger, face or PIN: something one has and something one is or knows


class WrongAnswerError(Exception):
    """The browser's answer fits no challenge, no key, or this site not at all."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as the browser made it."""

    site: str
    credential_id: bytes
    credential: bytes
    sign_count: int


def site_of(request: HttpRequest) -> str:
    """The name a key is made for: the host without its port; "" where the site is opened by number, which allows none."""
    host = request.get_host()
    name = host.rsplit(":", 1)[0] if ":" in host and not host.endswith("]") else host
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return name.lower()
    return ""


def begin_creating(request: HttpRequest, user: User, have: Iterable[Passkey]) -> dict[str, Any]:
    """What `navigator.credentials.create` is asked; keys that the person has are named, so that no device makes two."""
    options, state = _server(request).register_begin(
        PublicKeyCredentialUserEntity(
            id=_handle(user).encode("ascii"), name=user.username, display_name=user.get_full_name()
        ),
        credentials=_descriptors(have),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_VERIFIED,
    )
    request.session[CREATING] = state
    return dict(options)


def finish_creating(request: HttpRequest, answer: str) -> NewKey:
    """The key that the browser made. Raises WrongAnswerError."""
    state = request.session.pop(CREATING, None)
    if state is None:
        raise WrongAnswerError
    try:
        data = _server(request).register_complete(state, _parsed(answer))
        made = data.credential_data
    except Exception as error:  # the library parses what anybody may send, and raises whatever its parsers raise
        raise WrongAnswerError from error
    if made is None:
        raise WrongAnswerError
    return NewKey(site_of(request), made.credential_id, bytes(made), data.counter)


def begin_asking(request: HttpRequest, known: Iterable[Passkey] | None) -> dict[str, Any]:
    """What `navigator.credentials.get` is asked: for one of the `known` keys, or (None) for any key of this site."""
    options, state = _server(request).authenticate_begin(
        None if known is None else _descriptors(known), user_verification=_VERIFIED
    )
    request.session[ASKING] = state
    return dict(options)


def finish_asking(request: HttpRequest, answer: str) -> tuple[Passkey, int]:
    """The key that answered, with its new count of signatures, which the action judges. Raises WrongAnswerError."""
    state = request.session.pop(ASKING, None)
    if state is None:
        raise WrongAnswerError
    try:
        given = AuthenticationResponse.from_dict(_parsed(answer))
        key = Passkey.objects.select_related("user").get(credential_id=given.raw_id, site=site_of(request))
        _server(request).authenticate_complete(state, [AttestedCredentialData(bytes(key.credential))], given)
    except Exception as error:  # as above; a key that is not ours is one of the reasons
        raise WrongAnswerError from error
    handle = given.response.user_handle
    if handle and handle != _handle(key.user).encode("ascii"):
        raise WrongAnswerError
    return key, given.response.authenticator_data.counter


def _server(request: HttpRequest) -> Fido2Server:
    site = site_of(request)
    if not site:
        raise WrongAnswerError
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=site, name=SITE_NAME), verify_origin=lambda one: one == _origin(request)
    )


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host().lower()}"


def _descriptors(keys: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    kind = PublicKeyCredentialType.PUBLIC_KEY
    return [PublicKeyCredentialDescriptor(type=kind, id=bytes(key.credential_id)) for key in keys]


def _parsed(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("too long")
    found = json.loads(answer)
    if not isinstance(found, dict):
        raise TypeError("no object")
    return found


def _handle(user: User) -> str:
    """The person's name for the device: always the same, and nothing can be read from it."""
    return keyed_hash(str(user.pk), purpose="passkey handle")[:32]
