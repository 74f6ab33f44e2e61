"""What a password must be (AUTH_PASSWORD_VALIDATORS): long, and not one that everybody tries first.

Nothing is asked about capitals, digits or signs, and no password grows old: such rules only move people to «Khuyencong@1».
"""

import re
from functools import lru_cache
from pathlib import Path

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from khuyencong.core.text import fold
from khuyencong.people.models import User

SHORTEST = 12
LONGEST = 128  # hashing a pasted book would keep a worker busy
FEWEST_SIGNS = 4  # different ones: «aaaaaaaaaa» and «1212121212» are no secrets
_COMMON_FILE = Path(__file__).parent / "data" / "common_passwords.txt"
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_BETWEEN = re.compile(r"[\W_]+")
_LOOK_ALIKES = str.maketrans({"@": "a", "0": "o", "1": "i", "3": "e", "$": "s"})


class LengthValidator:
    """Between SHORTEST and LONGEST characters."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError with a sentence that gives the length."""
        del user
        if len(password) < SHORTEST:
            raise ValidationError(
                f"Mật khẩu phải có ít nhất {SHORTEST} ký tự; nên dùng một câu ngắn dễ nhớ, có dấu cách cũng được.",
                code="too_short",
            )
        if len(password) > LONGEST:
            raise ValidationError(f"Mật khẩu dài nhất là {LONGEST} ký tự.", code="too_long")

    def get_help_text(self) -> str:
        """One sentence below the field."""
        return f"Ít nhất {SHORTEST} ký tự, ví dụ một câu ngắn; không bắt buộc chữ hoa, chữ số hay ký hiệu."


class CommonValidator:
    """Refuses what is tried first: leaked favourites, words of this country and this trade, the person's own names."""

    def __init__(self) -> None:
        self._leaked = CommonPasswordValidator()  # Django's list of 20.000

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError; upper case, marks, and digits or signs at the ends make no difference."""
        password = password[:LONGEST]
        forms = _forms(password)
        if len(set(password.lower())) < FEWEST_SIGNS or forms & _common_words() or self._is_leaked(password):
            raise ValidationError(
                "Mật khẩu này quá quen thuộc, ai cũng đoán được: hãy chọn một câu khác của riêng mình.", code="common"
            )
        if user is not None and forms & _names_of(user):
            raise ValidationError(
                "Mật khẩu không được là tên, tên đăng nhập, thư điện tử hay số điện thoại của chính mình.", code="own"
            )

    def _is_leaked(self, password: str) -> bool:
        return any(
            form in self._leaked.passwords for form in (password.strip().lower(), fold(password).replace(" ", ""))
        )

    def get_help_text(self) -> str:
        """One sentence below the field."""
        return "Không dùng mật khẩu quen thuộc, tên của mình hay của cơ quan."


def _forms(text: str) -> set[str]:
    """The text without marks, blanks and signs; and without digits and signs at its ends, look-alikes as letters."""
    folded = fold(text)
    whole = _BETWEEN.sub("", folded)
    letters = _BETWEEN.sub("", _EDGES.sub("", folded))
    alike = _BETWEEN.sub("", _EDGES.sub("", folded).translate(_LOOK_ALIKES))
    return {whole, letters, alike, re.sub(r"\d+", "", letters)} - {""}


def _names_of(user: User) -> set[str]:
    """Names by which the person is known; very short ones would refuse too much and are left out."""
    local_part = user.email.partition("@")[0]
    names = (user.username, user.username.partition("@")[0], user.full_name, user.email, local_part, user.phone)
    return {form for name in names for form in _forms(name) if len(form) >= FEWEST_SIGNS}


@lru_cache(maxsize=1)
def _common_words() -> frozenset[str]:
    lines = _COMMON_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))
