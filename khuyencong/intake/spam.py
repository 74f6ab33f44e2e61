"""Holding back floods of registrations without asking anybody outside: a field no person fills in, a stamp, a count.

None of the three tells whether an address or a tax code is known here.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner

from khuyencong.signin.limits import Limit

SALT = "khuyencong.intake.registration"
QUICKEST, LONGEST = timedelta(seconds=2), timedelta(hours=12)
# A whole commune office, with owners at its counter, may sit behind one address of the net.
FROM_ONE_PLACE = Limit(
    "registrations_from_place",
    30,
    timedelta(hours=1),
    "Từ mạng này vừa có quá nhiều đăng ký. Hãy thử lại sau một giờ, hoặc tới Trung tâm Khuyến công để được giúp.",
)
# Beyond it no letter leaves, and nothing says so: whoever asks must not learn what is known of the address.
TO_ONE_ADDRESS = Limit("registrations_to_address", 3, timedelta(hours=1), "")
OLD_FORM = "Trang này đã mở quá lâu. Thông tin vẫn còn nguyên: hãy bấm gửi lần nữa."
TOO_QUICK = "Biểu mẫu được gửi quá nhanh. Hãy xem lại thông tin rồi bấm gửi lần nữa."


def stamp() -> str:
    """What a freshly shown form carries: when it was shown, signed."""
    return TimestampSigner(salt=SALT).sign("form")


def stamp_fault(text: str) -> str:
    """Why the stamp of a form is not taken, as a sentence; "" where it is."""
    signer = TimestampSigner(salt=SALT)
    try:
        signer.unsign(text, max_age=LONGEST)
    except BadSignature:  # a stamp that is too old is one of these
        return OLD_FORM
    try:
        signer.unsign(text, max_age=QUICKEST)
    except BadSignature:
        return ""
    return TOO_QUICK
