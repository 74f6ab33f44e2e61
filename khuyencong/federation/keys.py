"""The key pair of this installation, and signatures: Ed25519 (RFC 8032), public keys as 32 bytes in base64."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from khuyencong.core.errors import Refused

RAW = 32  # bytes of a public key
SHOWN = 16  # hexadecimal digits of a fingerprint
UNREADABLE = "Không đọc được khóa ký của hệ thống này: hãy báo cho người quản trị máy chủ (FEDERATION_KEY_FILE)."


def own_key() -> Ed25519PrivateKey:
    """The key with which this installation signs; the first call makes it, readable to its owner only. Raises Refused."""
    path = Path(settings.OUTSIDE.key_file)
    try:
        if not path.exists():
            _make(path)
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise Refused(UNREADABLE) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Refused(UNREADABLE)
    return key


def own_public_key() -> str:
    """What another installation must know of it. Raises Refused."""
    return as_text(own_key().public_key())


def as_text(key: Ed25519PublicKey) -> str:
    return base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def fingerprint(public_key: str) -> str:
    """The short name of a public key: two people compare it on the telephone."""
    return hashlib.sha256(base64.b64decode(public_key)).hexdigest()[:SHOWN]


def check_public_key(text: str) -> str:
    """A public key as it is stored. ValueError with a Vietnamese sentence where it is none."""
    bare = "".join(text.split())
    try:
        raw = base64.b64decode(bare, validate=True)
        if len(raw) != RAW:
            raise ValueError(bare)  # noqa: TRY301  told like a text that is no base64
        return as_text(Ed25519PublicKey.from_public_bytes(raw))
    except ValueError:
        raise ValueError(
            "Khóa công khai phải là 44 ký tự base64 như hiện ở trang «Liên thông» của hệ thống gửi."
        ) from None


def sign(text: str, key: Ed25519PrivateKey) -> str:
    """The signature under a text, in base64."""
    return base64.b64encode(key.sign(text.encode())).decode()


def is_signed(text: str, signature: str, public_key: str) -> bool:
    """Whether whoever holds the key has signed exactly this text."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        key.verify(base64.b64decode(signature, validate=True), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _make(path: Path) -> None:
    """Two processes that begin at once agree on the key that is there first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        with suppress(FileExistsError):
            path.hardlink_to(name)
    finally:
        Path(name).unlink()
