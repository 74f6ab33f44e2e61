"""The database of one moment as a file, and back again: SQLite by its own copying, PostgreSQL by pg_dump and pg_restore.

Both go on while people work: what they write meanwhile is not in the file, and nobody waits.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlencode

from khuyencong.config import Database
from khuyencong.upkeep.archive import ArchiveError, BrokenCopyError, why

SQLITE_NAME, POSTGRESQL_NAME = "database.sqlite3", "database.pgdump"
ALL_PAGES = -1  # in one look: begun anew whenever somebody writes between two, a copy would never end
SQLITE_BESIDE = (
    "-wal",
    "-shm",
    "-journal",
)  # what SQLite leaves beside its file, and reads into whatever lies there next
PROGRAMS = ("pg_dump", "pg_restore", "psql")
EXTENSION = "pg_trgm"  # the one that the program itself installs (`core/search_index.py`)
SCRATCH = "khuyencong_thu_"
SCRATCH_LASTS = 24 * 60 * 60  # seconds: none is tried for longer
FULL = "No space left"


def name_in_copy(database: Database) -> str:
    """What the file is called inside a copy."""
    return SQLITE_NAME if database.engine == "sqlite" else POSTGRESQL_NAME


def require_direct(database: Database) -> None:
    """Raise ArchiveError where PgBouncer stands between: copying needs the server itself."""
    if database.pooled:
        raise ArchiveError(
            "DATABASE_URL đi qua PgBouncer: với lệnh này hãy đặt DATABASE_URL trỏ thẳng đến máy chủ PostgreSQL chính."
        )


def size_on_disk(database: Database) -> int:
    """How many bytes the database takes on this machine; one of a server takes none here."""
    if database.engine == "postgresql":
        return 0
    return sum(path.stat().st_size for path in sqlite_files(database) if path.exists())


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
            source.backup(copy, pages=ALL_PAGES)
    except sqlite3.Error as error:
        raise ArchiveError(f"Không chép được cơ sở dữ liệu {database.name}: {error}.") from error


def bring_back(source: Path, database: Database) -> None:
    """Fill an empty database from the file: all of it or nothing.

    Raises BrokenCopyError where the file is not taken, ArchiveError where the database is not empty, not there, or has no room.
    """
    if source.name != name_in_copy(database):
        engine = "SQLite" if source.name == SQLITE_NAME else "PostgreSQL"
        raise ArchiveError(
            f"Bản sao là của {engine}: hãy phục hồi vào {engine} trước, rồi chuyển bằng “khuyencong move-database”."
        )
    require_empty(database)
    if database.engine == "postgresql":
        _bring_back_postgresql(source, database)
        return
    target = Path(database.name)
    part = target.with_name(f"{target.name}.part")
    try:
        shutil.copyfile(source, part)
        part.chmod(0o600)
        part.rename(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ArchiveError(f"Không ghi được cơ sở dữ liệu {target}: {why(error)}.") from error


def _bring_back_postgresql(source: Path, database: Database) -> None:
    wanted = source.with_name("wanted.list")
    try:
        wanted.write_text(_ours(_run("pg_restore", "--list", str(source), database=database)), encoding="utf-8")
        options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--use-list={wanted}")
        _run("pg_restore", *options, f"--dbname={database.name}", str(source), database=database)
    except ArchiveError as error:
        if FULL in str(error):
            raise
        _ask("SELECT 1", database)  # a server that is gone has said nothing of the copy
        raise BrokenCopyError(str(error)) from error
    finally:
        wanted.unlink(missing_ok=True)


def _ours(listed: str) -> str:
    """The list of a dump without extensions that are not ours: only a superuser could make those, and nothing of ours needs them.

    The one of ours may be made by whoever owns the database, but what it says about itself only by the owner of the extension.
    """
    kept = []
    for line in listed.splitlines():
        _, _, entry = line.partition("; ")  # number; two identifiers, kind, schema, name
        words = entry.split()[2:]
        foreign = words[:2] == ["EXTENSION", "-"] and words[2:3] != [EXTENSION]
        if not (foreign or words[:3] == ["COMMENT", "-", "EXTENSION"]):
            kept.append(line)
    return "\n".join([*kept, ""])


def require_empty(database: Database) -> None:
    """Raise ArchiveError where something is there already, which it names: a copy is never mixed with anything."""
    if database.engine == "sqlite":
        there = [str(path) for path in sqlite_files(database) if path.exists()]
    else:
        asked = "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        count = _ask(asked, database)
        there = [] if count == "0" else [f"{database.name}, {count} bảng"]
    if there:
        raise ArchiveError(
            f"Cơ sở dữ liệu đích không trống ({', '.join(there)}): bản sao chỉ được phục hồi vào một cơ sở dữ liệu trống."
        )


def sqlite_files(database: Database) -> list[Path]:
    """The file of a SQLite database, and all that SQLite may have left beside it."""
    return [Path(database.name + suffix) for suffix in ("", *SQLITE_BESIDE)]


@contextmanager
def scratch(database: Database, folder: Path) -> Iterator[Database]:
    """An empty database beside the real one to try a copy in; it is gone afterwards. Raises ArchiveError."""
    if database.engine == "sqlite":
        path = folder / f"scratch-{secrets.token_hex(6)}.sqlite3"
        try:
            yield Database(engine="sqlite", name=str(path))
        finally:
            for left in sqlite_files(Database(engine="sqlite", name=str(path))):
                left.unlink(missing_ok=True)
        return
    name = f"{SCRATCH}{int(time.time())}_{secrets.token_hex(6)}"
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


def sweep(database: Database) -> list[str]:
    """Remove the scratch databases of this account that a trial left behind when it was killed; their names."""
    if database.engine == "sqlite":
        return []
    asked = (
        f"SELECT datname FROM pg_database d WHERE starts_with(datname, '{SCRATCH}')"  # noqa: S608  # our own constant
        " AND pg_get_userbyid(datdba) = current_user"
        " AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datid = d.oid)"
    )
    names = [name for name in _ask(asked, database).split() if _is_old(name)]
    for name in names:
        _ask(f"DROP DATABASE IF EXISTS {name}", database)
    return names


def _is_old(name: str) -> bool:
    """Whether a scratch database was made so long ago that nobody fills it any more."""
    made = name.removeprefix(SCRATCH).partition("_")[0]
    return made.isdecimal() and int(made) < time.time() - SCRATCH_LASTS


def url_of(database: Database) -> str:
    """The `DATABASE_URL` that leads there; it holds the password."""
    if database.engine == "sqlite":
        return f"sqlite:///{quote(database.name)}"
    user = quote(database.user, safe="")
    password = f":{quote(database.password, safe='')}" if database.password else ""
    folder = database.host.startswith("/")
    host = "" if folder else f"[{database.host}]" if ":" in database.host else database.host
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
        [found, *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        cwd="/",  # not the folder of whoever called, which may be closed to this account
    )  # fmt: skip
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise ArchiveError(f"{program} báo lỗi: {lines[-1] if lines else f'mã {done.returncode}'}")
    return done.stdout
