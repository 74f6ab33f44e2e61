"""The same certificate in the register of its establishment, where ranking, expiry and lists of other rooms read it."""

from __future__ import annotations

from datetime import timedelta

from khuyencong.competitions.models import Certificate, Round
from khuyencong.competitions.outcome.issuer import issuer_of
from khuyencong.establishments.door import touch
from khuyencong.establishments.models import Certificate as RegistryCertificate
from khuyencong.establishments.models import CertificateKind

LONGEST_NAME, LONGEST_NUMBER, LONGEST_ISSUER = 200, 60, 200


def write_into_register(certificate: Certificate, round_: Round) -> None:
    """Add the row to the (locked) establishment and tie the unsaved certificate to it."""
    establishment = certificate.entry.establishment
    certificate.record = RegistryCertificate.objects.create(
        establishment=establishment,
        kind=CertificateKind.PRODUCT,
        name=certificate.entry.product[:LONGEST_NAME],
        level=round_.level,
        number=certificate.number[:LONGEST_NUMBER],
        issuer=issuer_of(round_, certificate.issued_on)[:LONGEST_ISSUER],
        issued_on=certificate.issued_on,
        valid_until=certificate.valid_until,
    )
    touch(establishment)


def end_in_register(certificate: Certificate) -> None:
    """Let the row end on the day before the withdrawal; one withdrawn on its first day never counted, and goes.

    Expects the establishment locked and `withdrawn_on` set; the caller saves the certificate.
    """
    row, on = certificate.record, certificate.withdrawn_on
    if row is None or on is None:
        return
    last = on - timedelta(days=1)
    if last < certificate.issued_on:
        certificate.record = None
        certificate.save(update_fields=["record"])
        row.delete()
    elif row.valid_until is None or last < row.valid_until:
        row.valid_until = last
        row.save(update_fields=["valid_until"])
    touch(certificate.entry.establishment)
