"""`khuyencong doctor`: what is right and wrong with this installation, one sentence each, with what to do about it."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from khuyencong.config import POSTGRESQL_PLANNING, Config
from khuyencong.core.version import program_version
from khuyencong.jobs import ALIVE, SILENT, all_jobs
from khuyencong.upkeep.disks import disks
from khuyencong.upkeep.neighbours import Mark, attached, gigabytes, letters, scanner, streaming, tls
from khuyencong.upkeep.saved import saved

OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRESQL = 15
LEAST_FREE = 2 * 1024**3  # bytes
LEAST_FREE_SHARE = 0.1
CLOCK_APART = timedelta(seconds=30)
PACKAGES = ("Django", "granian", "psycopg", "typst", "cryptography")


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of the doctor about one subject."""

    mark: Mark
    about: str
    sentence: str


Check = Callable[[Config], Iterable[tuple[Mark, str]]]


def examine(config: Config, *, only: Collection[str] | None = None) -> list[Said]:
    """Everything the doctor looks at, or `only` those parts, in its order; a look that fails is itself a sentence. Changes nothing."""
    found = []
    for about, look in CHECKS:
        if only is not None and about not in only:
            continue
        try:
            said = list(look(config))
        except Exception as error:  # noqa: BLE001  # whatever is broken, the other sentences must still be said
            said = [(Mark.BAD, f"Không xem được: {error}")]
        found += [Said(mark, about, sentence) for mark, sentence in said]
    return found


def without_paths(sentence: str, config: Config) -> str:
    """A sentence of the doctor without the folders of the machine: administrators of every agency read it."""
    for folder, word in ((config.backup.folder, "sao lưu"), (config.var_dir, "dữ liệu")):
        if folder is not None:
            sentence = sentence.replace(f"Thư mục {word} {folder}", f"Thư mục {word}").replace(
                str(folder), f"thư mục {word}"
            )
    return sentence.replace("thư", "Thư", 1) if sentence.startswith("thư mục") else sentence


def _versions(_config: Config) -> Iterable[tuple[Mark, str]]:
    python = ".".join(map(str, sys.version_info[:3]))
    names = []
    for name in PACKAGES:
        try:
            names.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Mark.BAD, f"Thiếu gói {name}: hãy cài lại theo requirements/base.txt."
    mark = Mark.GOOD if sys.version_info >= OLDEST_PYTHON else Mark.BAD
    yield mark, f"khuyencong {program_version()}, Python {python}, {', '.join(names)}."


def _disk(config: Config) -> Iterable[tuple[Mark, str]]:
    for disk in disks(config):
        enough = disk.free >= LEAST_FREE and disk.free >= LEAST_FREE_SHARE * disk.total
        sentence = f"{disk.words} còn trống {gigabytes(disk.free)} trên {gigabytes(disk.total)}."
        if enough:
            yield Mark.GOOD, sentence
        else:
            yield (
                (Mark.BAD if disk.free < LEAST_FREE / 4 else Mark.WARNING),
                f"{sentence} Hãy dọn hoặc thêm đĩa trước khi đầy.",
            )


def _clock(_config: Config) -> Iterable[tuple[Mark, str]]:
    from django.db import connection

    from khuyencong.audit.models import AuditEvent

    here = datetime.now(UTC)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            there = cursor.fetchone()[0]
        if abs(there - here) > CLOCK_APART:
            yield (
                Mark.BAD,
                f"Đồng hồ máy này và máy cơ sở dữ liệu lệch {abs(there - here).seconds} giây: hãy bật đồng bộ giờ (NTP).",
            )
            return
    last = AuditEvent.objects.order_by("-pk").values_list("at", flat=True).first()
    if last is not None and last > here + CLOCK_APART:
        yield (
            Mark.BAD,
            f"Sự kiện cuối của nhật ký ghi lúc {_local(last):%d/%m/%Y %H:%M} giờ Việt Nam, sau giờ của máy: đồng hồ đã bị lùi.",
        )
        return
    yield Mark.GOOD, f"Đồng hồ: {_local(here):%d/%m/%Y %H:%M:%S} giờ Việt Nam, không trước sự kiện cuối của nhật ký."


def _local(at: datetime) -> datetime:
    from django.utils import timezone

    return timezone.localtime(at)


def _database(_config: Config) -> Iterable[tuple[Mark, str]]:
    from django.db import connection

    from khuyencong.server import pending_migrations

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            number = cursor.fetchone()[0]
            cursor.execute("PRAGMA journal_mode")
            mode = cursor.fetchone()[0]
            size = Path(str(connection.settings_dict["NAME"])).stat().st_size
            good = mode == "wal"
            yield (
                (Mark.GOOD if good else Mark.WARNING),
                f"SQLite {number}, {gigabytes(size)}, chế độ nhật ký {mode}"
                + ("." if good else ": tệp phải nằm trên đĩa của chính máy này, không phải thư mục mạng."),
            )
        else:
            yield from _postgresql(cursor)
    if pending_migrations():
        yield (
            Mark.BAD,
            "Cơ sở dữ liệu chưa theo kịp bản chương trình: hãy sao lưu rồi chạy “khuyencong manage migrate”.",
        )


