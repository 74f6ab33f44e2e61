"""Classes, workshops, conferences and trips; who came; what was paid and certified."""

from khuyencong.training.models.course import (
    ACTIVITIES,
    MOST_SESSIONS,
    SECRET_LENGTH,
    Course,
    CourseFile,
    CourseFileKind,
    CourseKind,
    CourseState,
    Rate,
    RateKind,
    RateUnit,
    Session,
    Trainer,
)
from khuyencong.training.models.learners import (
    Attendance,
    Employment,
    Evaluation,
    Learner,
    LearnerSource,
)
from khuyencong.training.models.outcome import (
    Allowance,
    CertificateDecision,
    CertificateWord,
    CoursePayList,
    LearnerCertificate,
)

__all__ = [
    "ACTIVITIES",
    "MOST_SESSIONS",
    "SECRET_LENGTH",
    "Allowance",
    "Attendance",
    "CertificateDecision",
    "CertificateWord",
    "Course",
    "CourseFile",
    "CourseFileKind",
    "CourseKind",
    "CoursePayList",
    "CourseState",
    "Employment",
    "Evaluation",
    "Learner",
    "LearnerCertificate",
    "LearnerSource",
    "Rate",
    "RateKind",
    "RateUnit",
    "Session",
    "Trainer",
]
