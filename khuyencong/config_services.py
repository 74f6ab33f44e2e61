"""What the environment says about services outside: the mail server, the address of the site, another sign-in service.

| variable | meaning | default |
| --- | --- | --- |
| `EMAIL_URL` | `smtp://user:password@host:port?tls=1`, `smtps://…`, `file:///folder`, `console:` | files under `KHUYENCONG_VAR/mail` |
| `EMAIL_PASSWORD_FILE` | file with the password of the mail server, which then stands in no address | none |
| `EMAIL_FROM` | the sender of letters | `khuyencong@localhost`; must be written with a mail server |
| `PUBLIC_URL` | the address of the site in letters, `https://khuyencong.example` | made of `ALLOWED_HOSTS` |
| `BACKUP_DIR` | folder of the copies that `khuyencong backup` makes, best on another disk | none: no copies |
| `BACKUP_KEY_FILE` | file with an age key that seals them: `age1…` (only seals) or `AGE-SECRET-KEY-1…` | none: not sealed |
| `BACKUP_SCRATCH` | folder where the database is written down and copies are tried, on a disk with room for one copy | `KHUYENCONG_VAR` |
| `CLAMD` | where clamd listens: `/run/clamav/clamd.ctl` or `host:port` | none: nothing is scanned, doubtful files are held |
| `OIDC_ISSUER` | the OpenID Connect provider of the province, `https://sso.example/realms/tinh` | none: no such button |
| `OIDC_CLIENT_ID` | our name there | |
| `OIDC_CLIENT_SECRET_FILE` | file that holds our secret there, for our eyes only | |
| `OIDC_NAME` | what the button calls it | Đăng nhập một cửa |
| `OIDC_SECOND_FACTOR` | on where the provider itself asks for two factors: ours is then not asked | off |
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from khuyencong.config_base import ConfigError, secret_in_file, switch
from khuyencong.core.clamd import Clamd

DEFAULT_SENDER = "khuyencong@localhost"
DEFAULT_PROVIDER_NAME = "Đăng nhập một cửa"
SMTP_PORT, SMTPS_PORT = 587, 465
LARGEST_PORT = 65_535
EMAIL_FORMS = "EMAIL_URL phải có dạng smtp://tài-khoản:mật-khẩu@máy:587?tls=1, smtps://…, file:///thư-mục (tệp) hoặc console: (màn hình)."
LONGEST_NAME = 60
ADDRESS = re.compile(r"[^@\s<>\",;]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Mail:
    """How letters leave. `folder` is set for files only, `host` for a mail server only."""

    kind: Literal["smtp", "file", "console"]
    sender: str
    folder: str = ""
    host: str = ""
    port: int = SMTP_PORT
    user: str = ""
    password: str = field(default="", repr=False)
    encryption: Literal["", "starttls", "tls"] = ""

    @property
    def backend(self) -> str:
        """Django's EMAIL_BACKEND."""
        module = "filebased" if self.kind == "file" else self.kind
        return f"django.core.mail.backends.{module}.EmailBackend"


@dataclass(frozen=True, slots=True)
class Provider:
    """The OpenID Connect provider through which people may sign in."""

    issuer: str
    client_id: str
    name: str
    second_factor: bool
    client_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Backup:
    """Where copies go, the file of the key that seals them, and where they are made and tried (None: in the folder of data)."""

    folder: Path | None
    key_file: Path | None
    scratch: Path | None = None


def read_backup(environ: Mapping[str, str], base_dir: Path) -> Backup:
    """BACKUP_DIR, BACKUP_KEY_FILE and BACKUP_SCRATCH; nothing is opened. Raises ConfigError."""
    names = ("BACKUP_DIR", "BACKUP_KEY_FILE", "BACKUP_SCRATCH")
    folder, key_file, scratch = (environ.get(name, "").strip() for name in names)
    if key_file and not folder:
        raise ConfigError("Có BACKUP_KEY_FILE mà thiếu BACKUP_DIR: hãy ghi thư mục chứa các bản sao lưu.")
    return Backup(*(base_dir / path if path else None for path in (folder, key_file, scratch)))


