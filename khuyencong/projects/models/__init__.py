"""Records of a đề án, split along the domain."""

from khuyencong.projects.models.attachment import Attachment, AttachmentKind
from khuyencong.projects.models.beneficiary import Beneficiary, SupportSheet
from khuyencong.projects.models.content import ExpectedIndicator, LinkedActivity, ProjectProvince, WorkItem
from khuyencong.projects.models.dossier import AskedPaper, PaperComment, PaperVersion, Verdict
from khuyencong.projects.models.estimate import EstimateLine
from khuyencong.projects.models.letter import Letter, LetterKind, LetterOfProject
from khuyencong.projects.models.project import (
    TEXT_FIELDS,
    Project,
    ProjectCounter,
    ProjectKind,
    ProjectQuerySet,
    UnitSelection,
)
from khuyencong.projects.models.proposals import ProposalList, ProposalListState, ProposalOutcome, ProposalRow
from khuyencong.projects.models.step_draft import StepDraft
from khuyencong.projects.models.version import ProjectVersion, VersionCause

__all__ = [
    "TEXT_FIELDS",
    "AskedPaper",
    "Attachment",
    "AttachmentKind",
    "Beneficiary",
    "EstimateLine",
    "ExpectedIndicator",
    "Letter",
    "LetterKind",
    "LetterOfProject",
    "LinkedActivity",
    "PaperComment",
    "PaperVersion",
    "Project",
    "ProjectCounter",
    "ProjectKind",
    "ProjectProvince",
    "ProjectQuerySet",
    "ProjectVersion",
    "ProposalList",
    "ProposalListState",
    "ProposalOutcome",
    "ProposalRow",
    "StepDraft",
    "SupportSheet",
    "UnitSelection",
    "Verdict",
    "VersionCause",
    "WorkItem",
]
