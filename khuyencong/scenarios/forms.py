"""Forms of scenarios: a new one, the choices of one page of proposals, the filter of the list, which two to compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.fields import DongField, NFCField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.scenarios.actions import Pick, Start
from khuyencong.scenarios.actions.choosing import refusal
from khuyencong.scenarios.models import LONGEST_REASON, Scenario, ScenarioChoice
from khuyencong.scenarios.table import STATES, Dimension, Row

PAGE_SIZE = 100
LONGEST_KEY = 10
COPY = f"{Start.COPY}-"


class ScenarioForm(StyledForm):
    """A new scenario; `others` can be copied."""

    creation_key = CreationKeyField()
    name = NFCField(label="Tên phương án", max_length=120, help_text="Ví dụ: Phương án 1, ưu tiên xã khó khăn.")
    begin = forms.ChoiceField(label="Bắt đầu từ", widget=forms.RadioSelect, initial=Start.RANKING.value)
    note = NFCField(label="Ghi chú", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, others: Iterable[Scenario], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        starts = [(start.value, start.label) for start in (Start.RANKING, Start.PLAN, Start.EMPTY)]
        self.choose("begin", [*starts, *((f"{COPY}{one.pk}", f"Chép phương án «{one.name}»") for one in others)])

    @property
    def start(self) -> tuple[Start, int | None]:
        """What it begins with, and which scenario is copied; only of a valid form."""
        begin: str = self.cleaned_data["begin"]
        if begin.startswith(COPY):
            return Start.COPY, int(begin.removeprefix(COPY))
        return Start(begin), None


class RenameForm(VersionedForm):
    """What a scenario is called, and what it is for."""

    name = NFCField(label="Tên phương án", max_length=120)
    note = NFCField(label="Ghi chú", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class ChoicesForm(VersionedForm):
    """What is decided about the proposals of one page: for each a tick, an amount and a reason.

    `rows` are the choices that the page showed; the page draws the fields itself, a hundred rows at once.
    """

    def __init__(self, *args: Any, rows: Iterable[ScenarioChoice], **kwargs: Any) -> None:
        self.rows = list(rows)
        initial = dict(kwargs.pop("initial", {}))
        for one in self.rows:
            initial |= {
                f"chon_{one.project_id}": one.chosen,
                f"tien_{one.project_id}": one.amount,
                f"ly_do_{one.project_id}": one.reason,
            }
        super().__init__(*args, initial=initial, **kwargs)
        for one in self.rows:
            code = one.project.code
            self.fields[f"chon_{one.project_id}"] = forms.BooleanField(label=f"{code}, chọn", required=False)
            self.fields[f"tien_{one.project_id}"] = DongField(label=f"{code}, số hỗ trợ", required=False)
            self.fields[f"ly_do_{one.project_id}"] = NFCField(
                label=f"{code}, lý do cắt giảm", max_length=LONGEST_REASON, required=False
            )

    def clean(self) -> dict[str, Any]:
        """Amounts that cannot be are told beside their own field."""
        data = super().clean() or self.cleaned_data
        for one in self.rows:
            if self.errors.keys() & {f"tien_{one.project_id}", f"ly_do_{one.project_id}"}:
                continue
            pick = self._pick(one)
            if told := refusal(one, pick):
                why = pick.chosen and 0 < pick.amount < one.most
                self.add_error(f"{'ly_do' if why else 'tien'}_{one.project_id}", told[:1].upper() + told[1:])
        return data

    @property
    def picks(self) -> dict[int, Pick]:
        """By key of the đề án; only of a valid form."""
        return {one.project_id: self._pick(one) for one in self.rows}

    def _pick(self, one: ScenarioChoice) -> Pick:
        """An empty amount means all that it may get."""
        amount = self.cleaned_data.get(f"tien_{one.project_id}")
        return Pick(
            chosen=bool(self.cleaned_data.get(f"chon_{one.project_id}")),
            amount=one.most if amount is None else amount,
            reason=self.cleaned_data.get(f"ly_do_{one.project_id}") or "",
        )


def keys_of(text: str) -> list[int]:
    """The keys in a hidden field, "3,14,15"; none where it is not that, or more than a page holds."""
    parts = text.split(",")
    if len(parts) > PAGE_SIZE or not all(one.isascii() and one.isdigit() and len(one) < LONGEST_KEY for one in parts):
        return []
    return [int(one) for one in parts]


class RowFilter(StyledForm):
    """What the list of proposals is narrowed to; an unknown value finds nothing."""

    chon = forms.ChoiceField(label="Trạng thái", required=False)

    def __init__(self, *args: Any, dimensions: Sequence[Dimension], rows: Sequence[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("chon", [("", "Tất cả"), *((key, label) for key, (label, _) in STATES.items())])
        for one in dimensions:
            keys = {one.key(row) for row in rows}
            order = {key: place for place, key in enumerate(one.order)}
            choices = sorted(((key, one.label(key)) for key in keys), key=lambda pair: (order.get(pair[0], 0), pair[1]))
            self.fields[one.name] = forms.ChoiceField(
                label=one.title, required=False, choices=[("", "Tất cả"), *choices]
            )

    @property
    def wanted(self) -> Mapping[str, str]:
        """What stands in the address, also what is no choice."""
        return {name: self.data.get(name, "") for name in self.fields}


class PairForm(StyledForm):
    """Which two scenarios stand side by side."""

    a = forms.TypedChoiceField(label="Bên trái", coerce=int)
    b = forms.TypedChoiceField(label="Bên phải", coerce=int)

    def __init__(self, *args: Any, scenarios: Iterable[Scenario], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.pk, one.name) for one in scenarios]
        self.choose("a", choices)
        self.choose("b", choices)
