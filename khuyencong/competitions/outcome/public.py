"""What everybody may know: which products are recognised, and whether one certificate counts. Nothing of a person."""

from __future__ import annotations

import datetime as dt
import re

from django.db.models import Q, QuerySet

from khuyencong.competitions.models import Certificate
from khuyencong.competitions.outcome.actions.recognising import ALPHABET, SECRET_LENGTH
from khuyencong.core.finding import holds, question
from khuyencong.establishments.public_names import NAMED, public_name, without_names
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


def maker_shown(certificate: Certificate) -> str:
    """The maker of the product as the public reads of it: by its name, or by kind and province where it may not be named."""
    made_by = certificate.entry.establishment.merged_into or certificate.entry.establishment
    province = made_by.province.current or made_by.province
    return public_name(made_by) or f"{made_by.get_kind_display()}, {province.short_name}"


def product_shown(certificate: Certificate) -> str:
    """The product's name, without that of a maker who may not be named."""
    made_by = certificate.entry.establishment.merged_into or certificate.entry.establishment
    return certificate.entry.product if public_name(made_by) else without_names(certificate.entry.product, [made_by])


_NAMED_MAKER = Q(entry__establishment__kind__in=NAMED) & (
    Q(entry__establishment__merged_into__isnull=True) | Q(entry__establishment__merged_into__kind__in=NAMED)
)


def winners(*, text: str, level: str, year: int | None) -> QuerySet[Certificate]:
    """What was recognised and told, the latest first; what was withdrawn is left out."""
    found = Certificate.objects.with_all().filter(
        decision__round__announced_on__isnull=False, withdrawn_on__isnull=True
    )
    found = found.select_related("entry__establishment__merged_into__province__current")
    for word in question(text):
        # Whoever may not be named is not found by his name either.
        maker = holds((word,), field="entry__establishment__haystack") & _NAMED_MAKER
        found = found.filter(holds((word,), field="entry__haystack") | maker)
    if level:
        found = found.filter(decision__round__level=level)
    if year:
        found = found.filter(decision__round__year=year)
    return found.order_by("-decision__round__year", "-issued_on", "number", "pk")
