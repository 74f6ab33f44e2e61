"""Forms of the pages on which systems are let in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms

from khuyencong.accounts.account_forms import active_agencies, set_queryset
from khuyencong.api.models import LONGEST_ADDRESS, MOST_PER_MINUTE, PER_MINUTE
from khuyencong.api.scopes import DOORS, ROLES
from khuyencong.api.webhooks import event_choices
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import format_date, today
from khuyencong.core.fields import NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency

USUAL_DAYS = 180


class TokenForm(StyledForm):
    """A new connection."""

    creation_key = CreationKeyField()
    name = NFCField(label="Tên hệ thống", max_length=100, help_text="Ví dụ: Hệ thống một cửa của tỉnh.")
    contact = NFCField(
        label="Người phụ trách", max_length=200, help_text="Tên, điện thoại hoặc thư: gọi ai khi hệ thống ấy gặp lỗi."
    )
    agency = forms.ModelChoiceField(label="Cơ quan", queryset=Agency.objects.none(), empty_label="– chọn –")
    role = forms.ChoiceField(
        label="Vai trò",
        choices=[("", "– chọn –"), *((role.value, role.label) for role in ROLES)],
        help_text="Hệ thống làm được đúng những gì vai trò này được làm; không có vai trò lãnh đạo: phê duyệt và ký là việc của "
        "người. Hệ thống giữ vai trò thẩm định viên ghi kết quả thẩm định thay thẩm định viên; không giao cho hệ thống đã gửi "
        "chính đề án ấy.",
    )
    scopes = forms.MultipleChoiceField(
        label="Phạm vi",
        choices=[(scope.value, door.label) for scope, door in DOORS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="Chỉ chọn những gì hệ thống ấy cần.",
    )
    expires_on = VNDateField(label="Dùng đến hết ngày", help_text="Nhiều nhất một năm; hết hạn thì lập mã mới.")
    per_minute = WholeNumberField(
        label="Số lần gọi trong một phút", min_value=1, max_value=MOST_PER_MINUTE, initial=PER_MINUTE
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "agency", active_agencies(actor))
        self.fields["agency"].initial = actor.agency.pk
        self.fields["expires_on"].initial = format_date(today() + timedelta(days=USUAL_DAYS))


class RevokeForm(VersionedForm):
    """Why a connection ends."""

    reason = NFCField(label="Lý do", max_length=300)


class SubscriptionForm(StyledForm):
    """An address that is to be told."""

    creation_key = CreationKeyField()
    address = NFCField(
        label="Địa chỉ nhận tin",
        max_length=LONGEST_ADDRESS,
        help_text="Bắt đầu bằng https://. Địa chỉ trong mạng nội bộ của máy chủ bị từ chối.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(label="Sự kiện", choices=event_choices, widget=forms.CheckboxSelectMultiple)
