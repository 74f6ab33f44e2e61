"""The receipt of a question: an address that only its sender has, where the answer is read without a mailbox."""

from __future__ import annotations

from django.core import signing

from khuyencong.portal.models import Feedback

SALT = "khuyencong.portal.receipt"


def receipt_of(feedback: Feedback) -> str:
    """What stands in the address after sending."""
    return signing.dumps(str(feedback.creation_key), salt=SALT, compress=False)


def of_receipt(text: str) -> Feedback | None:
    """The question of a receipt; None where it was not written here."""
    try:
        key = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    return Feedback.objects.select_related("agency").filter(creation_key=key).first()
