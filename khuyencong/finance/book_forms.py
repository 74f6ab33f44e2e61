"""Forms of the ledger over time: its filter, the year's end, and closing periods."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.fields import NFCField, VNDateField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.finance.forms import day_field, number_field, reason_field
from khuyencong.finance.models import EntryKind
from khuyencong.people.models import Agency
from khuyencong.programmes.models import FIRST_YEAR, LAST_YEAR, FundingSource

# What stands in the address, and what the query calls it.
NAMES = {
    "co_quan": "agency",
    "nam": "year",
    "nguon": "source",
    "han_muc": "envelope",
    "but_toan": "kind",
    "de_an": "project",
    "co_so": "beneficiary",
    "tu": "first",
    "den": "last",
    "ky_truoc": "earlier_only",
}


class BookFilter(StyledForm):
    """Which rows of the ledger are shown; all of it stands in the address."""

    co_quan = forms.TypedChoiceField(label="Cơ quan", required=False, coerce=int, empty_value=None)
    nam = forms.TypedChoiceField(label="Năm ngân sách", required=False, coerce=int, empty_value=None)
    nguon = forms.ChoiceField(
        label="Nguồn kinh phí", required=False, choices=[("", "Mọi nguồn"), *FundingSource.choices]
    )
    but_toan = forms.ChoiceField(label="Bút toán", required=False, choices=[("", "Mọi bút toán"), *EntryKind.choices])
    de_an = NFCField(label="Mã đề án", required=False, max_length=40)
    co_so = NFCField(label="Cơ sở thụ hưởng", required=False, max_length=100)
    tu = VNDateField(label="Ghi sổ từ ngày", required=False)
    den = VNDateField(label="Đến ngày", required=False)
    ky_truoc = forms.BooleanField(label="Chỉ điều chỉnh kỳ trước", required=False)
    # Comes from the page of an envelope; nobody types a key.
    han_muc = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, agencies: Iterable[Agency], years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("co_quan", [("", "Mọi cơ quan"), *((one.pk, one.name) for one in agencies)])
        self.choose("nam", [("", "Mọi năm"), *((year, str(year)) for year in years)])

    @property
    def asked(self) -> dict[str, Any]:
        """The wish under the names of the query; only of a valid form."""
        return {NAMES[name]: value for name, value in self.cleaned_data.items()}


class YearEndFilter(StyledForm):
    """Whose year."""

    co_quan = forms.TypedChoiceField(label="Cơ quan", required=False, coerce=int)
    nam = forms.TypedChoiceField(label="Năm ngân sách", required=False, coerce=int)

    def __init__(self, *args: Any, agencies: Iterable[Agency], years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("co_quan", [(one.pk, one.name) for one in agencies])
        self.choose("nam", [(year, str(year)) for year in years])


class ClosePeriodForm(StyledForm):
    """A month or a year to be closed."""

    creation_key = CreationKeyField()
    year = forms.IntegerField(label="Năm", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    month = forms.TypedChoiceField(
        label="Kỳ",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Cả năm"), *((month, f"Tháng {month}") for month in range(1, 13))],
    )
    document = number_field("Văn bản khóa sổ", "Số của thông báo hoặc biên bản khóa sổ.", max_length=200)
    on = day_field("Ngày khóa sổ")


class ReopenPeriodForm(VersionedForm):
    """Why a closed period is opened again."""

    reason = reason_field("Lý do mở lại")
