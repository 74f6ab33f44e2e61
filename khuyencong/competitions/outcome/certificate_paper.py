"""Certificates as PDF, with a QR code that leads to what everybody may know, and the logo (TT 26/2014 Đ17.4, Phụ lục 6).

The layout of Phụ lục 6 could not be read: the paper says «mẫu tạm» on its foot.
"""

from __future__ import annotations

from collections.abc import Sequence

import segno
from django.urls import reverse

from khuyencong.competitions.models import Certificate, Round
from khuyencong.competitions.outcome.issuer import MINISTRY, issuer_of, signer_of
from khuyencong.competitions.outcome.logo import logo_png
from khuyencong.competitions.outcome.papers import MARK, address_of
from khuyencong.core.dates import format_date
from khuyencong.documents import pdf
from khuyencong.establishments.models import CertificateLevel
from khuyencong.notices.letters import public_address
from khuyencong.projects.paper import date_in_words

TITLE = "Giấy chứng nhận sản phẩm công nghiệp nông thôn tiêu biểu"


def page_address(certificate: Certificate) -> str:
    """The whole address behind the QR code."""
    return public_address(reverse("certificate_page", args=[certificate.secret]))


def qr_svg(certificate: Certificate) -> str:
    """The QR code as a `data:` address for <img>."""
    return segno.make(page_address(certificate), error="m").svg_data_uri(scale=4, border=4)


def certificates_pdf(round_: Round, certificates: Sequence[Certificate]) -> bytes:
    """One page for each, in their order; equal records give equal bytes. ValueError where there is none.

    Expects `with_all`.
    """
    if not certificates:
        raise ValueError("there is no certificate to print")
    on = certificates[0].decision.decided_on
    return pdf.render(
        "product_certificate",
        {
            "paper": {
                "title": TITLE,
                "subject": f"{round_.name}",
                "organ": issuer_of(round_, on),
                "foot": f"{round_.name} – {MARK}",
                "date": [on.year, on.month, on.day],
            },
            "mark": MARK,
            "logo": list(logo_png(round_)),
            "certificates": [_page(round_, one) for one in certificates],
        },
    )


def _page(round_: Round, one: Certificate) -> dict[str, object]:
    agency, decision, on = round_.agency, one.decision, one.issued_on
    place = agency.province.short_name if agency.province else "Hà Nội"
    address = page_address(one)
    return {
        "organ_above": MINISTRY if round_.level == CertificateLevel.REGION else "",
        "organ": issuer_of(round_, on),
        "heading": f"Sản phẩm công nghiệp nông thôn tiêu biểu {round_.get_level_display().lower()} năm {round_.year}",
        "product": one.entry.product,
        "establishment": one.entry.establishment.name,
        "address": address_of(one),
        "decision": f"Theo Quyết định số {decision.number} ngày {format_date(decision.decided_on)}",
        "valid": f"Có giá trị đến hết ngày {format_date(one.valid_until)}",
        "number": one.number,
        "place_and_date": f"{place}, {date_in_words(on)}",
        "signer_role": signer_of(round_),
        "signer": decision.signed_by,
        # The address by hand, in parts that fit a line.
        "address_lines": [address[start : start + 60] for start in range(0, len(address), 60)],
        "qr": ["".join("1" if dot else "0" for dot in row) for row in segno.make(address, error="m").matrix],
    }
