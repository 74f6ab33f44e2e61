"""Whether published figures agree with one another: exact decimals, and no sharper than the figures themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from khuyencong.core.money import format_number, shown_decimals
from khuyencong.reporting.models import CheckKind, FigureUnit

APPROXIMATE_SHARE = Decimal("0.01")


class Figure(Protocol):
    """What is asked of a figure."""

    @property
    def value(self) -> Decimal: ...
    @property
    def approximate(self) -> bool: ...
    @property
    def unit(self) -> str: ...
    @property
    def unit_label(self) -> str: ...


class Check(Protocol):
    """What is asked of a check."""

    @property
    def kind(self) -> str: ...
    @property
    def operands(self) -> Sequence[str]: ...
    @property
    def stated(self) -> Figure: ...


@dataclass(frozen=True)
class CheckResult:
    """What the source states, what its own figures give (None where they cannot), and the sentence for the reader."""

    stated: Decimal
    computed: Decimal | None
    consistent: bool
    sentence: str

    @property
    def difference(self) -> Decimal | None:
        """Stated less computed."""
        return None if self.computed is None else self.stated - self.computed


def evaluate(check: Check, figures: Mapping[str, Figure]) -> CheckResult:
    """Judge one check by the figures of its case, by key.

    A stated figure may differ from the computed one by half a unit of its last decimal, or by 1 % of itself where it
    or an operand is approximate. An operand that is missing, or a percentage of nothing, is never consistent.
    """
    stated = check.stated
    missing = [key for key in check.operands if key not in figures]
    if missing or not check.operands:
        names = ", ".join(f"«{key}»" for key in missing) or "số liệu"
        return CheckResult(stated.value, None, consistent=False, sentence=f"Không kiểm được: thiếu {names}.")
    operands = [figures[key] for key in check.operands]
    computed = _computed(check.kind, [operand.value for operand in operands])
    if computed is None:
        return CheckResult(stated.value, None, consistent=False, sentence="Không kiểm được: số gốc bằng 0.")
    consistent = abs(stated.value - computed) <= _tolerance(stated, operands)
    return CheckResult(stated.value, computed, consistent, _sentence(check, operands, computed, consistent=consistent))


def format_figure(figure: Figure) -> str:
    """A figure as published, with "khoảng" where the source does not give it exactly: "khoảng 6.900 triệu đồng"."""
    return f"{_operand(figure)} {_unit(figure)}".strip()


def _unit(figure: Figure) -> str:
    return figure.unit_label or str(FigureUnit(figure.unit).label)


def _operand(figure: Figure) -> str:
    number = format_number(figure.value)
    return f"khoảng {number}" if figure.approximate else number


def _computed(kind: str, values: Sequence[Decimal]) -> Decimal | None:
    first, rest = values[0], values[1:]
    if kind == CheckKind.SUM:
        return sum(values, Decimal(0))
    if kind == CheckKind.DIFFERENCE:
        return first - sum(rest, Decimal(0))
    if len(rest) != 1 or rest[0] == 0:
        return None
    return first * 100 / rest[0]


def _tolerance(stated: Figure, operands: Sequence[Figure]) -> Decimal:
    half_unit = Decimal("0.5").scaleb(-shown_decimals(stated.value))
    if stated.approximate or any(operand.approximate for operand in operands):
        return max(half_unit, abs(stated.value) * APPROXIMATE_SHARE)
    return half_unit


def _sentence(check: Check, operands: Sequence[Figure], computed: Decimal, *, consistent: bool) -> str:
    sign = {CheckKind.SUM: " + ", CheckKind.DIFFERENCE: " − "}.get(CheckKind(check.kind), " / ")
    stated = check.stated
    is_percent = check.kind == CheckKind.PERCENT
    places = max(1, shown_decimals(stated.value)) if is_percent else None
    unit = "%" if is_percent else _unit(stated)
    result = f"{format_number(computed, places)} {unit}".strip()
    formula = f"{sign.join(_operand(operand) for operand in operands)} = {result}"
    if consistent:
        return f"Khớp: {formula}, nguồn ghi {format_figure(stated)}."
    gap = format_number(abs(stated.value - computed), places)
    gap_unit = "điểm phần trăm" if is_percent else unit
    return f"Mâu thuẫn: {formula}, nguồn ghi {format_figure(stated)} (lệch {gap} {gap_unit}".rstrip() + ")."
