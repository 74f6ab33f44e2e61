"""The form by which a list of proposals comes in."""

from __future__ import annotations

from typing import Any

from django import forms

from khuyencong.establishments.forms.importing import ImportForm, file_help
from khuyencong.projects.importing.fields import MAX_ROWS


class ProposalListForm(ImportForm):
    """One Excel file of one plan year."""

    year = forms.IntegerField(
        label="Năm kế hoạch",
        min_value=2013,
        max_value=2100,
        help_text="Của mọi đề án trong tệp; mã đề án theo năm này.",
    )
    field_order = ("year", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = file_help(MAX_ROWS)
