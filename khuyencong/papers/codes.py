"""The code of a paper: what its QR says, how people read it, and how it is recognised again.

Eighteen signs, of which the last two check the others, and nothing about the record. The QR code holds them in the address of
«Kiểm tra giấy», so that any telephone opens it; older papers say `KC1:` before them. Whoever uploads a scan reaches the record
only where the scope allows.
"""

from __future__ import annotations

import hashlib
import io
import re
import secrets

import segno

from khuyencong.notices.letters import public_address

# Crockford's alphabet: no I, L, O, U, so that what is typed from paper is not mistaken.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
START = "KC1:"
_LENGTH, _CHECKED, _TOGETHER = 16, 18, 6
_MISREAD = str.maketrans("ILO", "110")
_NOT_SIGNS = re.compile(r"[\s.\-–—]")


def new_token() -> str:
    """Eighty bits that nobody guesses, with their check."""
    return _with_check("".join(secrets.choice(ALPHABET) for _ in range(_LENGTH)))


def _with_check(signs: str) -> str:
    number = int.from_bytes(hashlib.sha256(f"{START}{signs}".encode()).digest()[:4])
    return signs + ALPHABET[number % 32] + ALPHABET[number // 32 % 32]


# On tried templates: its signs check, but no paper bears it.
SAMPLE_TOKEN = _with_check("0" * _LENGTH)


def address_of(token: str) -> str:
    """Where everybody may ask whether the paper is real. In capitals, which a QR code holds in a third fewer signs."""
    return public_address(f"/G/{token}").upper()


def picture(token: str) -> bytes:
    """The QR code as a PNG with its quiet border; a quarter of it may be lost to a stamp or a fold. Equal tokens, equal bytes."""
    stream = io.BytesIO()
    segno.make(address_of(token), error="q", boost_error=False, micro=False).save(stream, kind="png", scale=6, border=4)
    return stream.getvalue()


def readable(token: str) -> str:
    """As it stands beside the QR code: «Mã giấy: 7F3K2M-…-…»."""
    return "Mã giấy: " + "-".join(token[at : at + _TOGETHER] for at in range(0, _CHECKED, _TOGETHER))


def token_in(text: str) -> str:
    """The token that a QR code says, or a person typed; "" where it is none, or where its check does not fit."""
    # Of an address its last part: /G/… of the code itself, ?ma=… of the page that it leads to.
    last = re.split(r"[/=]", text.strip())[-1]
    signs = _NOT_SIGNS.sub("", last.upper()).removeprefix("MÃGIẤY:").removeprefix(START)
    signs = signs.translate(_MISREAD)
    if len(signs) != _CHECKED or set(signs) - set(ALPHABET) or _with_check(signs[:_LENGTH]) != signs:
        return ""
    return signs
