"""What everybody may know: which products are recognised, and whether one certificate counts. Nothing of a person."""

from __future__ import annotations

import datetime as dt
import re

from django.db.models import QuerySet

from khuyencong.competitions.models import Certificate
from khuyencong.competitions.outcome.actions.recognising import ALPHABET, SECRET_LENGTH
from khuyencong.competitions.queries import product_or_maker
from khuyencong.signin.limits import Limit, count, reached

SHAPE = re.compile(f"[{ALPHABET}]{{{SECRET_LENGTH}}}")
MISSED = Limit("certificate_missed", 20, dt.timedelta(minutes=10), "Quá nhiều mã sai. Hãy thử lại sau 10 phút.")
LONGEST = 200


def certificate_of(secret: str) -> Certificate | None:
    """The certificate whose QR code leads here; None for anything else."""
    if not SHAPE.fullmatch(secret):
        return None
    return Certificate.objects.with_all().filter(secret=secret).first()


def too_many_misses(address: str) -> bool:
    """Whether this network has tried too many codes that lead nowhere."""
    return reached(MISSED, address)


def note_miss(address: str, secret: str) -> None:
    """Count a code that leads nowhere; the same one again counts once, and what is no code at all is not counted."""
    if SHAPE.fullmatch(secret):
        count(MISSED, address, what=secret)


def winners(*, text: str, level: str, year: int | None) -> QuerySet[Certificate]:
    """What was recognised and told, the latest first; what was withdrawn is left out."""
    found = Certificate.objects.with_all().filter(
        decision__round__announced_on__isnull=False, withdrawn_on__isnull=True
    )
    if text:
        found = found.filter(product_or_maker(text, of="entry__"))
    if level:
        found = found.filter(decision__round__level=level)
    if year:
        found = found.filter(decision__round__year=year)
    return found.order_by("-decision__round__year", "-issued_on", "number", "pk")
