"""What of a person stands in a text that everybody will read: what may never stand there, and what somebody must look at.

Patterns find numbers, addresses and forms of address; who the persons of a record are is not known here
(`establishments.public_names`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from khuyencong.core.findings import Blocker

# Telephones, numbers of papers and accounts: nine digits or more, however they are grouped. Money is told by its unit.
LONG_NUMBER: Final = re.compile(r"(?<![\d,])\+?\d(?:[^\S\n]?[.\-–/()]?[^\S\n]?\d){8,}")
# In small letters: «301234567 Đồng Tháp» is no money.
UNIT: Final = re.compile(r"[^\S\n]*(?:đồng(?!\s+ý)|đ|VNĐ|VND|vnđ|nghìn|ngàn|triệu(?!\s+tập)|tỷ|tỉ)\b")
DATE: Final = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-]\d{4}\b")
NAMED_NUMBER: Final = re.compile(
    r"\b(?:cmnd|cmtnd|cccd|stk)\b|\b(?:số tài khoản|căn cước(?: công dân)?|chứng minh nhân dân|hộ chiếu|số định danh)\b\W{0,3}(?:số\W{0,3})?\d",
    re.IGNORECASE,
)
E_MAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]{2,}")
COORDINATES: Final = re.compile(r"\b\d{1,3}[.,]\d{4,}\s*[°,;]|\b\d{1,3}\s*°\s*\d")
# Forms of address: before a name of one word or of two; the second ones are everyday words too.
ADDRESS: Final = re.compile(r"\b(?P<called>ông|bà|anh|chị|cô|chú|bác)\s+(?P<name>\S+(?:\s+\S+)?)", re.IGNORECASE)
SURELY: Final = frozenset({"ông", "bà"})
NO_PERSON: Final = ("bà rịa", "bà đen", "bà nà", "ông đốc")
# The commonest family names, before at least two more names; without a form of address nothing else tells a person.
FAMILY: Final = re.compile(
    r"(?<!\w)(?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Trịnh|Mai|Trương|Cao|Đoàn|Lâm|Phùng"
    r"|Tô|Tạ|Châu|Quách|Thạch|Đào|Hà|Lương|Tống|Nông|Hứa|Kim|Sơn)(?:\s+[^\W\d_][\w.]*){2,3}"
)
COMMUNE: Final = re.compile(r"\b(?:xã|phường|thị trấn|đặc khu)\s+(?P<which>\S+)", re.IGNORECASE)
LEADER: Final = "hồ chí minh"  # of the city, mostly
# Places within a commune, followed by a number or a name; «nông thôn» and «máy ấp trứng» are none.
HAMLET: Final = re.compile(
    r"(?<!nông )\b(?:thôn|xóm|ấp|bản|buôn|khóm|tổ|khu phố|tổ dân phố|số nhà|ngõ|hẻm|ngách)\s+(?:số\s+)?(?P<which>\S+)",
    re.IGNORECASE,
)


def personal_in(text: str) -> list[tuple[str, str]]:
    """What may never be published of it: (code, in words); empty where there is nothing of the kind."""
    found = []
    if _long_numbers(text):
        found.append(
            (
                "long_number",
                "một dãy từ 9 chữ số giống số điện thoại, giấy tờ hoặc tài khoản (nếu là tiền thì ghi thêm «đồng»)",
            )
        )
    for code, pattern, what in (
        ("named_number", NAMED_NUMBER, "số giấy tờ hoặc tài khoản của một người"),
        ("e_mail", E_MAIL, "một địa chỉ thư điện tử"),
        ("coordinates", COORDINATES, "một số giống tọa độ"),
    ):
        if pattern.search(text):
            found.append((code, what))
    return found


def personal_findings(texts: Mapping[str, str]) -> list[Blocker]:
    """The same of several texts, each by its label, as sentences."""
    return [
        Blocker(code, f"{label} có {what}: hãy bỏ đi rồi công bố.")
        for label, text in texts.items()
        for code, what in personal_in(text)
    ]


def doubtful_in(text: str) -> list[str]:
    """What may be the name of somebody or say where he lives, as it stands in the text: somebody must look at it."""
    found = []
    for match in ADDRESS.finditer(text):
        words, called = match["name"].split(), match["called"].lower()
        wanted = 1 if called in SURELY else 2
        if match[0].lower().startswith(NO_PERSON) or not all(_is_name(word) for word in words[:wanted]):
            continue
        if len(words) >= wanted:
            found.append(match[0].strip(" ,.;:()"))
    for match in FAMILY.finditer(text):
        words = match[0].split()
        if all(_is_name(word) for word in words[:3]) and not match[0].lower().startswith(LEADER):
            found.append(" ".join(word for word in words if _is_name(word)))
    found += [
        match[0].strip(" ,.;:()")
        for match in HAMLET.finditer(text)
        if match["which"][0].isdigit() or _is_name(match["which"])
    ]
    return list(dict.fromkeys(found))


def says_a_commune(text: str) -> bool:
    """Whether it says a commune by name."""
    return any(one["which"][0].isdigit() or _is_name(one["which"]) for one in COMMUNE.finditer(text))


def _long_numbers(text: str) -> bool:
    plain = DATE.sub("–", text)
    return any(
        match[0].startswith(("0", "+")) or not UNIT.match(plain, match.end()) for match in LONG_NUMBER.finditer(plain)
    )


def _is_name(word: str) -> bool:
    return word.strip("(«\"'")[:1].isupper()
