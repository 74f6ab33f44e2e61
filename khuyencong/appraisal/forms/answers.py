"""Forms for what follows an appraisal: the answers of the unit, and the word of the appraiser on a condition."""

from __future__ import annotations

from typing import Any

from django import forms

from khuyencong.appraisal.models import CompletionRequest
from khuyencong.core.fields import NFCField
from khuyencong.core.forms import VersionedForm
from khuyencong.projects.models import Attachment


class ConditionAnswerForm(VersionedForm):
    """How the unit met a condition, with a file of the đề án where there is one."""

    answer = NFCField(
        label="Điều kiện được đáp ứng thế nào", max_length=5_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    evidence = forms.ChoiceField(
        label="Tệp chứng minh", required=False, help_text="Chọn trong các tệp đã đính kèm vào đề án."
    )

    def __init__(self, *args: Any, files: list[Attachment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("evidence", [("", "Không có tệp, xem phần trả lời"), *((str(one.pk), one.name) for one in files)])


class ConditionDecisionForm(VersionedForm):
    """Whether a condition is met."""

    decision = forms.ChoiceField(
        label="Kết luận",
        choices=[
            ("meet", "Đã đáp ứng"),
            ("send_back", "Chưa đạt, đơn vị phải bổ sung"),
            ("waive", "Miễn điều kiện này"),
        ],
        widget=forms.RadioSelect,
    )
    reason = NFCField(
        label="Lý do, căn cứ",
        required=False,
        max_length=5_000,
        help_text="Bắt buộc khi miễn, khi chưa đạt, và khi đơn vị chưa trả lời.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CompletionForm(VersionedForm):
    """One answer for each item of a request for completion; what is left empty can be answered later."""

    def __init__(self, *args: Any, request: CompletionRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in request.items.all():
            self.fields[f"item_{item.number}"] = NFCField(
                label=str(item),
                required=False,
                max_length=5_000,
                initial=item.answer,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def answers(self) -> dict[int, str]:
        """{number of the item: answer}; only of a valid form."""
        return {
            int(name.removeprefix("item_")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("item_")
        }
