"""Print the licence of every installed package and of every file kept with the program: `python scripts/licences.py` (`make licences`).

The table is made from what the packages declare themselves. Ends with 1 where a licence is not among the allowed, or unknown.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OWN = "khuyencong"
VENDORS = (ROOT / "khuyencong" / "static" / "vendor", ROOT / "tests" / "vendor")
# May stand beside a program under EUPL-1.2 that an office runs: asked of whoever adds a package (docs/adr/0009-dependencies.md).
ALLOWED = frozenset(
    {
        "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "LGPL-2.1-only", "LGPL-3.0-only",
        "LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "OFL-1.1", "PSF-2.0", "Unlicense", "Zlib", "ZPL-2.1", "LLVM-exception",
    }
)  # fmt: skip
# What older packages write instead of a name of SPDX; compared in small letters.
NAMES = {
    "apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0", "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0", "apache license": "Apache-2.0", "apache": "Apache-2.0", "apache-2": "Apache-2.0",
    "bsd license": "BSD-3-Clause", "bsd": "BSD-3-Clause", "new bsd": "BSD-3-Clause", "bsd 3-clause license": "BSD-3-Clause",
    "3-clause bsd license": "BSD-3-Clause", "modified bsd license": "BSD-3-Clause", "simplified bsd": "BSD-2-Clause",
    "mit license": "MIT", "the mit license": "MIT", "expat": "MIT", "isc license (iscl)": "ISC", "isc license": "ISC",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0", "mpl 2.0": "MPL-2.0", "psf": "PSF-2.0",
    "python software foundation license": "PSF-2.0", "psf license": "PSF-2.0", "the unlicense (unlicense)": "Unlicense",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only", "lgplv3": "LGPL-3.0-only",
    "gnu lesser general public license v2 (lgplv2)": "LGPL-2.1-only", "lgpl": "LGPL-2.1-only", "zlib/libpng license": "Zlib",
    "gnu lesser general public license v2 or later (lgplv2+)": "LGPL-2.1-only", "lgpl-2.1": "LGPL-2.1-only",
    "historical permission notice and disclaimer (hpnd)": "MIT-CMU",
}  # fmt: skip
# Read by a person in the package itself, since it declares nothing that can be compared.
READ = {
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",  # its own files and pdfium; texts of what pdfium holds lie beside them
    "pyrage": "MIT",  # the file LICENSE
}
OPERATORS = re.compile(r"\s+(?:AND|OR|WITH|and|or)\s+|[()]")
VENDORED = re.compile(r"^\| (\S+) \| (\S+) \| ([A-Za-z0-9.-]+) \(`([^`]+)`\)", re.MULTILINE)
DATA = re.compile(r"^### (.+) \(([A-Za-z0-9.-]+)\)$", re.MULTILINE)


def main() -> int:
    """Print the table; return the exit code."""
    rows = sorted({*packages(), *kept_files()}, key=lambda row: row[0].lower())
    width = max(len(name) for name, _, _ in rows)
    wrong = []
    for name, version, licence in rows:
        fine = is_allowed(licence)
        print(f"{name:<{width}}  {version:<16} {licence or 'không khai'}{'' if fine else '   <- chưa được nhận'}")
        if not fine:
            wrong.append(name)
    print(f"\n{len(rows)} gói và tệp lưu kèm.")
    if wrong:
        print(
            f"Giấy phép chưa được nhận: {', '.join(wrong)}. Đọc giấy phép rồi ghi vào scripts/licences.py, hoặc bỏ gói."
        )
        return 1
    print("Mọi giấy phép đều nằm trong danh sách được nhận.")
    return 0


def packages() -> Iterator[tuple[str, str, str]]:
    """(name, version, licence in names of SPDX) of everything installed but ourselves."""
    for one in distributions():
        name = one.metadata["Name"]
        if name and name.lower() != OWN:
            yield name, one.version, READ.get(name.lower()) or licence_of(one)


def kept_files() -> Iterator[tuple[str, str, str]]:
    """What lies beside our own files: each with the licence that its table names and a copy of the text."""
    for vendor in VENDORS:
        named = set()
        for name, version, licence, text in VENDORED.findall((vendor / "README.md").read_text(encoding="utf-8")):
            named.add(text.partition("/")[0])
            yield f"{name} (tệp lưu kèm)", version, licence if (vendor / text).is_file() else ""
        for folder in sorted(path.name for path in vendor.iterdir() if path.is_dir() and path.name not in named):
            yield f"{folder} (tệp lưu kèm)", "-", ""
    places = (ROOT / "khuyencong" / "places" / "data" / "README.md").read_text(encoding="utf-8")
    yield from ((f"{name} (dữ liệu địa bàn)", "-", licence) for name, licence in DATA.findall(places))
    for text in sorted((ROOT / "khuyencong" / "documents" / "fonts").glob("*/LICENSE")):
        begins = " ".join(text.read_text(encoding="utf-8").split())[:400]
        yield (
            f"{text.parent.name} (phông chữ)",
            "-",
            "OFL-1.1" if "SIL Open Font License, Version 1.1" in begins else "",
        )


def licence_of(one: Distribution) -> str:
    """What the package declares: the expression, else the classifiers, else the short text."""
    told = one.metadata
    if "License-Expression" in told:
        return told["License-Expression"]
    named = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or [] if line.startswith("License ::")]
    found = [NAMES.get(name.lower(), name) for name in named if name != "OSI Approved"]
    if found:
        # Several classifiers do not say whether one may choose: none of them may be refused.
        return " AND ".join(dict.fromkeys(found))
    text = told["License"].strip() if "License" in told else ""
    return NAMES.get(text.lower(), text.splitlines()[0] if text else "")


def is_allowed(licence: str) -> bool:
    """Whether every part of an expression is allowed; of a choice one is enough."""
    if not licence:
        return False
    if " AND " not in licence and re.search(r"\s(OR|or)\s", licence):
        return any(is_allowed(part) for part in re.split(r"\s+(?:OR|or)\s+", licence.strip("()")))
    parts = [part.strip() for part in OPERATORS.split(licence) if part.strip()]
    return bool(parts) and all(NAMES.get(part.lower(), part) in ALLOWED for part in parts)


if __name__ == "__main__":
    sys.exit(main())
