"""The form by which a list comes in."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.forms import StyledForm
from khuyencong.core.money import format_dong
from khuyencong.core.text import clean
from khuyencong.documents.reading import MAX_FILE_BYTES
from khuyencong.documents.reading.archive import TOO_LARGE
from khuyencong.establishments.importing.sheet import MAX_ROWS

MEGABYTE = 1024 * 1024


def file_help(most_rows: int) -> str:
    """What may be sent."""
    return (
        f"Tệp Excel (.xlsx), không quá {MAX_FILE_BYTES // MEGABYTE} MB và {format_dong(most_rows)} dòng. "
        "Nên dùng tệp mẫu; danh sách riêng cũng đọc được nếu có dòng tiêu đề."
    )


class ImportForm(StyledForm):
    """One Excel file."""

    creation_key = CreationKeyField()
    file = forms.FileField(
        label="Tệp danh sách",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=file_help(MAX_ROWS),
        error_messages={"empty": "Tệp rỗng (0 byte)."},
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Not larger than what is read; judged before a byte of it is."""
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_FILE_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return upload

    @property
    def file_name(self) -> str:
        """The name as its sender calls it, without folders."""
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        return clean((upload.name or "").replace("\\", "/").rpartition("/")[2])[-200:].strip() or "danh-sach.xlsx"
