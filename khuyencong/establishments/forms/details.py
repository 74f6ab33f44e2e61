"""The forms of the rows beside an entry, one for each kind."""

from __future__ import annotations

from typing import Any

from django import forms

from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField, WholeNumberField
from khuyencong.core.files import ACCEPTED_EXTENSIONS
from khuyencong.core.forms import VersionedForm
from khuyencong.establishments.details import DetailKind
from khuyencong.establishments.models import MAX_WORKERS, CertificateKind, CertificateLevel, NeedState
from khuyencong.law.catalogue import activity_choices

BLANK = [("", "— chọn —")]
# As the models have them.
FIRST_YEAR, LAST_YEAR, FIRST_MACHINE = 2000, 2100, 1900
MOST_STARS = 5
MOST_MACHINES = 32_767  # a small whole number of the database


def year_field(label: str, *, first: int = FIRST_YEAR, required: bool = False, help_text: str = "") -> forms.Field:
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=first,
        max_value=LAST_YEAR,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-short": True, "autocomplete": "off"}),
        error_messages={"invalid": "Ghi năm bằng bốn chữ số, ví dụ 2025."},
    )


class DetailForm(VersionedForm):
    """One row; `version` is that of the establishment."""

    last_days: tuple[str, str, str] = ("", "", "")  # first day, last day, sentence where they are turned round

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        data = super().clean() or {}
        first, last, sentence = self.last_days
        if data.get(first) and data.get(last) and data[last] < data[first]:
            self.add_error(last, sentence)
        return data


class ProductForm(DetailForm):
    name = NFCField(label="Sản phẩm", max_length=200)
    unit = NFCField(label="Đơn vị tính", max_length=30, required=False, help_text="Ví dụ: tấn, cái, m².")
    yearly_output = forms.DecimalField(
        label="Sản lượng một năm",
        required=False,
        min_value=0,
        max_digits=16,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "data-short": True, "autocomplete": "off"}),
    )
    note = NFCField(label="Ghi chú", max_length=300, required=False)


class YearFigureForm(DetailForm):
    year = year_field("Năm", required=True)
    revenue = DongField(label="Doanh thu", required=False)
    tax_paid = DongField(label="Nộp ngân sách", required=False)
    workers = WholeNumberField(label="Số lao động bình quân", required=False, min_value=0, max_value=MAX_WORKERS)

    def clean(self) -> dict[str, Any]:
        """A year of which nothing is said is no row."""
        data = super().clean()
        if not self.errors and all(data.get(name) is None for name in ("revenue", "tax_paid", "workers")):
            self.add_error("revenue", "Ghi ít nhất một số liệu của năm.")
        return data


class MachineForm(DetailForm):
    name = NFCField(label="Máy, thiết bị", max_length=200)
    maker = NFCField(label="Hãng, nước sản xuất", max_length=120, required=False)
    model = NFCField(label="Ký hiệu", max_length=80, required=False)
    serial = NFCField(
        label="Số máy", max_length=80, required=False, help_text="Dùng để thấy một máy được hỗ trợ hai lần."
    )
    made_in = year_field("Năm sản xuất", first=FIRST_MACHINE)
    bought_on = VNDateField(label="Ngày mua", required=False)
    value = DongField(label="Nguyên giá", required=False)
    quantity = WholeNumberField(label="Số lượng", min_value=1, max_value=MOST_MACHINES, initial=1)


