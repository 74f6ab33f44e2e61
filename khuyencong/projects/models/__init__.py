"""Records of a đề án, split along the domain."""

from khuyencong.projects.models.attachment import Attachment, AttachmentKind
from khuyencong.projects.models.beneficiary import Beneficiary, SupportSheet
from khuyencong.projects.models.dossier import AskedPaper, PaperComment, PaperVersion, Verdict
from khuyencong.projects.models.estimate import EstimateLine
from khuyencong.projects.models.letter import Letter, LetterKind, LetterOfProject
from khuyencong.projects.models.project import Project, ProjectCounter, ProjectKind, ProjectQuerySet

__all__ = [
    "AskedPaper",
    "Attachment",
    "AttachmentKind",
    "Beneficiary",
    "EstimateLine",
    "Letter",
    "LetterKind",
    "LetterOfProject",
    "PaperComment",
    "PaperVersion",
    "Project",
    "ProjectCounter",
    "ProjectKind",
    "ProjectQuerySet",
    "SupportSheet",
    "Verdict",
]
