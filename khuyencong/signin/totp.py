"""Codes of six digits from an authenticator app (TOTP, RFC 6238), computed by pyotp."""

import pyotp
import segno
from pyotp.exceptions import OTPVerificationError

from khuyencong.people.models import User

SITE_NAME = "Khuyến công"
DIGITS = 6
_CLOCK_OFF_BY = 1  # steps of 30 seconds that a telephone's clock may be early or late


def new_secret() -> str:
    """A secret for a new app: 160 random bits in base32."""
    return pyotp.random_base32()


def address_of(secret: str, user: User) -> str:
    """The `otpauth:` address that an app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=SITE_NAME)


def qr_of(secret: str, user: User) -> str:
    """The QR code as a `data:` address for <img>: no inline SVG, and no further request that would carry the secret."""
    return segno.make(address_of(secret, user), error="m").svg_data_uri(scale=5, border=4)


def grouped(secret: str) -> str:
    """The secret as people type it, in groups of four."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def step_of(secret: str, code: str, *, after: int) -> int | None:
    """The 30-second step whose code this is, or None; a step up to `after` was used before and does not count again."""
    if len(code) != DIGITS or not (code.isascii() and code.isdecimal()):
        return None
    try:
        step = pyotp.TOTP(secret).verify_and_get_timecode(code, valid_window=_CLOCK_OFF_BY)
    except OTPVerificationError:
        return None
    return step if step > after else None
