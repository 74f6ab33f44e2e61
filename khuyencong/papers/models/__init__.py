"""Templates of agencies, papers that were made, batches of them, and signed scans."""

from khuyencong.papers.models.batch import BatchItem, PaperBatch
from khuyencong.papers.models.paper import Paper
from khuyencong.papers.models.scan import Scan, ScanPage
from khuyencong.papers.models.template import PaperTemplate, TemplateUse

__all__ = ["BatchItem", "Paper", "PaperBatch", "PaperTemplate", "Scan", "ScanPage", "TemplateUse"]
