"""Letters by e-mail. They leave after the transaction that caused them; a mail server that is down stops nothing."""

import logging

from django.core.mail import EmailMessage
from django.db import transaction

log = logging.getLogger(__name__)


def send_letter(*, to: str, subject: str, text: str) -> None:
    """Send one plain letter (Vietnamese text) after the current transaction; without an address nothing is sent."""
    if not to:
        return
    message = EmailMessage(subject=subject, body=text, to=[to])
    transaction.on_commit(lambda: _send(message))


def _send(message: EmailMessage) -> bool:
    try:
        message.send()
    except OSError:  # smtplib's errors are OSErrors too
        log.warning("A letter could not be sent: the mail server did not take it")
        return False
    return True
