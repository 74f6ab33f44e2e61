"""What happens in this room."""

from khuyencong.papers.actions.batches import begin_batch, make_next
from khuyencong.papers.actions.making import give_number, make_paper
from khuyencong.papers.actions.scans import attach_pages, keep_scans, read_page
from khuyencong.papers.actions.templates import add_template, put_in_force

__all__ = [
    "add_template",
    "attach_pages",
    "begin_batch",
    "give_number",
    "keep_scans",
    "make_next",
    "make_paper",
    "put_in_force",
    "read_page",
]
