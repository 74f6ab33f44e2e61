"""Who recognises products and issues certificates: the chairman of a People's Committee, the Cục, the minister (TT 26/2014 Đ17.2)."""

from __future__ import annotations

from datetime import date

from khuyencong.competitions.models import Round
from khuyencong.establishments.models import CertificateLevel

MINISTRY = "Bộ Công Thương"
WHO_SIGNS = {CertificateLevel.NATION: "Bộ trưởng", CertificateLevel.REGION: "Cục trưởng"}


def issuer_of(round_: Round, on: date) -> str:
    """The organ whose head signs, as it was called on the day; a department only prepares. Expects the places loaded."""
    match round_.level:
        case CertificateLevel.NATION:
            return MINISTRY
        case CertificateLevel.REGION:
            return str(round_.agency.name_on(on))
        case CertificateLevel.COMMUNE:
            return _committee(str(round_.commune))
        case CertificateLevel.DISTRICT:
            return _committee(round_.district)
        case _:
            return _committee(round_.province.name if round_.province else "")


def signer_of(round_: Round) -> str:
    """Whose signature stands under a certificate."""
    return WHO_SIGNS.get(CertificateLevel(round_.level), "Chủ tịch")


def _committee(place: str) -> str:
    """«Ủy ban nhân dân tỉnh Đồng Tháp»: the kind of place is no name."""
    return f"Ủy ban nhân dân {place[:1].lower()}{place[1:]}".strip()
