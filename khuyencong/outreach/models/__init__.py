"""Information works, and policies explained."""

from khuyencong.outreach.models.policies import ExplainedDocument, PolicyArticle, PolicyState
from khuyencong.outreach.models.works import Work, WorkFile, WorkKind, WorkState

__all__ = ["ExplainedDocument", "PolicyArticle", "PolicyState", "Work", "WorkFile", "WorkKind", "WorkState"]
