"""What the environment says, read once and checked; every wrong value ends with a sentence that says what to write.

| variable | meaning | default |
| --- | --- | --- |
| `DATABASE_URL` | `sqlite:///tệp` or `postgresql://user:password@host:port/name`, with `?pgbouncer=1` where PgBouncer answers there | SQLite under `KHUYENCONG_VAR` |
| `REPLICA_URLS` | streaming replicas of it for reports and public pages, one address each, separated by spaces | none |
| `DATABASE_PASSWORD_FILE` | file with the password of PostgreSQL, which then stands in no address | none |
| `KHUYENCONG_VAR` | folder of everything the program writes | `var/` of the project |
| `SECRET_KEY_FILE` | the key that signs sessions, the same file on all machines | made in `KHUYENCONG_VAR` at first need |
| `PORT` | port on 127.0.0.1 | 8000 |
| `ALLOWED_HOSTS` | names the site answers to, separated by commas | this machine only |
| `HTTPS` | on behind a proxy that speaks TLS: secure cookies, HSTS | off |
| `DEBUG` | Django's debug pages, for developers | off |
| `KHUYENCONG_DEMO` | the demo: its accounts are shown on the login page | off |
| `JSON_LOGS` | the log as JSON, a line for each request | off |
| `SLOW_PAGE_MS`, `SLOW_QUERY_MS` | from how many milliseconds a page or a query is called slow | 1000, 200 |
| `REQUIRE_SECOND_FACTOR` | leaders, accountants and administrators need a second factor | on; off in the demo and with `DEBUG` |

What several machines share: `config_files.py`. Letters, our address, copies, sign-in elsewhere: `config_services.py`. Others: `config_outside.py`.
"""

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from khuyencong.config_base import ConfigError, secret_in_file, switch
from khuyencong.config_database import PRIMARY_OPTIONS, REPLICA_KEPT, REPLICA_OPTIONS
from khuyencong.config_files import Bucket, read_cache, read_files
from khuyencong.config_outside import Outside, read_outside
from khuyencong.config_services import (
    Backup,
    Mail,
    Provider,
    read_backup,
    read_clamd,
    read_mail,
    read_provider,
    read_public_url,
)
from khuyencong.core.clamd import Clamd

