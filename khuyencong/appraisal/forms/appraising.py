"""The form of an appraisal: the five points of TT 36/2013 Đ9, then the decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from khuyencong.appraisal.actions import Judgement
from khuyencong.appraisal.models import POINTS, Outcome
from khuyencong.core.dates import today
from khuyencong.core.fields import NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import VersionedForm

MET, UNMET = "dat", "chua-dat"
JUDGEMENTS = [(MET, "Đạt"), (UNMET, "Chưa đạt")]
MOST_DAYS = 250
CONFIRM = "Đã kiểm tra các điểm cần quyết định, đối chiếu với văn bản gốc"


@dataclass(frozen=True)
class PointFields:
    """One of the five points on the page, with its two fields."""

    number: int
    title: str
    article: str
    met: BoundField
    comment: BoundField


def completion_field() -> NFCField:
    """What a returned đề án must put right."""
    return NFCField(
        label="Các điểm phải hoàn thiện",
        required=False,
        help_text="Khi trả lại: mỗi dòng một điểm, đơn vị phải trả lời từng điểm rồi mới gửi lại được. Để trống thì lấy "
        "từ lý do.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def completion_days_field() -> WholeNumberField:
    """How long the unit has; the law names no number."""
    return WholeNumberField(
        label="Thời hạn hoàn thiện (ngày làm việc)",
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text="Tính từ hôm nay, bỏ ngày nghỉ; để trống nếu không đặt hạn. Thời gian thẩm định dừng tới khi gửi lại.",
    )


def add_points(form: forms.Form) -> None:
    """Give the form two fields for each of the five points, first of all."""
    for number in POINTS:
        form.fields[f"point_{number}"] = forms.ChoiceField(
            label=f"Kết luận nội dung {number}", choices=JUDGEMENTS, widget=forms.RadioSelect
        )
        form.fields[f"point_{number}_comment"] = NFCField(
            label=f"Nhận xét nội dung {number}",
            required=False,
            max_length=5_000,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
    # As on the page: the summary of errors lists the points before the decision.
    form.order_fields([name for name in form.fields if name.startswith("point_")])


def points_of(form: forms.Form) -> list[PointFields]:
    """The five points in the order of the article."""
    return [
        PointFields(number, title, article, form[f"point_{number}"], form[f"point_{number}_comment"])
        for number, (title, article) in POINTS.items()
    ]


def judgements_of(form: forms.Form) -> dict[int, Judgement]:
    """The five points as the actions take them; only of a valid form. Points that were left out are not there."""
    data = form.cleaned_data
    return {
        number: Judgement(data[f"point_{number}"] == MET, data[f"point_{number}_comment"])
        for number in POINTS
        if data[f"point_{number}"]
    }


class AppraisalForm(VersionedForm):
    """What the appraiser found and decided. `confirm` adds the box for norms that wait for verification."""

    outcome = forms.ChoiceField(label="Kết quả thẩm định", choices=Outcome.choices, widget=forms.RadioSelect)
    conditions = NFCField(
        label="Điều kiện kèm theo",
        required=False,
        help_text="Bắt buộc khi đồng ý có điều kiện. Mỗi dòng một điều kiện: chưa đáp ứng đủ thì chưa phê duyệt được.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    conditions_due_on = VNDateField(
        label="Hạn đáp ứng điều kiện", required=False, help_text="Do người thẩm định đặt; để trống nếu không đặt hạn."
    )
    completion = completion_field()
    completion_days = completion_days_field()
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
        add_points(self)

    @property
    def points(self) -> list[PointFields]:
        """The five points in the order of the article."""
        return points_of(self)

    @property
    def decision(self) -> list[BoundField]:
        """The visible fields after the five points."""
        return [field for field in self.visible_fields() if not field.name.startswith("point_")]

    def judgements(self) -> dict[int, Judgement]:
        """The five points as the action takes them; only of a valid form."""
        return judgements_of(self)
