"""Money and plans of a year, and the programmes of a period above them."""

from khuyencong.programmes.models.plans import (
    FIRST_YEAR,
    LAST_YEAR,
    AgencyOwned,
    AgencyOwnedQuerySet,
    AnnualPlan,
    Envelope,
    FundingSource,
    PlanState,
    Spending,
)
from khuyencong.programmes.models.programme import (
    Programme,
    ProgrammeQuerySet,
    ProgrammeVersion,
    ProgrammeYear,
    VersionState,
)
from khuyencong.programmes.models.wanted import ProgrammeMoney, ProgrammeSource, ProgrammeTarget

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "AgencyOwned",
    "AgencyOwnedQuerySet",
    "AnnualPlan",
    "Envelope",
    "FundingSource",
    "PlanState",
    "Programme",
    "ProgrammeMoney",
    "ProgrammeQuerySet",
    "ProgrammeSource",
    "ProgrammeTarget",
    "ProgrammeVersion",
    "ProgrammeYear",
    "Spending",
    "VersionState",
]
