"""Forms of classes and of those who come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from khuyencong.appraisal.forms.spot import ManyFilesField
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import FieldGroup, StyledForm, VersionedForm
from khuyencong.establishments.ethnic_groups import ethnic_groups
from khuyencong.establishments.models import Establishment, Gender
from khuyencong.places.models import Commune
from khuyencong.training.actions import SessionInput
from khuyencong.training.identity import identity_number
from khuyencong.training.models import (
    CertificateWord,
    CourseFileKind,
    CourseKind,
    Learner,
    RateKind,
    RateUnit,
    Trainer,
)
from khuyencong.training.models.course import ALLOWANCES, MOST_LEARNERS
from khuyencong.training.models.learners import FIRST_BIRTH

LONGEST_SPAN = 370  # days of sessions written at once
SCANS = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"


def _text(label: str, longest: int, *, required: bool = True, help_text: str = "", rows: int = 0) -> NFCField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
    return NFCField(label=label, max_length=longest, required=required, help_text=help_text, widget=widget)


def _phone() -> forms.RegexField:
    return forms.RegexField(
        label="Điện thoại",
        regex=r"^[0-9+ .()-]{6,20}\Z",
        required=False,
        max_length=20,
        error_messages={"invalid": "Số điện thoại chỉ gồm chữ số, dấu +, dấu cách, dấu chấm hoặc gạch."},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


def _reason(label: str) -> NFCField:
    return _text(label, 300, rows=2)


class CourseFields(forms.Form):
    """What a class is; the numbers of an old file stand folded behind the rest."""

    kind = forms.ChoiceField(label="Loại")
    name = _text("Tên lớp, hội nghị", 300)
    place_text = _text("Địa điểm", 300)
    commune = forms.ModelChoiceField(
        label="Xã, phường, đặc khu", queryset=Commune.objects.none(), required=False, empty_label="– chưa ghi –"
    )
    starts_on = VNDateField(label="Ngày khai giảng")
    ends_on = VNDateField(label="Ngày kết thúc")
    planned_learners = WholeNumberField(label="Số người dự kiến", required=False, min_value=1, max_value=MOST_LEARNERS)
    attendance_needed = WholeNumberField(
        label="Số buổi phải có mặt để được cấp giấy chứng nhận (%)",
        required=False,
        min_value=1,
        max_value=100,
        help_text="Quy chế của lớp; để trống thì chỉ cần có mặt một buổi.",
    )
    programme = _text("Chương trình", 10_000, required=False, rows=4)
    told_people = WholeNumberField(label="Số người theo hồ sơ", required=False, min_value=1, max_value=100_000)
    told_women = WholeNumberField(label="Trong đó nữ", required=False, min_value=0, max_value=100_000)
    told_minority = WholeNumberField(label="Trong đó dân tộc thiểu số", required=False, min_value=0, max_value=100_000)
    told_from = _text("Hồ sơ, nguồn của số liệu", 300, required=False)


TOLD = FieldGroup(
    "Lớp đã qua, chỉ còn số liệu",
    ("told_people", "told_women", "told_minority", "told_from"),
    "Chỉ ghi khi không còn danh sách từng người. Số chưa biết thì để trống.",
)


def _offer_course(form: StyledForm, kinds: Sequence[CourseKind], communes: QuerySet[Commune]) -> None:
    form.choose("kind", [(kind.value, kind.label) for kind in kinds])
    field = form.fields["commune"]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = communes


class NewCourseForm(CourseFields, StyledForm):
    """A class that is not there yet."""

    folded = (TOLD,)
    creation_key = CreationKeyField()

    def __init__(self, *args: Any, kinds: Sequence[CourseKind], communes: QuerySet[Commune], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_course(self, kinds, communes)


class ChangeCourseForm(CourseFields, VersionedForm):
    """A class that is corrected."""

    folded = (TOLD,)

    def __init__(self, *args: Any, kinds: Sequence[CourseKind], communes: QuerySet[Commune], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_course(self, kinds, communes)


class ReasonForm(VersionedForm):
    """Why."""

    reason = _reason("Lý do")


class ClockField(forms.TimeField):
    """A time of day, written 7:30, 07:30 or 7h30."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%H:%M", "%Hh%M", "%H.%M"], **kwargs)
        self.error_messages["invalid"] = "Hãy ghi giờ như 7:30."

    def prepare_value(self, value: Any) -> Any:
        """Without seconds."""
        return f"{value:%H:%M}" if isinstance(value, time) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A short input."""
        return {**super().widget_attrs(widget), "data-short": True, "autocomplete": "off", "placeholder": "7:30"}


class SessionsForm(VersionedForm):
    """Sessions of one day or of every day of a span: in the morning, in the afternoon, or both."""

    first = VNDateField(label="Từ ngày")
    last = VNDateField(label="Đến ngày")
    sundays = forms.BooleanField(label="Cả chủ nhật", required=False)
    morning_from = ClockField(label="Sáng, từ", required=False)
    morning_to = ClockField(label="Sáng, đến", required=False)
    afternoon_from = ClockField(label="Chiều, từ", required=False)
    afternoon_to = ClockField(label="Chiều, đến", required=False)
    topic = _text("Nội dung", 300, required=False)
    trainer = forms.ModelChoiceField(
        label="Giảng viên, báo cáo viên", queryset=Trainer.objects.none(), required=False, empty_label="– chưa ghi –"
    )

    def __init__(self, *args: Any, trainers: QuerySet[Trainer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["trainer"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = trainers

    def clean(self) -> dict[str, Any]:
        """Hours come in pairs, and a span has an end."""
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and not first <= last <= first + timedelta(days=LONGEST_SPAN):
            self.add_error("last", "Ngày cuối phải sau ngày đầu, trong vòng một năm.")
        given = 0
        for half in ("morning", "afternoon"):
            start, end = data.get(f"{half}_from"), data.get(f"{half}_to")
            given += bool(start and end)
            if bool(start) != bool(end):
                self.add_error(f"{half}_{'to' if start else 'from'}", "Hãy ghi cả giờ bắt đầu và giờ kết thúc.")
        if not given and not self.errors:
            self.add_error("morning_from", "Hãy ghi giờ của ít nhất một buổi.")
        return data

    @property
    def sessions(self) -> list[SessionInput]:
        """What was asked for, day by day; only of a valid form."""
        data = self.cleaned_data
        hours = [(data[f"{half}_from"], data[f"{half}_to"]) for half in ("morning", "afternoon")]
        found = []
        day: date = data["first"]
        while day <= data["last"]:
            is_sunday = day.isoweekday() == 7  # noqa: PLR2004  # Sunday
            if not is_sunday or data["sundays"] or data["first"] == data["last"]:
                found += [SessionInput(day, start, end) for start, end in hours if start and end]
            day += timedelta(days=1)
        return found


class MoveSessionForm(VersionedForm):
    """The right day and hours of one session, and why it moves."""

    held_on = VNDateField(label="Ngày")
    starts_at = ClockField(label="Từ")
    ends_at = ClockField(label="Đến")
    reason = _reason("Lý do chuyển")


class TrainerForm(VersionedForm):
    """Who teaches."""

    name = _text("Họ và tên", 120)
    position = _text("Chức danh, đơn vị", 200, required=False)
    topic = _text("Chuyên đề", 300, required=False)
    phone = _phone()


class RateForm(VersionedForm):
    """How much, for what, by which document."""

    kind = forms.ChoiceField(label="Khoản chi", choices=RateKind.choices)
    unit = forms.ChoiceField(label="Tính cho", choices=RateUnit.choices)
    amount = DongField(label="Mức", min_value=1)
    document = _text("Văn bản, điều khoản", 300, help_text="Văn bản quy định mức này, ví dụ nghị quyết của HĐND tỉnh.")


class FilesForm(VersionedForm):
    """Files of a class."""

    kind = forms.ChoiceField(label="Loại", choices=CourseFileKind.choices)
    uploads = ManyFilesField(label="Tệp", help_text="PDF, Word (.docx), Excel (.xlsx) hoặc ảnh, mỗi tệp tối đa 20 MB.")


class LearnerFields(forms.Form):
    """Somebody of the list."""

    name = _text("Họ và tên", 120)
    birth_year = forms.IntegerField(
        label="Năm sinh", required=False, min_value=FIRST_BIRTH, max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-short": True, "autocomplete": "off"}),
    )  # fmt: skip
    gender = forms.ChoiceField(label="Giới tính", required=False, choices=[("", "– chưa ghi –"), *Gender.choices])
    ethnicity = NFCField(
        label="Dân tộc", max_length=40, required=False,
        widget=forms.TextInput(attrs={"list": "cac-dan-toc", "autocomplete": "off"}),
    )  # fmt: skip
    commune = forms.ModelChoiceField(
        label="Xã, phường, đặc khu", queryset=Commune.objects.none(), required=False, empty_label="– chưa ghi –"
    )
    place_text = _text("Ấp, thôn, số nhà", 300, required=False)
    phone = _phone()
    identity_number = NFCField(
        label="Số căn cước", max_length=20, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    workplace = _text("Nơi làm việc", 300, required=False)
    salaried = forms.BooleanField(label="Hưởng lương từ ngân sách nhà nước", required=False)

    def clean_identity_number(self) -> str:
        """Its digits."""
        try:
            return identity_number(self.cleaned_data["identity_number"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    @property
    def ethnic_groups(self) -> tuple[str, ...]:
        """What is suggested while somebody types."""
        return ethnic_groups().names


def _offer_communes(form: forms.Form, communes: QuerySet[Commune]) -> None:
    field = form.fields["commune"]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = communes


class NewLearnerForm(LearnerFields, StyledForm):
    """Somebody who is not in the list yet; also at the door."""

    creation_key = CreationKeyField()

    def __init__(self, *args: Any, communes: QuerySet[Commune], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_communes(self, communes)


class ChangeLearnerForm(LearnerFields, VersionedForm):
    """Somebody who is corrected."""

    def __init__(self, *args: Any, communes: QuerySet[Commune], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_communes(self, communes)


class ImportForm(StyledForm):
    """A list as a file."""

    creation_key = CreationKeyField()
    file = forms.FileField(label="Tệp Excel (.xlsx)", widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}))


class CertifyForm(VersionedForm):
    """The decision, and who of those who may be certified."""

    creation_key = CreationKeyField()
    word = forms.ChoiceField(label="Loại giấy", choices=CertificateWord.choices)
    number = _text("Số quyết định", 60)
    decided_on = VNDateField(label="Ngày quyết định", initial=today)
    signed_by = _text("Người ký", 120)
    learners = forms.TypedMultipleChoiceField(
        label="Cấp cho", coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, able: Iterable[Learner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("learners", [(one.pk, f"{one.number}. {one.name}") for one in able])


class AllowanceForm(VersionedForm):
    """Which allowance, to whom not, and on what ground to those who look like somebody paid already."""

    creation_key = CreationKeyField()
    kind = forms.ChoiceField(label="Khoản")
    left_out = forms.TypedMultipleChoiceField(
        label="Không chi cho", coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    confirmed = _text(
        "Căn cứ chi",
        300,
        required=False,
        help_text="Chỉ ghi khi hệ thống nêu người nghi đã được chi mà bạn đã xác định là người khác, hoặc nêu mức chi cao "
        "hơn định mức mà có văn bản cho phép.",
    )

    def __init__(self, *args: Any, kinds: Iterable[str], people: Iterable[Learner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = set(kinds)
        self.choose("kind", [(kind.value, kind.label) for kind in ALLOWANCES if kind.value in known])
        self.choose("left_out", [(one.pk, f"{one.number}. {one.name}") for one in people])


class TieForm(VersionedForm):
    """Which row of the ledger."""

    posting = forms.ChoiceField(label="Khoản chi trong sổ kinh phí", widget=forms.RadioSelect)

    def __init__(self, *args: Any, postings: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("posting", postings)


class EmploymentForm(VersionedForm):
    """Whether somebody works in what was learnt."""

    employed = forms.TypedChoiceField(
        label="Có việc làm sau đào tạo", choices=[("co", "Có"), ("khong", "Không")],
        coerce=lambda value: value == "co", widget=forms.RadioSelect,
    )  # fmt: skip
    establishment = forms.ModelChoiceField(
        label="Cơ sở thụ hưởng của đề án", queryset=Establishment.objects.none(), required=False,
        empty_label="– không phải –",
    )  # fmt: skip
    employer = _text("Hoặc cơ sở sử dụng lao động khác", 300, required=False)
    job = _text("Công việc", 200, required=False)
    since_on = VNDateField(label="Làm từ ngày", required=False)
    proof = _text("Ai xác nhận, số liệu lấy ở đâu", 300)

    def __init__(self, *args: Any, establishments: QuerySet[Establishment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["establishment"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = establishments


SCALE = [("5", "5 – rất tốt"), ("4", "4"), ("3", "3"), ("2", "2"), ("1", "1 – kém")]


def _score(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=SCALE, coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )


class EvaluationForm(StyledForm):
    """What somebody thinks, without a name."""

    creation_key = CreationKeyField()
    kept_offline = forms.BooleanField(required=False, widget=forms.HiddenInput)
    content = _score("Nội dung")
    teaching = _score("Giảng viên, báo cáo viên")
    materials = _score("Tài liệu")
    organisation = _score("Tổ chức, phục vụ")
    usefulness = _score("Áp dụng được vào công việc")
    comment = _text("Ý kiến khác", 1_000, required=False, rows=3)
