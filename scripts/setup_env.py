"""Make `.venv` and install the hash-locked packages: `python3 scripts/setup_env.py base|test|lock|audit`.

Needs nothing but Python's standard library: Debian's bare python3 has neither pip nor ensurepip, so pip comes from
`requirements/bootstrap/`. A stamp in `.venv` says what is installed; a second run only reads it (well under a second).
The language of this file is kept to what an old Python can read, so that it can still say that it is too old.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "khuyencong-stamp.json"
LOG = VENV / "khuyencong-install.log"
REQUIREMENTS = ROOT / "requirements"
KINDS = ("base", "test", "lock", "audit")
ALONE = ("lock", "audit")  # tools that do not need the program itself
NO_INDEX_SIGNS = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeout",
    "ReadTimeout",
    "ProxyError",
    "SSLError",
    "CERTIFICATE_VERIFY_FAILED",
    "No matching distribution found",
)


class SetupError(Exception):
    """The environment cannot be made; the message is a Vietnamese sentence that says what to do."""


def main() -> int:
    """Bring `.venv` up to date for one kind of use; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    kind = sys.argv[1] if len(sys.argv) > 1 else "base"
    if len(sys.argv) > 2 or kind not in KINDS:  # noqa: PLR2004 - program name and one word
        print("Cách dùng: python3 scripts/setup_env.py " + "|".join(KINDS), file=sys.stderr)
        return 2
    try:
        prepare(kind)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"Không ghi được vào thư mục {VENV} ({error.strerror}): hãy kiểm tra quyền và chỗ trống.", file=sys.stderr
        )
        return 1
    return 0


def prepare(kind: str) -> None:
    """Install what `kind` needs unless the stamp says that it is there. Raises SetupError."""
    folder = os.open(str(ROOT), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # two `make` at once take turns
        installed = _read_stamp()
        wanted = _fingerprint(kind)
        project = _fingerprint("project")
        if installed.get(kind) == wanted and (kind in ALONE or installed.get("project") == project):
            return
        _require_python()
        if not installed:
            _make_venv()
        if installed.get(kind) != wanted:
            print(f"Đang cài các gói của requirements/{kind}.txt vào .venv (lần đầu mất vài phút)…", flush=True)
            _pip("install", "--require-hashes", "-r", str(REQUIREMENTS / f"{kind}.txt"))
            installed[kind] = wanted
            if kind == "test" and _pins("base") <= _pins("test"):
                installed["base"] = _fingerprint("base")
        if kind not in ALONE and installed.get("project") != project:
            _pip("install", "--no-build-isolation", "--no-deps", "--no-index", "-e", str(ROOT))
            installed["project"] = project
        _write_stamp(installed)
    finally:
        os.close(folder)


def _require_python() -> None:
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        raise SetupError(
            f"Cần Python 3.11 trở lên, máy này đang dùng {found}: hãy cài bản mới hơn rồi chạy lại, "
            "ví dụ “make demo PYTHON=python3.12”."
        )


def _fingerprint(kind: str) -> str:
    """Return what decides whether the work is already done: the lock or the project file, the place, the interpreter."""
    files = [ROOT / "pyproject.toml", REQUIREMENTS / "base.in"] if kind == "project" else [REQUIREMENTS / f"{kind}.txt"]
    digest = hashlib.sha256(str(ROOT).encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _read_stamp() -> dict[str, str]:
    """Return the stamp; empty when the environment is missing, was moved, or its Python is gone."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(stamp, dict) or stamp.get("place") != _place() or not os.access(str(PYTHON), os.X_OK):
        return {}
    return {str(key): str(value) for key, value in stamp.items()}


def _place() -> str:
    """Where the environment lies and which interpreter it leans on; when either changes, it is made anew."""
    return f"{VENV} -> {os.path.realpath(str(PYTHON))}"


def _write_stamp(installed: dict[str, str]) -> None:
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps({**installed, "place": _place()}, indent=1), encoding="utf-8")
    fresh.replace(STAMP)


def _make_venv() -> None:
    wheels = sorted((REQUIREMENTS / "bootstrap").glob("pip-*.whl"))
    if len(wheels) != 1:
        raise SetupError("Thư mục requirements/bootstrap phải có đúng một gói pip-*.whl: hãy lấy lại mã nguồn đầy đủ.")
    print("Đang tạo môi trường Python trong .venv…", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise SetupError(f"Không tạo được .venv: {(made.stderr or made.stdout).strip()}")
    _pip("install", "--no-index", str(wheels[0]), program=str(wheels[0] / "pip"))


def _pip(*arguments: str, program: str = "") -> None:
    """Run pip inside `.venv`, its output in the log file; SetupError with a sentence when it fails."""
    start = [program] if program else ["-m", "pip"]
    # What a person has set for their own Python must not lead the installation astray.
    environment = {
        key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET"}
    }
    environment.update(PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", PYTHONUTF8="1")
    with LOG.open("a", encoding="utf-8") as log:
        begin = log.tell()
        done = subprocess.run(
            [str(PYTHON), *start, *arguments],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode == 0:
        return
    with LOG.open(encoding="utf-8", errors="replace") as log:
        log.seek(begin)
        output = log.read()
    print("\n".join(output.splitlines()[-15:]), file=sys.stderr)
    if "DO NOT MATCH THE HASHES" in output:
        raise SetupError(
            "Một gói tải về không khớp mã băm đã khóa nên không được cài: hãy thử lại hoặc báo cho người bảo trì."
        )
    if any(sign in output for sign in NO_INDEX_SIGNS):
        raise SetupError(
            "Không lấy được gói từ kho gói Python: hãy kiểm tra kết nối mạng, proxy và chứng chỉ "
            "(pip dùng cấu hình sẵn có của máy: pip.conf hoặc các biến PIP_*) rồi chạy lại."
        )
    raise SetupError(f"Cài đặt không thành công; toàn bộ thông báo nằm trong {LOG}.")


def _pins(kind: str) -> set[str]:
    """Return the `name==version` lines of a lock."""
    lines = (REQUIREMENTS / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
    return {line.split()[0] for line in lines if "==" in line and not line.startswith((" ", "#"))}


if __name__ == "__main__":
    sys.exit(main())
