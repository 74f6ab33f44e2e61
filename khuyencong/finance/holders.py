"""Which agency holds the money of which source, and to whom it may hand a part of it on."""

from __future__ import annotations

from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind
from khuyencong.programmes.models import FundingSource

SOURCE_OF_AGENCY: dict[str, FundingSource] = {
    AgencyKind.DEPARTMENT: FundingSource.LOCAL,
    AgencyKind.NATIONAL: FundingSource.NATIONAL,
}
# To whom an agency may hand part of its money on: TTLT 26/2014 Đ8.1 (units that draw on the budget themselves).
HEIRS = (AgencyKind.REGIONAL_CENTRE, AgencyKind.CENTRE, AgencyKind.COMMUNE, AgencyKind.SERVICE)


def check_source(by: Actor, source: str) -> None:
    """Raise Refused where the actor's agency does not hold the money of that source."""
    if SOURCE_OF_AGENCY.get(by.agency.kind) != source:
        raise Refused("Cơ quan của bạn không giữ kinh phí của nguồn này.", article="NĐ 45/2012 Đ11")
