"""The kinds of values that requests hold. Bodies are read strictly: a number in quotes is no number, an unknown name an error."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from khuyencong.core.money import MAX_DONG

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,12}", re.ASCII)


def digits(value: Any) -> Any:
    """A number of an address: digits and nothing else. ValueError with a sentence."""
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise ValueError("Phải là số nguyên.")
    return value


def day(value: Any) -> date:
    """A day as ISO 8601 writes it. ValueError with a sentence."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("Ngày phải có dạng 2026-08-05.")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"Ngày {value} không có trong lịch.") from None


def number(value: Any) -> Decimal:
    """A JSON number; `reading.py` has made it an int or a Decimal."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("Phải là một số.")  # noqa: TRY004  # pydantic takes up this kind only
    return Decimal(value)


class OneOf:
    """Annotation of a text that must be one of these; they stand in the description of the API."""

    def __init__(self, values: Iterable[str]) -> None:
        self.values = list(values)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """As pydantic wants it."""
        return core_schema.literal_schema(self.values)


class Number:
    """Annotation of a JSON number with a fraction, between two whole numbers; a Decimal, never a float.

    `places`: how many digits of the fraction are kept; more are refused and not cut off.
    """

    def __init__(self, *, least: int = 0, most: int, places: int | None = None) -> None:
        self.least, self.most, self.places = least, most, places

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """As pydantic wants it."""
        return core_schema.no_info_plain_validator_function(self._within)

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """What stands in the description."""
        return {"type": "number", "minimum": self.least, "maximum": self.most}

    def _within(self, value: Any) -> Decimal:
        found = number(value)
        if not self.least <= found <= self.most:
            raise ValueError(f"Phải từ {self.least} đến {self.most}.")
        if self.places is not None and found != round(found, self.places):
            raise ValueError(f"Nhiều nhất {self.places} chữ số sau dấu phẩy.")
        return found


LARGEST_KEY = 2**31 - 1
Key = Annotated[int, Field(ge=1, le=LARGEST_KEY), BeforeValidator(digits)]
Id = Annotated[int, Field(ge=1, le=LARGEST_KEY)]  # of a record, in a body
Version = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f/]+$")]
Year = Annotated[int, Field(ge=2013, le=2100), BeforeValidator(digits)]
Day = Annotated[date, BeforeValidator(day), WithJsonSchema({"type": "string", "format": "date"})]
Dong = Annotated[int, Field(ge=0, le=MAX_DONG, description="đồng")]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class Body(BaseModel):
    """What a request sends: no name that we do not know, no value of another kind."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NothingIn(Body):
    """An empty object: the step needs no values."""


class Answer(BaseModel):
    """What an answer holds."""

    model_config = ConfigDict(extra="forbid")


class DiscardedOut(Answer):
    """What is no more."""

    id: int


class Named(Answer):
    """A code with what it is called."""

    code: str
    name: str


def named(code: str, name: str) -> dict[str, str]:
    """The same as data."""
    return {"code": code, "name": name}
