"""The filter of the event list, and the form that holds a printed head against the chain."""

from django import forms

from khuyencong.audit.labels import ACTIONS
from khuyencong.core.fields import VNDateField, WholeNumberField
from khuyencong.core.forms import StyledForm


class EventFilter(StyledForm):
    action = forms.ChoiceField(label="Việc", required=False, choices=[("", "Mọi việc"), *ACTIONS.items()])
    person = forms.CharField(label="Người", required=False, max_length=100)
    first_day = VNDateField(label="Từ ngày", required=False)
    last_day = VNDateField(label="Đến ngày", required=False)
    thread = forms.CharField(label="Hồ sơ", required=False, max_length=80)


class HeadForm(StyledForm):
    seq = WholeNumberField(label="Số thứ tự đã in", min_value=1, max_value=2**62)
    hash = forms.RegexField(
        label="Mã băm đã in",
        regex=r"^[0-9a-f ]{16,80}\Z",
        max_length=80,
        help_text="64 chữ số và chữ từ a đến f; có thể gõ cả dấu cách như trên giấy, hoặc chỉ 16 ký tự đầu.",
        error_messages={"invalid": "Mã băm gồm chữ số và các chữ từ a đến f, ít nhất 16 ký tự."},
    )
