"""The form of the check: a text that is pasted, or a file; and what to set beside it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from khuyencong.core.forms import StyledForm
from khuyencong.documents.reading import MAX_FILE_BYTES
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.places.models import Province
from khuyencong.reportcheck.document import Document
from khuyencong.reportcheck.reading import ACCEPTED, TOO_LARGE, read_file, read_pasted
from khuyencong.reporting.queries import provinces_for, years_of


class ReportCheckForm(StyledForm):
    """One report. The province and the year are asked only of those who may see results, in their scope."""

    text = forms.CharField(
        label="Dán văn bản",
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Cả báo cáo hoặc một đoạn, như đã viết.",
        strip=False,
    )
    file = forms.FileField(
        label="Hoặc chọn tệp báo cáo",
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(ACCEPTED)}),
        help_text=f"Word (.docx), PDF có chữ hoặc văn bản thuần (.txt), không quá {MAX_FILE_BYTES // 1024 // 1024} MB. Tệp không được lưu lại.",
        error_messages={"empty": "Tệp rỗng (0 byte)."},
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._provinces: dict[str, Province] = {}
        if not allowed(actor, Permission.REPORT_VIEW):
            return
        self._provinces = {one.key: one for one in provinces_for(actor)}
        years = [(str(year), str(year)) for year in years_of(actor, province=None)]
        if self._provinces and years:
            own = [(key, one.short_name) for key, one in self._provinces.items()]
            self.fields["province"] = forms.ChoiceField(
                label="So với số liệu của", required=False, choices=[("", "Không so"), *own]
            )
            self.fields["year"] = forms.ChoiceField(label="Năm", required=False, choices=[("", "Chọn năm"), *years])

    def clean(self) -> dict[str, Any]:
        """One of text and file; both of province and year, or none."""
        data = super().clean() or {}
        text, upload = data.get("text", ""), data.get("file")
        if not self.errors and bool(text.strip()) == bool(upload):
            sentence = "Chỉ dán văn bản hoặc chọn tệp, không cả hai." if upload else "Hãy dán văn bản hoặc chọn tệp."
            self.add_error("text", sentence)
        if isinstance(upload, UploadedFile) and (upload.size or 0) > MAX_FILE_BYTES:
            self.add_error("file", TOO_LARGE)
        if data.get("province") and not data.get("year"):
            self.add_error("year", "Hãy chọn năm để so với số liệu của tỉnh.")
        return data

    @property
    def sent_as(self) -> str:
        """The field that holds the report."""
        return "file" if self.cleaned_data.get("file") else "text"

    def document(self) -> Document:
        """The report; Refused with a sentence where it cannot be read."""
        upload = self.cleaned_data.get("file")
        if upload:
            return read_file(upload.name or "", upload.read())
        return read_pasted(self.cleaned_data["text"])

    @property
    def compared_with(self) -> tuple[Province, int] | None:
        """The province and year to compare with, where they were chosen."""
        province = self._provinces.get(self.cleaned_data.get("province") or "")
        return (province, int(self.cleaned_data["year"])) if province else None