__all__ = ["Config", "ConfigError", "Database", "database_settings", "read_config", "replica_settings", "secret_key"]

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
DEFAULT_PORT = 8000
LONGEST_MS = 600_000
LARGEST_PORT = 65_535
KEY_BYTES = 48
KEY_LETTERS = 64  # 48 random bytes as URL-safe text
HOST_NAME = re.compile(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
# Rows are joined by their keys in the order in which the queries name them: to weigh other orders takes the server longer
# than most queries, and so does compiling one. A year of the nation's ledger is added up without a file on disk. Disks without
# moving parts find a row by its key about as fast as the next one. Whoever reads through a cursor (a choice of a form, a list as
# a file) reads all of it, and not the first tenth as the server takes it.
POSTGRESQL_PLANNING = {
    "join_collapse_limit": 4,
    "jit": "off",
    "work_mem": "16MB",
    "random_page_cost": "1.1",
    "cursor_tuple_fraction": "1.0",
}
POSTGRESQL_OPTIONS = frozenset({"host", "sslmode", "sslrootcert", "connect_timeout", "application_name"})
PGBOUNCER = "pgbouncer"  # in an address: a pooler of transactions answers, whose settings and cursors are not ours


@dataclass(frozen=True, slots=True)
class Database:
    """Where the records lie. `name` is an absolute path for SQLite, a database name for PostgreSQL."""

    engine: Literal["sqlite", "postgresql"]
    name: str
    user: str = ""
    password: str = field(default="", repr=False)
    host: str = ""
    port: int | None = None
    options: tuple[tuple[str, str], ...] = ()
    pooled: bool = False  # by PgBouncer, transaction by transaction


@dataclass(frozen=True, slots=True)
class Config:
    """The whole environment, checked."""

    base_dir: Path
    var_dir: Path
    database: Database
    replicas: tuple[Database, ...]
    secret_key_file: Path | None
    files: Bucket | None
    shared_counts: bool
    debug: bool
    demo: bool
    https: bool
    port: int
    allowed_hosts: tuple[str, ...]
    mail: Mail
    public_url: str
    provider: Provider | None
    backup: Backup
    second_factor_required: bool
    json_logs: bool
    slow_page_ms: int
    slow_query_ms: int
    outside: Outside
    clamd: Clamd | None

    @property
    def secret_key_path(self) -> Path:
        """Where the key that signs sessions lies: in the folder of data, unless several machines share it."""
        return self.secret_key_file or self.var_dir / "secret_key"


def read_config(environ: Mapping[str, str], base_dir: Path) -> Config:
    """Read and check the environment; relative paths are relative to `base_dir`. Raises ConfigError; writes nothing."""
    var_dir = _var_dir(environ, base_dir)
    debug, demo = switch(environ, "DEBUG"), switch(environ, "KHUYENCONG_DEMO")
    required = environ.get("REQUIRE_SECOND_FACTOR", "").strip()
    database = _with_password(
        _database(environ.get("DATABASE_URL", "").strip(), base_dir, var_dir),
        secret_in_file(environ, "DATABASE_PASSWORD_FILE", base_dir),
    )
    return Config(
        base_dir=base_dir,
        var_dir=var_dir,
        database=database,
        replicas=_replicas(environ.get("REPLICA_URLS", ""), database),
        files=read_files(environ, base_dir),
        shared_counts=read_cache(environ, database.engine),
        debug=debug,
        demo=demo,
        https=switch(environ, "HTTPS"),
        port=_port(environ),
        allowed_hosts=_hosts(environ),
        mail=read_mail(environ, base_dir, var_dir),
        public_url=read_public_url(environ),
        provider=read_provider(environ, base_dir),
        backup=read_backup(environ, base_dir),
        second_factor_required=switch(environ, "REQUIRE_SECOND_FACTOR") if required else not (debug or demo),
        json_logs=switch(environ, "JSON_LOGS"),
        slow_page_ms=_milliseconds(environ, "SLOW_PAGE_MS", 1_000),
        slow_query_ms=_milliseconds(environ, "SLOW_QUERY_MS", 200),
        outside=read_outside(environ, base_dir, var_dir),
        clamd=read_clamd(environ),
        secret_key_file=_key_file(environ, base_dir),
    )


def database_settings(config: Config) -> dict[str, Any]:
    """Return Django's `DATABASES["default"]`. Makes the folder of a SQLite file when it is ours (`var_dir`)."""
    database = config.database
    if database.engine == "postgresql":
        # A pool keeps the connections, so a request must not keep its own as well: CONN_MAX_AGE stays 0.
        # Ten seconds to wait for a free connection.
        return _postgresql_settings(database, {**PRIMARY_OPTIONS, "pool": {"timeout": 10}})
    _prepare_folder(Path(database.name).parent, config)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": database.name,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # Writers take the lock when they begin and wait for each other, instead of failing half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,  # seconds
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
        # A file like in real use, not a database in memory: several threads then have several real connections.
        "TEST": {"NAME": str(Path(tempfile.gettempdir()) / f"khuyencong-test-{os.getpid()}.sqlite3")},
    }


def replica_settings(config: Config) -> dict[str, Any]:
    """The replicas for Django's `DATABASES`, by alias. Without a pool: a thread finds out at once that one is gone."""
    return {
        f"replica_{number}": {**_postgresql_settings(database, REPLICA_OPTIONS), "CONN_MAX_AGE": REPLICA_KEPT}
        for number, database in enumerate(config.replicas, 1)
    }


def _postgresql_settings(database: Database, options: Mapping[str, Any]) -> dict[str, Any]:
    # PgBouncer takes no settings with the connection: `deploy/pgbouncer.ini` gives them to the server instead.
    planning = {"options": " ".join(f"-c {name}={value}" for name, value in POSTGRESQL_PLANNING.items())}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database.name,
        "USER": database.user,
        "PASSWORD": database.password,
        "HOST": database.host,
        "PORT": "" if database.port is None else str(database.port),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # a restart of the server costs one question, and nobody an error
        # A cursor that outlives its transaction would be left behind on a connection that is by then somebody else's.
        "DISABLE_SERVER_SIDE_CURSORS": database.pooled,
        "OPTIONS": {**options, **({} if database.pooled else planning), **dict(database.options)},
    }


