"""Ask whether a known weakness is reported for any locked package: `python scripts/audit_packages.py` (`make audit`).

Ends with 0 where nothing is known of any, 1 where something is, 2 where not all could be asked about: an index that does not
answer, or answers without reports, says nothing either way, and silence must not look like health.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_ASKED = "CHƯA KIỂM TRA ĐƯỢC"
AGAIN = (
    "Chưa biết các gói ấy có lỗ hổng hay không: hãy chạy lại “make audit” ở máy hỏi được kho gói có công bố lỗ hổng."
)
SHOWN = 5


def main() -> int:
    """Audit every lock that is there; return the exit code."""
    wanted = [argument for lock in locks(ROOT / "requirements") for argument in ("--requirement", str(lock))]
    options = ["--require-hashes", "--disable-pip", "--progress-spinner=off", "--format=json"]
    command = [sys.executable, "-m", "pip_audit", *options, *wanted]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    code, lines = outcome(done.stdout, done.stderr)
    print("\n".join(lines))
    return code


def locks(folder: Path) -> list[Path]:
    """Every lock: what one machine needs, what several do, what only the tests and these scripts do."""
    return sorted(folder.glob("*.txt"))


def outcome(out: str, errors: str) -> tuple[int, list[str]]:
    """Our exit code and lines for what pip-audit wrote: its JSON, or nothing of use."""
    try:
        packages = json.loads(out)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = errors.strip().splitlines()[-1:] or ["pip-audit không trả lời gì"]
        if "No module named pip_audit" in errors:
            return 2, ["Chưa cài pip-audit: hãy chạy “make audit” thay vì gọi thẳng tệp này."]
        return 2, [*last, f"{NOT_ASKED}: không hỏi được kho gói Python (mạng, proxy hoặc chứng chỉ). {AGAIN}"]
    weak = [one for one in packages if one.get("vulns")]
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    lines = [
        f"{one['name']} {one['version']}: {vuln['id']}, đã sửa ở {', '.join(vuln.get('fix_versions', [])) or 'chưa bản nào'}"
        for one in weak
        for vuln in one["vulns"]
    ]
    if skipped:
        named = ", ".join(skipped[:SHOWN]) + ("…" if len(skipped) > SHOWN else "")
        lines.append(
            f"{NOT_ASKED} {len(skipped)} trong {len(packages)} gói ({named}): kho gói không trả lời về chúng. {AGAIN}"
        )
    if weak:
        return 1, [*lines, "Có gói mang lỗ hổng đã công bố: hãy chạy “make lock” với bản đã sửa, rồi “make test”."]
    if skipped:
        return 2, lines
    return 0, [f"Không gói nào trong {len(packages)} gói đã khóa có lỗ hổng được công bố."]


if __name__ == "__main__":
    sys.exit(main())
