"""Forms of contracts, payments, plans and envelopes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.core.money import format_dong
from khuyencong.law.criteria import MOST_POINTS, Criterion
from khuyencong.people.models import Agency
from khuyencong.programmes.models import FIRST_YEAR, LAST_YEAR, AnnualPlan, FundingSource, Spending
from khuyencong.projects.models import Project

if TYPE_CHECKING:
    AgencyChoice = forms.ModelChoiceField[Agency]  # generic in the stubs only
else:
    AgencyChoice = forms.ModelChoiceField

LARGEST_ROUND = 99
GIVE, TAKE_BACK = "giao", "thu-ve"


class AgencyField(AgencyChoice):
    """Agencies by their full names."""

    def label_from_instance(self, obj: Agency) -> str:
        return obj.name


def number_field(label: str, help_text: str = "", max_length: int = 60) -> NFCField:
    """The number of a paper, as written on it."""
    return NFCField(
        label=label, max_length=max_length, help_text=help_text, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


def day_field(label: str, help_text: str = "") -> VNDateField:
    """A day that is most often today."""
    return VNDateField(label=label, initial=today, help_text=help_text)


def reason_field(label: str) -> NFCField:
    """Why; a few lines."""
    return NFCField(label=label, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class PaymentForm(VersionedForm):
    """A payment as the accountant prepares it. `condition` is what must be shown before an advance, or empty."""

    creation_key = CreationKeyField()
    amount = DongField(label="Số tiền đề nghị chi", min_value=1)
    beneficiary = forms.TypedChoiceField(
        label="Chi cho phần của cơ sở", required=False, coerce=int, empty_value=None,
        help_text="Để trống: chi cho đề án nói chung.",
    )  # fmt: skip
    account = NFCField(
        label="Tài khoản nhận tiền", max_length=120, required=False,
        help_text="Phải là tài khoản ghi trong hợp đồng.",
    )  # fmt: skip
    condition_document = NFCField(label="Văn bản chứng minh điều kiện tạm ứng", max_length=200, required=False)

    def __init__(
        self, *args: Any, is_advance: bool, condition: str, beneficiaries: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choose("beneficiary", [("", "Không nêu riêng cơ sở nào"), *beneficiaries])
        if not is_advance:
            del self.fields["condition_document"]
        elif condition:
            self.fields["condition_document"].required = True
            self.fields["condition_document"].help_text = f"Số, ngày của văn bản. Điều kiện: {condition}."


class PaidForm(VersionedForm):
    """The voucher by which an approved payment was paid."""

    voucher_number = number_field("Số chứng từ", "Ủy nhiệm chi, giấy rút dự toán hoặc phiếu chi.")
    voucher_on = day_field("Ngày chứng từ")


class ReturnPaymentForm(VersionedForm):
    """Why a payment goes back."""

    reason = reason_field("Lý do trả lại")


class ReversePaymentForm(VersionedForm):
    """On what ground a payment that was marked paid is taken back."""

    document = number_field("Văn bản làm căn cứ (thông báo của ngân hàng, Kho bạc; biên bản)", max_length=200)
    on = day_field("Ngày văn bản")
    reason = reason_field("Lý do hủy")


class StopForm(VersionedForm):
    """The decision that stops a đề án."""

    document = number_field("Số quyết định ngừng thực hiện", max_length=200)
    on = day_field("Ngày quyết định")
    reason = reason_field("Lý do ngừng")


class PlanForm(StyledForm):
    """A new plan. `source` is the one whose money the actor's agency holds."""

    year = forms.IntegerField(label="Năm", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    source = forms.ChoiceField(label="Nguồn kinh phí")
    round = forms.IntegerField(
        label="Đợt",
        min_value=1,
        max_value=LARGEST_ROUND,
        initial=1,
        help_text="Mỗi đợt có một quyết định phê duyệt riêng.",
    )
    title = NFCField(label="Tên kế hoạch", max_length=300)

    def __init__(self, *args: Any, source: FundingSource, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _only_source(self, source)


class DecisionFileField(forms.FileField):
    """The signed decision, scanned."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Quyết định đã ký (bản quét)")
        kwargs.setdefault("help_text", "PDF hoặc ảnh, tối đa 20 MB. Có thể đính kèm sau.")
        super().__init__(**kwargs)


class PlanDecisionForm(VersionedForm):
    """The decision that approves a plan."""

    decision_number = number_field("Số quyết định phê duyệt")
    decision_on = day_field("Ngày quyết định")
    decided_by = NFCField(label="Người ký", max_length=120, help_text="Họ tên và chức vụ người ký quyết định.")
    file = DecisionFileField(required=False)


class DecisionFileForm(VersionedForm):
    """The signed decision of a plan that was approved without its file."""

    file = DecisionFileField()


class PayerForm(StyledForm):
    """Who spends the money of a đề án that is put into a plan; nobody to choose from: the plan's own agency."""

    payer = AgencyField(label="Đơn vị chi", queryset=Agency.objects.none(), required=False)

    def __init__(self, *args: Any, plan: AnnualPlan, heirs: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["payer"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = heirs
            field.empty_label = plan.agency.name


class HistoryForm(StyledForm):
    """Two days of a plan: how it stood on the one, compared with the other."""

    ngay = VNDateField(label="Kế hoạch vào ngày", required=False)
    so_voi = VNDateField(label="So với ngày", required=False)


class WeightsForm(VersionedForm):
    """The points of each criterion of priority in one plan."""

    def __init__(self, *args: Any, criteria: Sequence[Criterion], weights: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in criteria:
            self.fields[one.code] = WholeNumberField(
                label=one.label,
                min_value=0,
                max_value=MOST_POINTS,
                initial=weights.get(one.code, one.points),
                help_text=f"Theo bảng chung: {format_dong(one.points)}. {one.article}.",
            )

    @property
    def weights(self) -> dict[str, int]:
        """Points by criterion; only of a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class _GiveOrTakeBack(StyledForm):
    """An amount that a decision gives or takes back."""

    direction = forms.ChoiceField(
        label="Quyết định",
        choices=[(GIVE, "Giao hoặc giao thêm"), (TAKE_BACK, "Điều chỉnh giảm")],
        widget=forms.RadioSelect,
        initial=GIVE,
    )
    amount = DongField(label="Số tiền", min_value=1)
    document = number_field("Số quyết định", "Mỗi quyết định chỉ ghi được một lần.", max_length=200)
    on = day_field("Ngày quyết định")

    @property
    def signed_amount(self) -> int:
        """Đồng; negative where money is taken back. Only of a valid form."""
        amount: int = self.cleaned_data["amount"]
        return amount if self.cleaned_data["direction"] == GIVE else -amount


class EnvelopeForm(_GiveOrTakeBack):
    """A decision that gives money for a year, or takes some back."""

    year = forms.IntegerField(label="Năm ngân sách", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    source = forms.ChoiceField(label="Nguồn kinh phí")
    spending = forms.ChoiceField(
        label="Tính chất chi",
        choices=Spending.choices,
        initial=Spending.RECURRENT,
        widget=forms.RadioSelect,
        help_text="Chi thường xuyên và chi đầu tư được lập, giao riêng (TT 64/2024/TT-BTC).",
    )

    def __init__(self, *args: Any, source: FundingSource, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _only_source(self, source)
        self.order_fields(["year", "source", "spending"])


class DelegateForm(_GiveOrTakeBack, VersionedForm):
    """A decision that hands money of an envelope on to an agency below, or takes some back."""

    to = AgencyField(label="Giao cho", queryset=Agency.objects.none(), empty_label="Chọn đơn vị")

    def __init__(self, *args: Any, heirs: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = heirs
        self.order_fields(["to"])


class ReturnForm(VersionedForm):
    """A decision by which money goes back to the budget."""

    amount = DongField(label="Số tiền hủy, nộp trả", min_value=1)
    document = number_field("Số quyết định", "Mỗi quyết định chỉ ghi được một lần.", max_length=200)
    on = day_field("Ngày quyết định")


class CarryForm(VersionedForm):
    """A decision that carries money over: what is free, and of each đề án what is not paid out yet."""

    free = DongField(label="Chưa phê duyệt cho đề án nào", min_value=0, required=False)

    def __init__(self, *args: Any, parts: Sequence[tuple[Project, int]], free: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["free"].help_text = f"Còn {format_dong(free)} đồng."
        for project, unspent in parts:
            self.fields[f"de-an-{project.pk}"] = DongField(
                label=f"{project.code} {project.name}",
                min_value=0,
                max_value=unspent,
                required=False,
                help_text=f"Đã duyệt mà chưa chi: {format_dong(unspent)} đồng.",
            )
        self.fields["document"] = number_field("Số quyết định chuyển nguồn", max_length=200)
        self.fields["on"] = day_field("Ngày quyết định")

    @property
    def parts(self) -> dict[int, int]:
        """Đồng by key of the đề án; only of a valid form."""
        found = {name: value for name, value in self.cleaned_data.items() if name.startswith("de-an-") and value}
        return {int(name.removeprefix("de-an-")): value for name, value in found.items()}


class MoneyFilter(StyledForm):
    """Year and source of the page of plans; an unknown value is as good as none."""

    year = forms.TypedChoiceField(label="Năm", required=False, coerce=int, empty_value=None)
    source = forms.ChoiceField(
        label="Nguồn kinh phí", required=False, choices=[("", "Mọi nguồn"), *FundingSource.choices]
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("year", [("", "Mọi năm"), *((year, str(year)) for year in years)])


def _only_source(form: forms.Form, source: FundingSource) -> None:
    field = form.fields["source"]
    if isinstance(field, forms.ChoiceField):
        field.choices = [(source.value, source.label)]
        field.initial = source.value
