"""Write the first migration of every room anew: `python scripts/squash_migrations.py`, as long as nothing was released.

Once a release is kept under `tests/releases/` it refuses: databases out there carry these migrations, and `makemigrations`
adds the next ones (docs/adr/0041-releases.md).

Hand-written ones (triggers, the search index) stay as they are: all that are not `0001_initial`. The new ones make the tables of
their room at once (`khuyencong.core.first_migration`).
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RELEASES = ROOT / "tests" / "releases"
FIRST = "0001_initial"
AS_DJANGO_WRITES = (
    "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n\n    initial = True\n"
)
AS_WE_WRITE = (
    "from django.db import migrations, models\n\nfrom khuyencong.core.first_migration import FirstMigration\n\n\n"
    "class Migration(FirstMigration):\n"
)


def main() -> int:
    """Rewrite them all; exit 1 with the old ones back in place when Django cannot, or when a release has them."""
    if released := sorted(path.parent.name for path in RELEASES.glob("*/release.json")):
        print(
            f"Bản {released[-1]} đã phát hành, cơ sở dữ liệu của người dùng có các migration này: "
            "hãy thêm migration mới bằng “python manage.py makemigrations”.",
            file=sys.stderr,
        )
        return 1
    firsts = sorted(ROOT.glob(f"khuyencong/*/migrations/{FIRST}.py"))
    later = sorted(set(ROOT.glob("khuyencong/*/migrations/0*.py")) - set(firsts))
    kept = {path: path.read_text(encoding="utf-8") for path in (*firsts, *later)}
    for path in kept:
        path.unlink()
    failed = _manage("makemigrations", "--verbosity", "0")
    made = sorted(ROOT.glob("khuyencong/*/migrations/0*.py"))
    if failed or any(path.stem != FIRST for path in made):
        for path in made:
            path.unlink()
        for path, text in kept.items():
            path.write_text(text, encoding="utf-8")
        print("Các bảng chỉ tới nhau thành vòng, hoặc Django không viết được: chưa có gì thay đổi.", file=sys.stderr)
        return 1
    for path in later:
        path.write_text(kept[path], encoding="utf-8")
    for path in made:
        text = path.read_text(encoding="utf-8").replace(AS_DJANGO_WRITES, AS_WE_WRITE)
        # One that differs in nothing but the day of its making stays as it was.
        path.write_text(kept[path] if _told(text) == _told(kept.get(path, "")) else text, encoding="utf-8")
    return _manage("makemigrations", "--check", "--dry-run")


def _told(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("# Generated")]


def _manage(*words: str) -> int:
    with tempfile.TemporaryDirectory(prefix="khuyencong-migrations-") as folder:
        settings = {**os.environ, "KHUYENCONG_VAR": folder, "PYTHONPATH": str(ROOT)}
        return subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=settings, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
