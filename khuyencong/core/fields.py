"""Fields of models and forms for money, Vietnamese days and Vietnamese text."""

import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.expressions import Combinable
from django.utils import timezone

from khuyencong.core.dates import format_date, parse_vn_date
from khuyencong.core.finding import haystack
from khuyencong.core.money import MAX_DONG, format_dong, parse_dong
from khuyencong.core.text import clean, nfc

# Some limit there must be, and a pasted book should be told off at its own field.
LONGEST_TEXT = 20_000
FIRST_YEAR, LAST_YEAR = 1990, 2100
# A letter typed as base and marks takes up to three characters: beyond this no normal form can be short enough.
_LOOSE = 4
_GROUPED = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+")

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    # In the stubs a model field is generic in what may be assigned and in what is read.
    _Set_contra = TypeVar("_Set_contra", contravariant=True)
    _Get_co = TypeVar("_Get_co", covariant=True)

    class _BigIntegerField(models.BigIntegerField[_Set_contra, _Get_co]):
        _pyi_private_set_type: int | Combinable

    class _CharField(models.CharField[_Set_contra, _Get_co]): ...

    class _TextField(models.TextField[_Set_contra, _Get_co]): ...
else:
    # At run time it is a plain class; these only let the square brackets stand.
    _Set_contra = _Get_co = None

    class _Subscriptable:
        def __class_getitem__(cls, _types: object) -> type:
            return cls

    class _BigIntegerField(_Subscriptable, models.BigIntegerField): ...

    class _CharField(_Subscriptable, models.CharField): ...

    class _TextField(_Subscriptable, models.TextField): ...


class DongField(forms.Field):
    """Form field for an amount in đồng, written as people write it (`parse_dong`); cleans to int, or None when empty.

    `min_value` and `max_value` are in đồng; `allow_small` accepts bare numbers below 1.000.
    """

    widget = forms.TextInput
    default_error_messages = {"required": "Hãy nhập số tiền."}

    def __init__(
        self, *, min_value: int = 0, max_value: int = MAX_DONG, allow_small: bool = False, **kwargs: Any
    ) -> None:
        self.min_value, self.max_value, self.allow_small = min_value, max_value, allow_small
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        """Whole đồng; the sentence of `parse_dong` becomes the error at the field."""
        if isinstance(value, int):
            return value
        text = "" if value is None else str(value)
        if not text.strip():
            return None
        try:
            return parse_dong(text, allow_small=self.allow_small)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def validate(self, value: int | None) -> None:
        """The limits of this very field."""
        super().validate(value)
        if value is None:
            return
        if value < self.min_value:
            raise ValidationError(f"Số tiền ít nhất là {format_dong(self.min_value)} đồng.", code="min_value")
        if value > self.max_value:
            raise ValidationError(f"Số tiền nhiều nhất là {format_dong(self.max_value)} đồng.", code="max_value")

    def prepare_value(self, value: Any) -> Any:
        """Amounts are shown grouped; what the user typed is shown again as typed."""
        return format_dong(value) if isinstance(value, int) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """`data-money` is where the page's script groups digits and says the amount in words."""
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off", "data-money": True}


