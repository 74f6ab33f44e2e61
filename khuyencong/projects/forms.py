"""Forms of a đề án while it is being written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.forms.boundfield import BoundField

from khuyencong.areas.queries import PreferredBook, site_of
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import FieldGroup, StyledForm, VersionedForm
from khuyencong.establishments.models import Establishment
from khuyencong.law.catalogue import Entry, activity_choices, catalogue, sector_choices
from khuyencong.law.support import priority_limit_on
from khuyencong.law.values import multiplier_text
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind
from khuyencong.places.kinds import LAST_DAY_OF_OLD_PROVINCES
from khuyencong.places.models import Commune, Province
from khuyencong.programmes.models import FundingSource, Spending
from khuyencong.projects.actions.commitments import COMMITMENTS, Commitments
from khuyencong.projects.models import AttachmentKind, Beneficiary, Project, ProjectKind, UnitSelection
from khuyencong.projects.models.project import LONG_TEXT, MOST_BENEFICIARIES
from khuyencong.projects.preferred import suggestion_for

BLANK = [("", "— chọn —")]
LONGEST_KEY = 10  # digits; shorter numbers fit an int column


def long_text(label: str, help_text: str) -> NFCField:
    """A text of several paragraphs; may stay empty in a draft."""
    return NFCField(
        label=label, required=False, max_length=LONG_TEXT, help_text=help_text, widget=forms.Textarea(attrs={"rows": 4})
    )


class ProjectForm(StyledForm):
    """The description of a đề án: TT 36/2013 Đ5. Only what names it is required in a draft."""

    folded = (
        FieldGroup(
            "Đề án nhóm: cơ sở thụ hưởng xác định sau",
            ("planned_beneficiaries", "beneficiary_criteria"),
            "Chỉ cho đề án nhóm. Được gửi và phê duyệt khi chưa nêu tên cơ sở (TT 36/2013 Đ10.1.a); sau khi phê duyệt, đơn "
            "vị thực hiện đề nghị, Sở phê duyệt danh sách theo Mẫu số 11.",
        ),
        FieldGroup(
            "Ưu tiên (Điều 6 NĐ 45/2012)",
            ("priority_place", "priority_trade", "priority_multiplier", "priority_decision"),
            "Dùng khi xếp thứ tự các đề án xin vào kế hoạch; hệ số ưu tiên nâng mức trần của định mức.",
        ),
        FieldGroup(
            "Định mức của tỉnh chưa có trong hệ thống",
            (
                "declared_norm_document",
                "declared_norm_article",
                "declared_norm_percent",
                "declared_norm_cap",
            ),
            "Chỉ dùng cho kinh phí địa phương. Người thẩm định sẽ đối chiếu với văn bản.",
        ),
    )

    name = NFCField(label="Tên đề án", max_length=500)
    kind = forms.ChoiceField(label="Loại", choices=ProjectKind.choices)
    activity = forms.ChoiceField(label="Nội dung hoạt động", help_text="Theo Điều 4 NĐ 45/2012.")
    sector = forms.ChoiceField(label="Ngành nghề", required=False, help_text="Theo Điều 5 NĐ 45/2012.")
    spending = forms.TypedChoiceField(
        label="Tính chất chi",
        choices=Spending.choices,
        required=False,
        initial=Spending.RECURRENT,
        empty_value=Spending.RECURRENT,
        help_text="Chi thường xuyên và chi đầu tư phát triển được lập và giao riêng (TT 64/2024/TT-BTC).",
    )
    year = forms.IntegerField(
        label="Năm kế hoạch", min_value=2013, max_value=2100, help_text="Không đổi được sau khi tạo: mã theo năm."
    )
    commune = forms.ModelChoiceField(
        label="Xã, phường, đặc khu",
        queryset=Commune.objects.none(),
        required=False,
        empty_label="— nhiều nơi hoặc chưa rõ —",
    )
    province_before = forms.ModelChoiceField(
        label="Thuộc tỉnh nào trước 01/07/2025",
        queryset=Province.objects.none(),
        required=False,
        empty_label="— không rõ —",
        help_text="Khi tỉnh mới chưa ban hành định mức, định mức của tỉnh cũ nơi đặt cơ sở còn áp dụng.",
    )
    place_text = NFCField(label="Địa điểm thực hiện", max_length=300, required=False)
    cooperating_unit = NFCField(label="Đơn vị phối hợp", max_length=300, required=False)
    starts_on = VNDateField(label="Bắt đầu", required=False)
    ends_on = VNDateField(label="Kết thúc", required=False)
    necessity = long_text("Sự cần thiết và căn cứ", "Vì sao cần làm, dựa vào văn bản nào.")
    aims = long_text("Mục tiêu", "Kết quả cụ thể cần đạt.")
    scale = long_text("Quy mô", "Bao nhiêu máy, công suất, diện tích, số người, số gian hàng…")
    superior = long_text("Đặc điểm vượt trội", "Công nghệ, máy móc, sản phẩm hơn hiện trạng ở điểm nào.")
    content = long_text("Ghi chung về nội dung", "Điều cần nói thêm ngoài bảng công việc; có thể để trống.")
    organisation = long_text("Tổ chức thực hiện", "Phân công giữa các đơn vị.")
    effects = long_text("Hiệu quả, ghi chung", "Như hồ sơ cũ đã ghi; hồ sơ mới ghi riêng từng mặt bên dưới.")
    effect_economic = long_text("Hiệu quả kinh tế", "Doanh thu, sản lượng, năng suất, chi phí thay đổi ra sao.")
    effect_social = long_text("Hiệu quả xã hội", "Việc làm, thu nhập, tay nghề, vùng khó khăn.")
    effect_environment = long_text(
        "Hiệu quả môi trường", "Năng lượng, nước, chất thải, khí thải; ghi rõ nếu không tác động."
    )
    sustainability = long_text("Tính bền vững", "Sau khi hết hỗ trợ, ai vận hành, bằng nguồn nào.")
    replicability = long_text("Khả năng nhân rộng", "Nếu có: ai, ở đâu có thể làm theo.")
    selection = forms.ChoiceField(
        label="Phương thức chọn đơn vị thực hiện",
        choices=[("", "— chưa ghi —"), *UnitSelection.choices],
        required=False,
        help_text="Khuyến công quốc gia: xét chọn, trừ nội dung phải đấu thầu (TT 36/2013 Đ3).",
    )
    selection_document = NFCField(
        label="Văn bản chọn đơn vị thực hiện",
        max_length=200,
        required=False,
        help_text="Số, ngày, cơ quan ban hành, khi đã có. Bản chụp đính kèm ở «Hồ sơ».",
    )
    planned_beneficiaries = WholeNumberField(
        label="Số cơ sở thụ hưởng dự kiến",
        required=False,
        min_value=1,
        max_value=MOST_BENEFICIARIES,
        help_text="Tính cả những cơ sở đã nêu tên.",
    )
    beneficiary_criteria = long_text("Tiêu chí chọn cơ sở thụ hưởng", "Ngành nghề, quy mô, địa bàn, năng lực đối ứng.")
    priority_place = forms.ChoiceField(label="Địa bàn ưu tiên", required=False, widget=forms.RadioSelect)
    priority_trade = forms.ChoiceField(label="Ngành nghề ưu tiên", required=False, widget=forms.RadioSelect)
    priority_multiplier = forms.DecimalField(
        label="Hệ số ưu tiên",
        required=False,
        initial=Decimal(1),
        min_value=1,
        max_value=2,
        max_digits=3,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"data-short": True, "inputmode": "decimal"}),
    )
    priority_decision = NFCField(
        label="Văn bản chấp thuận mức ưu tiên",
        max_length=200,
        required=False,
        help_text="Số, ngày, cơ quan ban hành. Bản chụp đính kèm ở «Hồ sơ».",
    )
    declared_norm_document = NFCField(label="Văn bản quy định định mức", max_length=200, required=False)
    declared_norm_article = NFCField(label="Điều, khoản", max_length=60, required=False)
    declared_norm_percent = forms.DecimalField(
        label="Tỷ lệ hỗ trợ tối đa (%)",
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        localize=True,
    )
    declared_norm_cap = DongField(label="Mức hỗ trợ tối đa", required=False, min_value=1)

    def __init__(self, *args: Any, province: Province | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("activity", BLANK + activity_choices(today()))
        self.choose("sector", BLANK + sector_choices(today()))
        self._priorities(entries_of_today=True)
        if province is not None:
            written = self.initial.get("commune")
            still = Q(valid_to__isnull=True) | Q(pk=getattr(written, "pk", written))
            self._queryset("commune", Commune.objects.filter(province=province).filter(still))
            before = Province.objects.in_force(LAST_DAY_OF_OLD_PROVINCES).filter(current=province.current_id)
            before = before.exclude(pk=province.pk)
            self._queryset("province_before", before)
        if "province_before" in self.fields and province is not None and not before.exists():
            del self.fields["province_before"]

    def _priorities(self, *, entries_of_today: bool) -> None:
        """The places and trades of priority, each with its article, and how far the multiplier may go."""
        known = catalogue()
        on = today()
        for name, entries in (("priority_place", known.priority_places), ("priority_trade", known.priority_trades)):
            offered = [entry for entry in entries.values() if entry.in_force(on) or not entries_of_today]
            self.choose(name, [("", "Không thuộc diện ưu tiên, hoặc chưa rõ"), *_with_articles(offered)])
        limit = priority_limit_on(on)
        doubt = "" if limit is None or limit.verified else "; chờ xác minh"
        most = f"Từ 1 đến {multiplier_text(limit.value)} ({limit.citation}{doubt}). " if limit else ""
        self.fields[
            "priority_multiplier"
        ].help_text = (
            f"{most}Hệ số lớn hơn 1 chỉ được tính khi đã ghi văn bản chấp thuận; chưa có thì tính theo hệ số 1."
        )

    def clean_priority_multiplier(self) -> Decimal:
        """Left empty: no priority."""
        return self.cleaned_data["priority_multiplier"] or Decimal(1)

    def _queryset(self, name: str, queryset: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = queryset

    def clean(self) -> dict[str, Any]:
        """Days in order; a declared norm is whole or absent."""
        data = super().clean() or {}
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "Ngày kết thúc không được trước ngày bắt đầu.")
        if data.get("declared_norm_document"):
            if not data.get("declared_norm_article"):
                self.add_error("declared_norm_article", "Hãy ghi điều, khoản của định mức.")
            if data.get("declared_norm_percent") is None and data.get("declared_norm_cap") is None:
                self.add_error("declared_norm_percent", "Hãy ghi tỷ lệ hoặc mức tối đa của định mức.")
        return data


class NewProjectForm(ProjectForm):
    """As `ProjectForm`, with what is decided once: the source of money and, for a regional centre, the province."""

    creation_key = CreationKeyField()
    source = forms.ChoiceField(
        label="Nguồn kinh phí",
        choices=FundingSource.choices,
        help_text="Không đổi được sau khi tạo: mã và quy trình thẩm định theo nguồn.",
    )
    province = forms.ModelChoiceField(label="Tỉnh, thành phố", queryset=Province.objects.filter(valid_to__isnull=True))

    field_order = ("name", "source", "kind", "activity", "sector", "year", "province")
    # Enough to open it; the guided form asks for the rest.
    names = (*field_order, "creation_key", "province_before", "commune", "place_text", "cooperating_unit")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, province=actor.agency.province, **kwargs)
        for name in set(self.fields) - set(self.names):
            del self.fields[name]
        self.fields["year"].initial = today().year + 1
        if actor.agency.kind in {AgencyKind.REGIONAL_CENTRE, AgencyKind.NATIONAL}:
            self.choose("source", [(FundingSource.NATIONAL.value, FundingSource.NATIONAL.label)])
        elif actor.agency.province is not None:
            self._queryset("province", Province.objects.filter(pk=actor.agency.province.pk))
            self.fields["province"].initial = actor.agency.province.pk


class CopyForm(StyledForm):
    """What a copy of a đề án cannot take over: its year, and mostly its name."""

    creation_key = CreationKeyField()
    name = NFCField(label="Tên đề án mới", max_length=500)
    year = forms.IntegerField(
        label="Năm kế hoạch", min_value=2013, max_value=2100, help_text="Không đổi được sau khi tạo: mã theo năm."
    )


class EditProjectForm(VersionedForm, ProjectForm):
    """The description again, or the part of it in `names`.

    An activity that has ended meanwhile stays choosable for the project that has it.
    """

    names: tuple[str, ...] | None = None

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, province=project.province, **kwargs)
        del self.fields["year"]  # the code and the money follow the year
        self.choose("activity", activity_choices())
        self.choose("sector", BLANK + sector_choices())
        self._priorities(entries_of_today=False)
        site = site_of(project.province, project.province_before_id, project.commune)
        if self.names is None or "priority_place" in self.names:
            suggestion = suggestion_for(PreferredBook.load(today(), [site]).of(site))
            self.fields["priority_place"].help_text = suggestion
        for name in set(self.fields) - {"version"} - set(self.names or self.fields):
            del self.fields[name]


def _with_articles(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    return [(entry.code, f"{entry.name} ({entry.article})") for entry in entries]


def commitment(name: str) -> forms.BooleanField:
    """One of the two commitments of a beneficiary, in the words of its model."""
    field: Any = Beneficiary._meta.get_field(name)  # noqa: SLF001  # Django's documented way to a label
    return forms.BooleanField(label=f"Cơ sở {field.verbose_name}", required=False, help_text=field.help_text)


class BeneficiaryForm(VersionedForm):
    """Choose an establishment of the registry."""

    establishment = forms.ModelChoiceField(
        label="Cơ sở thụ hưởng",
        queryset=Establishment.objects.none(),
        empty_label="— chọn —",
        help_text="Chưa có trong danh sách? Hãy đăng ký cơ sở trước.",
    )
    place_text = NFCField(
        label="Địa điểm thực hiện tại cơ sở",
        max_length=300,
        required=False,
        help_text="Để trống: lấy địa chỉ của cơ sở.",
    )
    commits_own_capital = commitment("commits_own_capital")
    declares_no_other_support = commitment("declares_no_other_support")

    def __init__(self, *args: Any, queryset: Any, offered: Iterable[Establishment], **kwargs: Any) -> None:
        """Whatever lies in `queryset` may be chosen; a province has thousands, of which `offered` are listed."""
        super().__init__(*args, **kwargs)
        field = self.fields["establishment"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = queryset
            listed = {one.pk: str(one) for one in offered}
            chosen = str(self.data.get("establishment", ""))
            if chosen.isascii() and chosen.isdigit() and len(chosen) < LONGEST_KEY and int(chosen) not in listed:
                listed |= {one.pk: str(one) for one in queryset.filter(pk=int(chosen))}
            field.widget.choices = [("", field.empty_label), *listed.items()]


class CommitmentsForm(VersionedForm):
    """Which beneficiaries have given which of the two commitments: two boxes for each."""

    def __init__(self, *args: Any, beneficiaries: Sequence[Beneficiary], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.beneficiaries = beneficiaries
        for one in beneficiaries:
            for name in COMMITMENTS:
                field = commitment(name)
                field.initial, field.help_text, field.show_hidden_initial = getattr(one, name), "", True
                self.fields[f"{name}_{one.pk}"] = field

    @property
    def rows(self) -> list[tuple[Beneficiary, list[BoundField]]]:
        """Each beneficiary with its boxes."""
        return [(one, [self[f"{name}_{one.pk}"] for name in COMMITMENTS]) for one in self.beneficiaries]

    def given(self) -> dict[int, Commitments]:
        """What was ticked, by key of the beneficiary; only of a valid form."""
        data = self.cleaned_data
        return {
            one.pk: Commitments(**{name: data[f"{name}_{one.pk}"] for name in COMMITMENTS})
            for one in self.beneficiaries
        }


class AttachmentForm(VersionedForm):
    """One file with its kind."""

    kind = forms.ChoiceField(label="Loại tài liệu", choices=AttachmentKind.choices)
    file = forms.FileField(
        label="Tệp",
        allow_empty_file=True,  # the action refuses it with a sentence of its own
        help_text="PDF, Word (.docx), Excel (.xlsx) hoặc ảnh (.jpg, .png), mỗi tệp tối đa 20 MB.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"}),
    )


class ReasonForm(VersionedForm):
    """Why a đề án is withdrawn."""

    reason = NFCField(label="Lý do", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
