"""A small OpenID Connect provider on this machine: as right, or as wrong, as a test wants it."""

import base64
import functools
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, SECRET = "khuyencong", "bí mật của thử nghiệm, đủ dài cho một khóa HMAC"
CODE = "ma-trao-doi"


def new_key():
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


usual_key = functools.cache(new_key)  # making one takes a while


@dataclass
class Provider:
    """`claims` and `wrong` change what the next answers say; `asked` is what the token address was sent."""

    claims: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "u-1", "email": "", "email_verified": True})
    key: Any = field(default_factory=usual_key)
    published: Any = None  # another key than the one that signs
    algorithm: str = "RS256"
    header: dict[str, Any] = field(default_factory=lambda: {"kid": "k1"})
    declaration: dict[str, Any] = field(default_factory=dict)
    token: str | None = None  # instead of a right one
    userinfo: dict[str, Any] | None = None
    status: int = 200
    issuer: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    question: dict[str, str] = field(default_factory=dict)

    def __enter__(self):
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                provider.answer(self)

            def do_POST(self):
                provider.answer(self)

            def log_message(self, *_):
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def sign_in(self, address):
        """What the browser is sent back with after the person signed in there."""
        self.question = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return f"?code={CODE}&state={self.question['state']}"

    def answer(self, handler):
        length = int(handler.headers.get("Content-Length") or 0)
        form = {name: values[0] for name, values in parse_qs(handler.rfile.read(length).decode()).items()}
        path = urlsplit(handler.path).path
        if path == "/authorize":  # a person with a browser; signs in there at once
            back = self.sign_in(handler.path)
            handler.send_response(302)
            handler.send_header("Location", f"{self.question['redirect_uri']}{back}")
            handler.end_headers()
            return
        if path == "/.well-known/openid-configuration":
            found = self.declared()
        elif path == "/keys":
            found = {"keys": [self.public_key()]}
        elif path == "/token":
            self.asked.append({**form, "authorization": handler.headers.get("Authorization")})
            found = self.tokens(form)
        elif path == "/userinfo" and handler.headers.get("Authorization") == "Bearer access":
            found = self.userinfo
        else:
            found = {"error": "not_found"}
        status = self.status if "error" not in found else 400
        body = json.dumps(found).encode()
        handler.send_response(status)
        if status == 302:
            handler.send_header("Location", f"{self.issuer}/elsewhere")
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def declared(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"],
            **({"userinfo_endpoint": f"{self.issuer}/userinfo"} if self.userinfo is not None else {}),
            **self.declaration,
        }

    def public_key(self):
        public = (self.published or self.key).public_key()
        return {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(public)), "kid": "k1", "use": "sig", "alg": "RS256"}

    def tokens(self, form):
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        same = challenge.rstrip(b"=").decode() == self.question.get("code_challenge")
        if not same or form.get("code") != CODE or form.get("redirect_uri") != self.question.get("redirect_uri"):
            return {"error": "invalid_grant"}
        return {"access_token": "access", "token_type": "Bearer", "id_token": self.token or self.signed()}

    def signed(self):
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": self.question.get("nonce"),
            **self.person, **self.claims,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        key = {"none": None, "HS256": SECRET}.get(self.algorithm, self.key)
        return jwt.encode(claims, key, algorithm=self.algorithm, headers=self.header)
