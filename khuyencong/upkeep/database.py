"""The database of one moment as a file, and back again: SQLite by its own copying, PostgreSQL by pg_dump and pg_restore.

Both go on while people work: what they write meanwhile is not in the file, and nobody waits.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlencode

from khuyencong.config import Database
from khuyencong.upkeep.archive import ArchiveError

SQLITE_NAME, POSTGRESQL_NAME = "database.sqlite3", "database.pgdump"
PAGES_AT_ONCE = 2_000  # between them writers get their turn
PROGRAMS = ("pg_dump", "pg_restore", "psql")


def name_in_copy(database: Database) -> str:
    """What the file is called inside a copy."""
    return SQLITE_NAME if database.engine == "sqlite" else POSTGRESQL_NAME


def require_direct(database: Database) -> None:
    """Raise ArchiveError where PgBouncer stands between: copying needs the server itself."""
    if database.pooled:
        raise ArchiveError(
            "DATABASE_URL đi qua PgBouncer: với lệnh này hãy đặt DATABASE_URL trỏ thẳng đến máy chủ PostgreSQL chính."
        )


def dump(database: Database, target: Path) -> None:
    """Write the database of one moment to the file `target`, which must not be there yet. Raises ArchiveError."""
    target.touch(mode=0o600, exist_ok=False)
    if database.engine == "postgresql":
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}", database=database)
        return
    try:
        with (
            closing(sqlite3.connect(f"{Path(database.name).as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy, pages=PAGES_AT_ONCE, sleep=0.01)
    except sqlite3.Error as error:
        raise ArchiveError(f"Không chép được cơ sở dữ liệu {database.name}: {error}.") from error


def bring_back(source: Path, database: Database) -> None:
    """Fill an empty database from the file. Raises ArchiveError where it is not empty or the file does not fit."""
    if source.name != name_in_copy(database):
        engine = "SQLite" if source.name == SQLITE_NAME else "PostgreSQL"
        raise ArchiveError(
            f"Bản sao là của {engine}: hãy phục hồi vào {engine} trước, rồi chuyển bằng “khuyencong move-database”."
        )
    if not is_empty(database):
        raise ArchiveError("Cơ sở dữ liệu đích không trống: bản sao chỉ được phục hồi vào một cơ sở dữ liệu trống.")
    if database.engine == "postgresql":
        options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
        _run("pg_restore", *options, f"--dbname={database.name}", str(source), database=database)
        return
    target = Path(database.name)
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(source, part)
    part.chmod(0o600)
    part.rename(target)


def is_empty(database: Database) -> bool:
    """Whether nothing is there yet: no file, or no table."""
    if database.engine == "sqlite":
        return not Path(database.name).exists()
    asked = "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    return _ask(asked, database) == "0"


@contextmanager
def scratch(database: Database, folder: Path) -> Iterator[Database]:
    """An empty database beside the real one to try a copy in; it is gone afterwards. Raises ArchiveError."""
    if database.engine == "sqlite":
        path = folder / f"scratch-{secrets.token_hex(6)}.sqlite3"
        try:
            yield Database(engine="sqlite", name=str(path))
        finally:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
        return
    name = f"khuyencong_thu_{secrets.token_hex(6)}"
    try:
        _ask(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'", database)
    except ArchiveError as error:
        raise ArchiveError(
            f"Không tạo được cơ sở dữ liệu để thử bản sao: tài khoản {database.user} cần quyền CREATEDB. ({error})"
        ) from error
    try:
        yield replace(database, name=name)
    finally:
        _ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", database)


def url_of(database: Database) -> str:
    """The `DATABASE_URL` that leads there; it holds the password."""
    if database.engine == "sqlite":
        return f"sqlite:///{quote(database.name)}"
    user = quote(database.user, safe="")
    password = f":{quote(database.password, safe='')}" if database.password else ""
    folder = database.host.startswith("/")
    host = "" if folder else database.host
    pooled = [("pgbouncer", "1")] if database.pooled else []
    options = urlencode([*database.options, *pooled, *([("host", database.host)] if folder else [])])
    port = f":{database.port}" if database.port else ""
    account = f"{user}{password}@" if user or password else ""
    return f"postgresql://{account}{host}{port}/{quote(database.name, safe='')}{'?' if options else ''}{options}"


def _ask(sql: str, database: Database) -> str:
    """One statement by psql, outside any transaction; its bare answer."""
    options = ("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1")
    return _run("psql", *options, f"--command={sql}", database=database).strip()


def _run(program: str, *arguments: str, database: Database) -> str:
    """A program of PostgreSQL against the database, the password in its environment and never among its arguments."""
    found = shutil.which(program)
    if found is None:
        raise ArchiveError(
            f"Không có chương trình {program}: hãy cài gói postgresql-client cùng phiên bản với máy chủ."
        )
    names = {"host": "PGHOST", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "connect_timeout": "PGCONNECT_TIMEOUT"}  # fmt: skip
    given = {
        "PGHOST": database.host, "PGPORT": str(database.port or ""), "PGUSER": database.user,
        "PGPASSWORD": database.password, "PGDATABASE": database.name,
    }  # fmt: skip
    given |= {names[name]: value for name, value in database.options if name in names}
    environment = {**os.environ, **{name: value for name, value in given.items() if value}}
    done = subprocess.run(  # noqa: S603  # a program of the database server, our own arguments
        [found, *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise ArchiveError(f"{program} báo lỗi: {lines[-1] if lines else f'mã {done.returncode}'}")
    return done.stdout
