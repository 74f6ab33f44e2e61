"""Forms of the council: setting it up, its meetings, the members' sheets and the conclusion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from khuyencong.appraisal.forms.appraising import (
    CONFIRM,
    PointFields,
    add_points,
    completion_days_field,
    completion_field,
    points_of,
)
from khuyencong.appraisal.models import CouncilMember, MemberRole, Outcome, Quorum
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.people.models import User
from khuyencong.projects.models import Project


class CouncilForm(StyledForm):
    """The decision that sets up a council."""

    creation_key = CreationKeyField()
    title = NFCField(label="Tên Hội đồng", max_length=200)
    decision_number = NFCField(
        label="Số quyết định thành lập", max_length=60, widget=forms.TextInput(attrs={"data-short": True})
    )
    decision_on = VNDateField(label="Ngày quyết định")
    active_from = VNDateField(label="Hoạt động từ ngày", initial=today)
    active_to = VNDateField(label="Đến hết ngày", required=False, help_text="Để trống nếu quyết định không nói.")
    quorum = forms.ChoiceField(
        label="Số thành viên phải có mặt",
        choices=Quorum.choices,
        initial=Quorum.HALF,
        help_text="Văn bản không quy định: ghi theo quyết định thành lập. Chủ tịch hoặc Phó Chủ tịch phải có mặt.",
    )


class MemberForm(StyledForm):
    """One seat; a row that is left empty counts for nothing."""

    role = forms.ChoiceField(label="Vai trò", choices=MemberRole.choices, initial=MemberRole.MEMBER)
    user = forms.ChoiceField(label="Người của cơ quan", required=False)
    guest = NFCField(label="Hoặc người ngoài hệ thống (họ và tên)", max_length=120, required=False)
    position = NFCField(label="Chức vụ, đơn vị", max_length=200, required=False)

    def __init__(self, *args: Any, users: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("user", [("", "– chọn –"), *((str(one.pk), str(one)) for one in users)])


class EndCouncilForm(VersionedForm):
    """The last day of a council."""

    active_to = VNDateField(label="Hoạt động đến hết ngày", initial=today)


class SessionForm(VersionedForm):
    """A meeting, and the đề án that it is called for."""

    held_on = VNDateField(label="Ngày họp", initial=today)
    place = NFCField(label="Địa điểm họp", max_length=200)
    projects = forms.MultipleChoiceField(
        label="Đề án đưa ra họp",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Hãy chọn ít nhất một đề án."},
    )

    def __init__(self, *args: Any, waiting: Iterable[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("projects", [(str(one.pk), f"{one.code} – {one.name}") for one in waiting])


class AttendanceForm(VersionedForm):
    """Who was there, and the number of the minutes."""

    present = forms.MultipleChoiceField(label="Thành viên có mặt", widget=forms.CheckboxSelectMultiple, required=False)
    minutes_number = NFCField(label="Số biên bản", max_length=60, widget=forms.TextInput(attrs={"data-short": True}))
    note = NFCField(
        label="Khách mời, diễn biến, ý kiến khác",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, members: Iterable[CouncilMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("present", [(str(one.pk), f"{one} ({one.get_role_display()})") for one in members])


CLEAR, CONFLICT = "khong", "co"


class SheetForm(VersionedForm):
    """A member's declaration, then the judgement; with a conflict of interest the rest is left out."""

    declaration = forms.ChoiceField(
        label="Xung đột lợi ích",
        choices=[
            (CLEAR, "Không có lợi ích liên quan tới đề án này"),
            (CONFLICT, "Có: không đánh giá, không bỏ phiếu đề án này"),
        ],
        widget=forms.RadioSelect,
    )
    conflict_reason = NFCField(
        label="Lợi ích liên quan", required=False, max_length=400, help_text="Ghi khi khai có xung đột lợi ích."
    )
    outcome = forms.ChoiceField(
        label="Đề nghị của thành viên", choices=Outcome.choices, required=False, widget=forms.RadioSelect
    )
    amount = DongField(label="Mức hỗ trợ đề nghị (đồng)", required=False)
    comment = NFCField(
        label="Nhận xét, điều kiện, điểm phải hoàn thiện",
        required=False,
        max_length=10_000,
        help_text="Bắt buộc, trừ khi đề nghị đồng ý.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, only_conflict: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_points(self)
        for name, field in self.fields.items():
            if name.startswith("point_"):
                field.required = False
        if only_conflict:
            self.initial.setdefault("declaration", CONFLICT)

    @property
    def points(self) -> list[PointFields]:
        """The five points in the order of the article."""
        return points_of(self)

    @property
    def first(self) -> list[BoundField]:
        """What is asked before the five points."""
        return [self["declaration"], self["conflict_reason"]]

    @property
    def last(self) -> list[BoundField]:
        """What is asked after them."""
        return [self["outcome"], self["amount"], self["comment"]]


class ConclusionForm(VersionedForm):
    """The council's words beside the votes."""

    project_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    comment = NFCField(
        label="Kết luận của Hội đồng",
        required=False,
        help_text="Bắt buộc khi trả lại hoặc không đồng ý.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    conditions = NFCField(
        label="Điều kiện kèm theo",
        required=False,
        help_text="Bắt buộc khi đồng ý có điều kiện; mỗi dòng một điều kiện.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    conditions_due_on = VNDateField(label="Hạn đáp ứng điều kiện", required=False)
    completion = completion_field()
    completion_days = completion_days_field()
    norm_confirmed = forms.BooleanField(label=CONFIRM, required=False, help_text="Bắt buộc khi kết quả là đồng ý.")

    def __init__(self, *args: Any, confirm: bool, outcome: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = {
            Outcome.AGREE: set(),
            Outcome.AGREE_WITH_CONDITIONS: {"conditions", "conditions_due_on"},
            Outcome.RETURN: {"completion", "completion_days"},
        }.get(Outcome(outcome), set())
        for name in {"conditions", "conditions_due_on", "completion", "completion_days"} - asked:
            del self.fields[name]
        if not confirm or outcome in {Outcome.RETURN, Outcome.REFUSE}:
            del self.fields["norm_confirmed"]


class PostponeForm(VersionedForm):
    """Why a đề án is put off."""

    reason = NFCField(label="Lý do hoãn", max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))
