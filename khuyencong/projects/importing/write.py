"""Making a draft of a proposal through the actions by which people write one: same codes, same events, same rules."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.places.models import Province
from khuyencong.projects.actions.draft import create_project
from khuyencong.projects.estimates import LineInput, write_estimate
from khuyencong.projects.importing.proposals import Proposal
from khuyencong.projects.models import Project
from khuyencong.projects.naming import name_beneficiary


def write_proposal(one: Proposal, *, by: Actor, year: int, home: Province | None, note: str) -> Project:
    """The draft with its beneficiaries and estimate. Raises NotAllowed, and Refused as by hand.

    Must be called in a transaction of its own: events lock the head of the audit chain until it ends.
    """
    province = one.province(home)
    if province is None:
        raise Refused("Thiếu tỉnh, thành phố thực hiện.")
    project = create_project(
        by=by,
        creation_key=one.creation_key(unit_id=by.agency.pk, year=year),
        source=one.source,
        province=province,
        fields=one.fields(year),
        note=note,
    )
    lines = []
    for row, part in zip(one.rows, one.parts, strict=True):
        beneficiary = None
        if part is not None:
            beneficiary = name_beneficiary(
                project,
                by=by,
                establishment=part,
                place_text=row.values.get("place_text", ""),
                commits_own_capital=row.values.get("commits_own_capital", False),
                declares_no_other_support=row.values.get("declares_no_other_support", False),
            )
        if "total" in row.values:
            lines.append(
                LineInput(
                    content=row.values.get("item") or one.first.name,
                    total=row.values["total"],
                    support=row.values.get("support", 0),
                    counterpart=row.values.get("counterpart", 0),
                    other=row.values.get("other", 0),
                    beneficiary_id=beneficiary.pk if beneficiary else None,
                    note=row.values.get("note", ""),
                )
            )
    if lines:
        write_estimate(project, by=by, lines=lines)
    return project


def rehearse(proposals: Iterable[Proposal], *, by: Actor, year: int, home: Province | None) -> None:
    """Refuse what the unit cannot open at all, such as a past year or money that nobody holds.

    The first đề án of every source and province is opened for a try and taken back, so that the preview speaks by the
    same rule as the writing.
    """
    told: dict[tuple[str, int], str] = {}
    for one in proposals:
        province = one.province(home)
        if one.errors or one.existing or province is None:
            continue
        key = one.source, province.pk
        if key not in told:
            told[key] = _refusal(one, by=by, year=year, home=home)
        if told[key]:
            one.first.refuse("source", told[key])


def _refusal(one: Proposal, *, by: Actor, year: int, home: Province | None) -> str:
    province = one.province(home)
    if province is None:
        return ""
    key = one.creation_key(unit_id=by.agency.pk, year=year)
    with transaction.atomic():
        try:
            create_project(by=by, creation_key=key, source=one.source, province=province, fields=one.fields(year))
        except Refused as error:
            return str(error)
        finally:
            transaction.set_rollback(True)
    return ""
