"""An authenticator app and a passkey, as small as tests need them."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData


@dataclass
class Telephone:
    """An app that shows codes of the time on `clock`."""

    secret: str
    clock: Any
    codes: list[str] = field(default_factory=list)  # recovery codes, on paper

    @classmethod
    def new(cls, clock):
        return cls(pyotp.random_base32(), clock)

    def code(self, *, steps=0):
        return pyotp.TOTP(self.secret).at(self.clock.now + 30 * steps)


@dataclass
class Key:
    """A passkey of one site; `verified` says whether finger or PIN were asked, `counts` whether it counts."""

    origin: str = "http://testserver"
    verified: bool = True
    counts: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: os.urandom(16))
    private: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: str = ""

    def create(self, options):
        """What `navigator.credentials.create` gives, as passkeys.js sends it."""
        asked = options["publicKey"]
        self.handle = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.private.public_key())
        made = AttestedCredentialData.create(b"\0" * 16, self.credential_id, public)
        data = self._data(asked["rp"]["id"], AuthenticatorData.FLAG.AT, made)
        client = CollectedClientData.create(CollectedClientData.TYPE.CREATE, asked["challenge"], self.origin)
        response = {"attestationObject": websafe_encode(AttestationObject.create("none", data, {}))}
        return self._answer(client, response)

    def get(self, options):
        """What `navigator.credentials.get` gives."""
        asked = options["publicKey"]
        data = self._data(asked["rpId"], 0)
        client = CollectedClientData.create(CollectedClientData.TYPE.GET, asked["challenge"], self.origin)
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": self.handle,
        }
        return self._answer(client, response)

    def _data(self, site, flags, made=b""):
        self.count += self.counts
        flags |= AuthenticatorData.FLAG.UP | (AuthenticatorData.FLAG.UV if self.verified else 0)
        return AuthenticatorData.create(hashlib.sha256(site.encode()).digest(), flags, self.count, made)

    def _answer(self, client, response):
        name = websafe_encode(self.credential_id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "response": {"clientDataJSON": websafe_encode(client), **response},
                "clientExtensionResults": {},
            }
        )