class CertificateForm(DetailForm):
    last_days = ("issued_on", "valid_until", "Ngày hết giá trị không được trước ngày cấp.")

    kind = forms.ChoiceField(label="Loại", choices=BLANK + CertificateKind.choices)
    name = NFCField(label="Sản phẩm, tiêu chuẩn", max_length=200, required=False)
    level = forms.ChoiceField(
        label="Cấp",
        required=False,
        choices=[("", "— không có —"), *CertificateLevel.choices],
        help_text="Với sản phẩm công nghiệp nông thôn tiêu biểu (TT 26/2014/TT-BCT).",
    )
    stars = forms.TypedChoiceField(
        label="Số sao",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "— không có —"), *((str(one), f"{one} sao") for one in range(1, MOST_STARS + 1))],
        help_text="Với sản phẩm OCOP.",
    )
    number = NFCField(label="Số giấy", max_length=60, required=False)
    issuer = NFCField(label="Nơi cấp", max_length=200, required=False)
    issued_on = VNDateField(label="Ngày cấp", required=False)
    valid_until = VNDateField(label="Có giá trị đến", required=False)

    def clean(self) -> dict[str, Any]:
        """A product certificate has a level and a last day, one of OCOP has stars; no other has either."""
        data = super().clean()
        kind = data.get("kind")
        if kind == CertificateKind.PRODUCT:
            for name, sentence in (
                ("level", "Ghi cấp của giấy chứng nhận sản phẩm tiêu biểu."),
                ("valid_until", "Ghi ngày hết giá trị của giấy chứng nhận sản phẩm tiêu biểu."),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        elif kind and data.get("level"):
            self.add_error("level", "Chỉ sản phẩm công nghiệp nông thôn tiêu biểu có cấp.")
        if kind == CertificateKind.OCOP and not data.get("stars") and "stars" not in self.errors:
            self.add_error("stars", "Ghi số sao của sản phẩm OCOP.")
        elif kind and kind != CertificateKind.OCOP and data.get("stars"):
            self.add_error("stars", "Chỉ sản phẩm OCOP có số sao.")
        return data


class PaperForm(DetailForm):
    last_days = ("issued_on", "expires_on", "Ngày hết hạn không được trước ngày cấp.")

    title = NFCField(
        label="Giấy tờ", max_length=200, help_text="Ví dụ: Giấy chứng nhận đăng ký hộ kinh doanh; giấy tờ đất."
    )
    number = NFCField(label="Số", max_length=60, required=False)
    issued_on = VNDateField(label="Ngày cấp", required=False)
    expires_on = VNDateField(label="Hết hạn", required=False, help_text="Để trống nếu giấy không có thời hạn.")
    file = forms.FileField(
        label="Tệp",
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(f".{one}" for one in ACCEPTED_EXTENSIONS)}),
        help_text=f"Bản chụp hoặc bản quét ({', '.join(ACCEPTED_EXTENSIONS)}). Khi sửa, để trống thì giữ tệp đang có.",
    )


class NeedForm(DetailForm):
    activity = forms.ChoiceField(
        label="Nội dung hoạt động", required=False, help_text="Theo Điều 4 NĐ 45/2012, nếu đã rõ."
    )
    description = NFCField(label="Nhu cầu", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    estimated_cost = DongField(label="Dự kiến chi phí", required=False)
    wanted_year = year_field("Năm mong muốn")
    found_on = VNDateField(label="Ngày ghi nhận")
    state = forms.ChoiceField(label="Trạng thái", choices=NeedState.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A row keeps an activity that has ended meanwhile.
        kept = self.initial.get("activity")
        offered = activity_choices(today())
        if kept and kept not in dict(offered):
            offered += [choice for choice in activity_choices() if choice[0] == kept]
        self.choose("activity", [("", "— chưa rõ —"), *offered])
        self.fields["found_on"].initial = today()
        self.fields["state"].initial = NeedState.OPEN


class ContactForm(DetailForm):
    name = NFCField(label="Họ và tên", max_length=120)
    title = NFCField(label="Chức vụ", max_length=120, required=False)
    phone = forms.RegexField(
        label="Điện thoại",
        regex=r"^[0-9+ .()-]{6,20}$",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages={"invalid": "Số điện thoại chỉ gồm chữ số, dấu +, dấu cách, dấu chấm hoặc gạch."},
    )
    email = forms.EmailField(
        label="Thư điện tử",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "Địa chỉ thư điện tử không đúng dạng, ví dụ ten@vi-du.vn."},
    )


class FormerNameForm(DetailForm):
    name = NFCField(label="Tên cũ", max_length=300)
    until_on = VNDateField(label="Mang tên ấy đến ngày", required=False)
    document = NFCField(label="Giấy tờ đổi tên", max_length=200, required=False)


_FORMS: dict[str, type[DetailForm]] = {
    "product": ProductForm,
    "year_figure": YearFigureForm,
    "machine": MachineForm,
    "certificate": CertificateForm,
    "paper": PaperForm,
    "need": NeedForm,
    "contact": ContactForm,
    "former_name": FormerNameForm,
}


def detail_form(kind: DetailKind) -> type[DetailForm]:
    """The form of one kind of rows."""
    return _FORMS[kind.key]
