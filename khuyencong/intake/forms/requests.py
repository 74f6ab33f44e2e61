"""The forms of a request: its text, its papers, and what an officer answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.intake.actions.own import LONGEST_REPORT
from khuyencong.intake.rules import LAST_YEAR_AHEAD
from khuyencong.law.catalogue import activities_on
from khuyencong.programmes.models import FundingSource

PICTURES = "image/jpeg,image/png"
FILES = f"{PICTURES},application/pdf"


class RequestText(StyledForm):
    """What the owner wants to do. Only the title is needed to keep it; what is missing is said before it is sent."""

    activity = forms.ChoiceField(label="Muốn được hỗ trợ việc gì?", required=False)
    title = NFCField(
        label="Việc muốn làm, nói ngắn", max_length=300, help_text="Ví dụ: mua máy sấy lạnh để làm xoài sấy."
    )
    description = NFCField(
        label="Kể thêm",
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Đang làm thế nào, vì sao cần, làm xong thì được gì. Vài dòng là đủ.",
    )
    wanted_year = forms.TypedChoiceField(label="Muốn làm năm nào?", required=False, coerce=int, empty_value=None)
    total_cost = DongField(label="Dự kiến hết bao nhiêu (đồng)?", required=False, min_value=1)
    support_wished = DongField(label="Trong đó mong nhà nước hỗ trợ (đồng)", required=False, min_value=0)
    commits_own_capital = forms.BooleanField(
        label="Tôi cam kết tự lo đủ phần tiền ngoài phần nhà nước hỗ trợ.", required=False
    )
    declares_no_other_support = forms.BooleanField(
        label="Tôi cam kết việc này chưa được nhà nước hỗ trợ từ chương trình nào khác.", required=False
    )

    def __init__(self, *args: Any, at_the_counter: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = today().year
        self.choose("activity", [("", "— chọn —"), *_activities()])
        self.choose(
            "wanted_year", [("", "— chọn —"), *((y, str(y)) for y in range(first, first + LAST_YEAR_AHEAD + 1))]
        )
        if at_the_counter:
            self.fields["agreed"] = forms.BooleanField(
                label="Chủ cơ sở có mặt và đồng ý để tôi soạn giúp.",
                error_messages={"required": "Chỉ soạn giúp khi chủ cơ sở đồng ý: hãy đánh dấu vào ô này."},
            )

    def clean(self) -> dict[str, Any]:
        """No more is wished for than it costs."""
        data = super().clean() or {}
        cost, wished = data.get("total_cost"), data.get("support_wished")
        if wished is not None and "support_wished" not in self.errors and (cost is None or wished > cost):
            sentence = "Ghi cả dự kiến chi phí." if cost is None else "Không được lớn hơn dự kiến chi phí."
            self.add_error("support_wished", sentence)
        return data


class NewRequestForm(RequestText):
    creation_key = CreationKeyField()


class EditRequestForm(VersionedForm, RequestText):
    """The text again."""


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files from one input, as a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each of them as Django checks one; an empty list where nothing was chosen."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ManyFilesField, self).clean(one, initial) for one in files]


class PapersForm(StyledForm):
    """Photos taken now, or files that are there already."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    title = NFCField(
        label="Giấy tờ gì?", max_length=200, help_text="Ví dụ: giấy đăng ký kinh doanh, báo giá, ảnh nhà xưởng."
    )
    photo = ManyFilesField(
        label="Chụp ảnh",
        required=False,
        widget=ManyFilesInput(attrs={"accept": PICTURES, "capture": "environment"}),
        help_text="Trên điện thoại, nút này mở máy ảnh.",
    )
    file = ManyFilesField(
        label="Hoặc chọn tệp có sẵn",
        required=False,
        widget=ManyFilesInput(attrs={"accept": FILES, "multiple": True}),
        help_text="Ảnh JPG, PNG hoặc tệp PDF, mỗi tệp không quá 20 MB, mỗi lần gửi không quá 25 MB. "
        "Ảnh HEIC của iPhone: chụp bằng nút trên, điện thoại tự đổi sang JPG.",
    )

    @property
    def uploads(self) -> Sequence[UploadedFile[bytes]]:
        """Everything that was sent, photos first."""
        return [*self.cleaned_data["photo"], *self.cleaned_data["file"]]

    def clean(self) -> dict[str, Any]:
        """At least one."""
        data = super().clean() or {}
        if not self.errors and not data.get("photo") and not data.get("file"):
            self.add_error("file", "Hãy chụp ảnh hoặc chọn ít nhất một tệp.")
        return data


class AgreedForm(StyledForm):
    """What an officer confirms who sends a request for its owner."""

    agreed = forms.BooleanField(label="Chủ cơ sở có mặt và đồng ý gửi.")


class AnswerForm(StyledForm):
    """What is missing, or why not: the owner reads it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    answer = NFCField(
        label="Trả lời cho chủ cơ sở",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Viết dễ hiểu: thiếu gì, sửa ở đâu, hoặc vì sao không hỗ trợ được.",
    )


class TakeUpForm(StyledForm):
    """What the đề án needs that the request does not say."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    name = NFCField(label="Tên đề án", max_length=500)
    source = forms.ChoiceField(label="Nguồn kinh phí", choices=FundingSource.choices, widget=forms.RadioSelect)
    year = forms.TypedChoiceField(label="Năm kế hoạch", coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = today().year
        self.choose("year", [(y, str(y)) for y in range(first, first + LAST_YEAR_AHEAD + 1)])


class ContactForm(VersionedForm):
    """How the establishment is reached."""

    contact = NFCField(label="Người liên hệ", max_length=120)
    phone = forms.RegexField(
        label="Điện thoại",
        regex=r"^[0-9+ .()-]{6,20}$",
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        error_messages={"invalid": "Số điện thoại chỉ gồm chữ số, dấu +, dấu cách, dấu chấm hoặc gạch."},
    )
    email = forms.EmailField(
        label="Thư điện tử của cơ sở",
        required=False,
        max_length=254,
        error_messages={"invalid": "Địa chỉ thư chưa đúng, ví dụ ten@example.com."},
    )


class MistakeForm(StyledForm):
    """What is wrong in the entry."""

    text = NFCField(
        label="Chỗ nào sai, đúng ra là gì?",
        max_length=LONGEST_REPORT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ví dụ: địa chỉ mới là ấp 3; hiện có 15 lao động. Cán bộ nhận được ngay và sẽ sửa sau khi kiểm tra.",
    )


def _activities() -> list[tuple[str, str]]:
    """Those counted for a single establishment first; the law's order within."""
    rows = sorted(activities_on(today()), key=lambda one: not one.per_beneficiary)
    return [(one.code, one.name) for one in rows]
