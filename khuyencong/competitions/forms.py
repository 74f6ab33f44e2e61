"""Forms of rounds, their people and their scale; those of a product are in `entry_forms`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from khuyencong.appraisal.forms.spot import ManyFilesField, ManyFilesInput
from khuyencong.appraisal.models import Quorum
from khuyencong.competitions.models import (
    Part,
    RoundPaperKind,
    ScoreStep,
    ScoringMode,
    SeatRole,
    TieRule,
)
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import NFCField, VNDateField
from khuyencong.core.forms import FieldGroup, StyledForm, VersionedForm
from khuyencong.establishments.models import CertificateLevel
from khuyencong.people.models import User
from khuyencong.places.models import Commune, Region
from khuyencong.projects.models import Project

SCANS = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"
SCANS_HELP = "PDF, Word (.docx), Excel (.xlsx) hoặc ảnh (.jpg, .png), mỗi tệp tối đa 20 MB, tổng 25 MB mỗi lần gửi."


def lines_field(
    label: str, *, rows: int = 3, required: bool = False, longest: int = 2_000, help_text: str = ""
) -> NFCField:
    return NFCField(
        label=label,
        required=required,
        max_length=longest,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def number_field(label: str, *, required: bool = True) -> NFCField:
    widget = forms.TextInput(attrs={"data-short": True, "autocomplete": "off"})
    return NFCField(label=label, max_length=60, required=required, widget=widget)


def files_field(
    label: str, *, accept: str = SCANS, help_text: str = SCANS_HELP, required: bool = False
) -> ManyFilesField:
    return ManyFilesField(
        label=label,
        required=required,
        help_text=help_text,
        widget=ManyFilesInput(attrs={"accept": accept, "multiple": True}),
    )


ON_PORTAL = "Mọi người đọc được tới hết hạn nhận hồ sơ; bỏ đánh dấu ở «Gia hạn» thì gỡ xuống trong một phút."


class DaysForm(forms.Form):
    """When and where products are taken."""

    entries_from = VNDateField(label="Nhận hồ sơ từ ngày", required=False)
    entries_until = VNDateField(label="Nhận hồ sơ đến hết ngày", required=False)
    scoring_until = VNDateField(label="Chấm xong trước ngày", required=False)
    where = lines_field("Nơi nhận hồ sơ và sản phẩm", rows=2, longest=1_000)


class RoundForm(DaysForm, StyledForm):
    """What a round is and how it is scored."""

    field_order = (
        "creation_key", "version", "level", "commune", "district", "region", "year", "name", "entries_from",
        "entries_until", "scoring_until", "where", "scoring_mode", "score_step", "tie_rule", "quorum", "project",
    )  # fmt: skip
    year = forms.IntegerField(
        label="Năm", min_value=2012, max_value=2100, widget=forms.NumberInput(attrs={"data-short": True})
    )
    name = NFCField(label="Tên kỳ bình chọn", max_length=200)
    scoring_mode = forms.ChoiceField(label="Cách chấm", choices=ScoringMode.choices, widget=forms.RadioSelect)
    score_step = forms.ChoiceField(label="Bước điểm nhỏ nhất", choices=ScoreStep.choices)
    tie_rule = forms.ChoiceField(
        label="Khi bằng điểm", choices=TieRule.choices, widget=forms.RadioSelect,
        help_text="Thông tư không quy định: cơ quan tổ chức chọn trước khi thông báo.",
    )  # fmt: skip
    quorum = forms.ChoiceField(
        label="Số giám khảo phải chấm mỗi sản phẩm", choices=Quorum.choices,
        help_text="Thông tư không quy định: cơ quan tổ chức chọn trước khi thông báo.",
    )  # fmt: skip

    project = forms.ModelChoiceField(
        Project.objects.none(),
        label="Đề án, nhiệm vụ chi trả kinh phí tổ chức",
        required=False,
        empty_label="– chưa ghi –",
        help_text="Đề án có nội dung bình chọn, nguồn khuyến công địa phương hoặc quốc gia theo cấp (Thông tư 26/2014/TT-BCT Điều 19).",
    )

    def __init__(self, *args: Any, projects: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["project"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = projects


class NewRoundForm(RoundForm):
    """A new round; the place follows from the level, and is asked only where the agency has more than one."""

    creation_key = CreationKeyField()
    level = forms.ChoiceField(label="Cấp bình chọn")
    commune = forms.ModelChoiceField(
        Commune.objects.none(), label="Xã, phường, đặc khu (bình chọn cấp xã)", required=False, empty_label="– chọn –"
    )
    district = NFCField(label="Huyện (bình chọn cấp huyện, trước 01/07/2025)", max_length=100, required=False)
    region = forms.ChoiceField(
        label="Khu vực (bình chọn cấp khu vực)", choices=[("", "– chọn –"), *Region.choices], required=False
    )

    def __init__(self, *args: Any, levels: Sequence[str], communes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("level", [(one, CertificateLevel(one).label) for one in levels])
        field = self.fields["commune"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = communes
        asked = {"commune": "commune" in levels and communes is not None and communes.exists()}
        asked |= {"district": "district" in levels, "region": "region" in levels}
        for name, wanted in asked.items():
            if not wanted:
                del self.fields[name]


class ChangeRoundForm(VersionedForm, RoundForm):
    """What was prepared, again."""


class ProlongForm(VersionedForm, DaysForm):
    """Once called: later last days, where to bring things, and whether everybody reads of it."""

    on_portal = forms.BooleanField(label="Hiện trên cổng thông tin", required=False, help_text=ON_PORTAL)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["entries_from"]


class CallForm(VersionedForm):
    """The document that calls for products."""

    number = number_field("Số văn bản thông báo")
    on = VNDateField(label="Ngày văn bản", initial=today)
    uploads = files_field("Bản quét văn bản")
    on_portal = forms.BooleanField(label="Hiện trên cổng thông tin", required=False, help_text=ON_PORTAL)


class ReasonForm(VersionedForm):
    """Why."""

    reason = lines_field("Lý do", required=True)


class OpenScoringForm(VersionedForm):
    """On the last day of receiving somebody must say so."""

    last_day = forms.BooleanField(label="Tôi xác nhận không nhận thêm hồ sơ trong hôm nay.", required=False)


class RoundPapersForm(StyledForm):
    """Scans of decisions and letters."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    kind = forms.ChoiceField(label="Loại giấy tờ", choices=RoundPaperKind.choices)
    uploads = files_field("Tệp", required=True)


