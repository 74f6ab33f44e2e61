"""Forms of contracts: draft, signing, annexes, schedule, guarantees, accounts, contracts with establishments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.core.money import format_dong
from khuyencong.establishments.models import Establishment
from khuyencong.finance.contract_door import PartInput
from khuyencong.finance.contract_queries import RUNNING_OUT
from khuyencong.finance.forms import DecisionFileField, day_field, number_field, reason_field
from khuyencong.finance.models import BankAccount, Contract, ContractKind, ContractState
from khuyencong.finance.models.support_contract import LONG_TEXT
from khuyencong.people.models import Agency
from khuyencong.projects.models import Project

if TYPE_CHECKING:
    AccountChoice = forms.ModelChoiceField[BankAccount]  # generic in the stubs only
else:
    AccountChoice = forms.ModelChoiceField

VALUE, FURTHER, VERSION = "gia-tri-", "them-", "phien-ban-"
NO_ACCOUNT = "Chưa ghi"


class AccountField(AccountChoice):
    """Accounts that one of the parties uses today."""

    def __init__(self, *, label: str, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", BankAccount.objects.none())
        super().__init__(label=label, required=False, empty_label=NO_ACCOUNT, **kwargs)


@dataclass(frozen=True)
class Offered:
    """A đề án that the contract may cover, with what stands approved for it and what is written so far (đồng)."""

    project: Project
    approved: int
    value: int | None = None


class _ContractForm(StyledForm):
    """What every contract says, whether a draft or signed at once."""

    kind = forms.ChoiceField(label="Hình thức", choices=ContractKind.choices, widget=forms.RadioSelect)
    number = number_field("Số hợp đồng hoặc quyết định giao nhiệm vụ")
    signed_on = day_field("Ngày ký", "Tỷ lệ tạm ứng theo quy định của ngày này.")
    ends_on = VNDateField(label="Thời hạn thực hiện đến", required=False)
    payer_account = AccountField(label="Tài khoản bên giao")
    unit_account = AccountField(
        label="Tài khoản bên nhận",
        help_text="Tài khoản được ghi ở trang «Tài khoản ngân hàng». Hợp đồng chưa có tài khoản thì chưa lập được khoản chi; bổ sung sau bằng phụ lục.",
    )

    def take_accounts(self, payer: Agency, unit: Agency) -> None:
        """Let the accounts of the two parties be chosen; the only one of a party is chosen already."""
        for name, agency in (("payer_account", payer), ("unit_account", unit)):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = BankAccount.objects.filter(agency=agency).valid_on(today())
                found = list(field.queryset[:2])
                if len(found) == 1 and name not in self.initial:
                    self.initial[name] = found[0].pk


class SignContractForm(VersionedForm, _ContractForm):
    """The contract of one đề án, signed at once; `others`: the unit's other approved đề án that may be covered too."""

    value = DongField(label="Giá trị kinh phí khuyến công", min_value=1)

    def __init__(self, *args: Any, project: Project, others: Sequence[Offered], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.take_accounts(project.payer, project.implementing_unit)
        for one in others:
            self.fields[f"{FURTHER}{one.project.pk}"] = DongField(
                label=f"Cùng hợp đồng: {one.project.code} {one.project.name}",
                min_value=1,
                required=False,
                help_text=f"Được phê duyệt {format_dong(one.approved)} đồng. Để trống thì không đưa vào hợp đồng này.",
            )
            self.fields[f"{VERSION}{one.project.pk}"] = forms.IntegerField(
                widget=forms.HiddenInput, required=False, initial=one.project.version
            )
        self.order_fields(["kind", "number", "signed_on", "ends_on", "value"])

    @property
    def also(self) -> list[PartInput]:
        """The further đề án; only of a valid form."""
        data = self.cleaned_data
        keys = [int(name.removeprefix(FURTHER)) for name in data if name.startswith(FURTHER) and data[name]]
        return [PartInput(key, data[f"{VERSION}{key}"] or 0, data[f"{FURTHER}{key}"]) for key in keys]


class _DraftForm(_ContractForm):
    """A contract that is being prepared: one amount for each đề án that it may cover."""

    def __init__(self, *args: Any, offered: Sequence[Offered], payer: Agency, unit: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed_on"].label = "Ngày dự kiến ký"
        self.fields["signed_on"].help_text = "Lãnh đạo ghi ngày ký thật khi ký."
        self.take_accounts(payer, unit)
        for one in offered:
            self.fields[f"{VALUE}{one.project.pk}"] = DongField(
                label=f"{one.project.code} {one.project.name}",
                min_value=1,
                required=False,
                initial=one.value,
                help_text=f"Được phê duyệt {format_dong(one.approved)} đồng. Để trống thì không đưa vào hợp đồng.",
            )
        self.order_fields(["kind", "number", "signed_on", "ends_on", *(f"{VALUE}{one.project.pk}" for one in offered)])

    @property
    def values(self) -> dict[int, int]:
        """Đồng by key of the đề án; only of a valid form."""
        return _values(self.cleaned_data)


class NewDraftForm(_DraftForm):
    """A new draft, made once however often the button is pressed."""

    creation_key = CreationKeyField()


class ChangeDraftForm(VersionedForm, _DraftForm):
    """The draft again."""


class SignDraftForm(VersionedForm):
    """The leader signs what was prepared."""

    number = number_field("Số hợp đồng hoặc quyết định giao nhiệm vụ")
    signed_on = day_field("Ngày ký", "Tỷ lệ tạm ứng theo quy định của ngày này.")


def _values(data: Mapping[str, Any]) -> dict[int, int]:
    named = {name: value for name, value in data.items() if name.startswith(VALUE) and value}
    return {int(name.removeprefix(VALUE)): value for name, value in named.items()}


@dataclass(frozen=True)
class Revalued:
    """A đề án whose value an annex may change; all in đồng. `least` and `most` are the limits today."""

    project: Project
    value: int
    least: int
    most: int


class AnnexForm(VersionedForm):
    """An annex: a new term, another account of the payee, new values."""

    creation_key = CreationKeyField()
    number = number_field("Số phụ lục hợp đồng")
    signed_on = day_field("Ngày ký phụ lục")
    reason = reason_field("Lý do sửa đổi")
    ends_on = VNDateField(label="Thời hạn thực hiện đến", required=False, help_text="Để trống thì giữ như cũ.")
    unit_account = AccountField(label="Tài khoản bên nhận")

    def __init__(self, *args: Any, contract: Contract, parts: Sequence[Revalued], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit_account"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = BankAccount.objects.filter(agency=contract.unit).valid_on(today())
            if contract.unit_account is not None:
                field.empty_label = f"— giữ như cũ: {contract.unit_account} —"
        for one in parts:
            self.fields[f"{VALUE}{one.project.pk}"] = DongField(
                label=f"Giá trị kinh phí khuyến công: {one.project.code} {one.project.name}",
                min_value=1,
                required=False,
                initial=one.value,
                help_text=f"Đang là {format_dong(one.value)} đồng; được từ {format_dong(one.least)} đến"
                f" {format_dong(one.most)} đồng.",
            )

    @property
    def values(self) -> dict[int, int]:
        """New values in đồng by key of the đề án; only of a valid form."""
        return _values(self.cleaned_data)


class AdvanceDecisionForm(VersionedForm):
    """The decision about another advance ratio."""

    percent = forms.DecimalField(
        label="Tỷ lệ tạm ứng (%)",
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"data-short": True, "inputmode": "decimal", "autocomplete": "off"}),
    )
    document = number_field("Số quyết định", max_length=200)
    decided_on = day_field("Ngày quyết định")
    decided_by = NFCField(label="Người quyết định", max_length=200, help_text="Họ tên, chức vụ.")
    condition = NFCField(
        label="Hồ sơ, điều kiện tạm ứng",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Theo quyết định; để trống khi quyết định không đặt điều kiện.",
    )


class VersionForm(VersionedForm):
    """Nothing but the version; what is typed stands in the rows beside it."""


class MilestoneForm(StyledForm):
    """One point of the schedule; a row without anything is left out."""

    on = VNDateField(label="Ngày")
    content = NFCField(label="Nội dung", max_length=300)
    amount = DongField(label="Số tiền", min_value=1)
    project = forms.TypedChoiceField(label="Đề án", coerce=int, empty_value=None, required=False)
    done_on = VNDateField(label="Xong ngày", required=False)

    def __init__(self, *args: Any, projects: Sequence[Project], **kwargs: Any) -> None:
        # A milestone that is there already may be emptied as well, and so is left out.
        kwargs["empty_permitted"] = True
        super().__init__(*args, **kwargs)
        self.choose("project", [("", "Cả hợp đồng"), *((one.pk, one.code) for one in projects)])


class GuaranteeForm(VersionedForm):
    """A guarantee for the contract."""

    creation_key = CreationKeyField()
    issuer = NFCField(label="Tổ chức bảo lãnh", max_length=200)
    number = number_field("Số thư bảo lãnh")
    amount = DongField(label="Số tiền bảo lãnh", min_value=1)
    from_on = day_field("Hiệu lực từ ngày")
    to_on = VNDateField(label="Hiệu lực đến ngày", help_text="Hệ thống nhắc khi sắp hết hiệu lực.")


class ReleaseForm(VersionedForm):
    """The guarantee was given back."""

    released_on = day_field("Ngày giải tỏa")


class BankAccountForm(StyledForm):
    """An account of an agency or of an establishment."""

    creation_key = CreationKeyField()
    holder = forms.ChoiceField(label="Chủ tài khoản")
    holder_name = NFCField(label="Tên chủ tài khoản", max_length=200, help_text="Đúng như ngân hàng hoặc Kho bạc ghi.")
    number = NFCField(
        label="Số tài khoản",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Chữ số và chữ cái; dấu cách, dấu chấm được bỏ đi.",
    )
    bank = NFCField(label="Ngân hàng, chi nhánh hoặc Kho bạc Nhà nước", max_length=200)
    from_on = day_field("Dùng từ ngày")

    def __init__(
        self, *args: Any, agencies: QuerySet[Agency], establishments: QuerySet[Establishment], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._agencies = {f"co-quan-{one.pk}": one for one in agencies}
        self._establishments = {f"co-so-{one.pk}": one for one in establishments}
        own = [(key, one.name) for key, one in self._agencies.items()]
        theirs = [(key, one.name) for key, one in self._establishments.items()]
        self.choose("holder", [("", "Hãy chọn"), ("Cơ quan", own), *([("Cơ sở", theirs)] if theirs else [])])

    @property
    def agency(self) -> Agency | None:
        return self._agencies.get(self.cleaned_data["holder"])

    @property
    def establishment(self) -> Establishment | None:
        return self._establishments.get(self.cleaned_data["holder"])


class EndAccountForm(VersionedForm):
    """The account is not used any more."""

    to_on = day_field("Dùng đến hết ngày")


class SupportContractForm(VersionedForm):
    """The contract with one establishment."""

    number = number_field("Số hợp đồng hỗ trợ")
    signed_on = day_field("Ngày ký")
    support = DongField(label="Kinh phí khuyến công", min_value=1)
    counterpart = DongField(label="Cơ sở đóng góp", min_value=0, initial=0)
    other = DongField(label="Nguồn khác", min_value=0, initial=0)
    schedule = NFCField(
        label="Tiến độ, cách thanh toán",
        max_length=LONG_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    account = AccountField(label="Tài khoản của cơ sở")
    file = DecisionFileField(
        label="Hợp đồng đã ký (bản quét)", required=False, help_text="PDF hoặc ảnh, tối đa 20 MB. Có thể đính kèm sau."
    )

    def __init__(self, *args: Any, establishment: Establishment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["account"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = BankAccount.objects.filter(establishment=establishment).valid_on(today())


class ContractFilter(StyledForm):
    """Year, state, unit of the list; an unknown value is as good as none."""

    nam = forms.TypedChoiceField(label="Năm ký", required=False, coerce=int, empty_value=None)
    trang_thai = forms.ChoiceField(
        label="Trạng thái", required=False, choices=[("", "Mọi trạng thái"), *ContractState.choices]
    )
    don_vi = forms.TypedChoiceField(label="Đơn vị thực hiện", required=False, coerce=int, empty_value=None)
    sap_het_han = forms.BooleanField(label=f"Hết hạn trong {RUNNING_OUT.days} ngày hoặc đã quá hạn", required=False)

    def __init__(self, *args: Any, years: Sequence[int], units: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("nam", [("", "Mọi năm"), *((year, str(year)) for year in years)])
        self.choose("don_vi", [("", "Mọi đơn vị"), *units])
