"""Signing in through another service (OpenID Connect, authorization code with PKCE), and what its answer is worth.

PyJWT verifies signatures and claims; the rest is three requests to addresses that the service itself declares.
"""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import jwt

from khuyencong.config_services import Provider, is_safe_address
from khuyencong.core import outside

KEPT_FOR = 3600  # seconds that a provider's declaration and keys are believed without asking again
CLOCKS_DIFFER_BY = 60  # seconds
# Only signatures that the provider alone can make: never "none", and no HMAC, whose key we hold as well.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
WELL_KNOWN = "/.well-known/openid-configuration"
UNREACHABLE = "Không liên lạc được với hệ thống đăng nhập ấy. Hãy thử lại sau hoặc dùng mật khẩu."
UNTRUSTED = "Câu trả lời của hệ thống đăng nhập ấy không hợp lệ nên không được chấp nhận. Hãy đăng nhập lại từ đầu."


class OutsideError(Exception):
    """Signing in through the service failed: `sentence` is for the person, the message for the audit trail."""

    def __init__(self, sentence: str, reason: str) -> None:
        super().__init__(reason)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Question:
    """What we asked: kept in the session until the answer comes, and used once."""

    state: str
    nonce: str
    verifier: str
    return_address: str

    @classmethod
    def new(cls, return_address: str) -> "Question":
        """A question with secrets of its own, whose answer comes to `return_address`."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(32), return_address)


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the service names; `email` is "" unless the service says that it has verified it."""

    issuer: str
    subject: str
    email: str


def address_to_ask(provider: Provider, asked: Question) -> str:
    """Where the browser is sent to sign in. Raises OutsideError."""
    declared = _declaration(provider)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=").decode()
    query = urlencode(
        {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": asked.return_address,
            "scope": "openid email profile",
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
    )
    address = _address(declared, "authorization_endpoint")
    return f"{address}{'&' if '?' in address else '?'}{query}"


def who_came_back(provider: Provider, asked: Question, code: str) -> Person:
    """Exchange the code of the answer for a signed statement and read it. Raises OutsideError."""
    declared = _declaration(provider)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": asked.return_address,
        "code_verifier": asked.verifier,
    }
    headers = {"Accept": "application/json"}
    ways = declared.get("token_endpoint_auth_methods_supported")
    if not isinstance(ways, list) or not ways or "client_secret_basic" in ways:  # what is meant where nothing is said
        pair = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
    tokens = _fetch(_address(declared, "token_endpoint"), form=form, headers=headers)
    claims = _verified(provider, declared, asked, tokens.get("id_token"))
    if "email" not in claims and declared.get("userinfo_endpoint"):
        bearer = {"Authorization": f"Bearer {tokens.get('access_token', '')}", "Accept": "application/json"}
        more = _fetch(_address(declared, "userinfo_endpoint"), headers=bearer)
        if more.get("sub") == claims["sub"]:  # of somebody else it says nothing about this person
            claims = {**claims, "email": more.get("email"), "email_verified": more.get("email_verified")}
    verified = claims.get("email_verified") in (True, "true")  # some services write it as a text
    email = str(claims.get("email") or "") if verified else ""
    return Person(provider.issuer, str(claims["sub"])[:255], email)


def _verified(provider: Provider, declared: Mapping[str, Any], asked: Question, token: object) -> dict[str, Any]:
    if not isinstance(token, str):
        raise OutsideError(UNTRUSTED, "no id_token")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key_of(provider, declared, token),
            algorithms=list(ALGORITHMS),
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=CLOCKS_DIFFER_BY,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
        )
    except jwt.PyJWTError as error:
        raise OutsideError(UNTRUSTED, f"id_token: {type(error).__name__}") from error
    if not secrets.compare_digest(str(claims["nonce"]).encode(), asked.nonce.encode()):
        raise OutsideError(UNTRUSTED, "id_token: nonce")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else provider.client_id) != provider.client_id:
        raise OutsideError(UNTRUSTED, "id_token: azp")
    return claims


def _key_of(provider: Provider, declared: Mapping[str, Any], token: str) -> jwt.PyJWK:
    """The provider's key that the token names; asks anew once, since a key may just have been changed."""
    named = jwt.get_unverified_header(token)
    if named.get("alg") not in ALGORITHMS:
        raise jwt.InvalidAlgorithmError(str(named.get("alg")))
    address = _address(declared, "jwks_uri")
    for anew in (False, True):
        keys = jwt.PyJWKSet.from_dict(_cached(f"{provider.issuer} keys", address, anew=anew)).keys
        fitting = [key for key in keys if key.public_key_use in {None, "sig"}]
        found = [key for key in fitting if key.key_id == named["kid"]] if "kid" in named else fitting
        if len(found) == 1:
            return found[0]
    raise jwt.InvalidKeyError("no such key")


def _declaration(provider: Provider) -> dict[str, Any]:
    found = _cached(provider.issuer, provider.issuer.rstrip("/") + WELL_KNOWN)
    if found.get("issuer") != provider.issuer:
        raise OutsideError(UNTRUSTED, "declaration: issuer")
    return found


def _address(declared: Mapping[str, Any], name: str) -> str:
    address = declared.get(name)
    if not isinstance(address, str) or not is_safe_address(address):
        raise OutsideError(UNTRUSTED, f"declaration: {name}")
    return address


# --- requests --------------------------------------------------------------------------------------------------------

_kept: dict[str, tuple[float, dict[str, Any]]] = {}
_keeping = threading.Lock()


def _cached(name: str, address: str, *, anew: bool = False) -> dict[str, Any]:
    with _keeping:
        found = _kept.get(name)
    if found and not anew and time.monotonic() - found[0] < KEPT_FOR:
        return found[1]
    answer = _fetch(address)
    with _keeping:
        _kept[name] = (time.monotonic(), answer)
    return answer


def forget_declarations() -> None:
    """Ask every provider anew; for tests."""
    with _keeping:
        _kept.clear()


def _fetch(
    address: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    told, body = dict(headers or {}), None
    if form is not None:
        body = urlencode(form).encode()
        told["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        # Redirects are not followed: our secret is not carried on to where a declared address points.
        answer = outside.send(
            "GET" if form is None else "POST", address, body=body, headers=told, chosen_by_operator=True
        )
    except outside.OutsideError as error:
        raise OutsideError(UNREACHABLE, str(error)) from error
    if answer.status != HTTPStatus.OK:
        raise OutsideError(UNREACHABLE, f"HTTP {answer.status}")
    try:
        found = answer.json()
    except outside.OutsideError as error:
        raise OutsideError(UNTRUSTED, "no JSON") from error
    if not isinstance(found, dict):
        raise OutsideError(UNTRUSTED, "no JSON object")
    return found
