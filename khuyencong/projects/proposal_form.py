"""The form by which a list of proposals comes in."""

from __future__ import annotations

from typing import Any

from django import forms

from khuyencong.core.money import format_dong
from khuyencong.documents.reading import MAX_FILE_BYTES
from khuyencong.establishments.forms.importing import MEGABYTE, ImportForm
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
        self.fields["file"].help_text = (
            f"Tệp Excel (.xlsx), không quá {MAX_FILE_BYTES // MEGABYTE} MB và {format_dong(MAX_ROWS)} dòng. "
            "Nên dùng tệp mẫu; danh sách riêng cũng đọc được nếu có dòng tiêu đề."
        )
