"""The questions of a sheet as a form, what an officer adds, and the decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from khuyencong.core.fields import DongField, NFCField, WholeNumberField
from khuyencong.core.files import ACCEPTED_EXTENSIONS
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.core.money import MAX_DONG
from khuyencong.effects.actions import Told
from khuyencong.effects.figures import MONEY, PEOPLE, Question
from khuyencong.effects.models import DIGITS, FileKind, Source
from khuyencong.projects.indicators import MOST_DECIMALS
from khuyencong.projects.row_forms import FigureField

MOST_HEADS = 1_000_000
SURE = "Tôi đã xem lại: các số trên đúng như vậy"


def field_for(question: Question) -> forms.Field:
    """One question; empty means that it is not known."""
    shared: dict[str, Any] = {
        "label": f"{question.text} ({question.unit})",
        "help_text": question.help,
        "required": False,
    }
    if question.code in PEOPLE:
        return WholeNumberField(min_value=0, max_value=MOST_HEADS, **shared)
    if question.code in MONEY:
        return DongField(max_value=MAX_DONG - 1, **shared)
    return FigureField(min_value=0, max_digits=DIGITS - MOST_DECIMALS, decimal_places=MOST_DECIMALS, **shared)


class AnswerForm(VersionedForm):
    """What is asked of one establishment, in the words of `asked.yaml`."""

    closed = forms.BooleanField(label="Cơ sở đã ngừng hoạt động", required=False)
    note = NFCField(
        label="Điều cơ sở muốn nói thêm", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    as_known = forms.BooleanField(label="Các số đã có trong hồ sơ nêu trên là đúng", required=False)
    file = forms.FileField(
        label="Giấy tờ kèm theo (không bắt buộc)",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(f".{one}" for one in ACCEPTED_EXTENSIONS)}),
        help_text=f"Bảng lương, hóa đơn tiền điện…; chụp bằng điện thoại cũng được. Loại: {', '.join(ACCEPTED_EXTENSIONS)}.",
    )
    kind = forms.ChoiceField(
        label="Giấy tờ kèm theo là gì", choices=[("", "– chọn –"), *FileKind.choices], required=False
    )
    sure = forms.BooleanField(label=SURE, required=False)

    def __init__(self, *args: Any, questions: Sequence[Question], known: bool = False, **kwargs: Any) -> None:
        self.questions = questions
        self.declared = list(type(self).base_fields)
        super().__init__(*args, **kwargs)
        for one in questions:
            self.fields[one.code] = field_for(one)
            self.fields[one.code].show_hidden_initial = one.code in self.initial
        if not known:
            del self.fields["as_known"]
        self.doubtful = False

    @property
    def prefilled(self) -> bool:
        """Whether an earlier figure stands in a field."""
        return any(one.code in self.initial for one in self.questions)

    @property
    def file_again(self) -> bool:
        """Whether a file came along that the browser does not send a second time by itself."""
        return bool(self.files)

    @property
    def asked(self) -> list[BoundField]:
        """The questions, in their order."""
        return [self[one.code] for one in self.questions]

    @property
    def values(self) -> Mapping[str, Decimal | None]:
        """What was said; None where a question was left empty."""
        data = self.cleaned_data
        return {
            one.code: None if data.get(one.code) is None else Decimal(data[one.code]) for one in self.questions
        }  # fmt: skip

    @property
    def told(self) -> Told:
        """What the actions take."""
        data = self.cleaned_data
        return Told(
            values=self.values,
            closed=data["closed"],
            as_known=data.get("as_known", False),
            note=data["note"] or "",
            upload=data.get("file"),
            kind=data["kind"] or FileKind.OTHER,
        )


class RecordForm(AnswerForm):
    """The same as an officer writes it down."""

    source = forms.ChoiceField(
        label="Theo đâu",
        choices=[(one.value, one.label) for one in (Source.PHONE, Source.PUBLISHED)],
        initial=Source.PHONE.value,
    )
    told_by = NFCField(
        label="Ai kể, hoặc nguồn nào",
        max_length=300,
        help_text="Ví dụ: bà Nguyễn Thị Ví Dụ, chủ cơ sở, qua điện thoại; hoặc tên báo và ngày đăng.",
    )


class ReasonForm(VersionedForm):
    """Why a sheet goes back."""

    reason = NFCField(
        label="Lý do",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Cơ sở đọc được khi mở lại phiếu.",
    )


class ConfirmForm(VersionedForm):
    """Why doubtful figures stand; needed only where there are doubts."""

    remark = NFCField(
        label="Vì sao số liệu vẫn đúng",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Bắt buộc khi có điều đáng ngờ nêu ở trên.",
    )


class LettersForm(StyledForm):
    """Which sheets letters are printed for."""

    phieu = forms.TypedMultipleChoiceField(coerce=int, required=True)

    def __init__(self, data: Any, *, known: Sequence[int]) -> None:
        super().__init__(data)
        self.choose("phieu", [(key, str(key)) for key in known])
