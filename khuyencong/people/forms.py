"""The login form."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest

LONGEST_PASSWORD = 256  # hashing a pasted book would keep a worker busy


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
            password.max_length = LONGEST_PASSWORD
            password.validators.append(forms.CharField(max_length=LONGEST_PASSWORD).validators[0])
