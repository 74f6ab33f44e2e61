"""The form of an appraisal: the five points of TT 36/2013 Đ9, then the decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from khuyencong.appraisal.actions import Judgement
from khuyencong.appraisal.models import POINTS, Outcome
from khuyencong.core.dates import today
from khuyencong.core.fields import NFCField, VNDateField
from khuyencong.core.forms import VersionedForm

MET, UNMET = "dat", "chua-dat"
JUDGEMENTS = [(MET, "Đạt"), (UNMET, "Chưa đạt")]
CONFIRM = "Đã kiểm tra các điểm cần quyết định, đối chiếu với văn bản gốc"


@dataclass(frozen=True)
class PointFields:
    """One of the five points on the page, with its two fields."""

    number: int
    title: str
    article: str
    met: BoundField
    comment: BoundField


class AppraisalForm(VersionedForm):
    """What the appraiser found and decided. `confirm` adds the box for norms that wait for verification."""

    outcome = forms.ChoiceField(label="Kết quả thẩm định", choices=Outcome.choices, widget=forms.RadioSelect)
    conditions = NFCField(
        label="Điều kiện kèm theo",
        required=False,
        help_text="Bắt buộc khi đồng ý có điều kiện.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    comment = NFCField(
        label="Nhận xét chung, lý do",
        required=False,
        help_text="Bắt buộc khi trả lại hoặc không đồng ý: đơn vị cần biết phải sửa gì.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    minutes_number = NFCField(
        label="Số biên bản hoặc phiếu thẩm định",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"data-short": True}),
    )
    appraised_on = VNDateField(label="Ngày thẩm định", initial=today)
    by_council = forms.BooleanField(label="Do Hội đồng thẩm định", required=False)
    norm_confirmed = forms.BooleanField(
        label=CONFIRM,
        required=False,
        help_text="Bắt buộc khi đồng ý: có điểm mà hệ thống chưa xác minh được, xem ở điều kiện và bảng tính.",
    )

    def __init__(self, *args: Any, confirm: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not confirm:
            del self.fields["norm_confirmed"]
        for number in POINTS:
            self.fields[f"point_{number}"] = forms.ChoiceField(
                label=f"Kết luận nội dung {number}", choices=JUDGEMENTS, widget=forms.RadioSelect
            )
            self.fields[f"point_{number}_comment"] = NFCField(
                label=f"Nhận xét nội dung {number}",
                required=False,
                max_length=5_000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        # As on the page: the summary of errors lists the points before the decision.
        self.order_fields([name for name in self.fields if name.startswith("point_")])

    @property
    def points(self) -> list[PointFields]:
        """The five points in the order of the article."""
        return [
            PointFields(number, title, article, self[f"point_{number}"], self[f"point_{number}_comment"])
            for number, (title, article) in POINTS.items()
        ]

    @property
    def decision(self) -> list[BoundField]:
        """The visible fields after the five points."""
        return [field for field in self.visible_fields() if not field.name.startswith("point_")]

    def judgements(self) -> dict[int, Judgement]:
        """The five points as the action takes them; only of a valid form."""
        data = self.cleaned_data
        return {number: Judgement(data[f"point_{number}"] == MET, data[f"point_{number}_comment"]) for number in POINTS}
