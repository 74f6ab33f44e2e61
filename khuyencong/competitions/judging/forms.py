"""Forms of judging: the sheet with its fields made of the round's criteria, conflicts, reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from khuyencong.competitions.judging.arithmetic import points_shown, read_points
from khuyencong.competitions.judging.drafting import Typed
from khuyencong.competitions.models import Conflict, ConflictDecision, Criterion, Part, Round, Sheet
from khuyencong.core.fields import NFCField
from khuyencong.core.forms import StyledForm, VersionedForm

MOST_TURNS = 2**31 - 1


class PointsField(forms.Field):
    """Points of one criterion, typed as people do; cleans to Decimal, or None where it is blank: not scored yet."""

    widget = forms.TextInput

    def __init__(self, *, criterion: Criterion, step: Decimal, **kwargs: Any) -> None:
        self.most, self.step, self.part = criterion.max_points, step, criterion.part
        super().__init__(required=False, label=criterion.text, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """The sentence of `read_points` becomes the error at the field."""
        if isinstance(value, Decimal):
            return value
        try:
            return read_points("" if value is None else str(value), most=self.most, step=self.step)
        except ValueError as error:
            raise ValidationError(str(error), code="points") from error

    def prepare_value(self, value: Any) -> Any:
        """Points the Vietnamese way; what the user typed is shown again as typed."""
        return points_shown(value) if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """`data-points` is where the page's script adds up."""
        own = {"inputmode": "decimal", "autocomplete": "off", "data-short": True, "data-points": self.part}
        return {**super().widget_attrs(widget), **own}


@dataclass(frozen=True)
class Line:
    """One criterion on the page."""

    number: int
    text: str
    most: str
    points: BoundField
    note: BoundField


@dataclass(frozen=True)
class PartLines:
    """One of the four parts with its criteria."""

    key: str
    label: str
    most: str
    lines: tuple[Line, ...]


class SheetForm(VersionedForm):
    """A judge's sheet. `page` is the mark of the page that was opened, `turn` counts what it has sent (`drafting`)."""

    page = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    turn = forms.IntegerField(widget=forms.HiddenInput, initial=0, min_value=0, max_value=MOST_TURNS)

    def __init__(
        self, *args: Any, round_: Round, criteria: Sequence[Criterion], sheet: Sheet | None, **kwargs: Any
    ) -> None:
        """`criteria` in their order; the scores of the sheet are read in one query."""
        self.criteria = criteria
        scores = {one.criterion_id: one for one in sheet.scores.all()} if sheet else {}
        initial: dict[str, Any] = {"version": sheet.version if sheet else 1, "remark": sheet.remark if sheet else ""}
        for one in criteria:
            score = scores.get(one.pk)
            initial[f"c{one.pk}"] = score.points if score else None
            initial[f"n{one.pk}"] = score.note if score else ""
        super().__init__(*args, initial=initial, **kwargs)
        step = Decimal(round_.score_step)
        for one in criteria:
            self._add(f"c{one.pk}", PointsField(criterion=one, step=step))
            self._add(f"n{one.pk}", NFCField(label="Ghi chú", max_length=300, required=False))
        remark = NFCField(label="Nhận xét", max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
        self._add("remark", remark)

    def _add(self, name: str, field: forms.Field) -> None:
        field.show_hidden_initial = True  # as VersionedForm does for the fields that it knows
        self.fields[name] = field

    def parts(self) -> list[PartLines]:
        """The four parts in the order of Phụ lục 4; criteria are numbered through."""
        found, number = [], 0
        for part in Part:
            rows = [one for one in self.criteria if one.part == part]
            lines = []
            for one in rows:
                number += 1
                lines.append(
                    Line(number, one.text, points_shown(one.max_points), self[f"c{one.pk}"], self[f"n{one.pk}"])
                )
            whole = sum((one.max_points for one in rows), Decimal(0))
            found.append(PartLines(part.value, part.label, points_shown(whole), tuple(lines)))
        return found

    def typed(self) -> Typed:
        """What could be read, after `is_valid` has looked; fields with an error are left out."""
        data = self.cleaned_data
        points = {one.pk: data[f"c{one.pk}"] for one in self.criteria if f"c{one.pk}" in data}
        notes = {one.pk: data[f"n{one.pk}"] or "" for one in self.criteria if f"n{one.pk}" in data}
        return Typed(points, notes, (data["remark"] or "") if "remark" in data else None)


class SignForm(VersionedForm):
    """Signing asks for nothing but the version of the sheet that was read."""


class ReasonForm(VersionedForm):
    """A step that needs a reason."""

    reason = NFCField(label="Lý do", max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}))


class DeclareForm(StyledForm):
    """A judge says that they are too near."""

    note = NFCField(
        label="Quan hệ của bạn với cơ sở hoặc sản phẩm",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ví dụ: người nhà của chủ cơ sở, đang tư vấn cho cơ sở. Khai rồi thì bạn không chấm sản phẩm này.",
    )


class DecideForm(StyledForm):
    """What happens with the chosen conflicts, with one reason for all."""

    keys = forms.MultipleChoiceField(label="Các cặp", widget=forms.CheckboxSelectMultiple)
    decision = forms.ChoiceField(label="Quyết định", choices=ConflictDecision, widget=forms.RadioSelect)
    reason = NFCField(label="Lý do", max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}))
    error_messages_of_keys: ClassVar[str] = "Hãy chọn ít nhất một dòng."

    def __init__(self, *args: Any, conflicts: Iterable[Conflict], **kwargs: Any) -> None:
        """`conflicts`: those that may be decided upon."""
        super().__init__(*args, **kwargs)
        self.choose("keys", [(str(one.pk), f"{one.member.full_name} × {one.entry.code}") for one in conflicts])
        self.fields["keys"].error_messages["required"] = self.error_messages_of_keys

    def clean_keys(self) -> list[int]:
        """The keys as numbers."""
        return [int(one) for one in self.cleaned_data["keys"]]
