"""What `khuyencong serve` and `khuyencong demo` do before and while the application server runs."""

import ctypes
import hashlib
import os
import shutil
import socket
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from khuyencong import jobs
from khuyencong.config import Config
from khuyencong.core import measures

ADDRESS = "127.0.0.1"
MOST_WORKERS = 4
COUNTS, MEASURES = "counts", "measures"  # in the folder of data
THREADS_PER_WORKER = 4  # not above the size of the PostgreSQL pool, else requests would wait for a connection
M_ARENA_MAX, ARENAS = -8, 2  # malloc.h


class RefusalError(Exception):
    """The command cannot be done; the message is a Vietnamese sentence that says why and what to do."""


def require_free_port(port: int) -> None:
    """Raise RefusalError when something already listens on the port, or the system does not let us."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except PermissionError as error:
            raise RefusalError(
                f"Không được phép mở cổng {port}: hãy chọn cổng từ 1024 trở lên, ví dụ PORT=8000."
            ) from error
        except OSError as error:
            raise RefusalError(
                f"Cổng {port} đang có chương trình khác dùng: hãy dừng chương trình đó hoặc chọn cổng khác, "
                f"ví dụ PORT={port + 1 if port < 65_000 else 8001}."  # noqa: PLR2004 - stays a valid port
            ) from error


def pending_migrations() -> bool:
    """Say whether the database is behind the code."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def newer_migrations() -> list[str]:
    """The migrations that a newer version of the program has made in this database, and that this one does not know."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    newest: dict[str, str] = {}
    for app, name in loader.disk_migrations:
        newest[app] = max(name, newest.get(app, ""))
    # An older name that is not there was put together with others; what another program has in this database is its own.
    return sorted(f"{app}.{name}" for app, name in loader.applied_migrations if name > newest.get(app, name))


def require_database() -> None:
    """Raise RefusalError when the database cannot be reached or read."""
    from django.db import DatabaseError, connection

    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise RefusalError(
            "Không kết nối được cơ sở dữ liệu: hãy kiểm tra DATABASE_URL, máy chủ cơ sở dữ liệu và quyền trên tệp."
        ) from error


def require_migrated() -> None:
    """Raise RefusalError when the database cannot be reached or is behind the code."""
    require_database()
    if pending_migrations():
        raise RefusalError(
            "Cơ sở dữ liệu chưa được tạo hoặc chưa cập nhật: hãy chạy “khuyencong manage migrate” trước."
        )
    if newer := newer_migrations():
        raise RefusalError(
            f"Cơ sở dữ liệu do một bản chương trình mới hơn cập nhật ({', '.join(newer)}): hãy cài bản ấy, "
            "hoặc phục hồi bản sao đã làm trước khi nâng cấp."
        )
    require_own_shape()
    require_counts()


def require_counts() -> None:
    """Raise RefusalError where counts are to lie in a table that nobody has made."""
    from django.conf import settings
    from django.db import connection

    if (
        settings.CONFIG.shared_counts
        and settings.CACHES["default"]["LOCATION"] not in connection.introspection.table_names()
    ):
        raise RefusalError(
            "CACHE=database cần một bảng: hãy chạy “khuyencong manage createcachetable” bằng tài khoản chủ."
        )


def require_own_shape() -> None:
    """Raise RefusalError when a migrated database lacks a table or column of this version.

    Before the first release the first migration of a room may still change, which `migrate` cannot see.
    """
    from django.apps import apps
    from django.db import connection

    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for model in apps.get_models():
            table = model._meta.db_table  # noqa: SLF001 - Django's documented way to what a model is
            columns = {field.column for field in model._meta.local_concrete_fields}  # noqa: SLF001 - as above
            if table in there:
                found = {column.name for column in connection.introspection.get_table_description(cursor, table)}
                if columns <= found:
                    continue
            raise RefusalError(
                f"Cơ sở dữ liệu do một bản chưa phát hành tạo ra (bảng {table} khác bản này) và không nâng cấp được: "
                "hãy tạo cơ sở dữ liệu mới. Với dữ liệu dùng thử: make demo RESET=1."
            )


def has_entered_norms(path: Path) -> bool | None:
    """Say whether users have confirmed norms in a SQLite database, without starting Django; None when it cannot be told.

    The file must be there; nothing is made or changed. What is looked up is `normbook.models.EnteredDocument`.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as connection:
            rows = connection.execute("SELECT 1 FROM normbook_entereddocument WHERE state = 'confirmed' LIMIT 1")
            return rows.fetchone() is not None
    except sqlite3.Error:
        return None


def collect_static(config: Config) -> None:
    """Gather the browser's files under `var_dir/static` when they differ from those of the code."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    root = Path(settings.STATIC_ROOT)
    stamp = config.var_dir / "static.stamp"
    digest = hashlib.sha256(str(root).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{file.st_size}\0{file.st_mtime_ns}\n".encode())
    wanted = digest.hexdigest()
    if root.is_dir() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    call_command("collectstatic", interactive=False, clear=root.is_dir(), verbosity=0)
    stamp.write_text(wanted, encoding="utf-8")


def remove_demo(config: Config) -> None:
    """Remove the demo's SQLite file and attached files; RefusalError when they are not a demo or lie outside `var_dir`."""
    from khuyencong.demo.mark import is_demo_file

    if config.database.engine != "sqlite":
        raise RefusalError("Chỉ làm lại được dữ liệu dùng thử trong SQLite; với PostgreSQL hãy tự xóa cơ sở dữ liệu.")
    path = Path(config.database.name).resolve()
    if not path.is_relative_to(config.var_dir.resolve()):
        raise RefusalError(f"Không xóa {path}: tệp này nằm ngoài thư mục {config.var_dir}.")
    if path.exists():
        if not is_demo_file(path):
            raise RefusalError(f"Không xóa {path}: tệp này không phải là cơ sở dữ liệu dùng thử.")
        for suffix in ("-wal", "-shm", ""):  # the file itself last: stopped half-way, the mark is still there
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.rmtree(config.var_dir / "files", ignore_errors=True)


def run(*, port: int, workers: int | None, var_dir: Path) -> None:
    """Serve until a signal stops it; the workers add up what they count and measure under `var_dir`."""
    from django.db import connections
    from granian.constants import Interfaces
    from granian.server import Server

    # What was looked at so far opened connections, and with PostgreSQL a pool with threads: workers are forked and would wait
    # for threads that they do not have. Each opens its own.
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
    _few_arenas()
    _count_together(var_dir / COUNTS)
    measures.begin(var_dir / MEASURES)
    served = Server(
        "khuyencong.wsgi:application",
        address=ADDRESS,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers or min(MOST_WORKERS, os.cpu_count() or 1),
        blocking_threads=THREADS_PER_WORKER,
        websockets=False,
        respawn_failed_workers=True,
    )
    with jobs.beside(var_dir):
        served.serve()


def _few_arenas() -> None:
    """Let the threads of a worker share two heaps: by itself the C library gives each its own, and what one frees lies idle there."""
    with suppress(AttributeError, OSError):  # another C library than that of GNU
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def _count_together(folder: Path) -> None:
    """Name the folder in which the workers keep their counts, empty: those of an earlier run would be added to them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
