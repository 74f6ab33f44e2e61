"""What must hold of an entry before it is written, and what should be looked at in one that stands."""

from __future__ import annotations

from khuyencong.core.errors import Refused
from khuyencong.core.findings import Finding, Warning_
from khuyencong.establishments.ethnic_groups import is_minority
from khuyencong.establishments.models import Establishment, Gender
from khuyencong.establishments.tax_code import check_tax_code
from khuyencong.law.catalogue import catalogue

PARTS = (("women_workers", "lao động nữ"), ("ethnic_workers", "lao động dân tộc thiểu số"))
HALF_A_POINT = "Ghi cả vĩ độ và kinh độ, hoặc để trống cả hai."
POINT_ABROAD = "Điểm này không ở Việt Nam: vĩ độ từ 4 đến 24, kinh độ từ 101 đến 119 (có thể đã ghi ngược)."


def check_entry(establishment: Establishment) -> None:
    """Refused where the values cannot stand together; writes the tax code as it is stored."""
    try:
        establishment.tax_code = check_tax_code(establishment.tax_code, establishment.kind)
    except ValueError as error:
        raise Refused(str(error)) from None
    for name, what in PARTS:
        sentence = too_many(establishment.workers, getattr(establishment, name), what)
        if sentence:
            raise Refused(sentence)
    sentence = wrong_point(establishment.latitude, establishment.longitude)
    if sentence:
        raise Refused(sentence)
    establishment.other_sectors = other_sectors(establishment.sector, establishment.other_sectors)


def too_many(workers: int | None, part: int | None, what: str) -> str:
    """The sentence where a part of the workers is more than all of them, else ""."""
    if workers is not None and part is not None and part > workers:
        return f"Số {what} ({part}) nhiều hơn số lao động ({workers})."
    return ""


def wrong_point(latitude: float | None, longitude: float | None) -> str:
    """The sentence where two numbers are no point in Việt Nam, else ""; both empty is no point and no mistake."""
    if latitude is None and longitude is None:
        return ""
    if latitude is None or longitude is None:
        return HALF_A_POINT
    inside = 4 <= latitude <= 24 and 101 <= longitude <= 119  # noqa: PLR2004  # the box of places.models.Commune
    return "" if inside else POINT_ABROAD


def other_sectors(main: str, others: list[str]) -> list[str]:
    """The other trades in the order of the law, each once, without the main one. Refused where one is unknown."""
    known = catalogue().sectors
    unknown = [code for code in others if code not in known]
    if unknown:
        raise Refused(f"Không có ngành nghề mã «{unknown[0][:40]}».")
    return [code for code in known if code in set(others) and code != main]


def suggestions(establishment: Establishment) -> list[Finding]:
    """Where what is known of the owner and what is claimed for the priorities of NĐ 235/2025 do not go together."""
    owners = catalogue().priority_owners
    woman = establishment.owner_gender == Gender.FEMALE if establishment.owner_gender else None
    pairs = (
        ("women_owned", woman, "là nữ", "là nam"),
        (
            "ethnic_minority_owned",
            is_minority(establishment.owner_ethnicity),
            "là người dân tộc thiểu số",
            "là người Kinh",
        ),
    )
    found: list[Finding] = []
    for code, known, yes, no in pairs:
        claimed = getattr(establishment, code)
        if known is None or known == claimed:
            continue
        name = owners[code].name
        sentence = (
            f"Chủ cơ sở {yes}, nhưng chưa đánh dấu «{name}»: nếu có giấy tờ, hãy đánh dấu để được xét ưu tiên."
            if known
            else f"Đã đánh dấu «{name}», nhưng chủ cơ sở {no}: hãy kiểm tra lại."
        )
        found.append(Warning_(f"owner_{code}", sentence, owners[code].article))
    return found
