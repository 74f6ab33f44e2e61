"""An owner registers, answers the letter, and waits.

What is there already (an account with that address, an establishment with that tax code, an earlier registration) is
told to nobody but the owner of the mailbox.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from khuyencong.audit.actions import record_system
from khuyencong.core.creation import save_once
from khuyencong.core.errors import Refused
from khuyencong.intake.models import Registration, RegistrationState
from khuyencong.intake.spam import FROM_ONE_PLACE, TO_ONE_ADDRESS
from khuyencong.intake.states import check_step, move
from khuyencong.intake.tell import tell_officers_of_registration
from khuyencong.notices.letters import public_address, send_letter
from khuyencong.people.models import User
from khuyencong.signin.limits import count, reached

FIELDS = ("name", "kind", "tax_code", "province", "commune", "place_text", "full_name", "phone")
TIME_TO_ANSWER = timedelta(days=3)
SUBJECT = "Khuyến công: xác nhận đăng ký tài khoản cơ sở"
DEAD_LINK = "Liên kết này không còn dùng được: đã quá 3 ngày, hoặc đã được dùng. Hãy đăng ký lại."
ACCOUNT_THERE = "Địa chỉ thư này đã có tài khoản: hãy đăng nhập bằng tài khoản ấy."
USER_NAME = re.compile(r"[a-z0-9._@-]{1,60}\Z")


@transaction.atomic
def register(*, creation_key: UUID, email: str, fields: Mapping[str, Any], origin: str, token: str = "") -> None:
    """Keep what was typed and write to the address; the same `creation_key` twice sends one letter.

    `token`: the secret of the link, drawn here unless the caller cannot read the letter (the demo).

    Gives nothing back: who fills in the form must not see what is there already. Raises Refused where too many came
    from the same place.
    """
    email = email.strip().lower()
    if reached(FROM_ONE_PLACE, origin):
        raise Refused(FROM_ONE_PLACE.sentence)
    full = reached(TO_ONE_ADDRESS, email)
    count(FROM_ONE_PLACE, origin)
    count(TO_ONE_ADDRESS, email)
    _forget_unanswered()
    if full:
        return
    known = User.objects.filter(email__iexact=email).first()
    if known is not None:
        record_system(action="registration.known_address", origin=origin, user=known)
        _tell_of_account(known)
        return
    token = token or secrets.token_urlsafe(32)
    registration = Registration(
        creation_key=creation_key,
        email=email,
        token_hash=hash_of(token),
        expires_at=timezone.now() + TIME_TO_ANSWER,
        **{name: fields[name] for name in FIELDS if name in fields},
    )
    if save_once(registration, author="user") is not None:
        return
    record_system(
        action="registration.register",
        origin=origin,
        subject=registration,
        thread=registration.thread,
        after={"tỉnh": str(registration.province), "đồng ý xử lý dữ liệu cá nhân": "có"},
    )
    _ask_to_confirm(registration, token)


def hash_of(token: str) -> str:
    """What is kept of the secret in a letter's link."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_by_token(*, token: str) -> Registration | None:
    """The registration that this link may still confirm, else None."""
    found = Registration.objects.select_related("province").filter(token_hash=hash_of(token)).first()
    return found if found is not None and _may_be_confirmed(found) else None