def read_mail(environ: Mapping[str, str], base_dir: Path, var_dir: Path) -> Mail:
    """EMAIL_URL, EMAIL_PASSWORD_FILE and EMAIL_FROM. Raises ConfigError, whose sentence never repeats the password."""
    url = environ.get("EMAIL_URL", "").strip()
    sender = environ.get("EMAIL_FROM", "").strip()
    if sender and not ADDRESS.fullmatch(sender):
        raise ConfigError(f"EMAIL_FROM phải là một địa chỉ thư, ví dụ khuyencong@soct.example, không phải “{sender}”.")
    password = secret_in_file(environ, "EMAIL_PASSWORD_FILE", base_dir)
    if password and not url.startswith(("smtp://", "smtps://")):
        raise ConfigError("Có EMAIL_PASSWORD_FILE mà EMAIL_URL không phải máy chủ thư: smtp://tài-khoản@máy:587?tls=1.")
    if not url:
        return Mail(kind="file", sender=sender or DEFAULT_SENDER, folder=str(var_dir / "mail"))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigError(EMAIL_FORMS) from error
    if parts.scheme == "console" and not parts.netloc and not parts.path.strip("/"):
        return Mail(kind="console", sender=sender or DEFAULT_SENDER)
    if parts.scheme == "file" and not parts.netloc and parts.path.strip("/") and not parts.query:
        return Mail(kind="file", sender=sender or DEFAULT_SENDER, folder=unquote(parts.path))
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/"):
        raise ConfigError(EMAIL_FORMS)
    if password and (parts.password or not parts.username):
        raise ConfigError("Đã có EMAIL_PASSWORD_FILE: EMAIL_URL phải có tài khoản và không kèm mật khẩu.")
    if not sender:
        raise ConfigError("EMAIL_FROM còn trống: hãy ghi địa chỉ gửi thư mà máy chủ thư trong EMAIL_URL chấp nhận.")
    return Mail(
        kind="smtp",
        sender=sender,
        host=parts.hostname,
        port=port or (SMTPS_PORT if parts.scheme == "smtps" else SMTP_PORT),
        user=unquote(parts.username or ""),
        password=password or unquote(parts.password or ""),
        encryption=_encryption(parts),
    )


def _encryption(parts: SplitResult) -> Literal["", "starttls", "tls"]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if options.keys() - {"tls"}:
        raise ConfigError("EMAIL_URL chỉ có tùy chọn tls, ví dụ smtp://máy:587?tls=1.")
    starttls = switch(options, "tls")
    if parts.scheme == "smtps":
        return "tls"
    return "starttls" if starttls else ""


def read_public_url(environ: Mapping[str, str]) -> str:
    """PUBLIC_URL without a slash at the end; "" when it is not set. Raises ConfigError."""
    url = environ.get("PUBLIC_URL", "").strip().rstrip("/")
    if url and not _is_origin(url):
        raise ConfigError(
            "PUBLIC_URL phải là địa chỉ của trang, ví dụ https://khuyencong.example, không kèm đường dẫn hay tài khoản."
        )
    return url


def read_clamd(environ: Mapping[str, str]) -> Clamd | None:
    """CLAMD, or None where it is not set. Raises ConfigError; nothing is opened."""
    where = environ.get("CLAMD", "").strip()
    if not where:
        return None
    if where.startswith("/"):
        return Clamd(path=where)
    host, colon, port = where.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (colon and host and port.isascii() and port.isdecimal() and 1 <= int(port[:6]) <= LARGEST_PORT):
        raise ConfigError(
            "CLAMD phải là đường dẫn đầy đủ của socket (/run/clamav/clamd.ctl) hoặc máy:cổng (127.0.0.1:3310)."
        )
    return Clamd(host=host, port=int(port))


def read_provider(environ: Mapping[str, str], base_dir: Path) -> Provider | None:
    """The OIDC_… variables, or None where none is set. Raises ConfigError when only some are, or one is wrong."""
    issuer = environ.get("OIDC_ISSUER", "").strip()
    client_id = environ.get("OIDC_CLIENT_ID", "").strip()
    file = environ.get("OIDC_CLIENT_SECRET_FILE", "").strip()
    given = {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": client_id, "OIDC_CLIENT_SECRET_FILE": file}
    second_factor = switch(environ, "OIDC_SECOND_FACTOR")
    if not any(given.values()):
        return None
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise ConfigError(
            f"Thiếu {', '.join(missing)}: đăng nhập qua một hệ thống khác cần cả ba biến {', '.join(given)}."
        )
    if not is_safe_address(issuer) or urlsplit(issuer).query or urlsplit(issuer).fragment:
        raise ConfigError("OIDC_ISSUER phải là địa chỉ https:// đúng như hệ thống ấy tự khai, không kèm tài khoản.")
    name = environ.get("OIDC_NAME", "").strip() or DEFAULT_PROVIDER_NAME
    if len(name) > LONGEST_NAME:
        raise ConfigError(f"OIDC_NAME dài quá {LONGEST_NAME} ký tự: đó là chữ trên nút đăng nhập.")
    secret = secret_in_file(environ, "OIDC_CLIENT_SECRET_FILE", base_dir)
    return Provider(issuer=issuer, client_id=client_id, name=name, second_factor=second_factor, client_secret=secret)


def is_safe_address(url: str) -> bool:
    """Whether secrets may travel there: https, or http on this very machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.username or parts.password or not host:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host))


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_origin(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # a port that is no number is found here
    except ValueError:
        return False
    bare = not (parts.path or parts.query or parts.fragment or parts.username or parts.password)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and bare
