"""Reading what other systems send: JSON of one meaning only, in UTF-8, of bounded size and depth."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any, Never

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from khuyencong.api.problems import ProblemError, wrong

LARGEST = 1024 * 1024  # bytes of JSON
DEEPEST = 32  # lists and objects in one another
LONGEST_NUMBER = 40  # signs


class StrictParser(Parser):
    """Ninja's parser, which refuses what two readers might read in two ways."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as JSON. Raises ProblemError."""
        charset = (request.content_params or {}).get("charset", "utf-8").strip('"').lower()
        if request.content_type != "application/json" or charset not in {"utf-8", "utf8"}:
            raise ProblemError(415, "not_json", "Nội dung phải là application/json, mã hóa UTF-8.")
        found = getattr(request, "parsed", None)  # see `operations._guarded`
        return read_json(request.body) if found is None else found

    def parse_querydict(self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest) -> Any:
        """Parameters or fields of a form, each given once. Raises ProblemError."""
        place = "query" if data is request.GET else "form" if data is request.POST else "file"
        for name, values in data.lists():
            if len(values) > 1 and name not in list_fields:
                raise wrong(f"{place}.{name}", f"Tham số {name[:60]} được ghi nhiều lần.")
            if any(isinstance(one, str) and "\x00" in one for one in values):
                raise wrong(f"{place}.{name}", "Tham số có ký tự không in được.")
        return super().parse_querydict(data, list_fields, request)


def read_json(body: bytes) -> Any:
    """A JSON text as Python values: whole numbers as int, all others as Decimal. Raises ProblemError."""
    if len(body) > LARGEST:
        raise ProblemError(413, "too_large", f"JSON lớn hơn {LARGEST // 1024} KB.")
    try:
        found = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_once_each,
            parse_constant=_no_number,
            parse_int=_whole,
            parse_float=_decimal,
        )
    except UnicodeDecodeError:
        raise ProblemError(400, "not_utf8", "Nội dung không phải là UTF-8.") from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise ProblemError(400, "not_json", f"Không phải JSON: lỗi ở dòng {error.lineno}, cột {error.colno}.") from None
    _look_through(found)
    return found


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ProblemError(400, "duplicate_name", f"Tên «{_safe(name)}» được ghi hai lần trong một đối tượng.")
        found[name] = value
    return found


def _no_number(text: str) -> Never:
    raise ProblemError(400, "not_a_number", f"{text} không phải là số trong JSON.")


def _whole(text: str) -> int:
    _check_length(text)
    return int(text)


def _decimal(text: str) -> int | Decimal:
    """1.0 is the whole number 1, as JSON Schema says."""
    _check_length(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ProblemError(422, "number_out_of_range", "Có số nằm ngoài khoảng nhận.") from None
    if number and not -LONGEST_NUMBER < number.adjusted() < LONGEST_NUMBER:
        raise ProblemError(422, "number_out_of_range", "Có số nằm ngoài khoảng nhận.")
    return int(number) if number == number.to_integral_value() else number


def _check_length(text: str) -> None:
    if len(text) > LONGEST_NUMBER:
        raise ProblemError(422, "number_out_of_range", "Có số dài quá mức nhận.")


def _look_through(found: Any) -> None:
    """Depth, and signs that no text of ours holds: half a letter (a lone surrogate) and NUL, which PostgreSQL cannot store."""
    level, depth = [found], 0
    while level:
        depth += 1
        if depth > DEEPEST and any(isinstance(one, dict | list) for one in level):
            raise _too_deep()
        below: list[Any] = []
        for one in level:
            match one:
                case str():
                    _check_text(one)
                case dict():
                    for name in one:
                        _check_text(name)
                    below += one.values()
                case list():
                    below += one
        level = below


def _check_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ProblemError(422, "bad_text", "Có ký tự không thuộc văn bản (NUL, nửa ký tự UTF-16).")


def _too_deep() -> ProblemError:
    return ProblemError(400, "too_deep", f"JSON lồng sâu hơn {DEEPEST} tầng.")


def _safe(text: str) -> str:
    return text[:60].encode("utf-8", "replace").decode("utf-8").replace("\x00", "?")
