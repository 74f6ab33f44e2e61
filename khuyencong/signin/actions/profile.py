"""One's own telephone number and e-mail address. An address counts once a letter to it was read."""

from __future__ import annotations

import json

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from khuyencong.core.errors import Refused, Stale
from khuyencong.core.personal import masked, masked_email
from khuyencong.notices.letters import public_address, send_letter
from khuyencong.people.models import User
from khuyencong.signin.events import tell, warn
from khuyencong.signin.limits import LETTERS_TO_USER, count, reached
from khuyencong.signin.sealing import UnreadableError, seal, unseal

PURPOSE = "e-mail address"
LINK_WORKS = 24 * 60 * 60  # seconds
SUBJECT = "Khuyến công: xác nhận địa chỉ thư"
OLD_LINK = "Liên kết này đã hết hạn hoặc không đúng: hãy ghi lại địa chỉ thư mới trong trang Tài khoản của tôi."
TAKEN = "Địa chỉ thư này không dùng được cho tài khoản của bạn: hãy liên hệ người quản trị."


@transaction.atomic
def change_phone(*, user: User, phone: str, origin: str) -> bool:
    """Write down the own telephone number; False where it is the same. The trail keeps it masked."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.phone == phone:
        return False
    before, user.phone, user.version = user.phone, phone, user.version + 1
    user.save(update_fields=["phone", "version"])
    shown = {"điện thoại": masked(phone)}
    tell("account.profile", user=user, origin=origin, before={"điện thoại": masked(before)}, after=shown)
    return True


@transaction.atomic
def ask_email(*, user: User, email: str, origin: str) -> bool:
    """Send a link to the new address; it counts once the link is pressed. False where it is the one in use.

    Where another account has the address its owner is told; who asked learns nothing of it. Raises Refused after
    three letters within an hour.
    """
    email = User.objects.normalize_email(email)
    if email.lower() == user.email.lower():
        return False
    if not email:
        raise Refused("Hãy ghi một địa chỉ thư: không có địa chỉ thì không đặt lại được mật khẩu.")
    if reached(LETTERS_TO_USER, user.pk):
        raise Refused("Đã gửi nhiều thư xác nhận trong một giờ qua: hãy thử lại sau.")
    count(LETTERS_TO_USER, user.pk)
    if User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        text = "Có người muốn dùng địa chỉ thư này cho một tài khoản khác. Địa chỉ vẫn thuộc tài khoản của bạn."
    else:
        token = seal(json.dumps([user.pk, user.email, email]), purpose=PURPOSE)
        address = public_address(reverse("my_email", args=[token]))
        text = f"Để dùng địa chỉ này cho tài khoản «{user.username}», hãy đăng nhập rồi mở liên kết sau trong vòng một ngày:\n\n{address}"
    send_letter(to=email, subject=SUBJECT, text=text)
    tell("account.email_asked", user=user, origin=origin, after={"thư điện tử": masked_email(email)})
    return True


def email_in(token: str, user: User) -> str:
    """The new address that a letter's link carries for this very person. Raises Refused."""
    try:
        pk, old, new = json.loads(unseal(token, purpose=PURPOSE, max_age=LINK_WORKS))
    except UnreadableError as error:
        raise Refused(OLD_LINK) from error
    if (pk, old) != (user.pk, user.email):
        raise Refused(OLD_LINK)
    return str(new)


@transaction.atomic
def confirm_email(*, user: User, token: str, origin: str) -> str:
    """Take the address of the letter into use and return it. Raises Refused; Stale where it was taken meanwhile."""
    user = User.objects.select_for_update().get(pk=user.pk)
    email, before = email_in(token, user), user.email
    warn(user, f"Địa chỉ thư của tài khoản vừa được đổi thành {masked_email(email)}.")
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(email=email, version=F("version") + 1)
    except IntegrityError as error:
        raise Stale(TAKEN) from error
    shown = {"thư điện tử": masked_email(email)}
    tell("account.email", user=user, origin=origin, before={"thư điện tử": masked_email(before)}, after=shown)
    return email
