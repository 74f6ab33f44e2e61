"""Forms of the network."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from khuyencong.collaborators.models.people import IDENTITY, MOST_VISITS
from khuyencong.collaborators.months import MOST_MONTHS
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.fields import DongField, NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.finance.models import LedgerEntry
from khuyencong.people.models import Membership, User
from khuyencong.people.roles import Role
from khuyencong.places.models import Commune
from khuyencong.projects.models import Project

MONTHS_BACK = 24


def _short(label: str, longest: int = 60, **kwargs: Any) -> NFCField:
    return NFCField(label=label, max_length=longest, widget=forms.TextInput(attrs={"autocomplete": "off"}), **kwargs)


def _lines(label: str, longest: int, **kwargs: Any) -> NFCField:
    return NFCField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)


class _Person(StyledForm):
    name = NFCField(label="Họ và tên", max_length=120)
    birth_year = WholeNumberField(label="Năm sinh", required=False, min_value=1920, max_value=2100)
    identity_number = forms.CharField(
        label="Số định danh cá nhân",
        required=False,
        max_length=12,
        validators=[IDENTITY],
        help_text="12 chữ số. Chỉ người cần mới thấy đủ.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    phone = forms.RegexField(
        label="Điện thoại",
        regex=r"^[0-9+ .()-]{6,20}\Z",
        required=False,
        max_length=20,
        error_messages={"invalid": "Số điện thoại chỉ gồm chữ số, dấu +, dấu cách, dấu chấm hoặc gạch."},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    user = forms.ModelChoiceField(
        label="Tài khoản",
        queryset=User.objects.none(),
        required=False,
        empty_label="– không có tài khoản –",
        help_text="Có tài khoản thì người ấy tự ghi việc của tháng, và phiếu khảo sát của tài khoản được đếm.",
    )
    note = _lines("Ghi chú", 2_000, required=False)


class _Term(StyledForm):
    commune = forms.ModelChoiceField(
        label="Xã, phường, đặc khu", queryset=Commune.objects.none(), empty_label="– chọn –"
    )
    decision_number = _short("Số quyết định")
    decision_on = VNDateField(label="Ngày quyết định")
    starts_on = VNDateField(label="Từ ngày")
    ends_on = VNDateField(
        label="Đến hết ngày", required=False, help_text="Để trống nếu quyết định không ghi ngày kết thúc."
    )

    def clean(self) -> dict[str, Any]:
        """Days in order."""
        data = super().clean() or {}
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "Ngày cuối phải từ ngày bắt đầu trở đi.")
        return data


def _offer_communes(form: forms.Form, communes: Any) -> None:
    field = form.fields["commune"]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = communes


def _offer_users(form: forms.Form, province_id: int | None) -> None:
    held = Membership.objects.filter(role=Role.COLLABORATOR, is_active=True, agency__province=province_id)
    field = form.fields["user"]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("sort_key")


class RegisterForm(_Person, _Term):
    """A new collaborator with the decision."""

    creation_key = CreationKeyField()
    field_order = ("name", "commune", "decision_number", "decision_on", "starts_on", "ends_on")

    def __init__(self, *args: Any, communes: Any, province_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_communes(self, communes)
        _offer_users(self, province_id)


class PersonForm(VersionedForm, _Person):
    """What is written of the person."""

    def __init__(self, *args: Any, province_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_users(self, province_id)


class AppointForm(VersionedForm, _Term):
    """A further term."""

    creation_key = CreationKeyField()

    def __init__(self, *args: Any, communes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_communes(self, communes)


class CorrectTermForm(VersionedForm, _Term):
    """What was written of a term."""

    def __init__(self, *args: Any, communes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_communes(self, communes)


class EndTermForm(VersionedForm):
    """The last day of a term, earlier than was decided."""

    ends_on = VNDateField(label="Ngày cuối giữ nhiệm vụ")
    ended_by = _short("Văn bản cho thôi", 200, required=False)
    reason = _short("Lý do", 300)


class NoteForm(VersionedForm):
    """What was done in a month; version 0 where nothing was written yet."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    text = _lines("Việc đã làm trong tháng", 5_000, help_text="Đã đến cơ sở nào, giúp việc gì, nghe nhu cầu gì.")
    visits = WholeNumberField(label="Số cơ sở đã đến", min_value=0, max_value=MOST_VISITS, initial=0)


class _Rate(StyledForm):
    amount = DongField(label="Mức một tháng", min_value=1)
    document = _short("Văn bản", 200, help_text="Số, ngày, cơ quan ban hành, ví dụ «Quyết định 12/2026/QĐ-UBND».")
    article = _short("Điều, khoản", required=False)
    valid_from = VNDateField(label="Áp dụng từ ngày")
    valid_to = VNDateField(label="Đến hết ngày", required=False, help_text="Để trống nếu văn bản còn hiệu lực.")


class RateForm(_Rate):
    """A new rate."""

    creation_key = CreationKeyField()


class CorrectRateForm(VersionedForm, _Rate):
    """A rate that no list has used yet."""


def month_choices(on: date) -> list[tuple[str, str]]:
    """The months that have ended by the day, the latest first."""
    found = []
    for back in range(1, MONTHS_BACK + 1):
        at = on.year * 12 + on.month - 1 - back
        month = date(at // 12, at % 12 + 1, 1)
        found.append((month.isoformat(), f"{month:%m/%Y}"))
    return found


class ListForm(StyledForm):
    """Which months are paid from which task."""

    creation_key = CreationKeyField()
    project = forms.ModelChoiceField(
        label="Nhiệm vụ chi",
        queryset=Project.objects.none(),
        empty_label="– chọn –",
        help_text="Nhiệm vụ nâng cao năng lực hệ thống đã được phê duyệt.",
    )
    first_month = forms.TypedChoiceField(label="Từ tháng", coerce=date.fromisoformat)
    last_month = forms.TypedChoiceField(
        label="Đến tháng", coerce=date.fromisoformat, help_text=f"Nhiều nhất {MOST_MONTHS} tháng."
    )

    def __init__(self, *args: Any, projects: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["project"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = projects
        for name in ("first_month", "last_month"):
            self.choose(name, month_choices(on))


class AmountForm(VersionedForm):
    """What one month is worth, and on what that rests."""

    amount = DongField(label="Số tiền", min_value=0, help_text="0 nếu tháng này không chi.")
    note = _short("Căn cứ, cách tính", 300)


class ReasonForm(VersionedForm):
    reason = _short("Lý do", 300)


class TieForm(VersionedForm):
    """Which payment paid the list."""

    posting = forms.ModelChoiceField(
        label="Khoản đã chi", queryset=LedgerEntry.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, postings: Any, labels: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["posting"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = postings
            field.choices = list(labels)
