"""Trying a copy: it is brought back into a scratch place, and every record and file is looked at there."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from khuyencong.config import Config, Database
from khuyencong.config_files import Bucket
from khuyencong.upkeep import database as databases
from khuyencong.upkeep.archive import ArchiveError, BrokenCopyError, Key, unpack
from khuyencong.upkeep.copying import TRYING, note_tried, require_room, scratch_of

# What leads to the real records, with their password; what is looked at is another database.
REAL = ("DATABASE_URL", "DATABASE_PASSWORD_FILE", "REPLICA_URLS")
# Where the real files lie; a copy is tried with its own.
PLACES = ("FILES_URL", "FILES_KEY_ID", "FILES_SECRET_FILE")
UNSOUND = 1  # the code with which `check` says that records or files are not as they must be


def try_out(config: Config, copy: Path, *, key: Key | None) -> str:
    """Bring a copy back into a scratch place and check every record and file there; what the check said.

    Raises BrokenCopyError with what is wrong with it, ArchiveError where it could not be tried (no private key, no room). The
    real records are not touched.
    """
    databases.sweep(config.database)
    require_room(scratch_of(config), copy.stat().st_size + databases.size_on_disk(config.database))
    with tempfile.TemporaryDirectory(dir=scratch_of(config), prefix=TRYING) as name:
        folder = Path(name)
        manifest = unpack(copy, folder, key=key)
        with databases.scratch(config.database, folder) as database:
            databases.bring_back(folder / databases.name_in_copy(config.database), database)
            told = check(database, folder, files=bool(manifest.get("files", True)))
    note_tried(copy)
    return told


def check(database: Database, var_dir: Path, *, files: bool = True, bucket: Bucket | None = None) -> str:
    """`khuyencong check` in a process of its own over another database, and its files; what it says.

    The files are looked for in the folder, or in the bucket of this installation where it is given. Raises BrokenCopyError where
    something is not as it must be, ArchiveError where that could not be found out.
    """
    others = REAL if bucket is not None else REAL + PLACES
    ours = {name: value for name, value in os.environ.items() if name not in others}
    environment = {**ours, "DATABASE_URL": databases.url_of(database), "KHUYENCONG_VAR": str(var_dir)}
    done = subprocess.run(  # noqa: S603  # this program itself
        [sys.executable, "-m", "khuyencong.cli", "check", *(["--files"] if files else [])],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = done.stderr.strip() or done.stdout.strip()
    if done.returncode == UNSOUND:
        raise BrokenCopyError(f"Hồ sơ chép sang không đạt kiểm tra: {said}")
    if done.returncode != 0:
        raise ArchiveError(f"Không chạy được “khuyencong check” (mã thoát {done.returncode}): {said}")
    return done.stdout.strip()
