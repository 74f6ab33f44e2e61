"""The forms by which a person decides who is who: merging, undoing it, and a new name."""

from __future__ import annotations

from typing import Any

from django import forms

from khuyencong.core.dates import today
from khuyencong.core.fields import NFCField, VNDateField
from khuyencong.core.forms import VersionedForm
from khuyencong.establishments.actions import COPYABLE, can_take, pair_version
from khuyencong.establishments.models import Establishment

LABELS = {
    "tax_code": "Mã số thuế",
    "commune": "Xã, phường, đặc khu",
    "province_before": "Tỉnh trước 01/07/2025",
    "place_text": "Địa chỉ",
    "workers": "Số lao động",
    "women_workers": "Lao động nữ",
    "ethnic_workers": "Lao động dân tộc thiểu số",
    "charter_capital": "Vốn điều lệ",
    "craft_village": "Làng nghề",
    "registration_number": "Số đăng ký",
    "point": "Điểm trên bản đồ",
    "owner_name": "Chủ cơ sở",
    "owner_gender": "Giới tính của chủ cơ sở",
    "owner_ethnicity": "Dân tộc của chủ cơ sở",
    "owner_born_in": "Năm sinh của chủ cơ sở",
    "owner_id_number": "Số định danh của chủ cơ sở",
    "contact": "Người liên hệ",
    "phone": "Điện thoại",
    "email": "Thư điện tử",
}


class MergeForm(VersionedForm):
    """Which of two entries stays, what it takes over from the other, and why they are one."""

    keep = forms.TypedChoiceField(label="Giữ hồ sơ nào", coerce=int, widget=forms.RadioSelect)
    copy = forms.MultipleChoiceField(
        label="Lấy thêm từ hồ sơ kia",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Chỉ những mục mà hồ sơ được giữ còn trống; mục đã có thì giữ nguyên.",
    )
    reason = NFCField(
        label="Vì sao là một cơ sở",
        max_length=300,
        help_text="Ví dụ: cùng chủ, cùng địa chỉ, đã hỏi cơ sở ngày nào.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, first: Establishment, second: Establishment, **kwargs: Any) -> None:
        names = [name for name in COPYABLE if can_take(first, second, name) or can_take(second, first, name)]
        super().__init__(*args, initial={"version": pair_version(first, second), "copy": names}, **kwargs)
        self.first, self.second = first, second
        self.choose("keep", [(one.pk, f"{one.name} (hồ sơ {one.pk})") for one in (first, second)])
        if names:
            self.choose("copy", [(name, LABELS[name]) for name in names])
        else:
            del self.fields["copy"]

    def decision(self) -> dict[str, Any]:
        """The arguments of the action; only of a valid form."""
        data = self.cleaned_data
        kept, dropped = (self.first, self.second) if data["keep"] == self.first.pk else (self.second, self.first)
        return {
            "kept_id": kept.pk,
            "dropped_id": dropped.pk,
            "version": data["version"],
            "reason": data["reason"],
            "copy": [name for name in data.get("copy", ()) if can_take(kept, dropped, name)],
        }


class UndoMergeForm(VersionedForm):
    """Why they are two after all."""

    reason = NFCField(label="Vì sao hủy việc gộp", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class RenameForm(VersionedForm):
    """A new name by a paper."""

    name = NFCField(label="Tên mới", max_length=300)
    document = NFCField(
        label="Giấy tờ đổi tên", max_length=200, help_text="Số, ngày của giấy chứng nhận đăng ký thay đổi."
    )
    on = VNDateField(label="Từ ngày", initial=today)
