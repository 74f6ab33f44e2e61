"""What is asked on the desk."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from khuyencong.core.dates import today
from khuyencong.core.fields import VNDateField
from khuyencong.core.forms import StyledForm
from khuyencong.law.catalogue import activities_on

DIRECT = ""  # the activities that pay an establishment itself


class EligibilityForm(StyledForm):
    """A day, and one activity or all that pay establishments; what is left out is today, and all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ngay"] = VNDateField(label="Theo quy định của ngày", required=False, initial=today)
        self.fields["noi-dung"] = forms.ChoiceField(
            label="Nội dung hoạt động",
            required=False,
            choices=[
                (DIRECT, "Mọi nội dung hỗ trợ trực tiếp cơ sở"),
                *((one.code, one.name) for one in activities_on()),
            ],
        )

    @property
    def day(self) -> date:
        """Of a valid form."""
        found: date | None = self.cleaned_data["ngay"]
        return found or today()

    @property
    def activity(self) -> str:
        """Of a valid form; "" = all."""
        return str(self.cleaned_data["noi-dung"])
