"""Forms of signing in and of one's own account."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from khuyencong.core.fields import NFCField
from khuyencong.core.forms import StyledForm
from khuyencong.people.models import User
from khuyencong.signin.passwords import LONGEST

WRONG_PASSWORD = "Mật khẩu không đúng."  # noqa: S105  a sentence


class LoginForm(AuthenticationForm):
    """Says the same sentence for an unknown name, a wrong password and a closed account."""

    error_messages = {
        "invalid_login": "Tên đăng nhập hoặc mật khẩu không đúng.",
        "inactive": "Tên đăng nhập hoặc mật khẩu không đúng.",
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.label_suffix = ""
        username, password = self.fields["username"], self.fields["password"]
        username.label, password.label = "Tên đăng nhập", "Mật khẩu"
        username.error_messages["required"] = "Hãy nhập tên đăng nhập."
        password.error_messages["required"] = "Hãy nhập mật khẩu."
        if isinstance(password, forms.CharField):
            password.max_length = LONGEST
            password.validators.append(forms.CharField(max_length=LONGEST).validators[0])


def password_field(label: str, *, new: bool) -> forms.CharField:
    """A password is taken as it is typed: blanks at the ends belong to it."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password" if new else "current-password"}),
        help_text=" ".join(password_validators_help_texts()) if new else "",
        error_messages={"required": "Hãy nhập mật khẩu.", "max_length": f"Mật khẩu dài nhất là {LONGEST} ký tự."},
    )


class CodeForm(StyledForm):
    """The second step: six digits from the app, or a recovery code."""

    code = NFCField(
        label="Mã xác thực",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"}
        ),
        error_messages={"required": "Hãy nhập mã."},
    )

    def __init__(self, *args: Any, with_app: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        if with_app:
            field.help_text = "Sáu chữ số trong ứng dụng xác thực, hoặc một mã dự phòng."
        else:
            field.label, field.help_text = "Mã dự phòng", "Một trong các mã bạn đã in ra khi bật xác thực hai lớp."


class AppForm(StyledForm):
    """The first code of a new authenticator app; the secret travels sealed, so that looking at the page writes nothing."""

    sealed = forms.CharField(widget=forms.HiddenInput, max_length=400)
    code = NFCField(
        label="Sáu chữ số trong ứng dụng",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "Hãy nhập sáu chữ số mà ứng dụng đang hiện."},
    )


class PasskeyForm(StyledForm):
    """A new passkey: what it is called, and what the browser made (filled by passkeys.js)."""

    name = NFCField(label="Đặt tên cho khóa", max_length=60, help_text="Ví dụ: điện thoại của tôi, khóa USB ở cơ quan.")
    credential = forms.CharField(widget=forms.HiddenInput(attrs={"data-passkey-answer": True}), required=False)


class ConfirmForm(StyledForm):
    """One's own password once more."""

    password = password_field("Mật khẩu của bạn", new=False)


class NewPasswordForm(StyledForm):
    """A new password, typed twice."""

    password = password_field("Mật khẩu mới", new=True)
    again = password_field("Nhập lại mật khẩu mới", new=True)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["again"].help_text = ""

    def clean_password(self) -> str:
        """The rules of signin/passwords.py, each with its sentence."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean(self) -> None:
        """Both times the same."""
        given = self.cleaned_data
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", ValidationError("Hai lần nhập chưa giống nhau.", code="mismatch"))


class ChangePasswordForm(NewPasswordForm):
    """The same, by somebody who knows the old one."""

    old = password_field("Mật khẩu hiện tại", new=False)
    field_order = ["old", "password", "again"]


class ForgottenForm(StyledForm):
    """Whose password is to be set anew."""

    who = NFCField(
        label="Tên đăng nhập hoặc thư điện tử",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )


class ProfileForm(StyledForm):
    """What a person may change about the own account; the name is the administrator's, since papers are signed with it."""

    email = forms.EmailField(
        label="Thư điện tử",
        required=False,
        max_length=254,
        help_text="Địa chỉ mới chỉ có hiệu lực sau khi bạn bấm liên kết trong thư gửi tới địa chỉ ấy.",
        error_messages={"invalid": "Địa chỉ thư chưa đúng, ví dụ an.nv@soct.example."},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = NFCField(
        label="Điện thoại",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
