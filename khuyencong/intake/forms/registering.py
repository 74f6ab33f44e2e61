"""The form by which an owner registers, and those on which an officer decides."""

from __future__ import annotations

from typing import Any

from django import forms

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.fields import NFCField
from khuyencong.core.forms import StyledForm
from khuyencong.establishments.models import EstablishmentKind
from khuyencong.establishments.tax_code import HELP, check_tax_code
from khuyencong.intake.spam import stamp, stamp_fault
from khuyencong.law.catalogue import sector_choices
from khuyencong.places.models import Commune, Province
from khuyencong.places.queries import communes_of, provinces_today

KINDS = [choice for choice in EstablishmentKind.choices if choice[0] != EstablishmentKind.UNKNOWN]


class ProvinceForm(StyledForm):
    """The first step: the communes to choose from depend on the province."""

    province = forms.ChoiceField(label="Cơ sở ở tỉnh, thành phố nào?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("province", [("", "— chọn —"), *((one.key, one.name) for one in provinces_today())])


class AboutTheEstablishment(StyledForm):
    """What an owner says of the establishment and of the person, in one province."""

    name = NFCField(label="Tên cơ sở", max_length=300, help_text="Ghi như trong giấy đăng ký kinh doanh.")
    kind = forms.ChoiceField(label="Loại hình", choices=[("", "— chọn —"), *KINDS])
    tax_code = forms.CharField(label="Mã số thuế", max_length=20, strip=True, help_text=HELP)
    commune = forms.ModelChoiceField(
        label="Xã, phường, đặc khu", queryset=Commune.objects.none(), empty_label="— chọn —"
    )
    place_text = NFCField(label="Địa chỉ", max_length=300, required=False, help_text="Số nhà, đường, ấp, thôn.")
    full_name = NFCField(label="Họ và tên của bạn", max_length=120)
    phone = forms.RegexField(
        label="Điện thoại",
        regex=r"^[0-9+ .()-]{8,20}$",
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        error_messages={"invalid": "Số điện thoại chỉ gồm chữ số, dấu +, dấu cách, dấu chấm hoặc gạch."},
    )

    def __init__(self, *args: Any, province: Province, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.province = province
        commune = self.fields["commune"]
        if isinstance(commune, forms.ModelChoiceField):
            commune.queryset = communes_of(province)
        self.fields["full_name"].widget.attrs["autocomplete"] = "name"

    def clean(self) -> dict[str, Any]:
        """The tax code by its check digit; the province is that of the page."""
        data = super().clean() or {}
        if data.get("tax_code"):
            try:
                data["tax_code"] = check_tax_code(data["tax_code"], data.get("kind", ""))
            except ValueError as error:
                self.add_error("tax_code", str(error))
        data["province"] = self.province
        return data


class RegistrationForm(AboutTheEstablishment):
    """The whole registration of somebody nobody knows yet."""

    email = forms.EmailField(
        label="Thư điện tử",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        help_text="Chúng tôi gửi vào đây một liên kết để đặt mật khẩu; sau này cũng là tên đăng nhập của bạn.",
        error_messages={"invalid": "Địa chỉ thư chưa đúng, ví dụ ten@example.com."},
    )
    consent = forms.BooleanField(
        label="Tôi đồng ý để Sở Công Thương và Trung tâm Khuyến công của tỉnh dùng các thông tin trên để lập tài khoản, "
        "liên hệ với tôi và xét hỗ trợ khuyến công.",
        error_messages={"required": "Hãy đánh dấu đồng ý: không có các thông tin này thì không lập được tài khoản."},
    )
    # Nobody sees this one; what fills in every field does.
    website = forms.CharField(label="Bỏ trống ô này", required=False, max_length=200)
    stamp = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    creation_key = CreationKeyField()

    field_order = (
        "name",
        "kind",
        "tax_code",
        "commune",
        "place_text",
        "full_name",
        "phone",
        "email",
        "consent",
        "website",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}

    @property
    def is_trap_filled(self) -> bool:
        """Whether something filled in what no person sees."""
        return bool(self.data.get(self.add_prefix("website")))

    @property
    def fresh_stamp(self) -> str:
        """What the form carries each time it is shown, also when it comes back with errors."""
        return stamp()

    def clean(self) -> dict[str, Any]:
        """A stamp that is not taken is said where nothing else is wrong."""
        data = super().clean()
        fault = stamp_fault(str(data.get("stamp", "")))
        if fault:
            self.add_error(None, fault)
        return data


class AgainForm(AboutTheEstablishment):
    """A refused registration, corrected."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


NEW_ENTRY = "new"


class ApproveForm(StyledForm):
    """Which entry of the registry it is; a new one needs its trade."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    entry = forms.ChoiceField(label="Cơ sở này trong sổ là", widget=forms.RadioSelect)
    sector = forms.ChoiceField(
        label="Ngành nghề", required=False, help_text="Chỉ cần khi ghi cơ sở mới vào sổ (Điều 5 NĐ 45/2012)."
    )

    def __init__(self, *args: Any, found: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("entry", [*found, (NEW_ENTRY, "Chưa có trong sổ: ghi mới từ đăng ký này")])
        self.choose("sector", [("", "— chọn —"), *sector_choices()])

    def clean(self) -> dict[str, Any]:
        """A new entry has a trade."""
        data = super().clean() or {}
        if data.get("entry") == NEW_ENTRY and not data.get("sector"):
            self.add_error("sector", "Hãy chọn ngành nghề của cơ sở ghi mới.")
        return data


class ReasonForm(StyledForm):
    """Why not."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    reason = NFCField(
        label="Lý do từ chối",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Người đăng ký đọc được câu này, và sửa rồi gửi lại được.",
    )
