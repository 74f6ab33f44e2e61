"""Everything `make test` runs, in order, stopping at the first step that fails: `python scripts/run_tests.py [--only lint|pictures]`.

The last step is pytest itself, with nothing printed after it, so that the run ends with pytest's summary line.
With `CI=true` nothing may be skipped.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import postgres
from system_packages import find_chromium, have_clamd, have_nginx, have_pgbouncer, have_postgresql, in_ci

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
PYTEST = [PYTHON, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal"]
PICTURES = [PYTHON, "-m", "pytest", "-q", "tests/e2e/test_guide_pictures.py"]
# What a developer has set for a server of their own must not lead the tests to real records.
# Nor may every program that a test starts have to read all its source anew.
OWN_SETTINGS = (
    "PYTHONDONTWRITEBYTECODE",
    "DATABASE_URL",
    "KHUYENCONG_VAR",
    "KHUYENCONG_DEMO",
    "DEBUG",
    "HTTPS",
    "ALLOWED_HOSTS",
    "PORT",
)
DEPLOYED = {"HTTPS": "1", "ALLOWED_HOSTS": "khuyencong.example"}


class StepFailedError(Exception):
    """A step ended with an exit code other than 0."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def main() -> int:
    """Run all steps, or those of `--only`; return the exit code of the first that fails."""
    parser = argparse.ArgumentParser(description="Chạy mọi kiểm tra.")
    parser.add_argument("--only", choices=["lint", "pictures"], help="chỉ kiểm tra mã nguồn; chỉ chụp ảnh trợ giúp")
    only = parser.parse_args().only
    postgres.stop_on_signals()
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # always a text stream in a program of its own
    try:
        with _clean_environment() as environment:
            if only == "pictures":
                pictures(environment)
            else:
                lint(environment)
            if only is None:
                django_checks(environment)
                tests(environment)
    except StepFailedError as failed:
        return failed.code
    except KeyboardInterrupt:
        return 130
    return 0


def lint(environment: Mapping[str, str]) -> None:
    """Style, types and the order of imports."""
    step("ruff check", [str(BIN / "ruff"), "check", "."], environment)
    step("ruff format", [str(BIN / "ruff"), "format", "--check", "."], environment)
    step("mypy --strict", [PYTHON, "-m", "mypy"], environment)
    step(
        "import-linter", [PYTHON, "-c", "from importlinter.cli import lint_imports_command as run; run()"], environment
    )


def django_checks(environment: Mapping[str, str]) -> None:
    """Models and migrations agree; the settings of a deployed site have no known weakness."""
    step("makemigrations --check", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"], environment)
    deployed = {**environment, **DEPLOYED}
    step("check --deploy", [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], deployed)


def tests(environment: Mapping[str, str]) -> None:
    """Pytest on PostgreSQL, then on SQLite together with the browser journeys."""
    if have_postgresql():
        with postgres.cluster() as url:
            step(
                "pytest, PostgreSQL",
                [*PYTEST, "-m", "not browser and not one_database"],
                {**environment, "DATABASE_URL": url},
            )
    else:
        _missing("PostgreSQL", "kiểm thử trên PostgreSQL", "apt-get install postgresql")
    if not have_pgbouncer():
        _missing("PgBouncer", "kiểm thử nhiều máy chủ", "apt-get install pgbouncer")
    if not have_nginx():
        _missing("nginx", "kiểm thử máy chia tải", "apt-get install nginx")
    if not have_clamd():
        _missing("clamd", "kiểm thử với máy quét mã độc thật", "apt-get install clamav-daemon")
    chromium = find_chromium()
    if chromium is None:
        _missing("Chromium (hoặc libatomic1)", "kiểm thử bằng trình duyệt", "apt-get install chromium libatomic1")
    step("pytest, SQLite và trình duyệt", PYTEST, {**environment, "KHUYENCONG_CHROMIUM": chromium or ""}, last=True)


def pictures(environment: Mapping[str, str]) -> None:
    """Take the pictures of the guide anew, into docs/guide/pictures."""
    told = {"KHUYENCONG_CHROMIUM": find_chromium() or "", "KHUYENCONG_PICTURES": "1", "CI": "1"}
    step("ảnh của phần trợ giúp", PICTURES, {**environment, **told}, last=True)


def step(name: str, command: Sequence[str], environment: Mapping[str, str], *, last: bool = False) -> None:
    """Run one step with its name before and its duration after it. Raises StepFailedError."""
    print(f"== {name}", flush=True)
    start = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        if not last:
            print(f"== {name}: KHÔNG ĐẠT (mã {done.returncode})", flush=True)
        raise StepFailedError(done.returncode if done.returncode > 0 else 1)
    if not last:
        print(f"== {name}: đạt, {time.monotonic() - start:.1f} giây", flush=True)


def _missing(program: str, part: str, command: str) -> None:
    frame = "!" * 78
    print(
        f"{frame}\n!! KHÔNG CÓ {program}: BỎ QUA phần {part}.\n!! Cài bằng quyền quản trị: {command}\n{frame}",
        flush=True,
    )
    if in_ci():
        print("CI=true: không phần nào được bỏ qua.", flush=True)
        raise StepFailedError(1)


@contextmanager
def _clean_environment() -> Iterator[dict[str, str]]:
    """Yield an environment whose folder of written files is a temporary one."""
    # Not TemporaryDirectory: a folder that a killed browser still writes to must not turn a passed run into a failed one.
    folder = tempfile.mkdtemp(prefix="khuyencong-test-")
    kept = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
    try:
        yield {**kept, "KHUYENCONG_VAR": folder, "PYTHONUNBUFFERED": "1"}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