def _postgresql(ask: Any) -> Iterable[tuple[Mark, str]]:
    def shown(name: str) -> str:
        ask.execute("SELECT current_setting(%s)", [name])
        return str(ask.fetchone()[0])

    number = int(shown("server_version_num")) // 10_000
    ask.execute("SELECT pg_database_size(current_database())")
    size = ask.fetchone()[0]
    yield (
        (Mark.GOOD if number >= OLDEST_POSTGRESQL else Mark.BAD),
        f"PostgreSQL {shown('server_version')}, {gigabytes(size)}.",
    )
    # Through PgBouncer the program cannot give them itself.
    other = [
        name
        for name, value in POSTGRESQL_PLANNING.items()
        if shown(name).removesuffix(".0") != str(value).removesuffix(".0")
    ]
    if other:
        yield (
            Mark.WARNING,
            f"PostgreSQL không nhận thiết lập {', '.join(other)}, nhiều trang sẽ chậm: hãy xem connect_query trong deploy/pgbouncer.ini.",
        )
    for name in ("fsync", "full_page_writes"):
        if shown(name) != "on":
            yield Mark.BAD, f"PostgreSQL chạy với {name}=off: mất điện có thể mất hoặc hỏng dữ liệu."
    if shown("synchronous_commit") == "off":
        yield Mark.WARNING, "PostgreSQL chạy với synchronous_commit=off: mất điện có thể mất những việc vừa ghi xong."
    if shown("server_encoding") != "UTF8":
        yield Mark.BAD, f"Cơ sở dữ liệu dùng bảng mã {shown('server_encoding')}, không phải UTF8."
    ask.execute(
        "SELECT pg_catalog.pg_get_userbyid(relowner) = current_user FROM pg_class WHERE relname = 'audit_auditevent'"
    )
    row = ask.fetchone()
    if row and row[0]:
        sentence = "Tài khoản cơ sở dữ liệu của chương trình là chủ của các bảng, có thể gỡ phần chặn sửa nhật ký"
        yield Mark.WARNING, f"{sentence}: hãy chạy máy chủ bằng một tài khoản chỉ đọc, ghi."


def _records(_config: Config) -> Iterable[tuple[Mark, str]]:
    from khuyencong.audit.verify import head_now

    seq, digest = head_now()
    yield Mark.GOOD, f"Đầu chuỗi nhật ký: {seq}:{digest[:16]}. Kiểm tra trọn vẹn bằng “khuyencong check”."


def _jobs(config: Config) -> Iterable[tuple[Mark, str]]:
    try:
        seen = datetime.fromtimestamp((config.var_dir / ALIVE).stat().st_mtime, UTC)
    except FileNotFoundError:
        yield (
            Mark.WARNING,
            "Việc nền (bộ giấy tờ, tin báo, dữ liệu mở) chưa chạy lần nào: nó chạy cùng “khuyencong serve”.",
        )
        return
    for job in all_jobs():
        with suppress(FileNotFoundError):
            since = datetime.fromtimestamp(job.failure(config.var_dir).stat().st_mtime, UTC)
            yield (
                Mark.BAD,
                f"{job.words}: việc nền gặp lỗi, gần nhất lúc {_local(since):%d/%m/%Y %H:%M}; lý do ở nhật ký máy chủ.",
            )
    age = datetime.now(UTC) - seen
    sentence = f"Việc nền chạy lần cuối lúc {_local(seen):%d/%m/%Y %H:%M}"
    if age <= SILENT:
        yield Mark.GOOD, f"{sentence}."
    else:
        yield Mark.BAD, f"{sentence}, từ đó không hoạt động: hãy xem nhật ký rồi khởi động lại máy chủ."


def _fonts(_config: Config) -> Iterable[tuple[Mark, str]]:
    from khuyencong.documents.pdf import FONTS

    missing = [name for name in ("Regular", "Bold", "Italic") if not (FONTS / "tinos" / f"Tinos-{name}.ttf").is_file()]
    if missing:
        yield (
            Mark.BAD,
            f"Thiếu phông Tinos {', '.join(missing)}: giấy tờ PDF sẽ không tạo được. Hãy cài lại chương trình.",
        )
    else:
        yield Mark.GOOD, "Phông Tinos cho giấy tờ PDF đủ cả."


def _permissions(config: Config) -> Iterable[tuple[Mark, str]]:
    bad = False
    # What lies in a closed folder is closed; the key must be so by itself.
    for path in (config.var_dir, config.secret_key_file or config.var_dir / "secret_key"):
        if not path.exists():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o007:
            bad = True
            yield Mark.BAD, f"{path} mở cho mọi tài khoản của máy (quyền {mode:03o}): hãy chạy chmod o-rwx {path}."
    probe = config.var_dir / ".doctor"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError:
        bad = True
        yield Mark.BAD, f"Không ghi được vào {config.var_dir}: hãy kiểm tra chủ sở hữu và quyền."
    if not bad:
        yield Mark.GOOD, f"Thư mục dữ liệu {config.var_dir} ghi được và không mở cho tài khoản khác."


CHECKS: tuple[tuple[str, Check], ...] = (
    ("Phiên bản", _versions),
    ("Đĩa", _disk),
    ("Đồng hồ", _clock),
    ("Cơ sở dữ liệu", _database),
    ("Nhật ký", _records),
    ("Việc nền", _jobs),
    ("Thư", letters),
    ("Quét mã độc", scanner),
    ("Phông chữ", _fonts),
    ("Quyền trên tệp", _permissions),
    ("Bản sao lưu", saved),
    ("HTTPS", tls),
    ("Bản sao trực tuyến", streaming),
    ("Tệp đính kèm", attached),
)
CALLING = ("Thư", "HTTPS", "Bản sao trực tuyến", "Tệp đính kèm")  # these call other machines and may wait for seconds
HERE = frozenset(about for about, _ in CHECKS) - frozenset(CALLING)
