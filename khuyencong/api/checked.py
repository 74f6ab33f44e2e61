"""What the forms of the pages check, asked of an answer of the API: the same rule, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model

from khuyencong.api.problems import Mistake, ProblemError, wrong
from khuyencong.core.dates import format_date
from khuyencong.places.models import Commune, Province


def checked(form: forms.BaseForm) -> dict[str, Any]:
    """The cleaned values of a bound form. Raises ProblemError (422) with each mistake at its name."""
    if form.is_valid():
        return form.cleaned_data
    mistakes = [
        Mistake(where="body" if name == "__all__" else f"body.{name}", sentence=str(sentence))
        for name, sentences in form.errors.items()
        for sentence in sentences
    ]
    raise ProblemError(422, "wrong_value", "Có giá trị chưa đúng: xem từng chỗ ở `mistakes`.", mistakes=mistakes)


def as_typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a person would type them into the boxes of a form."""
    return {name: _typed(value) for name, value in values.items()}


def _typed(value: Any) -> Any:  # noqa: PLR0911  # one line for each kind of value
    match value:
        case None:
            return ""
        case bool():
            return value
        case date():
            return format_date(value)
        case Decimal():
            return format(value.normalize(), "f").replace(".", ",")
        case Model():
            return str(value.pk)
        case list():
            return [str(one) for one in value]
    return str(value)


def with_places(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same with keys of places (`82`, `87@2025`) in the place of their rows. Raises ProblemError (422)."""
    found = dict(values)
    for name, model in (("province", Province), ("province_before", Province), ("commune", Commune)):
        key = found.get(name)
        if not isinstance(key, str) or not key:
            continue
        row = model._default_manager.filter(key=key).first()  # noqa: SLF001  # Django documents it
        if row is None:
            raise wrong(f"body.{name}", "Không có địa bàn mang khóa này: xem /api/v1/provinces.")
        found[name] = row
    return found
