"""Forms of papers, templates, scans and batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from khuyencong.appraisal.forms.spot import ManyFilesField, ManyFilesInput
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.fields import FIRST_YEAR, LAST_YEAR, NFCField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.papers.actions.scans import MOST_FILES
from khuyencong.papers.catalogue import FORMS
from khuyencong.papers.models import ScanPage
from khuyencong.papers.models.paper import NUMBER_LENGTH
from khuyencong.papers.opening import MAX_BYTES, MEGABYTE
from khuyencong.papers.pictures import MAX_PAGES
from khuyencong.papers.queries import SIGNED, UNNUMBERED, UNSIGNED

STATES = [
    ("", "Tất cả"),
    (SIGNED, "Đã ký (có bản quét)"),
    (UNSIGNED, "Chưa có bản quét"),
    (UNNUMBERED, "Chưa có số"),
]


class PapersFilter(StyledForm):
    """What the list of papers is narrowed to; an unknown value is as good as none."""

    tim = NFCField(label="Tìm", max_length=100, required=False, help_text="Tên giấy, bản ghi hoặc số.")
    mau = forms.ChoiceField(label="Loại giấy", required=False)
    tinh_trang = forms.ChoiceField(label="Tình trạng", required=False, choices=STATES)
    nam = forms.IntegerField(label="Năm lập", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("mau", [("", "Mọi loại"), *((code, form.title) for code, form in FORMS.items())])


class MakeForm(StyledForm):
    """Nothing but the key that makes one paper of two clicks."""

    creation_key = CreationKeyField()


class NumberForm(VersionedForm):
    """The number under which a paper goes out."""

    number = NFCField(label="Số, ký hiệu", max_length=NUMBER_LENGTH, help_text="Ví dụ: 125/SCT-QLCN.")


class AttachForm(VersionedForm):
    """Pages whose code could not be read, given by hand."""

    pages = forms.TypedMultipleChoiceField(
        label="Trang chưa gắn", coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Hãy chọn ít nhất một trang.", "invalid_choice": "Có trang đã được gắn: hãy xem lại."},
    )  # fmt: skip

    def __init__(self, *args: Any, free: Sequence[ScanPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("pages", [(one.pk, str(one)) for one in free])


class TemplateForm(StyledForm):
    """One Word template."""

    creation_key = CreationKeyField()
    file = forms.FileField(
        label="Tệp mẫu",
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        help_text=f"Word (.docx), không quá {MAX_BYTES // MEGABYTE} MB, không macro, không liên kết ra ngoài.",
        error_messages={"empty": "Tệp rỗng (0 byte)."},
    )


class ScansForm(StyledForm):
    """Signed papers as files."""

    creation_key = CreationKeyField()
    scans = ManyFilesField(
        label="Bản quét đã ký",
        widget=ManyFilesInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        help_text=(
            f"PDF hoặc ảnh; tối đa {MOST_FILES} tệp, mỗi tệp {MAX_PAGES} trang. Một tệp có thể có nhiều giấy:"
            " mỗi giấy bắt đầu bằng trang có mã QR."
        ),
    )


class BatchForm(StyledForm):
    """Which records of a group get their paper."""

    creation_key = CreationKeyField()
    keys = forms.MultipleChoiceField(
        label="Bản ghi", widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Hãy chọn ít nhất một bản ghi.",
            "invalid_choice": "Có bản ghi không còn trong danh sách: hãy xem lại.",
        },
    )  # fmt: skip

    def __init__(self, *args: Any, members: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("keys", members)
        self.fields["keys"].initial = [key for key, _ in members]
