"""What is asked through the portal, and what an officer answers."""

from __future__ import annotations

from typing import Any

from django import forms

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.fields import NFCField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.intake.spam import stamp, stamp_fault
from khuyencong.opendata.models import Publication
from khuyencong.places.queries import provinces_today


class FeedbackForm(StyledForm):
    """A question of anybody. The field «website» is a trap that no person sees."""

    province = forms.ChoiceField(label="Hỏi cơ quan ở đâu?", required=False)
    question = NFCField(label="Câu hỏi, góp ý", max_length=5_000, widget=forms.Textarea(attrs={"rows": 5}))
    name = NFCField(label="Họ và tên", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label="Thư điện tử",
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        help_text="Câu trả lời được gửi vào đây.",
        error_messages={"invalid": "Địa chỉ thư chưa đúng, ví dụ ten@example.com."},
    )
    phone = forms.RegexField(
        label="Điện thoại",
        regex=r"^[0-9+ .()-]{8,20}$",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        help_text="Chỉ cần khi không có thư điện tử.",
        error_messages={"invalid": "Số điện thoại chỉ gồm chữ số, dấu +, dấu cách, dấu chấm hoặc gạch."},
    )
    website = forms.CharField(label="Bỏ trống ô này", required=False, max_length=200)
    about = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    stamp = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    creation_key = CreationKeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._provinces = {one.key: one for one in provinces_today()}
        self.choose("province", [("", "Cục (cả nước)"), *((key, one.name) for key, one in self._provinces.items())])
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}

    @property
    def is_trap_filled(self) -> bool:
        """Whether something filled in what no person sees."""
        return bool(self.data.get(self.add_prefix("website")))

    @property
    def fresh_stamp(self) -> str:
        """What the form carries each time it is shown, also when it comes back with errors."""
        return stamp()

    def clean_about(self) -> str:
        """The code of a published đề án; what else an address carries is left out."""
        code = str(self.cleaned_data["about"])
        return code if code and Publication.objects.public().filter(project__code=code).exists() else ""

    def clean(self) -> dict[str, Any]:
        """One way to answer; the province as a record; a stamp that is not taken is said where nothing else is wrong."""
        data = super().clean() or {}
        if not data.get("email") and not data.get("phone") and not self.errors:
            self.add_error("email", "Hãy ghi thư điện tử hoặc điện thoại để cơ quan trả lời được.")
        data["province"] = self._provinces.get(data.get("province", ""))
        fault = stamp_fault(str(data.get("stamp", "")))
        if fault:
            self.add_error(None, fault)
        return data


class AnswerForm(VersionedForm):
    """The answer of the agency."""

    answer = NFCField(label="Trả lời", max_length=5_000, widget=forms.Textarea(attrs={"rows": 8}))


class CloseForm(VersionedForm):
    """Why it is not answered."""

    reason = NFCField(
        label="Lý do khép", max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}), help_text="Người hỏi không đọc."
    )
