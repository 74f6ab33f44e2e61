"""What binds a judge to an establishment, found in what is written of both: pure comparisons over plain values.

The circular asks that scoring be independent, fair and impartial (TT 26/2014 Đ16.2) and names no test for it. The same tax
code or the same address keeps a judge from scoring; the same family name only asks somebody to decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from khuyencong.establishments.keys import tax_head, words_key

# Too short to be an address of one house: «Xã An Bình» is one of thousands.
SHORTEST_ADDRESS: Final = 8
SHORTEST_NAME: Final = 3
COVER: Final = "●●●"
# Two or more words in a row that begin with a capital letter; among the Vietnamese ones small letters stand between.
_CAPITALS = "A-ZÀ-ÖØ-ÞĂĐĨŨƠƯ" + "".join(chr(code) for code in range(0x1EA0, 0x1EFA) if chr(code).isupper())
_RUN = re.compile(rf"\b[{_CAPITALS}]\w*(?:\s+[{_CAPITALS}]\w*)+")
# Telephones, letters, pages: they name the maker as well as a name does.
_CONTACT = re.compile(
    r"\S+@\S+\.\S+|(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org)\b\S*"
    r"|(?<![\d.,])(?:\+?84|0)(?:[ .-]?\d){8,10}(?![\d.,]?\d)",
    re.IGNORECASE,
)
# What stands before a name and is no part of it.
_TITLES = frozenset({"ong", "ba", "anh", "chi", "ts", "ths", "pgs", "gs", "ks", "nghe", "nhan", "cn"})
_SHORT_FORMS: Final = (("thanh pho", "tp"), ("duong", "d"), ("phuong", "p"), ("quan", "q"), ("so nha", ""), ("so", ""), ("khu pho", "kp"))  # fmt: skip


def address_key(text: str) -> str:
    """An address as it is compared: folded, short forms of streets and wards alike, signs dropped; "" where too little is said."""
    plain = f" {words_key(text)} "
    for long, short in _SHORT_FORMS:
        plain = plain.replace(f" {long} ", f" {short} ")
    key = " ".join(plain.split())
    return key if len(key) >= SHORTEST_ADDRESS and any(char.isdigit() for char in key) else ""


def family_name(text: str) -> str:
    """The folded family name of a person written the Vietnamese way, titles left out; "" of a single word."""
    words = [word for word in words_key(text).split() if word not in _TITLES]
    return words[0] if len(words) > 1 else ""


@dataclass(frozen=True, slots=True)
class Known:
    """By what a judge, or an establishment and its owner, are compared; "" says nothing."""

    tax_code: str
    address: str
    family_name: str

    @classmethod
    def of(cls, *, name: str, address: str, tax_code: str) -> Known:
        """From what is written of them."""
        return cls(tax_head(tax_code), address_key(address), family_name(name))

    def ties_with(self, other: Known) -> list[str]:
        """Why the two may be too near: «tax_code», «address», «family_name», the gravest first."""
        found = ["tax_code"] if self.tax_code and self.tax_code == other.tax_code else []
        # Of two addresses one often says the town as well.
        if self.address and other.address and _begins(self.address, other.address):
            found.append("address")
        if self.family_name and self.family_name == other.family_name:
            found.append("family_name")
        return found


def _begins(one: str, other: str) -> bool:
    short, long = sorted((f"{one} ", f"{other} "), key=len)
    return long.startswith(short)


def hide(text: str, *names: str) -> str:
    """The text with whatever gives a name away covered: what a judge reads in blind mode.

    Covered are the names themselves, whatever their case, and runs of capitalised words that stand in one of them: of
    «Cơ sở Bà Tám» also the «Bà Tám» of «Khô cá lóc Bà Tám»; and telephones, letters and pages, whosever they are. Names of
    one letter or two are left alone.
    """
    text = _CONTACT.sub(COVER, text)
    known = sorted({one.strip() for one in names if len(one.strip()) >= SHORTEST_NAME}, key=len, reverse=True)
    for name in known:
        text = re.sub(re.escape(name), COVER, text, flags=re.IGNORECASE)
    inside = [f" {words_key(name)} " for name in known]
    return _RUN.sub(lambda run: _cover(run[0].split(), inside), text)


def _cover(words: list[str], inside: list[str]) -> str:
    """A run of capitalised words, the longest parts of two words and more that stand in a name covered."""
    shown: list[str] = []
    at = 0
    while at < len(words):
        ends = range(len(words), at + 1, -1)
        end = next((one for one in ends if _stands_in(" ".join(words[at:one]), inside)), 0)
        shown.append(COVER if end else words[at])
        at = end or at + 1
    return " ".join(shown)


def _stands_in(text: str, inside: list[str]) -> bool:
    return any(f" {words_key(text)} " in name for name in inside)
