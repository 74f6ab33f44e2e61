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
    """A time limit of the own agency; `rule` (hidden, chosen before) says which parts are asked for."""

    title = NFCField(label="Việc phải làm", max_length=200, help_text="Ví dụ: Gửi báo cáo tháng cho UBND tỉnh.")
    document = NFCField(
        label="Theo văn bản", max_length=200, help_text="Số, ngày của quy chế, công văn đặt ra thời hạn."
    )
    role = forms.ChoiceField(label="Ai làm", choices=[_CHOOSE, *((role.value, role.label) for role in DUTY_ROLES)])
    rule = forms.ChoiceField(choices=RuleKind.choices, widget=forms.HiddenInput)
    on_day = VNDateField(label="Ngày")
    day = WholeNumberField(
        label="Ngày trong tháng",
        min_value=1,
        max_value=31,
        help_text="Tháng không có ngày ấy thì tính ngày cuối tháng.",
    )
    month = WholeNumberField(label="Tháng", min_value=1, max_value=12)
    step = forms.ChoiceField(
        label="Kể từ khi đề án",
        choices=[_CHOOSE, *((one.value, STEPS[one]) for one in STEPS)],
        help_text="Chỉ tính khi đề án đang chờ chính cơ quan mình; hết khi đề án sang bước sau.",
    )
    days = WholeNumberField(label="Số ngày", min_value=1, max_value=MOST_DAYS)
    working_days = forms.BooleanField(label="Là ngày làm việc (không tính thứ Bảy, Chủ nhật, ngày lễ)", required=False)
    shift = forms.ChoiceField(label="Nếu trúng ngày nghỉ", choices=Shift.choices, initial=Shift.NONE.value)
    from_on = VNDateField(label="Áp dụng từ ngày")
    to_on = VNDateField(label="Đến hết ngày", required=False, help_text="Để trống khi chưa biết ngày thôi áp dụng.")

    def __init__(self, *args: Any, rule: RuleKind, **kwargs: Any) -> None:
        """Leave out what this way of counting does not use."""
        super().__init__(*args, **kwargs)
        unused = {name for names in PARTS.values() for name in names} - set(PARTS[rule])
        if rule != RuleKind.AFTER_STEP:
            unused.add("working_days")
        for name in unused:
            del self.fields[name]
        self.kind = rule
        self.initial.setdefault("rule", rule.value)
        if rule == RuleKind.AFTER_STEP:
            self.fields["shift"].help_text = "Chỉ có nghĩa khi không đếm bằng ngày làm việc."

    def clean(self) -> dict[str, Any]:
        """Days in order, and a way of counting that is the one of the page."""
        data = super().clean() or {}
        if data.get("rule") not in {None, self.kind.value}:
            self.add_error(None, "Cách tính ngày không khớp với trang: hãy mở lại trang.")
        first, last = data.get("from_on"), data.get("to_on")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("to_on", "Ngày cuối không được trước ngày đầu.")
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
