"""Published figures that contradict themselves are found, and no others."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from khuyencong.core.money import format_number, shown_decimals
from khuyencong.reporting.checks import evaluate, format_figure


def figure(value, *, approx=False, unit="million", unit_label=""):
    return SimpleNamespace(value=Decimal(str(value)), approximate=approx, unit=unit, unit_label=unit_label, label="")


def judged(kind, stated, *operands, approx=False):
    figures = {
        str(place): one if isinstance(one, SimpleNamespace) else figure(one) for place, one in enumerate(operands)
    }
    unit = "percent" if kind == "percent" else "million"
    stated = stated if isinstance(stated, SimpleNamespace) else figure(stated, unit=unit, approx=approx)
    return evaluate(SimpleNamespace(kind=kind, operands=list(figures), stated=stated), figures)


def test_a_sum_that_does_not_add_up_is_named():
    result = judged("sum", "3108.129", "600.000", "986.629")
    assert not result.consistent
    assert (result.computed, result.difference) == (Decimal("1586.629"), Decimal("1521.500"))
    assert result.sentence == (
        "Mâu thuẫn: 600 + 986,629 = 1.586,629 triệu đồng, nguồn ghi 3.108,129 triệu đồng (lệch 1.521,5 triệu đồng)."
    )


def test_a_wrong_percentage_is_named_even_where_a_figure_is_approximate():
    result = judged("percent", "115.600", figure(8000, approx=True), 6040)
    assert not result.consistent
    assert result.sentence == (
        "Mâu thuẫn: khoảng 8.000 / 6.040 = 132,5 %, nguồn ghi 115,6 % (lệch 16,9 điểm phần trăm)."
    )


@pytest.mark.parametrize(
    ("kind", "stated", "operands"),
    [
        ("sum", 630, [290, 260, 80]),
        ("sum", 1100, [500, 600]),
        ("difference", 613, [899, 286]),
        ("percent", "93.500", [73500, 78600]),
        ("percent", "52.03", [33800, 64962]),
        ("percent", "33.3", [1, 3]),
        ("sum", "0.3", ["0.1", "0.2"]),  # exact decimals: floating point would give 0.30000000000000004
    ],
)
def test_what_agrees_raises_no_alarm(kind, stated, operands):
    result = judged(kind, stated, *operands)
    assert result.consistent, result.sentence
    assert result.sentence.startswith("Khớp: ")


@pytest.mark.parametrize(
    ("stated", "actual", "consistent"),
    [
        ("93.5", "93.45", True),
        ("93.5", "93.55", True),
        ("93.5", "93.449", False),
        ("94", "93.5", True),
        ("94", "93.4", False),
    ],
)
def test_half_a_unit_of_the_last_decimal_is_rounding(stated, actual, consistent):
    assert judged("sum", stated, actual).consistent is consistent


@pytest.mark.parametrize(("actual", "consistent"), [(99, True), (101, True), ("98.9", False), ("101.1", False)])
def test_one_per_cent_where_something_is_approximate(actual, consistent):
    assert judged("sum", 100, figure(actual, approx=True)).consistent is consistent
    assert judged("sum", 100, actual, approx=True).consistent is consistent


def test_what_cannot_be_computed_is_said():
    assert judged("percent", 5, 1, 0).sentence == "Không kiểm được: số gốc bằng 0."
    assert judged("percent", 5, 1, 0).difference is None
    gone = evaluate(SimpleNamespace(kind="sum", operands=["no"], stated=figure(1)), {})
    assert (gone.consistent, gone.sentence) == (False, "Không kiểm được: thiếu «no».")


def test_figures_are_shown_as_published():
    assert format_figure(figure("6900.000", approx=True)) == "khoảng 6.900 triệu đồng"
    assert format_figure(figure("986.629")) == "986,629 triệu đồng"
    assert format_figure(figure("93.500", unit="percent")) == "93,5 %"
    assert format_figure(figure("15.000", unit="count", unit_label="sản phẩm")) == "15 sản phẩm"
    assert format_figure(figure("3.000", unit="count")) == "3"
    assert shown_decimals(Decimal("1000.000")) == 0
    assert format_number(Decimal("132.45"), 1) == "132,5"
