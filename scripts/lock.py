"""Refresh `requirements/*.txt` from `*.in`: exact versions with hashes, and no address of any package index.

Versions already locked are kept where they still fit; `python scripts/lock.py --upgrade` takes the newest.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".venv" / "bin" / "uv"
OPTIONS = (
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-header",
    "--no-annotate",
    "--quiet",
    "--python-version=3.11",
)
# What is optional, and the tests, run on exactly the versions that are installed for use.
CONSTRAINTS = {
    "base": (),
    "telemetry": ("--constraint=requirements/base.txt",),
    "test": ("--constraint=requirements/base.txt", "--constraint=requirements/telemetry.txt"),
    "wide": ("--constraint=requirements/test.txt",),
    "lock": (),
    "audit": (),
}


def main() -> int:
    """Write the locks; return the exit code."""
    upgrade = [argument for argument in sys.argv[1:] if argument == "--upgrade"]
    for name, constraints in CONSTRAINTS.items():
        lock = f"requirements/{name}.txt"
        command = [
            str(UV),
            "pip",
            "compile",
            *OPTIONS,
            *constraints,
            *upgrade,
            f"--output-file={lock}",
            f"requirements/{name}.in",
        ]
        if subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode != 0:
            print(f"Không khóa được {lock}.", file=sys.stderr)
            return 1
        if "://" in (ROOT / lock).read_text(encoding="utf-8"):
            print(f"{lock} chứa một địa chỉ: xóa địa chỉ đó trước khi lưu.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
