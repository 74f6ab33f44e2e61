"""Plans of inspections, inspections, visits and what was found."""

from khuyencong.inspections.models.files import FileKind, InspectionFile
from khuyencong.inspections.models.findings import (
    FindingKind,
    FindingState,
    FollowUp,
    FollowUpStep,
    InspectionFinding,
    Severity,
)
from khuyencong.inspections.models.inspection import (
    AfterCare,
    Inspection,
    InspectionPlan,
    InspectionReason,
    InspectionState,
)
from khuyencong.inspections.models.visits import CheckedItem, ItemState, PlacedBy, TeamRole, Visit, VisitMember

__all__ = [
    "AfterCare",
    "CheckedItem",
    "FileKind",
    "FindingKind",
    "FindingState",
    "FollowUp",
    "FollowUpStep",
    "Inspection",
    "InspectionFile",
    "InspectionFinding",
    "InspectionPlan",
    "InspectionReason",
    "InspectionState",
    "ItemState",
    "PlacedBy",
    "Severity",
    "TeamRole",
    "Visit",
    "VisitMember",
]