@transaction.atomic
def confirm_registration(*, token: str, password: str, origin: str, username: str = "") -> Registration:
    """Make the account of whoever holds the letter; it can do nothing until an officer lets it in.

    `username`: "" for the address of the letter. Raises Refused for a link that is used up or too old, and where the
    address has an account by now; ValidationError for a weak password.
    """
    registration = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("province")
        .filter(token_hash=hash_of(token))
        .first()
    )
    if registration is None or not _may_be_confirmed(registration):
        raise Refused(DEAD_LINK)
    user = account_to_be(registration, username)
    validate_password(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise Refused(ACCOUNT_THERE) from None
    registration.user = user
    registration.confirmed_at = timezone.now()
    move(registration, "confirm")
    tell_officers_of_registration(registration)
    record_system(
        action="registration.confirm",
        origin=origin,
        subject=registration,
        thread=registration.thread,
        user=user,
        before={"state": RegistrationState.UNCONFIRMED},
        after={"state": registration.state},
    )
    return registration


@transaction.atomic
def register_again(
    *, registration_id: int, user: User, version: int, fields: Mapping[str, Any], origin: str
) -> Registration:
    """Correct a registration that was refused and ask once more. Raises Refused where it is not `user`'s, or not refused."""
    registration = Registration.objects.select_for_update(of=("self",)).filter(pk=registration_id, user=user).first()
    if registration is None or registration.version != version:
        raise Refused("Đăng ký này đã thay đổi: hãy mở lại trang.")
    check_step(registration, "register_again")
    for name in FIELDS:
        if name in fields:
            setattr(registration, name, fields[name])
    move(registration, "register_again")
    tell_officers_of_registration(registration)
    record_system(
        action="registration.register_again",
        origin=origin,
        subject=registration,
        thread=registration.thread,
        user=user,
        before={"state": RegistrationState.REFUSED},
        after={"state": registration.state},
    )
    return registration


def account_to_be(registration: Registration, username: str = "") -> User:
    """The account that confirming would make, not saved; a query for its user name."""
    return User(
        username=User.objects.normalize_username(username) or _user_name(registration),
        full_name=registration.full_name,
        email=registration.email,
        phone=registration.phone,
    )


def _may_be_confirmed(registration: Registration) -> bool:
    return registration.state == RegistrationState.UNCONFIRMED and timezone.now() < registration.expires_at


def _user_name(registration: Registration) -> str:
    """The address itself where it can be one and is free; a number of ours else. Which of them stands in the next letter."""
    name = registration.email
    if USER_NAME.match(name) and not User.objects.filter(username=name).exists():
        return name
    return f"cs{registration.pk}"


def _forget_unanswered() -> None:
    """What nobody confirmed in time is personal data without a purpose."""
    Registration.objects.filter(state=RegistrationState.UNCONFIRMED, expires_at__lt=timezone.now()).delete()


def _ask_to_confirm(registration: Registration, token: str) -> None:
    # Nothing that was typed is repeated: else anybody could send words of his own to any mailbox in our name.
    link = public_address(reverse("registration_confirm", args=[token]))
    text = (
        "Chào bạn,\n\n"
        "Ai đó, có lẽ là bạn, đã dùng địa chỉ này để đăng ký tài khoản cơ sở công nghiệp nông thôn trên hệ thống "
        f"khuyến công ({registration.province.name}).\n\n"
        f"Để đặt mật khẩu và gửi đăng ký, hãy mở liên kết sau trong 3 ngày:\n{link}\n\n"
        "Nếu không phải bạn, hãy bỏ qua thư này: không có tài khoản nào được lập."
    )
    send_letter(to=registration.email, subject=SUBJECT, text=text)


def _tell_of_account(user: User) -> None:
    """Only whoever reads this mailbox learns that there is an account."""
    text = (
        f"Chào {user.full_name},\n\n"
        "Ai đó, có lẽ là bạn, vừa dùng địa chỉ này để đăng ký tài khoản cơ sở trên hệ thống khuyến công. Địa chỉ này đã "
        f"có tài khoản, tên đăng nhập: {user.username}\n\n"
        f"Hãy đăng nhập: {public_address(reverse('login'))}\n"
        "Nếu cần thêm một cơ sở vào tài khoản này, hãy liên hệ Trung tâm Khuyến công của tỉnh.\n\n"
        "Nếu không phải bạn, hãy bỏ qua thư này: không có gì thay đổi."
    )
    send_letter(to=user.email, subject=SUBJECT, text=text)
