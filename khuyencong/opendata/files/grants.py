"""Published support in the 360Giving standard, version 1.4: one grant for each part of a đề án that goes to one recipient.

https://standard.threesixtygiving.org. Who may not be named is an individual recipient under a generic name, as the standard
advises, with an identifier of that one grant: two grants to the same household cannot be told to be so. An organisation has
one identifier in all its grants, made of its tax code. The number of a grant within its đề án is its recipient's for good.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from khuyencong.establishments.models import EstablishmentKind
from khuyencong.opendata.files.columns import LICENCE
from khuyencong.opendata.public import PublicParty, PublicProject

PACKAGE: Final = "360giving"  # the name of the file and of its rows
VERSION: Final = "1.4"
STANDARD: Final = "https://standard.threesixtygiving.org/"
# A prefix of our own: the register of the standard gives them out, and ours has not been asked for (said on the page).
PREFIX: Final = "360G-khuyencong"
LONGEST_TITLE: Final = 140  # the standard's advice
NO_DECISION: Final = "(Hồ sơ không ghi quyết định: ngày trao là ngày ghi sổ phê duyệt.)"
PERSONS: Final = frozenset({EstablishmentKind.HOUSEHOLD, EstablishmentKind.ARTISAN})
PUBLISHER: Final = "Hệ thống quản lý khuyến công"
TITLE: Final = "Hỗ trợ khuyến công đã công bố"


def heading(made_on: date) -> dict[str, Any]:
    """What the package says of itself, without its grants."""
    return {
        "version": VERSION,
        "identifier": f"{PREFIX}-{made_on.isoformat()}",
        "title": f"{TITLE}, bản ngày {made_on:%d/%m/%Y}",
        "description": "Mỗi khoản hỗ trợ khuyến công (NĐ 45/2012/NĐ-CP) đã được cơ quan quản lý công bố.",
        "issued": made_on.isoformat(),
        "publisher": {"name": PUBLISHER},
        "license": LICENCE,
    }


def grants_of(project: PublicProject) -> Iterator[dict[str, Any]]:
    """One for each recipient with approved support; what no recipient has of its own goes to the implementing unit."""
    if (project.approved_on or project.booked_on) is None or project.approved <= 0:
        return
    given = [party for party in project.parties if party.support > 0]
    for party in given:
        yield _grant(project, str(party.number), party.support, _recipient(project, party))
    rest = project.approved - sum(party.support for party in given)
    if rest > 0:
        unit = {"id": f"{PREFIX}-don-vi-{project.unit_code}", "name": project.implementing_unit}
        yield _grant(project, "0", rest, {"recipientOrganization": [unit]})


def _grant(project: PublicProject, number: str, amount: int, recipient: dict[str, Any]) -> dict[str, Any]:
    day = project.approved_on or project.booked_on
    told = project.summary or project.title
    grant = {
        "id": f"{PREFIX}-{project.code}-{number}",
        "title": _short(project.title),
        "description": told if project.approved_on else f"{told} {NO_DECISION}",
        "currency": "VND",
        "amountAwarded": amount,
        "awardDate": day.isoformat() if day else "",
        **recipient,
        "fundingOrganization": [{"id": f"{PREFIX}-co-quan-{project.funder_code}", "name": project.funder}],
        "beneficiaryLocation": [{"name": project.province, "countryCode": "VN"}],
        "grantProgramme": [{"code": project.source, "title": project.source_label}],
        "classifications": [
            {"vocabulary": "NĐ 45/2012/NĐ-CP Đ4", "code": project.activity, "title": project.activity_label}
        ],
    }
    if project.starts_on and project.ends_on:
        grant["plannedDates"] = [{"startDate": project.starts_on.isoformat(), "endDate": project.ends_on.isoformat()}]
    return grant


def _recipient(project: PublicProject, party: PublicParty) -> dict[str, Any]:
    if not party.name:
        nobody = {
            "id": f"{PREFIX}-{project.code}-nguoi-nhan-{party.number}",
            "name": f"{party.kind_label} (không nêu tên)",
        }
        # The standard knows persons and organisations; whose kind nobody wrote down is not called a person.
        return {"recipientIndividual": nobody} if party.kind in PERSONS else {"recipientOrganization": [nobody]}
    place = {"addressLocality": party.commune} if party.commune else {}
    own = f"mst-{party.tax_code}" if party.tax_code else f"co-so-{party.establishment_id}"
    named = {
        "id": f"{PREFIX}-{own}",
        "name": party.name,
        **place,
        "addressRegion": party.province,
        "addressCountry": "Việt Nam",
    }
    return {"recipientOrganization": [named]}


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1].rstrip()}…"
