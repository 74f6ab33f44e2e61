"""The registry's tables."""

from khuyencong.establishments.models.details import (
    Certificate,
    CertificateKind,
    Contact,
    FormerName,
    Machine,
    Need,
    NeedState,
    Paper,
    PastSupport,
    Product,
    YearFigure,
    folded_serial,
)
from khuyencong.establishments.models.identity import Merge, Reason, Suspicion, SuspicionState
from khuyencong.establishments.models.imports import Import, ImportRow, ImportState, RowOutcome
from khuyencong.establishments.models.registry import (
    MAX_WORKERS,
    CertificateLevel,
    Establishment,
    EstablishmentKind,
    EstablishmentQuerySet,
    Gender,
    norm_province_keys,
)

__all__ = [
    "MAX_WORKERS",
    "Certificate",
    "CertificateKind",
    "CertificateLevel",
    "Contact",
    "Establishment",
    "EstablishmentKind",
    "EstablishmentQuerySet",
    "FormerName",
    "Gender",
    "Import",
    "ImportRow",
    "ImportState",
    "Machine",
    "Merge",
    "Need",
    "NeedState",
    "Paper",
    "PastSupport",
    "Product",
    "Reason",
    "RowOutcome",
    "Suspicion",
    "SuspicionState",
    "YearFigure",
    "folded_serial",
    "norm_province_keys",
]
