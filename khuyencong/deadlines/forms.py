"""The forms of time limits, of what leaders are told, and of a person's reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.fields import NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.deadlines.actions.own import PARTS
from khuyencong.deadlines.due import DUTY_ROLES
from khuyencong.deadlines.models import MOST_DAYS, MOST_ESCALATION, STEPS, Every, FeedScope, RuleKind, Shift
from khuyencong.people.models import Membership
from khuyencong.people.roles import STAFF

_CHOOSE = ("", "— chọn —")


class DeadlineForm(StyledForm):
    """A time limit of the own agency; which parts are asked for follows from the way of counting."""

    title = NFCField(label="Việc phải làm", max_length=200, help_text="Ví dụ: Gửi báo cáo tháng cho UBND tỉnh.")
    document = NFCField(
        label="Theo văn bản", max_length=200, help_text="Số, ngày của quy chế, công văn đặt ra thời hạn."
    )
    role = forms.ChoiceField(label="Ai làm", choices=[_CHOOSE, *((role.value, role.label) for role in DUTY_ROLES)])
    rule = forms.ChoiceField(label="Cách tính ngày", choices=[_CHOOSE, *RuleKind.choices])
    on_day = VNDateField(label="Ngày (của «Một ngày»)", required=False)
    day = WholeNumberField(
        label="Ngày trong tháng (của «Hằng năm», «Hằng tháng»)",
        min_value=1,
        max_value=31,
        required=False,
        help_text="Tháng không có ngày ấy thì tính ngày cuối tháng.",
    )
    month = WholeNumberField(label="Tháng (của «Hằng năm»)", min_value=1, max_value=12, required=False)
    step = forms.ChoiceField(
        label="Kể từ khi đề án (của «Sau một bước»)",
        choices=[_CHOOSE, *((one.value, STEPS[one]) for one in STEPS)],
        required=False,
        help_text="Chỉ tính khi đề án đang chờ chính cơ quan mình.",
    )
    days = WholeNumberField(label="Số ngày (của «Sau một bước»)", min_value=1, max_value=MOST_DAYS, required=False)
    working_days = forms.BooleanField(label="Là ngày làm việc (không tính thứ Bảy, Chủ nhật, ngày lễ)", required=False)
    shift = forms.ChoiceField(
        label="Nếu trúng ngày nghỉ", choices=Shift.choices, required=False, initial=Shift.NONE.value
    )
    from_on = VNDateField(label="Áp dụng từ ngày")
    to_on = VNDateField(label="Đến hết ngày", required=False, help_text="Để trống khi chưa biết ngày thôi áp dụng.")

    def clean(self) -> dict[str, Any]:
        """Ask for the parts of the chosen way of counting, each at its field."""
        data = super().clean() or {}
        for name in PARTS.get(data.get("rule", ""), ()):
            if name not in self.errors and data.get(name) in {None, ""}:
                self.add_error(name, "Cách tính đã chọn cần mục này.")
        first, last = data.get("from_on"), data.get("to_on")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("to_on", "Ngày cuối không được trước ngày đầu.")
        data["shift"] = data.get("shift") or Shift.NONE.value
        return data


class NewDeadlineForm(DeadlineForm):
    creation_key = CreationKeyField()


class EditDeadlineForm(VersionedForm, DeadlineForm):
    """A time limit again."""


class EscalationForm(VersionedForm):
    """After how many working days leaders see overdue work."""

    working_days = WholeNumberField(
        label="Báo lãnh đạo khi việc quá hạn (ngày làm việc)", min_value=1, max_value=MOST_ESCALATION
    )


class LettersForm(StyledForm):
    """How often the letter comes."""

    every = forms.ChoiceField(label="Thư nhắc việc", choices=Every.choices, widget=forms.RadioSelect)


class FeedForm(StyledForm):
    """For which of the own hats an address is made."""

    membership = forms.ChoiceField(label="Vai trò")
    scope = forms.ChoiceField(
        label="Gồm", choices=FeedScope.choices, widget=forms.RadioSelect, initial=FeedScope.MINE.value
    )

    def __init__(self, *args: Any, hats: Sequence[Membership], **kwargs: Any) -> None:
        """Offer the hats of those who work in an agency."""
        super().__init__(*args, **kwargs)
        self.hats = {str(hat.pk): hat for hat in hats if hat.role in STAFF}
        self.choose("membership", [(key, hat.label) for key, hat in self.hats.items()])
