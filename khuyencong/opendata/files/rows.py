"""The rows of each data set, read a few hundred at a time.

Each row carries a key: what it hangs on, so that it can be taken out of a file of an earlier month when that is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from khuyencong.competitions.outcome.public import winners
from khuyencong.law.catalogue import activity_name
from khuyencong.opendata.files.grants import PACKAGE, grants_of
from khuyencong.opendata.public import AT_ONCE, PublicProject, every_public_project, may_be_named
from khuyencong.periods.content import read
from khuyencong.periods.models import PeriodReport, PeriodReportState
from khuyencong.programmes.models import FundingSource
from khuyencong.reporting.figures import regrouped

Cell = str | int | None  # days are written yyyy-mm-dd


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the data set `dataset`; `values` are its cells, or one grant of the 360Giving file."""

    dataset: str
    key: str
    values: Any


def key_of_project(code: str) -> str:
    return f"de-an:{code}"


def key_of_certificate(pk: int) -> str:
    return f"giay:{pk}"


def every_row() -> Iterator[Row]:
    """Everything that is public now, in an order that depends on nothing but the records."""
    for project in every_public_project():
        yield from _of_project(project)
    yield from _products()
    yield from _indicators()


def _of_project(one: PublicProject) -> Iterator[Row]:
    key = key_of_project(one.code)
    yield Row(
        "de-an",
        key,
        [
            one.code,
            one.title,
            one.year,
            one.source_label,
            one.kind_label,
            one.activity,
            one.activity_label,
            one.sector,
            one.sector_label,
            one.province_key,
            one.province,
            one.commune,
            one.implementing_unit,
            one.funder,
            one.decision,
            _day(one.approved_on),
            _day(one.starts_on),
            _day(one.ends_on),
            one.state_label,
            len(one.parties),
            one.approved,
            one.paid,
            one.settled,
            one.other_money,
            one.summary,
            one.result,
            _day(one.published_on),
        ],
    )
    for party in one.parties:
        yield Row(
            "ho-tro",
            key,
            [
                one.code,
                party.number,
                one.year,
                one.source_label,
                one.activity_label,
                party.kind_label,
                party.name,
                party.province,
                party.commune,
                party.support,
            ],
        )
    for grant in grants_of(one):
        yield Row(PACKAGE, key, grant)


def _products() -> Iterator[Row]:
    for one in winners(text="", level="", year=None).order_by("pk").iterator(AT_ONCE):
        establishment, round_ = one.entry.establishment, one.decision.round
        province = establishment.province.current or establishment.province
        yield Row(
            "san-pham",
            key_of_certificate(one.pk),
            [
                one.number,
                one.entry.product,
                str(one.entry.get_group_display()),
                str(round_.get_level_display()),
                round_.year,
                str(establishment.get_kind_display()),
                establishment.name if may_be_named(establishment.kind, consent=False) else "",
                province.short_name,
                _day(one.issued_on),
                _day(one.valid_until),
            ],
        )


def _indicators() -> Iterator[Row]:
    """Figures of locked reports as they were kept: a report that is open again is not among them."""
    locked = PeriodReport.objects.filter(state=PeriodReportState.LOCKED)
    for report in locked.select_related("agency__province").order_by("pk").iterator(AT_ONCE):
        version = report.versions.order_by("-number").first()
        if version is None:
            continue
        content = read(report, version)
        rows = regrouped(content.cells.items(), lambda key: (key.source, key.activity))
        for (source, activity), values in sorted(rows.items()):
            yield Row(
                "chi-tieu",
                f"bao-cao:{report.pk}",
                [
                    content.agency_name,
                    content.place,
                    str(report.period),
                    report.year,
                    _day(report.closing_on),
                    str(FundingSource(source).label),
                    activity_name(activity),
                    *values,
                ],
            )


def _day(day: Any) -> str | None:
    return day.isoformat() if day is not None else None
