"""Forms of the monthly reports."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import copy
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from khuyencong.appraisal.forms.spot import ManyFilesField, ManyFilesInput
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.core.money import format_dong
from khuyencong.monitoring.figures import TEXTS, Asked, Figures, PartInput, WorkInput, figures_of
from khuyencong.monitoring.models import LONGEST, WHOLE, ProgressReport, WorkState
from khuyencong.projects.row_forms import FigureField

MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
COMMON = "chung"  # in the names of fields, for the part that belongs to no beneficiary


def month_of(text: str) -> date | None:
    """The month of «2026-05» as an address carries it; None for anything else."""
    found = MONTH.fullmatch(text) if len(text) < 10 else None  # noqa: PLR2004  # yyyy-mm
    return date(int(found[1]), int(found[2]), 1) if found else None


def month_choices(months: Iterable[date]) -> list[tuple[str, str]]:
    """Months as a select box offers them."""
    return [(f"{one:%Y-%m}", f"Tháng {one:%m/%Y}") for one in months]


def _text(label: str, *, rows: int = 3, help_text: str = "") -> NFCField:
    return NFCField(
        label=label, max_length=LONGEST, required=False, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


class BeginForm(VersionedForm):
    """Of which month; the version is that of the đề án."""

    month = forms.ChoiceField(label="Tháng báo cáo")
    creation_key = CreationKeyField()

    def __init__(self, *args: Any, months: Iterable[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("month", month_choices(months))


class ReportForm(VersionedForm):
    """Everything that the unit reports: one field for each beneficiary's money and each work item."""

    volume = FigureField(
        label="Khối lượng công việc của hạng mục được hỗ trợ đã thực hiện (%)",
        min_value=0,
        max_value=WHOLE,
        max_digits=5,
        decimal_places=2,
        help_text="Lũy kế từ khi bắt đầu, ví dụ 62,5.",
    )
    support_received = DongField(label="Kinh phí khuyến công đã nhận, lũy kế")
    support_used = DongField(label="Trong đó đã sử dụng", required=False)
    difficulties = _text("Khó khăn, vướng mắc")
    proposals = _text("Kiến nghị, đề xuất")
    next_month = _text("Kế hoạch tháng tới")
    decrease_reason = _text(
        "Lý do thấp hơn số đã xác nhận", rows=2, help_text="Chỉ ghi khi khối lượng hoặc giá trị giảm so với lần trước."
    )

    def __init__(self, *args: Any, report: ProgressReport, asked: Asked, **kwargs: Any) -> None:
        self.asked = asked
        figures = figures_of(report)
        kwargs["initial"] = {"version": report.version, **_initial(figures, asked), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        for key, name in asked.beneficiaries.items():
            self._add_part(key, name)
        for item in asked.works:
            self._add_work(item.pk, item.content)
        for name, field in self.fields.items():  # those that were added after the base class had looked at them
            field.show_hidden_initial = name in self.initial and not field.widget.is_hidden

    def _add_part(self, key: int | None, name: str) -> None:
        estimate = format_dong(self.asked.estimate[key])
        self.fields[part_field("done", key)] = DongField(label=f"{name}: giá trị đã thực hiện, lũy kế")
        self.fields[part_field("total", key)] = DongField(
            label=f"{name}: tổng vốn đầu tư", help_text=f"Không nhỏ hơn dự toán được duyệt {estimate} đồng."
        )
        self.fields[part_field("note", key)] = NFCField(label=f"{name}: ghi chú", max_length=300, required=False)

    def _add_work(self, key: int, content: str) -> None:
        self.fields[f"state_{key}"] = forms.ChoiceField(label=f"{content}: tình trạng", choices=WorkState.choices)
        self.fields[f"work_note_{key}"] = NFCField(label=f"{content}: ghi chú", max_length=300, required=False)

    @property
    def head_fields(self) -> list[BoundField]:
        return [self["volume"]]

    @property
    def money_fields(self) -> list[BoundField]:
        return [self["support_received"], self["support_used"]]

    @property
    def text_fields(self) -> list[BoundField]:
        return [self[name] for name in TEXTS]

    @property
    def part_rows(self) -> list[tuple[str, list[BoundField]]]:
        """Each beneficiary with its three fields."""
        return [
            (name, [_called(self[part_field(what, key)], label) for what, label in PART_LABELS.items()])
            for key, name in self.asked.beneficiaries.items()
        ]

    @property
    def work_rows(self) -> list[tuple[str, list[BoundField]]]:
        """Each work item with its two fields."""
        return [
            (
                str(one),
                [_called(self[f"state_{one.pk}"], "Tình trạng"), _called(self[f"work_note_{one.pk}"], "Ghi chú")],
            )
            for one in self.asked.works
        ]

    def figures(self) -> Figures:
        """What was typed, as the action takes it."""
        data = self.cleaned_data
        return Figures(
            volume=data["volume"] or Decimal(0),
            support_received=data["support_received"],
            support_used=data["support_used"] or 0,
            parts=[
                PartInput(
                    key,
                    data[part_field("done", key)],
                    data[part_field("total", key)],
                    data[part_field("note", key)] or "",
                )
                for key in self.asked.beneficiaries
            ],
            works=[
                WorkInput(one.pk, data[f"state_{one.pk}"], data[f"work_note_{one.pk}"] or "")
                for one in self.asked.works
            ],
            **{name: data[name] or "" for name in TEXTS},
        )


PART_LABELS = {"done": "Giá trị đã thực hiện, lũy kế", "total": "Tổng vốn đầu tư", "note": "Ghi chú"}


def _called(bound: BoundField, label: str) -> BoundField:
    """The same input under a shorter label: its row names the beneficiary, while errors and differences name both."""
    shown = copy(bound)
    shown.label = label
    return shown


def part_field(what: str, key: int | None) -> str:
    """The name of a field of one beneficiary."""
    return f"{what}_{key or COMMON}"


def _initial(figures: Figures, asked: Asked) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(figures, name) for name in ("volume", "support_received", "support_used")}
    values |= {name: getattr(figures, name) for name in TEXTS}
    for key in asked.beneficiaries:
        part = next((one for one in figures.parts if one.beneficiary_id == key), None)
        values[part_field("done", key)] = part.done if part else 0
        values[part_field("total", key)] = part.total if part else asked.estimate[key]
        values[part_field("note", key)] = part.note if part else ""
    for one in asked.works:
        work = next((done for done in figures.works if done.item_id == one.pk), None)
        values[f"state_{one.pk}"] = work.state if work else WorkState.WAITING.value
        values[f"work_note_{one.pk}"] = work.note if work else ""
    return values