def secret_key(config: Config) -> str:
    """Return the key that signs sessions, kept at `secret_key_path`; there the first call makes it, readable to its owner only.

    Two processes that start at once agree: the key is written to a file of its own, which only one of them can link
    to the final name, and both then read that name.
    """
    path = config.secret_key_path
    try:
        if not path.exists():
            if config.secret_key_file is not None:
                raise ConfigError(f"Không có khóa bí mật {path} ghi trong SECRET_KEY_FILE: hãy chép tệp ấy từ máy đầu.")
            _prepare_folder(config.var_dir, config)
            _make_key(path)
        if config.secret_key_file is None and path.stat().st_mode & 0o077:
            path.chmod(0o600)
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"Không đọc hoặc không tạo được khóa bí mật {path}: hãy kiểm tra quyền trên thư mục này."
        ) from error
    if len(key) < KEY_LETTERS and config.secret_key_file is not None:
        raise ConfigError(
            f"Khóa trong {path} (SECRET_KEY_FILE) ngắn hơn {KEY_LETTERS} ký tự: hãy dùng một khóa ngẫu nhiên dài hơn."
        )
    if len(key) < KEY_LETTERS:
        raise ConfigError(f"Khóa bí mật {path} bị hỏng: hãy xóa tệp này để chương trình tạo khóa mới.")
    return key


def _make_key(path: Path) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            Path(path).hardlink_to(name)
        except FileExistsError:
            return  # another process was first; its key counts
    finally:
        Path(name).unlink()


def _prepare_folder(folder: Path, config: Config) -> None:
    """Make `var_dir` when it is missing; any other folder must already be there, a typing mistake makes none."""
    if folder.is_dir():
        return
    if folder != config.var_dir:
        raise ConfigError(f"Thư mục {folder} của cơ sở dữ liệu không tồn tại: hãy tạo thư mục hoặc sửa DATABASE_URL.")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"Không tạo được thư mục {folder}: hãy kiểm tra quyền hoặc sửa KHUYENCONG_VAR.") from error


def _var_dir(environ: Mapping[str, str], base_dir: Path) -> Path:
    given = environ.get("KHUYENCONG_VAR", "").strip()
    if given:
        return (base_dir / _of_home("KHUYENCONG_VAR", given)).resolve()
    if (base_dir / "pyproject.toml").exists():
        return base_dir / "var"
    # Installed as a package there is no project folder; nothing is ever written beside the installed code.
    data_home = environ.get("XDG_DATA_HOME", "").strip() or "~/.local/share"
    return _of_home("XDG_DATA_HOME", data_home).resolve() / "khuyencong"


def _of_home(name: str, value: str) -> Path:
    """The path with `~` as the folder it stands for; `name` is the variable that holds it."""
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise ConfigError(f"{name}: không rõ «~» là thư mục nào, hãy ghi đường dẫn đầy đủ.") from error


def _key_file(environ: Mapping[str, str], base_dir: Path) -> Path | None:
    given = environ.get("SECRET_KEY_FILE", "").strip()
    return (base_dir / given).resolve() if given else None


def _port(environ: Mapping[str, str]) -> int:
    value = environ.get("PORT", "").strip()
    if not value:
        return DEFAULT_PORT
    if _is_whole(value, LARGEST_PORT):
        return int(value)
    raise ConfigError(f"Cổng PORT phải là một số từ 1 đến {LARGEST_PORT}, không phải “{value}”.")


def _milliseconds(environ: Mapping[str, str], name: str, otherwise: int) -> int:
    value = environ.get(name, "").strip()
    if not value:
        return otherwise
    if _is_whole(value, LONGEST_MS):
        return int(value)
    raise ConfigError(f"{name} phải là số mili giây từ 1 đến {LONGEST_MS}, không phải “{value}”.")


def _is_whole(value: str, most: int) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= len(str(most)) and 1 <= int(value) <= most


