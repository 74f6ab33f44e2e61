"""Forms of lists, statements and the agency's rule about checking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.core.money import format_dong
from khuyencong.core.text import clean
from khuyencong.documents.reading import MAX_FILE_BYTES
from khuyencong.documents.reading.archive import TOO_LARGE
from khuyencong.treasury.reading import MAX_ROWS

MEGABYTE = 1024 * 1024


class ListForm(StyledForm):
    """Which approved payments go into a new list."""

    creation_key = CreationKeyField()
    payments = forms.TypedMultipleChoiceField(
        label="Khoản chi", coerce=int, widget=forms.MultipleHiddenInput,
        error_messages={
            "required": "Hãy chọn ít nhất một khoản chi.",
            "invalid_choice": "Có khoản chi không còn chờ lập bảng kê: hãy xem lại danh sách.",
        },
    )  # fmt: skip

    def __init__(self, *args: Any, payments: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("payments", [(one, str(one)) for one in payments])


class SendForm(VersionedForm):
    """The day on which a list went to the Treasury."""

    on = VNDateField(label="Ngày gửi", initial=today)


class StatementForm(StyledForm):
    """One file of a statement."""

    creation_key = CreationKeyField()
    file = forms.FileField(
        label="Tệp sao kê",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        help_text=(
            f"Excel (.xlsx) hoặc CSV (UTF-8, UTF-16, Windows-1258), không quá {MAX_FILE_BYTES // MEGABYTE} MB và"
            f" {format_dong(MAX_ROWS)} dòng; cần có cột ngày, nội dung và tiền chi."
        ),
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
        return clean((upload.name or "").replace("\\", "/").rpartition("/")[2])[-200:].strip() or "sao-ke"


class MatchForm(VersionedForm):
    """Which payment a line is, and by which voucher it is marked paid."""

    payment = forms.TypedChoiceField(label="Khoản chi", coerce=int, widget=forms.RadioSelect)
    voucher_number = NFCField(
        label="Số chứng từ",
        max_length=60,
        help_text="Như trên sao kê hoặc ủy nhiệm chi; ngày chứng từ là ngày của dòng.",
    )

    def __init__(self, *args: Any, payments: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("payment", payments)


class AsideForm(VersionedForm):
    """Why a line is no payment of a đề án; empty brings it back."""

    reason = NFCField(
        label="Lý do để riêng", max_length=300, required=False,
        help_text="Ví dụ: lương tháng 6, chi thường xuyên của cơ quan. Bỏ trống để đưa dòng trở lại.",
    )  # fmt: skip


class RuleForm(StyledForm):
    """From which amount payments are checked."""

    creation_key = CreationKeyField()
    from_amount = DongField(
        label="Kiểm tra các khoản từ", min_value=0, required=False, help_text="Bỏ trống: không khoản nào phải kiểm tra."
    )
    starts_on = VNDateField(label="Áp dụng từ ngày", initial=today, help_text="Khoản đã lập trước ngày này giữ nguyên.")
    document = NFCField(label="Văn bản của cơ quan", max_length=200, required=False)
