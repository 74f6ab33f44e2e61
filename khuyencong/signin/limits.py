"""How many tries there are before one has to wait, counted in the database so that every worker sees the same."""

import datetime as dt
import secrets
from dataclasses import dataclass

from django.utils import timezone

from khuyencong.signin.models import Attempt
from khuyencong.signin.sealing import keyed_hash


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` tries by one key `within` a time that moves along; then `sentence`, until the oldest are past."""

    kind: str
    most: int
    within: dt.timedelta
    sentence: str


# One address that tries many names. A whole office may share it, so it opens again by itself after a short while,
# and only names that failed are counted, each once.
NAMES_FROM_ADDRESS = Limit(
    "names_from_address",
    20,
    dt.timedelta(minutes=10),
    "Tạm dừng đăng nhập bằng mật khẩu từ mạng này vì có quá nhiều tên đăng nhập sai. Hãy thử lại sau 10 phút.",
)
# One name, tried from many places. Browsers in which its person has been signed in are not stopped (`known.py`).
NAME_FROM_STRANGERS = Limit(
    "name_from_strangers",
    50,
    dt.timedelta(hours=1),
    "Tạm dừng nhận mật khẩu của tài khoản này từ thiết bị lạ, vì nhập sai quá nhiều lần. Hãy dùng thiết bị từng đăng nhập, khóa "
    "truy cập, hoặc đặt lại mật khẩu qua thư điện tử; không thì thử lại sau một giờ.",
)
SECOND_STEP = Limit(
    "second_step",
    5,
    dt.timedelta(minutes=15),
    "Tạm khóa bước xác thực thứ hai của tài khoản này 15 phút vì nhập sai mã nhiều lần. Hãy thử lại sau.",
)
PASSWORD_AGAIN = Limit(
    "password_again",
    5,
    dt.timedelta(minutes=15),
    "Nhập sai mật khẩu nhiều lần: hãy thử lại sau 15 phút.",
)
RESETS_FROM_ADDRESS = Limit(
    "resets_from_address",
    10,
    dt.timedelta(hours=1),
    "Mạng này đã xin đặt lại mật khẩu quá nhiều lần. Hãy thử lại sau một giờ.",
)
# Beyond it no letter leaves, and nothing says so: whoever asks must not learn that the account exists.
LETTERS_TO_USER = Limit("letters_to_user", 3, dt.timedelta(hours=1), "")
LIMITS = (NAMES_FROM_ADDRESS, NAME_FROM_STRANGERS, SECOND_STEP, PASSWORD_AGAIN, RESETS_FROM_ADDRESS, LETTERS_TO_USER)
_LONGEST = max(limit.within for limit in LIMITS)


def reached(limit: Limit, key: object) -> bool:
    """Whether this key has used up its tries."""
    recent = Attempt.objects.filter(kind=limit.kind, key=_key(limit, key), at__gt=timezone.now() - limit.within)
    return recent.values("what").distinct().count() >= limit.most


def count(limit: Limit, key: object, *, what: str = "") -> None:
    """Write down one try; several of the same `what` count once. Forgets what counts nowhere any more."""
    Attempt.objects.filter(at__lt=timezone.now() - _LONGEST).delete()
    what = keyed_hash(what, purpose=limit.kind) if what else secrets.token_hex(16)
    Attempt.objects.create(kind=limit.kind, key=_key(limit, key), what=what)


def forget(limit: Limit, key: object) -> None:
    """A success: the tries before it do not count."""
    Attempt.objects.filter(kind=limit.kind, key=_key(limit, key)).delete()


def _key(limit: Limit, key: object) -> str:
    return keyed_hash(str(key), purpose=limit.kind)
