"""Whose figures a report holds, and who receives it: both follow from the agency."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from khuyencong.people.models import Agency, AgencyKind
from khuyencong.periods.models import PeriodReport
from khuyencong.reporting.borders import Borders
from khuyencong.reporting.figures import Question
from khuyencong.reporting.period import Period, PeriodKind
from khuyencong.reporting.tables import By

MINISTRY, SEAT = "Bộ Công Thương", "Hà Nội"
# Who reports at all.
REPORTERS = (
    AgencyKind.NATIONAL,
    AgencyKind.REGIONAL_CENTRE,
    AgencyKind.DEPARTMENT,
    AgencyKind.CENTRE,
    AgencyKind.SERVICE,
)
# What the law asks for, by article; a receiver may ask for more.
BY_LAW: dict[AgencyKind, tuple[tuple[PeriodKind, ...], str]] = {
    AgencyKind.DEPARTMENT: ((PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR), "TT 36/2013 Đ21.5"),
    AgencyKind.REGIONAL_CENTRE: (
        (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR),
        "TT 36/2013 Đ22.2",
    ),
}


def receiver_of(agency: Agency) -> Agency:
    """Who receives an agency's reports: the department or the national agency above it; at the top the agency itself.

    A centre without a parent reports to the department of its province, everything else without one to the national
    agency (TT 36/2013 Đ21.5, Đ22.2). At most two queries.
    """
    if agency.kind == AgencyKind.NATIONAL:
        return agency
    above = agency.parent
    if above is not None and above.kind in {AgencyKind.DEPARTMENT, AgencyKind.NATIONAL}:
        return above
    today = Q(active_to__isnull=True)
    if agency.kind in {AgencyKind.CENTRE, AgencyKind.SERVICE} and agency.home_province_id:
        department = Agency.objects.filter(today, kind=AgencyKind.DEPARTMENT, province=agency.home_province_id).first()
        if department is not None:
            return department
    return Agency.objects.filter(today, kind=AgencyKind.NATIONAL).first() or agency


def question_of(report: PeriodReport) -> Question:
    """The figures of the report's agency: the nation, the province, or what the agency carries out itself."""
    return question_for(report.agency, report.period, report)


def question_for(agency: Agency, period: Period, report: PeriodReport | None = None) -> Question:
    """As `question_of`, for an agency that has no report yet; needs `province` loaded."""
    until = report.closing_on if report is not None else None
    if agency.kind == AgencyKind.NATIONAL:
        return Question(period=period, until=until)
    if agency.kind == AgencyKind.DEPARTMENT and agency.province is not None:
        borders = Borders.TODAY if agency.province.is_today else Borders.THEN
        return Question(period=period, until=until, province=agency.province.key, borders=borders)
    return Question(period=period, until=until, unit=agency.pk)


def tables_of(agency: Agency) -> tuple[By, ...]:
    """Which tables such a report has."""
    if agency.kind == AgencyKind.NATIONAL:
        return By.ACTIVITY, By.SOURCE, By.REGION, By.PROVINCE, By.UNIT
    if agency.kind == AgencyKind.DEPARTMENT:
        return By.ACTIVITY, By.SOURCE, By.UNIT
    return By.ACTIVITY, By.SOURCE


def place_of(agency: Agency) -> str:
    """Where the figures are from, to go on a sentence with: «trên địa bàn tỉnh Phú Thọ»."""
    if agency.kind == AgencyKind.NATIONAL:
        return "trên phạm vi cả nước"
    if agency.kind == AgencyKind.DEPARTMENT and agency.province is not None:
        return f"trên địa bàn {_lower(agency.province.name)}"
    return f"do {agency.name} thực hiện"


def organ_above(agency: Agency, on: date) -> str:
    """What stands above the agency's name on a paper: the committee of its province, the ministry, or its parent."""
    if agency.kind == AgencyKind.NATIONAL:
        return MINISTRY
    if agency.kind == AgencyKind.DEPARTMENT and agency.province is not None:
        return f"Ủy ban nhân dân {_lower(agency.province.name)}"
    above = receiver_of(agency)
    return above.name_on(on) if above.pk != agency.pk else ""


def _lower(name: str) -> str:
    return f"{name[:1].lower()}{name[1:]}"
