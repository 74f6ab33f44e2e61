"""Fetch the files of others that are kept in the repository, and write down where they came from.

Offices have no way out to the internet, so every stylesheet, script and icon lies in `khuyencong/static/vendor/`, and
the fonts of printed papers in `khuyencong/documents/fonts/`. Run this after changing a version below:
`python scripts/refresh_vendor.py`. It asks npm, by package name, for the packages, copies only the files that are
used, and rewrites `README.md` beside them. Needs `npm` on the machine.
"""

import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "khuyencong" / "static" / "vendor"
FONTS = ROOT / "khuyencong" / "documents" / "fonts"
TESTS = ROOT / "tests" / "vendor"
MAX_STATIC_BYTES = 1_000_000
SVG = "http://www.w3.org/2000/svg"


@dataclass(frozen=True, slots=True)
class Vendored:
    """One npm package: `files` maps a path inside it to the name it gets here.

    `licence_file` is its path inside the package; empty when the package ships none, and then the LICENSE that
    already lies in the folder is kept.
    """

    package: str
    version: str
    licence: str
    folder: Path
    files: dict[str, str]
    licence_file: str = "LICENSE"
    used_for: str = ""


ICONS = Vendored(
    package="@tabler/icons",
    version="3.51.0",
    licence="MIT",
    folder=STATIC / "icons",
    files={},
    used_for="nét vẽ của các biểu tượng, gộp thành một tệp `icons.svg`",
)

PACKAGES = (
    Vendored(
        package="@tabler/core",
        version="1.6.1",
        licence="MIT",
        folder=STATIC / "tabler",
        files={"dist/css/tabler.min.css": "tabler.min.css"},
        licence_file="",
        used_for="nền của giao diện (chỉ tệp kiểu, không dùng tệp JavaScript)",
    ),
    Vendored(
        package="htmx.org",
        version="2.0.11",
        licence="0BSD",
        folder=STATIC / "htmx",
        files={"dist/htmx.min.js": "htmx.min.js"},
        used_for="thay từng phần của trang",
    ),
    ICONS,
    Vendored(
        package="@expo-google-fonts/tinos",
        version="0.4.2",
        licence="OFL-1.1",
        folder=FONTS / "tinos",
        files={
            "400Regular/Tinos_400Regular.ttf": "Tinos-Regular.ttf",
            "400Regular_Italic/Tinos_400Regular_Italic.ttf": "Tinos-Italic.ttf",
            "700Bold/Tinos_700Bold.ttf": "Tinos-Bold.ttf",
            "700Bold_Italic/Tinos_700Bold_Italic.ttf": "Tinos-BoldItalic.ttf",
        },
        licence_file="LICENSE_FONT",
        used_for="phông chữ của văn bản PDF, cùng bề rộng với Times New Roman",
    ),
    Vendored(
        package="axe-core",
        version="4.14.1",
        licence="MPL-2.0",
        folder=TESTS / "axe",
        files={"axe.min.js": "axe.min.js"},
        used_for="kiểm tra khả năng tiếp cận, chỉ dùng khi kiểm thử",
    ),
)

# The icons of the sprite, by their name in the package (outline set). Add a name here, then run the script.
ICON_NAMES = (
    "alert-triangle", "arrow-back-up", "arrow-left", "arrow-right", "ban", "bell", "building-bank",
    "building-factory-2", "calculator", "calendar-due", "calendar-stats", "camera", "chart-bar", "check", "checklist",
    "chevron-down", "chevron-right", "circle-check", "circle-dashed", "clipboard-check", "clock", "coin", "download",
    "eye", "file-text", "files", "filter", "folder", "gavel", "history", "home", "hourglass", "info-circle",
    "list-check", "lock", "logout", "map-pin", "message-2", "paperclip", "pencil", "plus", "printer", "receipt",
    "refresh", "scale", "search", "send", "shield", "shield-check", "signature", "switch-horizontal", "table-export",
    "trash", "upload", "user", "users", "wallet", "x",
)  # fmt: skip

# A source map that is not kept here would make the manifest storage of the static files stop.
SOURCE_MAP = re.compile(rb"\s*(/\*[#@]\s*sourceMappingURL=[^*]*\*/|//[#@]\s*sourceMappingURL=\S*)\s*$")


