"""Forms of an adjustment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import NFCField, VNDateField
from khuyencong.core.forms import FieldGroup, VersionedForm
from khuyencong.law.catalogue import activity_choices
from khuyencong.people.models import Agency
from khuyencong.places.models import Commune
from khuyencong.projects.forms import long_text
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.projects.row_forms import LineForm, LineOffers

LONGEST_REASON = 5_000


def reason_field(label: str, help_text: str = "") -> NFCField:
    """Why; a few lines."""
    return NFCField(
        label=label, max_length=LONGEST_REASON, help_text=help_text, widget=forms.Textarea(attrs={"rows": 3})
    )


def number_field(label: str) -> NFCField:
    """The number of a document, as written on it."""
    return NFCField(label=label, max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))


def day_field(label: str) -> VNDateField:
    """A day that is most often today."""
    return VNDateField(label=label, initial=today)


def scan_field(label: str) -> forms.FileField:
    """The scanned document, if it is at hand."""
    return forms.FileField(
        label=label,
        required=False,
        allow_empty_file=True,  # the action refuses it with a sentence of its own
        help_text="PDF, Word (.docx), Excel (.xlsx) hoặc ảnh (.jpg, .png), tối đa 20 MB.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"}),
    )


class BeginForm(VersionedForm):
    """Why an adjustment is needed."""

    creation_key = CreationKeyField()
    reason = reason_field("Lý do điều chỉnh", "Bước sau mới ghi điều chỉnh những gì.")


class ChangeForm(VersionedForm):
    """The description as it would be; what is left as it is does not change."""

    folded = (
        FieldGroup(
            "Nội dung khác của thuyết minh",
            ("aims", "scale", "content", "organisation", "effects"),
            "Chỉ sửa những phần phải đổi theo.",
        ),
    )

    reason = reason_field("Lý do điều chỉnh")
    starts_on = VNDateField(label="Bắt đầu", required=False)
    ends_on = VNDateField(label="Kết thúc", required=False)
    commune = forms.ModelChoiceField(
        label="Xã, phường, đặc khu",
        queryset=Commune.objects.none(),
        required=False,
        empty_label="— nhiều nơi hoặc chưa rõ —",
    )
    place_text = NFCField(label="Địa điểm thực hiện", max_length=300, required=False)
    cooperating_unit = NFCField(label="Đơn vị phối hợp", max_length=300, required=False)
    activity = forms.ChoiceField(label="Nội dung hoạt động")
    substance = forms.BooleanField(
        label="Việc làm thay đổi thành một nội dung hoạt động khác",
        required=False,
        help_text="Đánh dấu khi mã nội dung giữ nguyên nhưng bản chất việc được hỗ trợ đã khác (TT 36/2013 Đ11.2.a).",
    )
    aims = long_text("Mục tiêu", "")
    scale = long_text("Quy mô, đặc điểm vượt trội", "")
    content = long_text("Nội dung và tiến độ", "")
    organisation = long_text("Tổ chức thực hiện", "")
    effects = long_text("Hiệu quả", "")

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("activity", activity_choices())
        field = self.fields["commune"]
        if isinstance(field, forms.ModelChoiceField):
            chosen = Q(pk__in=[key for key in (project.commune_id, self.initial.get("commune")) if key])
            field.queryset = Commune.objects.filter(province=project.province).filter(Q(valid_to__isnull=True) | chosen)

    def clean(self) -> dict[str, Any]:
        """Days in order."""
        data = super().clean() or {}
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "Ngày kết thúc không được trước ngày bắt đầu.")
        return data


class ProposedLineForm(LineForm):
    """One line of the proposed estimate; `line` is the key of the approved line that it was."""

    line = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, beneficiaries: Sequence[Beneficiary], years: Sequence[int], **kwargs: Any) -> None:
        """Lines are told apart by the establishment: a newcomer has no row yet."""
        super().__init__(*args, offers=LineOffers((), years, ()), **kwargs)
        for name in ("cost_item", "unit", "quantity", "unit_price"):
            del self.fields[name]
        self.fields["total"].help_text = ""
        named = [(one.establishment_id, str(one.establishment)) for one in beneficiaries]
        self.choose("beneficiary", [("", "— chung của đề án —"), *named])


class ProposeForm(VersionedForm):
    """The unit's document that asks for the adjustment."""

    request_number = number_field("Số văn bản đề nghị của đơn vị")
    request_on = day_field("Ngày văn bản")
    file = scan_field("Bản chụp văn bản")


class OpinionForm(VersionedForm):
    """What Sở says after it has checked."""

    opinion = reason_field("Ý kiến của Sở", "Kết quả kiểm tra hồ sơ, lý do và tình hình thực tế (TT 36/2013 Đ21.2.b).")
    number = number_field("Số văn bản của Sở")
    on = day_field("Ngày văn bản")
    file = scan_field("Bản chụp văn bản")


class DecisionForm(VersionedForm):
    """The decision."""

    number = number_field("Số quyết định hoặc văn bản")
    on = day_field("Ngày ký")
    signer = NFCField(label="Người ký, chức vụ", max_length=200)
    confirmed = forms.BooleanField(
        label="Đã đối chiếu định mức và điều kiện với văn bản gốc",
        required=False,
        help_text="Cần khi có điều «cần người có thẩm quyền quyết định».",
    )
    file = scan_field("Bản chụp quyết định")

    def __init__(self, *args: Any, agency: Agency | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if agency is not None:
            self.fields["number"].help_text = f"Do {agency} ghi vào hệ thống."


class AnswerForm(VersionedForm):
    """Why it is given back, refused or withdrawn."""

    reason = reason_field("Lý do")
