"""Secrets that must be read again are stored encrypted; those that must only be recognised, as a keyed hash.

Both keys come from the site's secret key by HKDF, one for each purpose: a copy of the database alone gives neither.
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class UnreadableError(Exception):
    """A sealed text was made with another key, was changed, or is older than allowed."""


def seal(text: str, *, purpose: str) -> str:
    """The text encrypted and authenticated; only `unseal` with the same purpose opens it."""
    return Fernet(base64.urlsafe_b64encode(_key(purpose))).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, *, purpose: str, max_age: int | None = None) -> str:
    """The text again; `max_age` in seconds. Raises UnreadableError."""
    try:
        return Fernet(base64.urlsafe_b64encode(_key(purpose))).decrypt(sealed.encode(), ttl=max_age).decode()
    except InvalidToken as error:
        raise UnreadableError(purpose) from error


def keyed_hash(text: str, *, purpose: str) -> str:
    """64 hexadecimal digits by which the same text is recognised; without the secret key it cannot be guessed back."""
    return hmac.new(_key(purpose), text.encode(), hashlib.sha256).hexdigest()


def _key(purpose: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"khuyencong.signin.{purpose}".encode())
    return kdf.derive(settings.SECRET_KEY.encode())