class PhotosForm(VersionedForm):
    """Photos, with one caption for all of them."""

    photos = ManyFilesField(
        label="Ảnh",
        help_text="JPEG hoặc PNG. Giờ và tọa độ mà máy ảnh ghi trong tệp JPEG được giữ cùng ảnh.",
        widget=ManyFilesInput(attrs={"accept": "image/jpeg,image/png"}),
    )
    caption = NFCField(label="Chú thích", max_length=300, required=False)


class ConfirmForm(VersionedForm):
    """The day of the confirmation, and what Sở adds."""

    confirmed_on = VNDateField(label="Ngày xác nhận", initial=today)
    note = _text("Ý kiến kèm theo")


class ReasonForm(VersionedForm):
    """Why a report is returned."""

    reason = NFCField(label="Lý do", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}))


class CorrectForm(ReasonForm):
    """Why a confirmed report is corrected."""

    creation_key = CreationKeyField()


class OwnDayForm(StyledForm):
    """What the agency asks for its local money."""

    from_month = forms.ChoiceField(label="Từ tháng")
    day = WholeNumberField(
        label="Trước ngày",
        required=False,
        min_value=1,
        max_value=28,
        help_text="Ngày trong tháng, từ 1 đến 28. Để trống: không yêu cầu báo cáo tháng nữa.",
    )
    document = NFCField(label="Văn bản quy định của cơ quan", max_length=200, required=False)
    creation_key = CreationKeyField()

    def __init__(self, *args: Any, months: Iterable[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("from_month", month_choices(months))
