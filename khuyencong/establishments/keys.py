"""By what two entries of the registry are compared: name, telephone, tax code and serial number, each in one form."""

from __future__ import annotations

import re

from khuyencong.core.text import fold

KEY_LENGTH = 300
# What papers shorten; written out before names are compared.
WRITTEN_OUT = {
    "sx": "san xuat",
    "tm": "thuong mai",
    "dv": "dich vu",
    "xnk": "xuat nhap khau",
    "xk": "xuat khau",
    "cbnl": "che bien nong lam",
    "cp": "co phan",
}
# Forms of business: they stand on one paper and are left out on the next. Longer ones first.
FORMS = (
    "trach nhiem huu han",
    "doanh nghiep tu nhan",
    "lien hiep hop tac xa",
    "mot thanh vien",
    "hai thanh vien",
    "mot tv",
    "hai tv",
    "hop tac xa",
    "ho kinh doanh",
    "to hop tac",
    "cong ty",
    "co phan",
    "cty",
    "tnhh",
    "mtv",
    "dntn",
    "htx",
    "hkd",
    "tht",
)
# Left out only where the name begins with it.
OPENINGS = ("co so san xuat", "co so", "cssx", "csx")
_FORM = re.compile(rf"\b(?:{'|'.join(FORMS)})\b")
_OPENING = re.compile(rf"^(?:{'|'.join(OPENINGS)})\b")
_NO_WORD = re.compile(r"[^a-z0-9]+")
_BETWEEN_SERIALS = re.compile(r"[,;\n]|\bvà\b")

COUNTRY, LONGEST_LOCAL = "84", 10
SHORTEST_PHONE, SHORTEST_SERIAL = 8, 4
TAX_HEAD = 12  # a person's number; of an enterprise ten


def words_key(text: str) -> str:
    """Folded words and numbers, one blank between them."""
    return _NO_WORD.sub(" ", fold(text)).strip()


def item_key(text: str) -> str:
    """An item of cost as it is compared: «Máy sấy (lạnh) 500 kg» and «máy sấy lạnh, 500kg.» are one."""
    return _NO_WORD.sub("", fold(text))


def name_key(name: str) -> str:
    """The name without its form of business: «Cty TNHH MTV Cơ khí Đúc» and «Công ty TNHH cơ khí đúc» are one.

    "" where nothing but a form is left; such names are not compared.
    """
    words = " ".join(WRITTEN_OUT.get(word, word) for word in words_key(name).split())
    bare = _FORM.sub(" ", words)
    return " ".join(_OPENING.sub(" ", " ".join(bare.split())).split())[:KEY_LENGTH]


def phone_key(phone: str) -> str:
    """Digits only, with 0 in place of the country's +84."""
    digits = "".join(sign for sign in phone if sign.isascii() and sign.isdigit())[:20]
    is_abroad_form = digits.startswith(COUNTRY) and len(digits) > LONGEST_LOCAL
    return f"0{digits.removeprefix(COUNTRY)}" if is_abroad_form else digits


def is_telling_phone(key: str) -> bool:
    """Whether a telephone is whole enough to say who it is."""
    return len(key) >= SHORTEST_PHONE


def tax_head(tax_code: str) -> str:
    """The number of the enterprise, without that of a branch: "0100109106-001" gives "0100109106"."""
    return tax_code.partition("-")[0][:TAX_HEAD]


def serial_key(serial: str) -> str:
    """A machine's serial number as it is compared: letters and digits only, small."""
    return "".join(sign for sign in fold(serial) if sign.isalnum())


def is_telling_serial(key: str) -> bool:
    """Whether a serial says which machine it is: «không có», «01» and «0000» do not."""
    return len(key) >= SHORTEST_SERIAL and any(sign in "123456789" for sign in key)


def serials_in(text: str) -> tuple[str, ...]:
    """The serial numbers written in one field («A-123; A-124 và A-125»), as they are compared, each once."""
    keys = (serial_key(part) for part in _BETWEEN_SERIALS.split(text))
    return tuple(dict.fromkeys(key for key in keys if is_telling_serial(key)))