def _hosts(environ: Mapping[str, str]) -> tuple[str, ...]:
    names = [name.strip() for name in environ.get("ALLOWED_HOSTS", "").split(",") if name.strip()]
    for name in names:
        if not HOST_NAME.fullmatch(name):
            raise ConfigError(
                f"ALLOWED_HOSTS có tên máy không hợp lệ “{name}”: "
                "hãy ghi các tên máy cách nhau bằng dấu phẩy, không có cổng, không có http://, không dùng dấu *."
            )
    return tuple(names) or LOCAL_HOSTS


def _database(url: str, base_dir: Path, var_dir: Path) -> Database:
    if not url:
        return Database(engine="sqlite", name=str(var_dir / "khuyencong.sqlite3"))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:  # the address may hold a password: it is never repeated in a message
        raise ConfigError("DATABASE_URL không đúng dạng: cổng phải là một số từ 1 đến 65535.") from error
    if "\0" in unquote(url):
        raise ConfigError("DATABASE_URL có ký tự không dùng được (%00).")
    if parts.scheme == "sqlite":
        return _sqlite(parts, base_dir)
    if parts.scheme in {"postgresql", "postgres"}:
        return _postgresql(parts, port)
    raise ConfigError(
        "DATABASE_URL phải bắt đầu bằng sqlite:/// (kèm đường dẫn tệp) hoặc postgresql:// (kèm tài khoản, máy và tên cơ sở dữ liệu)."
    )


def _replicas(urls: str, database: Database) -> tuple[Database, ...]:
    """The replicas of a PostgreSQL database, each at an address of its own."""
    found = []
    for url in urls.split():
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise ConfigError("REPLICA_URLS không đúng dạng: cổng phải là một số từ 1 đến 65535.") from error
        if parts.scheme not in {"postgresql", "postgres"}:
            raise ConfigError("REPLICA_URLS phải gồm các địa chỉ postgresql:// cách nhau bằng dấu cách.")
        found.append(_postgresql(parts, port, "REPLICA_URLS"))
    if found and database.engine != "postgresql":
        raise ConfigError("REPLICA_URLS chỉ dùng khi DATABASE_URL là PostgreSQL.")
    return tuple(found)


def _with_password(database: Database, password: str) -> Database:
    if not password:
        return database
    if database.engine != "postgresql" or database.password:
        raise ConfigError("DATABASE_PASSWORD_FILE chỉ dùng với PostgreSQL, khi DATABASE_URL không kèm mật khẩu.")
    return replace(database, password=password)


def _sqlite(parts: SplitResult, base_dir: Path) -> Database:
    name = unquote(parts.path.removeprefix("/"))
    if parts.netloc or parts.query or parts.fragment or not name or name == ":memory:":
        raise ConfigError(
            "DATABASE_URL của SQLite phải có dạng sqlite:///thư-mục/tệp.sqlite3 "
            "(ba dấu gạch chéo: tính từ thư mục dự án; bốn dấu: đường dẫn tuyệt đối)."
        )
    path = (base_dir / name).resolve()
    with suppress(PermissionError):  # what may not be looked at is refused when it is opened
        if path.is_dir():
            raise ConfigError(f"DATABASE_URL trỏ vào thư mục {path}: hãy ghi tên một tệp.")
    return Database(engine="sqlite", name=str(path))


def _postgresql(parts: SplitResult, port: int | None, variable: str = "DATABASE_URL") -> Database:
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name:
        raise ConfigError(f"{variable} thiếu tên cơ sở dữ liệu: postgresql://tài-khoản:mật-khẩu@máy:5432/tên.")
    options = dict(parse_qsl(parts.query))
    pooled = options.pop(PGBOUNCER, "")
    if pooled not in {"", "1"}:
        raise ConfigError(f"{variable}: tùy chọn pgbouncer chỉ nhận giá trị 1.")
    unknown = sorted(options.keys() - POSTGRESQL_OPTIONS)
    if unknown:
        raise ConfigError(f"{variable} có tùy chọn không dùng được: {', '.join(unknown)}.")
    socket_folder = options.pop("host", "")  # postgresql://user@/name?host=/var/run/postgresql
    return Database(
        engine="postgresql",
        name=name,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=unquote(parts.hostname or "") or socket_folder,
        port=port,
        options=tuple(sorted(options.items())),
        pooled=bool(pooled),
    )
