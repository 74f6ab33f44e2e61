"""A period package: the locked figures of one report, signed, as canonical JSON that reads without the program.

`package.schema.json` beside this file is the same form for others. What is read here may come from anybody: every value is
looked at before it is used, and a wrong one is Refused with a sentence that names it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from khuyencong.core.errors import Refused
from khuyencong.core.money import MAX_DONG
from khuyencong.core.text import shown
from khuyencong.federation.keys import as_text, fingerprint, own_key, sign
from khuyencong.law.catalogue import catalogue
from khuyencong.periods.content import canonical, digest
from khuyencong.periods.models import ReportVersion
from khuyencong.programmes.models import FIRST_YEAR, LAST_YEAR, FundingSource
from khuyencong.reporting.figures import CODES, Values, add_up
from khuyencong.reporting.period import Period, PeriodKind, numbers_of

SCHEMA: Final = "khuyencong/period-package/1"
SCHEMA_FILE: Final = Path(__file__).with_name("package.schema.json")
ALGORITHM: Final = "Ed25519"
LARGEST: Final = 1024 * 1024  # bytes
DEEPEST: Final = 16
MOST_CELLS: Final = 5_000
MOST_VERSIONS: Final = 1_000
LONGEST: Final = 20_000  # signs of one text
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
NOT_JSON: Final = "Tệp không phải là gói số liệu (JSON mã hóa UTF-8, không quá 1 MB)."

# Source and activity.
Cell = tuple[str, str]


@dataclass(frozen=True)
class Package:
    """A package that was read: its parts have the right form; whether it may be believed is asked in `rules.py`."""

    data: Mapping[str, Any]
    sender: str
    sender_name: str
    period: Period
    closing_on: date
    number: int
    document: str
    document_on: date | None
    explanation: str
    provinces: frozenset[str]
    cells: Mapping[Cell, Values]
    stated_total: Values
    content_sha256: str
    stated_sha256: str
    stated_cells: int
    key: str
    signature: str

    @cached_property
    def text(self) -> str:
        """The whole, in the one way in which it is written."""
        return canonical(self.data)

    @property
    def sha256(self) -> str:
        return digest(self.text)

    @property
    def signed_text(self) -> str:
        """What the signature stands under: everything else."""
        return canonical({name: value for name, value in self.data.items() if name != "signature"})

    @property
    def total(self) -> Values:
        return add_up(self.cells.values())


def build(version: ReportVersion) -> str:
    """The signed package of what was handed in that time; the same bytes whenever it is built. Raises Refused."""
    report, content = version.report, json.loads(version.content)
    return sealed(
        sender={"code": report.agency.code, "name": content["agency"]["name"]},
        period=report.period,
        closing_on=report.closing_on,
        number=version.number,
        content=content,
        key=own_key(),
    )


def sealed(
    *,
    sender: Mapping[str, str],
    period: Period,
    closing_on: date,
    number: int,
    content: Mapping[str, Any],
    key: Ed25519PrivateKey,
) -> str:
    """A content as a package, with its checksums and signed with `key`."""
    total = add_up(tuple(row[6]) for row in content["cells"])
    package = {
        "schema": SCHEMA,
        "sender": sender,
        "period": {"kind": period.kind.value, "year": period.year, "number": period.number},
        "closing_on": closing_on.isoformat(),
        "version": number,
        "content": content,
        "checksums": {
            "content": digest(canonical(content)),
            "cells": len(content["cells"]),
            "total": {code: total[at] for at, code in enumerate(content["figures"])},
        },
    }
    signature = {
        "algorithm": ALGORITHM,
        "key": fingerprint(as_text(key.public_key())),
        "value": sign(canonical(package), key),
    }
    return canonical({**package, "signature": signature})


def load(raw: bytes) -> Package:
    """The bytes of a file, or of what came by the API, as a package. Raises Refused."""
    if len(raw) > LARGEST:
        raise Refused(NOT_JSON)
    try:
        data = json.loads(raw.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise Refused(NOT_JSON) from error
    return read(data)


def read(data: Any) -> Package:
    """Plain data as a package. Raises Refused."""
    _check_plain(data, DEEPEST)
    top = _Part(data, "gói")
    top.only("schema", "sender", "period", "closing_on", "version", "content", "checksums", "signature")
    if top.text("schema") != SCHEMA:
        raise Refused(f"Gói theo khuôn dạng «{shown(top.text('schema'), 60)}», hệ thống này đọc «{SCHEMA}».")
    sender, content, sums = top.part("sender"), top.part("content"), top.part("checksums")
    signature = top.part("signature")
    signature.only("algorithm", "key", "value")
    if signature.text("algorithm") != ALGORITHM:
        signature.wrong("algorithm")
    codes = _codes(content)
    provinces, cells = _cells(content, codes)
    stated = sums.part("total")
    stated.only(*codes)
    return Package(
        data=data,
        sender=sender.text("code", 40),
        sender_name=sender.text("name", 400),
        period=_period(top.part("period")),
        closing_on=top.day("closing_on"),
        number=top.whole("version", 1, MOST_VERSIONS),
        document=content.text("document", 100),
        document_on=None if content.get("document_on") is None else content.day("document_on"),
        explanation=content.text("explanation"),
        provinces=provinces,
        cells=cells,
        stated_total=_in_order(codes, [stated.whole(code, -MAX_DONG, MAX_DONG) for code in codes]),
        content_sha256=digest(canonical(content.data)),
        stated_sha256=sums.text("content", 64, DIGEST),
        stated_cells=sums.whole("cells", 0, MOST_CELLS),
        key=signature.text("key", 64),
        signature=signature.text("value", 200),
    )


def _period(part: _Part) -> Period:
    part.only("kind", "year", "number")
    kind = part.text("kind", 10)
    if kind not in PeriodKind.values:
        part.wrong("kind")
    last = numbers_of(PeriodKind(kind))[-1]
    return Period(PeriodKind(kind), part.whole("year", FIRST_YEAR, LAST_YEAR), part.whole("number", 1, last))


def _codes(content: _Part) -> list[str]:
    """The figures of its rows; what this version does not know it cannot add up."""
    codes = content.many("figures")
    if len(set(map(str, codes))) != len(codes) or not set(map(str, codes)) <= set(CODES):
        raise Refused("Gói có số liệu mà phiên bản này của hệ thống không biết: hãy nâng cấp hệ thống nhận trước.")
    return [str(code) for code in codes]


def _cells(content: _Part, codes: Sequence[str]) -> tuple[frozenset[str], dict[Cell, Values]]:
    """The rows added up by source and activity, and the provinces of today that they are of."""
    rows = content.many("cells")
    if len(rows) > MOST_CELLS:
        content.wrong("cells")
    known = catalogue().activities
    provinces: set[str] = set()
    found: dict[Cell, list[Values]] = {}
    for number, row in enumerate(rows, start=1):
        values = row[6] if isinstance(row, list) and len(row) == 7 else None  # noqa: PLR2004  as `periods.content.plain` writes it
        if not isinstance(values, list) or len(values) != len(codes) or not all(map(_is_amount, values)):
            raise Refused(f"Dòng số liệu {number} của gói không đúng dạng.")
        _, today, source, activity, _, _, _ = row
        named = all(isinstance(one, str) for one in (today, source, activity))
        if not named or source not in FundingSource.values or activity not in known:
            raise Refused(f"Dòng số liệu {number} của gói có nguồn, nội dung hoặc tỉnh không có trong danh mục.")
        provinces.add(today)
        found.setdefault((source, activity), []).append(_in_order(codes, values))
    return frozenset(provinces), {cell: add_up(values) for cell, values in found.items()}


def _in_order(codes: Sequence[str], values: Sequence[int]) -> Values:
    """The figures in the order of today; one that the sender does not reckon is 0."""
    known = dict(zip(codes, values, strict=True))
    return tuple(known.get(code, 0) for code in CODES)


def _is_amount(value: object) -> bool:
    return type(value) is int and -MAX_DONG <= value <= MAX_DONG


class _Part:
    """An object of the package; every reading names its place where the value is not what it must be."""

    def __init__(self, data: Any, where: str) -> None:
        if not isinstance(data, dict):
            raise Refused(f"Gói số liệu không đúng dạng ở «{where}».")
        self.data: dict[str, Any] = data
        self.where = where

    def wrong(self, name: str) -> NoReturn:
        raise Refused(f"Gói số liệu không đúng dạng ở «{self.where}.{shown(name, 40)}».")

    def only(self, *names: str) -> None:
        for name in (*set(self.data) - set(names), *set(names) - set(self.data)):
            self.wrong(name)

    def get(self, name: str) -> Any:
        return self.data.get(name)

    def part(self, name: str) -> _Part:
        return _Part(self.data.get(name), f"{self.where}.{name}")

    def many(self, name: str) -> list[Any]:
        found = self.data.get(name)
        return found if isinstance(found, list) else self.wrong(name)

    def text(self, name: str, longest: int = LONGEST, form: re.Pattern[str] | None = None) -> str:
        found = self.data.get(name)
        if not isinstance(found, str) or len(found) > longest or (form and not form.fullmatch(found)):
            self.wrong(name)
        return found

    def whole(self, name: str, least: int, most: int) -> int:
        found = self.data.get(name)
        if type(found) is not int or not least <= found <= most:
            self.wrong(name)
        return found

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(self.text(name, 10))
        except ValueError:
            self.wrong(name)


def _check_plain(data: Any, depth: int) -> None:
    """Only texts without odd signs, whole numbers, yes and no, lists and objects: of such a thing there is one way to write it."""
    if depth < 0:
        raise Refused(NOT_JSON)
    match data:
        case dict():
            for name, value in data.items():
                _check_plain(name, 0)
                _check_plain(value, depth - 1)
        case list():
            for value in data:
                _check_plain(value, depth - 1)
        case str():
            _check_text(data)
        case bool() | None:
            pass
        case int():
            if not -MAX_DONG <= data <= MAX_DONG:
                raise Refused("Gói số liệu có số quá lớn.")
        case _:
            raise Refused("Gói số liệu có số không phải số nguyên.")


def _check_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Refused("Gói số liệu có ký tự không thuộc văn bản.")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)
