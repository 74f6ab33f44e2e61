"""Forms of inspections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from khuyencong.appraisal.forms.spot import DegreesField, ManyFilesField, ManyFilesInput
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.inspections.actions import Seen
from khuyencong.inspections.machines import Machine
from khuyencong.inspections.models import (
    FileKind,
    FindingKind,
    InspectionReason,
    ItemState,
    PlacedBy,
    Severity,
    TeamRole,
    Visit,
)
from khuyencong.inspections.models.files import ADDED_LATER
from khuyencong.inspections.models.inspection import MOST_YEARS
from khuyencong.people.models import User

SCANS = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"
SCANS_HELP = "PDF, Word (.docx), Excel (.xlsx) hoặc ảnh (.jpg, .png), mỗi tệp tối đa 20 MB, tổng 25 MB mỗi lần gửi."


def _number(label: str) -> NFCField:
    return NFCField(
        label=label, max_length=60, widget=forms.TextInput(attrs={"data-short": True, "autocomplete": "off"})
    )


def _lines(label: str, *, rows: int = 3, required: bool = True, longest: int = 5_000, help_text: str = "") -> NFCField:
    return NFCField(
        label=label,
        required=required,
        max_length=longest,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class PlanForm(StyledForm):
    """The decision on what to inspect in a year."""

    creation_key = CreationKeyField()
    year = forms.IntegerField(
        label="Năm", min_value=2013, max_value=2100, widget=forms.NumberInput(attrs={"data-short": True})
    )
    title = NFCField(label="Tên kế hoạch kiểm tra", max_length=300)
    decision_number = _number("Số quyết định")
    decision_on = VNDateField(label="Ngày quyết định", initial=today)
    note = _lines("Ghi chú", required=False)


def _lead() -> Any:
    """Who leads: somebody of the agency."""
    return forms.ModelChoiceField(queryset=User.objects.none(), label="Trưởng đoàn", empty_label="– chọn –")


class InspectionForm(StyledForm):
    """When, by whom and why; without a plan the decision or order besides."""

    creation_key = CreationKeyField()
    reason = forms.ChoiceField(label="Lý do chọn", choices=InspectionReason.choices)
    why = _lines(
        "Nội dung phản ánh, dấu hiệu, phạm vi kiểm tra",
        required=False,
        help_text="Chỉ cơ quan kiểm tra đọc được. Bắt buộc khi theo phản ánh hoặc dấu hiệu rủi ro.",
    )
    order_number = _number("Số quyết định, lệnh kiểm tra")
    order_on = VNDateField(label="Ngày quyết định, lệnh kiểm tra", initial=today)
    planned_on = VNDateField(label="Kiểm tra chậm nhất ngày")
    lead = _lead()

    def __init__(self, *args: Any, users: Iterable[User], planned: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, users)
        if planned:
            del self.fields["order_number"], self.fields["order_on"]


class RescheduleForm(VersionedForm):
    """Another day or lead."""

    planned_on = VNDateField(label="Kiểm tra chậm nhất ngày")
    lead = _lead()
    why = _lines("Nội dung phản ánh, dấu hiệu, phạm vi kiểm tra", required=False)

    def __init__(self, *args: Any, users: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, users)


def _offer(form: forms.Form, users: Iterable[User]) -> None:
    field = form.fields["lead"]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = User.objects.filter(pk__in=[user.pk for user in users]).order_by("sort_key")


class CancelForm(VersionedForm):
    """Why it will not take place."""

    reason = _lines("Lý do không thực hiện", longest=2_000)


class MemberForm(StyledForm):
    """Somebody of the team; a row that names nobody counts for nothing."""

    role = forms.ChoiceField(label="Vai trò", choices=TeamRole.choices, initial=TeamRole.MEMBER)
    user = forms.ChoiceField(label="Người của cơ quan", required=False)
    guest = NFCField(label="Hoặc người cơ quan khác (họ và tên)", max_length=120, required=False)
    position = NFCField(label="Chức vụ, đơn vị", max_length=200, required=False)

    def __init__(self, *args: Any, users: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("user", [("", "– chọn –"), *((str(one.pk), str(one)) for one in users)])


class VisitForm(VersionedForm):
    """One day on the spot. For each machine a state and a note, named by its key."""

    visited_on = VNDateField(label="Ngày kiểm tra", initial=today)
    met = NFCField(
        label="Người làm việc với đoàn", max_length=400, help_text="Họ tên, chức vụ của người ở cơ sở, đơn vị."
    )
    place = NFCField(label="Địa điểm kiểm tra", max_length=300)
    latitude = DegreesField(
        label="Vĩ độ", most=90, help_text="Ví dụ 10,45673. Máy hỏi trước khi gửi vị trí; để trống cũng được."
    )
    longitude = DegreesField(label="Kinh độ", most=180, help_text="Ví dụ 105,63250.")
    accuracy = forms.IntegerField(required=False, min_value=0, max_value=1_000_000, widget=forms.HiddenInput)
    placed_by = forms.ChoiceField(required=False, choices=[("", ""), *PlacedBy.choices], widget=forms.HiddenInput)
    compared = _lines(
        "Đối chiếu hợp đồng, dự toán, nghiệm thu",
        required=False,
        longest=10_000,
        help_text="Đã xem giấy tờ nào, khớp hay lệch ở đâu.",
    )
    result = _lines("Kết quả kiểm tra", rows=5, longest=10_000)
    photos = ManyFilesField(
        label="Ảnh tại chỗ",
        required=False,
        allow_empty_file=True,  # the action refuses it with a sentence of its own
        help_text="JPEG hoặc PNG, nhiều nhất 20 ảnh, tổng 25 MB mỗi lần gửi; còn nữa thì thêm sau ở trang cuộc kiểm tra. Tệp được giữ nguyên; giờ và tọa độ máy ảnh ghi được đọc từ tệp.",
        widget=ManyFilesInput(attrs={"accept": "image/jpeg,image/png"}),
    )

    def __init__(self, *args: Any, machines: Sequence[Machine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.machines = machines
        for one in machines:
            self.fields[f"may_{one.key}"] = forms.ChoiceField(
                label="Tình trạng", choices=ItemState.choices, initial=ItemState.UNCHECKED, required=False
            )
            self.fields[f"ghi_{one.key}"] = NFCField(label="Ghi chú", max_length=500, required=False)

    @property
    def first(self) -> list[BoundField]:
        """What is asked before the machines."""
        return [self[name] for name in ("visited_on", "met", "place", "latitude", "longitude")]

    @property
    def rows(self) -> list[tuple[Machine, BoundField, BoundField]]:
        return [(one, self[f"may_{one.key}"], self[f"ghi_{one.key}"]) for one in self.machines]

    @property
    def last(self) -> list[BoundField]:
        return [self[name] for name in ("compared", "result", "photos")]

    @property
    def seen(self) -> dict[str, Seen]:
        """What was found of each machine, cleaned."""
        return {
            one.key: Seen(
                ItemState(self.cleaned_data[f"may_{one.key}"] or ItemState.UNCHECKED),
                self.cleaned_data[f"ghi_{one.key}"],
            )
            for one in self.machines
        }


class FilesForm(VersionedForm):
    """Photos, signed minutes or other papers, after the visit."""

    kind = forms.ChoiceField(
        label="Loại", choices=[(one.value, one.label) for one in ADDED_LATER], initial=FileKind.MINUTES
    )
    visit = forms.ChoiceField(label="Của lần kiểm tra", required=False)
    uploads = ManyFilesField(
        label="Tệp", allow_empty_file=True, help_text=SCANS_HELP, widget=ManyFilesInput(attrs={"accept": SCANS})
    )

    def __init__(self, *args: Any, visits: Iterable[Visit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("visit", [("", "– cả cuộc kiểm tra –"), *((str(one.pk), str(one)) for one in visits)])


BY_UNIT, BY_PLACE = "unit", "place"


class FindingForm(VersionedForm):
    """What must be mended."""

    visit = forms.ChoiceField(label="Phát hiện ở lần kiểm tra")
    kind = forms.ChoiceField(label="Loại", choices=FindingKind.choices)
    severity = forms.ChoiceField(label="Mức độ", choices=Severity.choices, initial=Severity.MINOR)
    text = _lines("Nội dung phát hiện")
    demand = _lines("Yêu cầu khắc phục")
    owed_by = forms.ChoiceField(
        label="Ai phải khắc phục", choices=[(BY_UNIT, "Đơn vị thực hiện"), (BY_PLACE, "Cơ sở đã kiểm tra")]
    )
    due_on = VNDateField(label="Hạn khắc phục")
    amount = DongField(
        label="Đề nghị thu hồi (đồng)",
        required=False,
        help_text="Chỉ với mức «Nghiêm trọng». Không làm thay đổi sổ kinh phí: thu hồi hoặc ngừng đề án là bước riêng.",
    )

    def __init__(self, *args: Any, visits: Iterable[Visit], has_unit: bool, has_place: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose(
            "visit", [(str(one.pk), f"{one}{f', {one.establishment}' if one.establishment else ''}") for one in visits]
        )
        if not has_unit:
            self.choose("owed_by", [(BY_PLACE, "Cơ sở đã kiểm tra")])
            del self.fields["amount"]
        elif not has_place:
            self.choose("owed_by", [(BY_UNIT, "Đơn vị thực hiện")])


class ConcludeForm(VersionedForm):
    """The document that concludes."""

    number = _number("Số văn bản kết luận")
    on = VNDateField(label="Ngày kết luận", initial=today)
    conclusion = _lines("Kết luận", rows=5, longest=10_000)
    file = forms.FileField(
        label="Bản chụp văn bản", required=False, allow_empty_file=True, help_text=SCANS_HELP,
        widget=forms.FileInput(attrs={"accept": SCANS}),
    )  # fmt: skip


class AnswerForm(VersionedForm):
    """How it was mended."""

    text = _lines("Đã khắc phục thế nào", rows=5)
    uploads = ManyFilesField(
        label="Ảnh, giấy tờ chứng minh", required=False, allow_empty_file=True, help_text=SCANS_HELP,
        widget=ManyFilesInput(attrs={"accept": SCANS}),
    )  # fmt: skip


class FollowUpForm(VersionedForm):
    """What the inspectors say to it."""

    step = forms.ChoiceField(label="Kết quả xem lại", widget=forms.RadioSelect)
    text = _lines("Căn cứ, nhận xét", help_text="Đã xem gì, ở đâu; hoặc còn thiếu gì.")
    uploads = ManyFilesField(
        label="Ảnh, giấy tờ chứng minh", required=False, allow_empty_file=True, help_text=SCANS_HELP,
        widget=ManyFilesInput(attrs={"accept": SCANS}),
    )  # fmt: skip

    def __init__(self, *args: Any, steps: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("step", steps)


class AfterCareForm(VersionedForm):
    """The agency's own number of years."""

    years = WholeNumberField(
        label="Số năm sau quyết toán",
        required=False,
        min_value=1,
        max_value=MOST_YEARS,
        help_text="Để trống: không nhắc.",
    )
    document = NFCField(
        label="Văn bản của cơ quan", max_length=200, required=False, help_text="Bắt buộc khi đặt số năm."
    )
