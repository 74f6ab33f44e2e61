"""Forms of accounts: who is invited, which roles, whose hat is lent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from khuyencong.accounts.forms import DocumentField
from khuyencong.accounts.queries import IN_TREE, STATES, WORKING, colleagues
from khuyencong.core.fields import NFCField, VNDateField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.roles import Role

LONGEST_PASSWORD = 256  # hashing a pasted book would keep a worker busy
PHONE = r"^[0-9+(). -]{0,20}\Z"


class PeopleFilter(StyledForm):
    q = NFCField(label="Tìm người", required=False, max_length=200, help_text="Tên, tên đăng nhập hoặc thư điện tử.")
    role = forms.ChoiceField(label="Vai trò", required=False, choices=[("", "Mọi vai trò"), *Role.choices])
    agency = forms.ModelChoiceField(
        label="Cơ quan", queryset=Agency.objects.none(), required=False, empty_label="Mọi cơ quan"
    )
    state = forms.ChoiceField(label="Trạng thái", required=False, choices=STATES, initial=WORKING)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "agency", with_people(actor))


class InviteForm(StyledForm):
    full_name = NFCField(label="Họ và tên", max_length=120)
    email = forms.EmailField(label="Thư điện tử", help_text="Thư mời gửi tới đây, dùng được trong 7 ngày.")
    agency = forms.ModelChoiceField(label="Cơ quan", queryset=Agency.objects.none(), empty_label="– chọn –")
    role = forms.ChoiceField(label="Vai trò", choices=[("", "– chọn –"), *Role.choices])

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "agency", active_agencies(actor))


class GiveRoleForm(VersionedForm):
    agency = forms.ModelChoiceField(label="Cơ quan", queryset=Agency.objects.none(), empty_label="– chọn –")
    role = forms.ChoiceField(label="Vai trò", choices=[("", "– chọn –"), *Role.choices])

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "agency", active_agencies(actor))


class AccountForm(VersionedForm):
    full_name = NFCField(label="Họ và tên", max_length=120)
    email = forms.EmailField(label="Thư điện tử", required=False)
    phone = forms.RegexField(
        label="Điện thoại", regex=PHONE, required=False, error_messages={"invalid": "Số điện thoại chỉ gồm chữ số."}
    )


class SwitchOffForm(VersionedForm):
    reason = NFCField(label="Lý do", max_length=300)


class AcceptForm(StyledForm):
    """Whoever was invited chooses a user name and a password."""

    username = forms.RegexField(
        label="Tên đăng nhập",
        regex=r"^[a-zA-Z0-9._@-]+\Z",
        min_length=3,
        max_length=60,
        help_text="Chữ không dấu, chữ số và . _ @ - , ví dụ an.nv.",
        error_messages={"invalid": "Chỉ dùng chữ không dấu, chữ số và . _ @ -"},
    )
    password = forms.CharField(
        label="Mật khẩu",
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Ít nhất 10 ký tự; một câu dài dễ nhớ là tốt nhất.",
    )
    again = forms.CharField(
        label="Nhập lại mật khẩu",
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", ValidationError("Hai lần nhập mật khẩu khác nhau."))
        return data


class DelegateForm(StyledForm):
    """Whom the hat is lent to, for which days, by which document."""

    to = forms.ModelChoiceField(label="Ủy quyền cho", queryset=User.objects.none(), empty_label="– chọn –")
    from_on = VNDateField(label="Từ ngày")
    to_on = VNDateField(label="Đến hết ngày")
    document = DocumentField(label="Văn bản ủy quyền")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "to", colleagues(actor))


def active_agencies(actor: Actor) -> Any:
    """The agencies where the actor may give roles today; owners of establishments are let in by their registration."""
    return Agency.objects.in_scope_of(actor).filter(kind__in=IN_TREE, active_to__isnull=True)


def with_people(actor: Actor) -> Any:
    """The agencies in the actor's scope at which anybody has or had a hat."""
    return Agency.objects.in_scope_of(actor).filter(kind__in=IN_TREE, memberships__isnull=False).distinct()


def set_queryset(form: StyledForm, name: str, queryset: Any) -> None:
    """Give a field of records what can be chosen."""
    field: Any = form.fields[name]
    field.queryset = queryset
