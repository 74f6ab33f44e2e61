"""Letters by e-mail. They leave after the transaction that caused them; a mail server that is down or slow stops nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction

from khuyencong.notices.models import NOWHERE

log = logging.getLogger(__name__)

SMTP = "django.core.mail.backends.smtp.EmailBackend"
FOOT = "Thư này do hệ thống khuyến công gửi tự động; xin không trả lời thư."


def public_address(path: str) -> str:
    """The whole address of one of our own paths, as a letter carries it: from the settings, never from a request.

    A request's Host header is written by whoever sends it, and would let a stranger choose where our links lead.
    """
    return f"{settings.PUBLIC_URL or _guessed_site()}{path}"


def _guessed_site() -> str:
    """Where nobody has said how the site is reached: its first name, or this machine."""
    named = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name not in {"*", "[::1]"}]
    host = named[0] if named else "localhost"
    if settings.CONFIG.https:
        return f"https://{host}"
    return f"http://{host}:{settings.CONFIG.port}"


def can_be_reached(address: str) -> bool:
    """Whether a letter to this address can arrive at all."""
    return bool(address) and not address.lower().endswith(NOWHERE)


def send_letter(*, to: str, subject: str, text: str, taken: Callable[[], object] | None = None) -> None:
    """Send one plain letter (Vietnamese text) after the current transaction; without an address nothing is sent.

    `taken` is called when the mail server has taken it, in a transaction of its own.
    """
    if not can_be_reached(to):
        return
    message = letter(to=to, subject=subject, text=text)
    transaction.on_commit(lambda: _post(message, taken), robust=True)


def letter(*, to: str, subject: str, text: str) -> EmailMessage:
    """One letter to one person: nobody learns who else was written to."""
    return EmailMessage(subject=subject, body=f"{text.rstrip()}\n\n-- \n{FOOT}\n", to=[to])


def deliver(message: EmailMessage) -> bool:
    """Hand a letter to the mail server now; False, and a line in the log without any address, where it is not taken."""
    try:
        message.send()
    except OSError as error:  # smtplib's errors are OSErrors too
        log.warning("A letter could not be sent: the mail server did not take it (%s)", type(error).__name__)
        return False
    return True


def _post(message: EmailMessage, taken: Callable[[], object] | None) -> None:
    """Beside the request where a real server must be asked: how long it takes must not be seen from outside."""
    if settings.EMAIL_BACKEND == SMTP:
        _courier().submit(_carry, message, taken)
    else:
        _deliver_and_tell(message, taken)


def _deliver_and_tell(message: EmailMessage, taken: Callable[[], object] | None) -> None:
    if deliver(message) and taken is not None:
        taken()


def _carry(message: EmailMessage, taken: Callable[[], object] | None) -> None:
    """The same in the courier's thread, which has a connection to the database of its own."""
    try:
        _deliver_and_tell(message, taken)
    except Exception:
        log.exception("A letter was not carried to its end")
    finally:
        connection.close()


@cache
def _courier() -> ThreadPoolExecutor:
    """One thread for each process; it ends its round before the process ends."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="letters")
