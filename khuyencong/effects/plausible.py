"""What makes a figure look doubtful, said in a sentence.

Nothing is changed by it: whoever answers looks again, and an officer who confirms says why the figure stands.
The thresholds are the software's own, not of any regulation; they stand here so that they can be argued about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from khuyencong.appraisal.spread import Spread, spread_of
from khuyencong.core.findings import Warning_
from khuyencong.core.money import MILLION, format_dong
from khuyencong.effects.figures import CODES, shown, with_unit
from khuyencong.effects.models import EffectSheet, Moment
from khuyencong.projects.indicators import INDICATORS

INCOME_JUMP = 2  # times what it was before
INCOME_OFF_MEDIAN = 3  # times the median of others, or a third of it
LEAST_INCOME, MOST_INCOME = 500_000, 200 * MILLION  # đồng a month
LEAST_REVENUE, MOST_REVENUE = 5 * MILLION, 20_000 * MILLION  # đồng a year for each worker
THOUSANDFOLD = 500  # times as much, or a part of it, as the moment before
ENOUGH_PEERS = 5
MOST_PEERS = 500
# Figures that a slip of the unit would change a thousandfold.
SCALED = ("income", "revenue", "output", "energy", "water")

Values = Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Peers:
    """What other establishments earn, by the system's own data: in the same commune, or in the trade of the province."""

    spread: Spread
    where: str


@dataclass(frozen=True)
class Beside:
    """What an answer is held against: what was said for an earlier moment, and what others say."""

    earlier: Values = field(default_factory=dict)
    earlier_label: str = ""
    peers: Peers | None = None


def doubts(now: Values, beside: Beside) -> list[Warning_]:
    """Everything that looks doubtful in these figures; [] where nothing does. What is not known raises no doubt."""
    return [*_of_heads(now), *_of_income(now, beside), *_of_revenue(now), *_of_energy(now, beside), *_of_units(now, beside)]  # fmt: skip


def _of_heads(now: Values) -> Iterable[Warning_]:
    workers = now.get("workers")
    if workers is None:
        return
    for code in ("jobs_new", "jobs_kept", "jobs_women", "jobs_minority"):
        part = now.get(code)
        if part is not None and part > workers:
            yield Warning_(
                f"{code}_beyond_workers",
                f"{INDICATORS[code].name} ({shown(part)} người) nhiều hơn tổng số lao động ({shown(workers)} người).",
            )


def _of_income(now: Values, beside: Beside) -> Iterable[Warning_]:
    income, before = now.get("income"), beside.earlier.get("income")
    if income is None:
        return
    if not LEAST_INCOME <= income <= MOST_INCOME:
        yield Warning_(
            "income_out_of_range",
            f"Thu nhập {with_unit('income', income)} nằm ngoài khoảng {format_dong(LEAST_INCOME)} đến "
            f"{format_dong(MOST_INCOME)} đồng: có thể nhầm đơn vị nghìn, triệu, hoặc ghi cả năm.",
        )
    if before and before * INCOME_JUMP < income:
        yield Warning_(
            "income_jump",
            f"Thu nhập {shown(income)} đồng gấp hơn {INCOME_JUMP} lần lúc {beside.earlier_label} "
            f"({shown(before)} đồng).",
        )
    peers = beside.peers
    if peers and peers.spread.median and not _near(income, Decimal(peers.spread.median), INCOME_OFF_MEDIAN):
        yield Warning_(
            "income_off_median",
            f"Thu nhập {shown(income)} đồng lệch hơn {INCOME_OFF_MEDIAN} lần so với trung vị "
            f"{format_dong(peers.spread.median)} đồng của {peers.spread.count} cơ sở {peers.where}.",
        )


def _of_revenue(now: Values) -> Iterable[Warning_]:
    revenue, workers = now.get("revenue"), now.get("workers")
    if revenue is None or not workers:
        return
    each = revenue / workers
    if revenue and not LEAST_REVENUE <= each <= MOST_REVENUE:
        yield Warning_(
            "revenue_per_worker",
            f"Doanh thu chia cho lao động là {format_dong(int(each))} đồng một người một năm, ngoài khoảng "
            f"{format_dong(LEAST_REVENUE)} đến {format_dong(MOST_REVENUE)} đồng.",
        )


def _of_energy(now: Values, beside: Beside) -> Iterable[Warning_]:
    pairs = [(now.get(code), beside.earlier.get(code)) for code in ("energy", "output")]
    (energy, energy_before), (output, output_before) = pairs
    if energy is None or energy_before is None or output is None or output_before is None:
        return
    if energy > energy_before and output < output_before:
        yield Warning_(
            "energy_up_output_down",
            f"Điện tăng ({shown(energy_before)} → {shown(energy)} kWh) trong khi sản lượng giảm "
            f"({shown(output_before)} → {shown(output)}) so với lúc {beside.earlier_label}.",
        )


def _of_units(now: Values, beside: Beside) -> Iterable[Warning_]:
    for code in SCALED:
        value, before = now.get(code), beside.earlier.get(code)
        if value and before and not _near(value, before, THOUSANDFOLD):
            yield Warning_(
                f"{code}_thousandfold",
                f"{INDICATORS[code].name} {with_unit(code, value)} khác lúc {beside.earlier_label} "
                f"({with_unit(code, before)}) hàng trăm lần: có thể nhầm đồng, nghìn, triệu hoặc đơn vị tính.",
            )


def _near(value: Decimal, other: Decimal, times: int) -> bool:
    return value <= other * times and other <= value * times


def beside_of(sheet: EffectSheet) -> Beside:
    """What the figures of `sheet` are held against; at most three queries."""
    earlier: dict[str, Decimal | None] = {}
    label = ""
    order = [str(one) for one in Moment.values]
    rows = [one for one in sheet.beneficiary.effect_sheets.all() if order.index(one.moment) < order.index(sheet.moment)]
    # The moment before project says most of what has changed; later ones fill in what it does not know.
    for one in sorted(rows, key=lambda row: order.index(row.moment)):
        known = {code: value for code, value in one.figures.items() if value is not None and code not in earlier}
        if known and not label:
            label = one.get_moment_display().lower()
        earlier.update(known)
    return Beside(earlier, label, _peers(sheet))


def _peers(sheet: EffectSheet) -> Peers | None:
    """The incomes that others reported for the same moment: of the commune where there are enough, else of the trade."""
    place, others = sheet.beneficiary.establishment, EffectSheet.objects.filter(
        moment=sheet.moment, income__isnull=False
    ).exclude(beneficiary__establishment=sheet.beneficiary.establishment_id)  # fmt: skip
    asked: list[tuple[str, dict[str, Any]]] = []
    if place.commune_id:
        asked.append(("cùng xã", {"beneficiary__establishment__commune": place.commune_id}))
    if sheet.project.sector:
        trade = {"project__sector": sheet.project.sector, "project__province": sheet.project.province_id}
        asked.append(("cùng ngành trong tỉnh", trade))
    for where, condition in asked:
        incomes = others.filter(**condition).order_by("-pk").values_list("income", flat=True)[:MOST_PEERS]
        spread = spread_of(int(one) for one in incomes if one is not None)
        if spread is not None and spread.count >= ENOUGH_PEERS:
            return Peers(spread, where)
    return None


def plain(values: Values) -> dict[str, str]:
    """Figures for the audit trail: code and number; what is not known is left out."""
    return {INDICATORS[code].name: shown(values[code]) for code in CODES if values.get(code) is not None}
