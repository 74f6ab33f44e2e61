"""Records of a đề án, split along the domain."""

from khuyencong.projects.models.attachment import Attachment, AttachmentKind
from khuyencong.projects.models.beneficiary import Beneficiary, SupportSheet
from khuyencong.projects.models.estimate import EstimateLine
from khuyencong.projects.models.project import Project, ProjectCounter, ProjectKind, ProjectQuerySet
from khuyencong.projects.models.version import ProjectVersion, VersionCause

__all__ = [
    "Attachment",
    "AttachmentKind",
    "Beneficiary",
    "EstimateLine",
    "Project",
    "ProjectCounter",
    "ProjectKind",
    "ProjectQuerySet",
    "ProjectVersion",
    "SupportSheet",
    "VersionCause",
]
