"""Making a copy of everything, and removing those that newer ones stand for. How one is tried: `trying.py`; brought back: `restoring.py`."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from khuyencong.config import Config
from khuyencong.core.version import program_version
from khuyencong.upkeep import database as databases
from khuyencong.upkeep.archive import PLAIN, SEALED, ArchiveError, Key, Part, why, write
from khuyencong.upkeep.rotation import KEPT, STAMP, made_at, to_remove

FILES, SECRET, FEDERATION, HIDDEN = "files", "secret_key", "federation_key.pem", "da-an.jsonl"
UNFINISHED = ".part"
FAILED = ".failed"  # what a copy that could not be brought back is called from then on: no copy any more
LOCK, TRIED = ".lock", ".tried"  # in the folder of copies; the second names the last copy that has passed its trial
COPYING, TRYING, RESTORING = "khuyencong-copy-", "khuyencong-try-", "khuyencong-restore-"  # folders while that goes on
RESTED = 60  # seconds after which nobody still writes to a file
SPARE = 200 * 1024**2  # bytes of a disk that no copy takes from the others who write there


@dataclass(frozen=True, slots=True)
class Copy:
    """A whole copy on disk."""

    path: Path
    size: int
    made_at: datetime


def scratch_of(config: Config) -> Path:
    """Where a copy is made and tried."""
    return config.backup.scratch or config.var_dir


def keepsakes(config: Config) -> dict[str, Path]:
    """What belongs to this installation beside its database and files, by its name in a copy: without it both are of little use.

    The key of sessions, second factors and sealed secrets; that which signs packages; the list of those whose names are hidden.
    """
    return {
        SECRET: config.secret_key_path,
        FEDERATION: Path(config.outside.key_file),
        HIDDEN: config.var_dir / HIDDEN,
    }


@contextmanager
def alone(config: Config, folder: Path) -> Iterator[None]:
    """The folder for one copy at a time, from making to trying it; Raises ArchiveError where another is at work.

    What others left when they were killed is taken away: unfinished copies, and unpacked ones with all records in the open.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        scratch_of(config).mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / LOCK).open("w", encoding="utf-8")
    except OSError as error:
        raise ArchiveError(f"Không ghi được vào thư mục sao lưu {folder}: {why(error)}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveError(f"Một lần sao lưu khác đang ghi vào {folder}: hãy chờ nó xong.") from error
        for left in folder.glob(f"*{UNFINISHED}"):
            left.unlink()
        for left in left_open(scratch_of(config)):
            shutil.rmtree(left, ignore_errors=True)
        yield


def left_open(scratch: Path) -> list[Path]:
    """The folders in which a copy is, or was when it was killed, made or tried."""
    return [path for prefix in (COPYING, TRYING) for path in scratch.glob(f"{prefix}*") if path.is_dir()]


def make(
    config: Config, folder: Path, *, key: Key | None, now: datetime, with_files: bool = True, kept: bool = False
) -> Copy:
    """Copy the database of one moment, the attached files and the keys into a file of `folder`. Raises ArchiveError.

    What is made carries its name only once it is whole. `kept`: its name says that it never goes by itself. Without files the
    copy is of the records and keys alone, for whoever keeps the files safe by other means.
    """
    databases.require_direct(config.database)
    ending = f"{KEPT if kept else ''}{SEALED if key else PLAIN}"
    target = folder / f"khuyencong-{now.strftime(STAMP)}{ending}"
    if target.exists():
        raise ArchiveError(f"Bản sao {target.name} đã có.")
    if with_files and (before := copies(folder)):
        require_room(folder, before[0].size)
    require_room(scratch_of(config), databases.size_on_disk(config.database))
    unfinished = target.with_name(target.name + UNFINISHED)
    about = {
        "made_at": now.isoformat(), "engine": config.database.engine, "version": program_version(), "files": with_files,
    }  # fmt: skip
    try:
        with tempfile.TemporaryDirectory(dir=scratch_of(config), prefix=COPYING) as scratch:
            write(unfinished, _parts(config, Path(scratch), with_files=with_files), about=about, key=key)
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return Copy(target, target.stat().st_size, now)


def _parts(config: Config, scratch: Path, *, with_files: bool) -> Iterator[Part]:
    """The keys, the files, the database, and the files once more.

    Reading all files may take hours. They are looked at again shortly before the database, and once more after it: what the
    database names and was not removed in those minutes is there. Only a file that has rested is read before the database, since
    one that is still being written is not read a second time; what the database names is written to its end.
    """
    for name, path in keepsakes(config).items():
        yield Part(name, path)
    there: set[str] = set()
    for _ in range(2 if with_files else 0):
        yield from _attached(config, scratch, there, rested=time.time() - RESTED)
    name = databases.name_in_copy(config.database)
    databases.dump(config.database, scratch / name)
    yield Part(name, scratch / name)
    if with_files:
        yield from _attached(config, scratch, there, rested=None)


def _attached(config: Config, scratch: Path, there: set[str], *, rested: float | None) -> Iterator[Part]:
    """The attached files that are not `there` yet; those of a bucket pass through `scratch` one by one, and are always whole."""
    if config.files is None:
        yield from _rested(config.var_dir / FILES, there, rested)
        return
    from khuyencong.core import bucket

    try:
        for name in bucket.names(config.files):
            if name in there:
                continue
            with suppress(FileNotFoundError), tempfile.NamedTemporaryFile(dir=scratch) as passing:
                bucket.fetch(config.files, name, Path(passing.name))
                there.add(name)
                yield Part(f"{FILES}/{name}", Path(passing.name))
    except OSError as error:
        raise ArchiveError(f"Không đọc được tệp đính kèm từ máy chủ tệp: {error}") from error


def _rested(folder: Path, there: set[str], rested: float | None) -> Iterator[Part]:
    for part in files_of(folder):
        with suppress(FileNotFoundError):
            if part.name not in there and (rested is None or part.path.stat().st_mtime < rested):
                there.add(part.name)
                yield part


def files_of(folder: Path) -> Iterator[Part]:
    """Every file below a folder of attached files, as a copy names it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield Part(f"{FILES}/{path.relative_to(folder).as_posix()}", path)


def require_room(folder: Path, needed: int) -> None:
    """Raise ArchiveError where a disk would be left with too little for those who work meanwhile."""
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE:
        raise ArchiveError(
            f"Đĩa của {folder} còn trống {free / 1024**2:.0f} MB, cần {(needed + SPARE) / 1024**2:.0f} MB: "
            "hãy thêm đĩa hoặc chuyển bớt bản sao cũ sang máy khác (nơi ghi tạm: BACKUP_SCRATCH)."
        )


def copies(folder: Path) -> list[Copy]:
    """The copies of a folder, newest first."""
    found = [(at, path) for path in folder.glob("khuyencong-*") if (at := made_at(path.name)) is not None]
    return [Copy(path, path.stat().st_size, at) for at, path in sorted(found, reverse=True)]


def rotate(folder: Path) -> list[str]:
    """Remove the copies that newer ones stand for; their names."""
    removed = to_remove(one.path.name for one in copies(folder))
    for name in removed:
        (folder / name).unlink(missing_ok=True)
    return removed


def set_aside(copy: Path) -> Path:
    """Rename a copy that has failed its trial, so that nobody restores it and the doctor does not count it; its new name."""
    return copy.rename(copy.with_name(copy.name + FAILED))


def note_tried(copy: Path) -> None:
    """Let it be known that this copy has passed its trial."""
    (copy.parent / TRIED).write_text(f"{copy.name}\n", encoding="utf-8")


def last_tried(folder: Path) -> datetime | None:
    """When the last copy was made that has passed its trial; None where none has."""
    try:
        return made_at((folder / TRIED).read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return None