class PersonForm(VersionedForm):
    """Somebody by decision."""

    full_name = NFCField(label="Họ và tên", max_length=120)
    position = NFCField(label="Chức vụ, học hàm, đơn vị", max_length=200, required=False)
    username = NFCField(
        label="Tên đăng nhập",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"data-short": True, "autocomplete": "off"}),
        help_text="Giám khảo cần có tài khoản để chấm; thành viên Hội đồng thì không bắt buộc.",
    )
    decision_number = number_field("Số quyết định")
    decision_on = VNDateField(label="Ngày quyết định", initial=today)
    from_on = VNDateField(label="Từ ngày", initial=today)
    tax_code = NFCField(
        label="Mã số thuế của đơn vị hoặc cơ sở người này tham gia",
        max_length=14,
        required=False,
        widget=forms.TextInput(attrs={"data-short": True, "autocomplete": "off"}),
    )
    address = NFCField(label="Địa chỉ", max_length=300, required=False)

    folded = (
        FieldGroup(
            "Để tìm xung đột lợi ích", ("tax_code", "address"),
            "Chỉ dùng để so với mã số thuế, địa chỉ của cơ sở có sản phẩm dự thi.",
        ),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The account, by its name."""
        data = super().clean() or {}
        name = data.pop("username", "") or ""
        data["user"] = None
        if name:
            data["user"] = User.objects.filter(username=User.objects.normalize_username(name), is_active=True).first()
            if data["user"] is None:
                self.add_error("username", "Không có tài khoản nào mang tên đăng nhập này.")
        return data


class MemberForm(PersonForm):
    """Somebody new in the council, the jury or the expert group."""

    field_order = ("version", "role", "full_name", "position", "username", "decision_number", "decision_on", "from_on")
    role = forms.ChoiceField(label="Vai trò", choices=SeatRole.choices)


class EndMemberForm(VersionedForm):
    """Until when a seat is held."""

    until_on = VNDateField(label="Đến hết ngày", initial=today)
    reason = lines_field("Lý do", required=True, rows=2)


class CopyMembersForm(VersionedForm):
    """The decision by which those of the last round sit again."""

    decision_number = number_field("Số quyết định")
    decision_on = VNDateField(label="Ngày quyết định", initial=today)
    from_on = VNDateField(label="Từ ngày", initial=today)


class PointsField(forms.DecimalField):
    """Points with a comma or a point."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"data-short": True, "inputmode": "decimal", "autocomplete": "off"})
        super().__init__(
            min_value=Decimal(0), max_value=Decimal(100), max_digits=5, decimal_places=2, widget=widget, **kwargs
        )

    def to_python(self, value: Any) -> Any:
        """As Django's, for both ways to write a decimal."""
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        """Shown without noughts at the end."""
        return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else value


class CriterionForm(StyledForm):
    """One line of the scale; an empty one counts for nothing."""

    part = forms.ChoiceField(label="Nội dung", choices=Part.choices, required=False)
    text = NFCField(label="Tiêu chí", max_length=500, required=False)
    max_points = PointsField(label="Điểm tối đa", required=False)

    def clean(self) -> dict[str, Any]:
        """A line has words and points, or neither."""
        data = super().clean() or {}
        text, points = data.get("text"), data.get("max_points")
        if text and points is None and "max_points" not in self.errors:
            self.add_error("max_points", "Hãy ghi điểm tối đa.")
        if points is not None and not text and "text" not in self.errors:
            self.add_error("text", "Hãy ghi tiêu chí.")
        return data


CriterionFormSet = forms.formset_factory(CriterionForm, extra=0, max_num=40, absolute_max=60)


class ScaleForm(VersionedForm):
    """The version of the round on which the lines were written."""


class ApproveScaleForm(VersionedForm):
    """What the chair signed."""

    document = NFCField(
        label="Số, ngày văn bản Chủ tịch Hội đồng đã ký",
        max_length=200,
        required=False,
        help_text="Bắt buộc khi người ghi không phải là Chủ tịch Hội đồng.",
    )
