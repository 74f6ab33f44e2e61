"""The disks that fill: of the data, of the copies, and of the database where it lies on this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from khuyencong.config import Config, Database

# Debian's: only an owner of the server may ask itself where its data lie.
POSTGRESQL: Final = Path("/var/lib/postgresql")
HERE: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Disk:
    """How much is left of one disk, called after the first of our things that lie on it."""

    name: str
    words: str
    free: int
    total: int


def disks(config: Config) -> list[Disk]:
    """Each disk once. Raises OSError where the folder of data cannot be looked at; another place that is not there is left out."""
    found = {config.var_dir.stat().st_dev: _disk("data", f"Thư mục dữ liệu {config.var_dir}", config.var_dir)}
    for name, words, path in _others(config):
        with suppress(OSError):
            found.setdefault(path.stat().st_dev, _disk(name, words, path))
    return list(found.values())


def _others(config: Config) -> Iterator[tuple[str, str, Path]]:
    if config.backup.folder:
        yield "backup", f"Thư mục sao lưu {config.backup.folder}", config.backup.folder
    if config.database.engine == "sqlite":
        yield "database", "Nơi chứa tệp SQLite", Path(config.database.name).parent
    elif _is_here(config.database):
        yield "database", "Nơi chứa dữ liệu PostgreSQL", POSTGRESQL


def _is_here(database: Database) -> bool:
    """Whether PostgreSQL runs on this machine; behind PgBouncer, which does, it may be anywhere."""
    host = dict(database.options).get("host", database.host)
    return not database.pooled and (host in HERE or host.startswith("/"))


def _disk(name: str, words: str, path: Path) -> Disk:
    used = shutil.disk_usage(path)
    return Disk(name, words, used.free, used.total)
