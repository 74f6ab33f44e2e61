"""Forms of the room."""

from __future__ import annotations

from typing import Any

from django import forms

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.fields import NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.persons.models import MOST_YEARS, IdentityCheck, RequestKind, RequestState


class RequestForm(StyledForm):
    creation_key = CreationKeyField()
    kind = forms.ChoiceField(label="Yêu cầu", choices=RequestKind, widget=forms.RadioSelect, initial=RequestKind.COPY)
    person = NFCField(
        label="Họ và tên người yêu cầu",
        max_length=120,
        help_text="Đủ họ và tên, cùng ít nhất một trong bốn ô sau: nhiều người trùng tên.",
    )
    birth_year = WholeNumberField(label="Năm sinh", required=False, min_value=1900, max_value=2100)
    identity_number = forms.RegexField(
        label="Số định danh cá nhân",
        regex=r"^[0-9]{9}(?:[0-9]{3})?\Z",
        required=False,
        error_messages={"invalid": "Số định danh gồm 12 chữ số (hoặc 9 chữ số của giấy cũ)."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    phone = forms.RegexField(
        label="Điện thoại",
        regex=r"^[0-9+ .()-]{6,20}\Z",
        required=False,
        max_length=20,
        error_messages={"invalid": "Số điện thoại chỉ gồm chữ số, dấu +, dấu cách, dấu chấm hoặc gạch."},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(label="Thư điện tử", required=False, max_length=254)
    paper = NFCField(
        label="Văn bản yêu cầu",
        max_length=200,
        help_text="Đơn hoặc phiếu số mấy, ngày nào; nộp trực tiếp hay gửi qua đâu. Không ghi số giấy tờ tùy thân ở đây.",
    )
    identity_check = forms.ChoiceField(
        label="Đã kiểm tra đúng người bằng cách nào", choices=IdentityCheck, widget=forms.RadioSelect
    )
    received_on = VNDateField(label="Ngày nhận")


class AnswerForm(VersionedForm):
    state = forms.ChoiceField(
        label="Kết quả",
        choices=[(one.value, one.label) for one in (RequestState.ANSWERED, RequestState.REFUSED)],
        widget=forms.RadioSelect,
    )
    answered_on = VNDateField(label="Ngày trả lời")
    answer_number = NFCField(label="Số văn bản trả lời", max_length=60, required=False)
    answer = NFCField(
        label="Nội dung trả lời",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Từ chối thì ghi vì sao, theo căn cứ nào.",
    )


class TermForm(StyledForm):
    creation_key = CreationKeyField()
    years = WholeNumberField(label="Số năm", min_value=1, max_value=MOST_YEARS)
    document = NFCField(
        label="Văn bản quy định",
        max_length=200,
        help_text="Quyết định của cơ quan về thời hạn bảo quản hồ sơ, tài liệu.",
    )


class RunForm(StyledForm):
    """Which rules are worked off; the page shows a box for each that has something due."""

    creation_key = CreationKeyField()
    rules = forms.MultipleChoiceField(label="Loại dữ liệu", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, rules: list[tuple[str, str]], **kwargs: Any) -> None:
        """`rules`: key and label of those with something due."""
        super().__init__(*args, **kwargs)
        self.choose("rules", rules)


class RowsForm(VersionedForm):
    """The rows of those found that are really about this person."""

    rows = forms.MultipleChoiceField(label="Các mục của người này", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, rows: list[tuple[str, str]], **kwargs: Any) -> None:
        """`rows`: key and what is shown of each row found."""
        super().__init__(*args, **kwargs)
        self.choose("rows", rows)