def without_source_map(content: bytes) -> bytes:
    """Return `content` without a closing `sourceMappingURL` comment."""
    return SOURCE_MAP.sub(b"\n", content)


def unpack(vendored: Vendored, into: Path) -> Path:
    """Let npm download one package into the folder `into`; return the folder with its contents."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{vendored.package}@{vendored.version}"],
        cwd=into,
        check=True,
        capture_output=True,
        text=True,
    )
    archive = into / packed.stdout.strip().splitlines()[-1]
    target = into / archive.stem
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target / "package"


def symbol(name: str, drawing: Path) -> ET.Element:
    """Return one icon as `<symbol id=name>`; colour and stroke come from the page's stylesheet."""
    element = ET.Element(f"{{{SVG}}}symbol", {"id": name, "viewBox": "0 0 24 24"})
    for child in ET.parse(drawing).getroot():  # noqa: S314 - our own pinned package, not a stranger's file
        if child.get("stroke") != "none":  # every icon begins with an invisible square
            child.tail = None
            element.append(child)
    return element


def write_sprite(package: Path, target: Path) -> None:
    """Write the icons of `ICON_NAMES` into one SVG file; a name that does not exist stops with an error."""
    ET.register_namespace("", SVG)
    sprite = ET.Element(f"{{{SVG}}}svg")
    for name in ICON_NAMES:
        sprite.append(symbol(name, package / "icons" / "outline" / f"{name}.svg"))
    ET.indent(sprite, space=" ")
    target.write_bytes(ET.tostring(sprite, encoding="utf-8") + b"\n")


def refresh(vendored: Vendored, into: Path) -> None:
    """Copy the files and the licence of one package to their folder."""
    package = unpack(vendored, into)
    vendored.folder.mkdir(parents=True, exist_ok=True)
    for source, name in vendored.files.items():
        (vendored.folder / name).write_bytes(without_source_map((package / source).read_bytes()))
    if vendored is ICONS:
        write_sprite(package, vendored.folder / "icons.svg")
    if vendored.licence_file:
        shutil.copyfile(package / vendored.licence_file, vendored.folder / "LICENSE")
    if not (vendored.folder / "LICENSE").exists():
        message = f"{vendored.package} ships no licence file: put its text at {vendored.folder / 'LICENSE'} by hand"
        raise SystemExit(message)


def write_readme(folder: Path, packages: list[Vendored]) -> None:
    """Write the table of what is kept under `folder`."""
    rows = [
        f"| {p.package} | {p.version} | {p.licence} (`{p.folder.name}/LICENSE`) | "
        + ", ".join(f"`{p.folder.name}/{name}`" for name in (list(p.files.values()) or ["icons.svg"]))
        + f" | {p.used_for} |"
        for p in packages
    ]
    head = [
        "# Tệp của bên thứ ba được lưu kèm",
        "",
        "Các tệp này do `scripts/refresh_vendor.py` lấy về theo tên gói và phiên bản, bỏ dòng chỉ tới source map,",
        "ngoài ra giữ nguyên. Không sửa tay: đổi phiên bản hoặc danh sách biểu tượng trong tệp lệnh rồi chạy lại.",
        "",
        "| gói | phiên bản | giấy phép | tệp | dùng để |",
        "| --- | --- | --- | --- | --- |",
    ]
    (folder / "README.md").write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")


def main() -> int:
    """Refresh everything; return 0, or 1 when what the browser may load has grown past the limit."""
    with tempfile.TemporaryDirectory() as temporary:
        for number, vendored in enumerate(PACKAGES):
            into = Path(temporary) / str(number)
            into.mkdir()
            refresh(vendored, into)
            print(f"{vendored.package} {vendored.version} -> {vendored.folder.relative_to(ROOT)}")
    for folder in (STATIC, FONTS, TESTS):
        write_readme(folder, [p for p in PACKAGES if p.folder.parent == folder])
    size = sum(path.stat().st_size for path in STATIC.rglob("*") if path.is_file())
    print(f"static/vendor: {size:,} bytes")
    return 1 if size > MAX_STATIC_BYTES else 0


if __name__ == "__main__":
    sys.exit(main())