class WholeNumberField(forms.IntegerField):
    """Form field for a whole number, typed plain or grouped as "1.250", which `IntegerField` would take for 1."""

    widget = forms.TextInput
    default_error_messages = {"invalid": "Hãy ghi một số nguyên, ví dụ 1.250.", "required": "Hãy nhập một số."}

    def to_python(self, value: Any) -> int | None:
        """The number without its dots; a dot anywhere else is an error, never a fraction cut off."""
        text = value.strip() if isinstance(value, str) else value
        if isinstance(text, str) and not text.removeprefix("-").isdecimal() and text not in self.empty_values:
            if not _GROUPED.fullmatch(text):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            text = text.replace(".", "")
        return super().to_python(text)

    def prepare_value(self, value: Any) -> Any:
        """Shown grouped; what the user typed is shown again as typed."""
        return format_dong(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A short input with the keyboard of digits."""
        return {**super().widget_attrs(widget), "inputmode": "numeric", "autocomplete": "off", "data-short": True}


class VNDateField(forms.DateField):
    """Form field for a day written dd/mm/yyyy and nothing else, from `first_year` to `last_year`."""

    widget = forms.DateInput
    default_error_messages = {"required": "Hãy nhập ngày."}

    def __init__(self, *, first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR, **kwargs: Any) -> None:
        self.first_year, self.last_year = first_year, last_year
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """The day; the sentence of `parse_vn_date` becomes the error at the field."""
        if isinstance(value, datetime):
            return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
        if isinstance(value, date):
            return value
        text = "" if value is None else str(value)
        if not text.strip():
            return None
        try:
            return parse_vn_date(text)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def validate(self, value: date | None) -> None:
        """A year out of range is a slip of the finger, not a date of the programme."""
        super().validate(value)
        if value is not None and not self.first_year <= value.year <= self.last_year:
            raise ValidationError(f"Năm phải từ {self.first_year} đến {self.last_year}.", code="year")

    def prepare_value(self, value: Any) -> Any:
        """Days are shown dd/mm/yyyy whatever the language in use; what the user typed is shown again as typed."""
        return format_date(value) if isinstance(value, date) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A hint of the form expected; no browser's own picker, which would show the day in the browser's order."""
        attrs = {"placeholder": "dd/mm/yyyy", "inputmode": "text", "autocomplete": "off", "data-date": True}
        return {**super().widget_attrs(widget), **attrs}


class NFCField(forms.CharField):
    """Form field for text: composed, without invisible or control characters; keeps line breaks in a textarea.

    Without `max_length` the limit is LONGEST_TEXT characters.
    """

    default_error_messages = {"required": "Hãy nhập mục này."}

    def __init__(self, *, max_length: int | None = None, **kwargs: Any) -> None:
        self.longest = LONGEST_TEXT if max_length is None else max_length
        super().__init__(max_length=self.longest, **kwargs)

    def to_python(self, value: Any) -> str | None:
        """The text as it will be stored; too long is refused before any work is spent on it."""
        if value in self.empty_values:
            return self.empty_value
        text = str(value)
        if len(text) > _LOOSE * self.longest:
            raise self._too_long(len(text))
        text = clean(text, multiline=isinstance(self.widget, forms.Textarea))
        if len(text) > self.longest:
            raise self._too_long(len(text))
        return text or self.empty_value

    def _too_long(self, length: int) -> ValidationError:
        longest, length_shown = format_dong(self.longest), format_dong(length)
        return ValidationError(f"Nhiều nhất {longest} ký tự (đang có {length_shown}).", code="max_length")


class MoneyField(_BigIntegerField[_Set_contra, _Get_co]):
    """Whole đồng from 0 to MAX_DONG. A model that uses it also holds `>= 0` as a check constraint."""

    description = "Số tiền (đồng)"
    default_validators = [
        MinValueValidator(0, "Số tiền không được âm."),
        MaxValueValidator(MAX_DONG, f"Số tiền nhiều nhất là {format_dong(MAX_DONG)} đồng."),
    ]
    default_error_messages = {"invalid": "Số tiền phải là số đồng nguyên."}

    def to_python(self, value: Any) -> int | None:
        """Whole đồng; a fraction is an error here, never rounded in passing."""
        if _has_fraction(value):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return cast("int | None", super().to_python(value))

    def get_prep_value(self, value: Any) -> int | None:
        """As stored; TypeError on a fraction of a đồng, which `share_down` should have rounded before."""
        if _has_fraction(value):
            raise TypeError(f"Field {self.name!r} holds whole đồng, got {value!r}.")
        return cast("int | None", super().get_prep_value(value))

    def formfield(self, **kwargs: Any) -> Any:
        """An input for money; the parent would ask for `min_value` and `max_value` of the column instead."""
        return models.Field.formfield(self, **({"form_class": DongField} | kwargs))


class NFCCharField(_CharField[_Set_contra, _Get_co]):
    """One line of text, always stored composed, so that equal words are equal strings."""

    def to_python(self, value: Any) -> str | None:
        """Composed text; also what is compared with it, but not the parts of words given to `contains` and the like."""
        return _composed(super().to_python(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001  Django's own signature
        """Compose on the instance too, so that it reads the same before and after it is fetched again."""
        return _compose_on(model_instance, self.attname, super().pre_save(model_instance, add))

    def formfield(self, **kwargs: Any) -> Any:
        """A field that cleans what is pasted."""
        return super().formfield(**({"form_class": NFCField} | kwargs))


class NFCTextField(_TextField[_Set_contra, _Get_co]):
    """Text of several lines, always stored composed."""

    def to_python(self, value: Any) -> str | None:
        """Composed text; also what is compared with it, but not the parts of words given to `contains` and the like."""
        return _composed(super().to_python(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001  Django's own signature
        """Compose on the instance too, so that it reads the same before and after it is fetched again."""
        return _compose_on(model_instance, self.attname, super().pre_save(model_instance, add))

    def formfield(self, **kwargs: Any) -> Any:
        """A textarea that cleans what is pasted."""
        return super().formfield(**({"form_class": NFCField} | kwargs))


class HaystackField(_TextField[_Set_contra, _Get_co]):
    """The words of another text column of the same row, kept by every save to be searched (`core.finding`).

    `of`: the name of that column. A bulk insert keeps it as well; `update()` and `bulk_update()` do not.
    """

    def __init__(self, *args: Any, of: str = "", **kwargs: Any) -> None:
        self.of = of
        kwargs |= {"editable": False, "default": ""}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """With the name of the column that it follows."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002, FBT001  Django's own signature
        """Gather the words anew."""
        value = haystack(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


def _has_fraction(value: Any) -> bool:
    return isinstance(value, (float, Decimal, Fraction)) and (isinstance(value, float) or value % 1 != 0)


def _composed(value: str | None) -> str | None:
    return nfc(value) if isinstance(value, str) else value


def _compose_on(instance: models.Model, attname: str, value: Any) -> Any:
    composed = _composed(value)
    if composed is not value:
        setattr(instance, attname, composed)
    return composed
