"""Tables of a Word report: a row «Cộng», «Tổng» against the rows it adds up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from khuyencong.reportcheck.arithmetic import Contradiction, Rule, shown, sum_of
from khuyencong.reportcheck.document import Table
from khuyencong.reportcheck.numbers import Interval, Qualifier, meant, readings_of

MOST_ROWS = 2_000
FEWEST_PARTS = 2
_TOTAL = re.compile(r"(?:tổng|tổng cộng|tổng số|cộng|tổng kinh phí)(?: cộng| số)?(?:\s?\([^)]*\))?\s?:?", re.IGNORECASE)
_GROUP = re.compile(r"(?:[IVX]+|[A-H])\.?")
# Rows that tell more about the row above them.
_DETAIL = re.compile(
    r"\s*(?:trong đó|bao gồm|gồm|[-–+*•]\s|[0-9]+\.[0-9]+|[a-zđ][.)]?\s*$|[a-zđ][.)]\s)", re.IGNORECASE
)
_NUMBER = re.compile(r"[0-9][0-9.,]*")
_NOTHING = {"", "-", "–", "—", "0"}
# Columns that nobody adds up.
_NO_SUM = re.compile(
    r"stt|(?<!\w)tt(?!\w)|đơn giá|tỷ lệ|tỉ lệ|%|bình quân|năm(?! 20)|giá (?:bán|mua)|số (?:hiệu|quyết định)",
    re.IGNORECASE,
)


def wrong_in_table(table: Table) -> Iterator[Contradiction]:
    """The totals of a table that are not the sum of the rows above (or, where the first row is one, below).

    Rows numbered I, II or A, B are sums of those behind them: then the total is either's. A column with words among its
    numbers, and a table with merged cells, are left alone.
    """
    rows = [row for row in table.rows[:MOST_ROWS] if any(cell.strip() for cell in row)]
    if table.uneven or len(rows) <= FEWEST_PARTS or len({len(row) for row in rows}) != 1:
        return
    heads = _heads(rows)
    body = rows[heads:]
    totals = [place for place, row in enumerate(body) if any(_TOTAL.fullmatch(cell.strip()) for cell in row[:2])]
    if len(totals) != 1 or totals[0] not in {0, len(body) - 1}:
        return
    total = body[totals[0]]
    parts = body[: totals[0]] or body[1:]
    if len(parts) < FEWEST_PARTS or _has_details(parts):
        return
    for column in range(1, len(total)):
        head = " ".join(dict.fromkeys(row[column].strip() for row in rows[:heads]))
        if not _NO_SUM.search(head):
            yield from _column(total, parts, column, head)


def _has_details(parts: Sequence[Sequence[str]]) -> bool:
    """Whether some rows are parts of others, in ways that are not counted here; a group's number is a capital letter."""
    first = [row[0].strip() for row in parts]
    some_unnumbered = any(first) and not all(first)
    return some_unnumbered or any(
        _DETAIL.match(cell) and not _GROUP.fullmatch(cell.strip()) for row in parts for cell in row[:2]
    )


def _heads(rows: Sequence[Sequence[str]]) -> int:
    """How many rows stand above the first that holds a number beside its first cell."""
    for place, row in enumerate(rows):
        if any(_NUMBER.fullmatch(cell.strip()) for cell in row[1:]):
            # A row that only numbers the columns: 1, 2, 3 or (1), (2), (3).
            digits = [cell.strip("() ") for cell in row if cell.strip()]
            return (
                place + 1
                if digits == [str(number) for number in range(1, len(digits) + 1)] and len(digits) > FEWEST_PARTS
                else place
            )
    return len(rows)


def _column(total: Sequence[str], parts: Sequence[Sequence[str]], column: int, head: str) -> Iterator[Contradiction]:
    said = _value(total[column])
    values = [_value(row[column]) for row in parts]
    if said is None or not _NUMBER.fullmatch(total[column].strip()) or None in values:
        return
    grouped = [bool(_GROUP.fullmatch(row[0].strip())) for row in parts]
    known = [one for one in values if one is not None]
    ways = [known]
    if any(grouped):
        ways += [
            [one for one, group in zip(known, grouped, strict=True) if group],
            [one for one, group in zip(known, grouped, strict=True) if not group],
        ]
    if any(sum_of([one[1] for one in way]).meets(said[1]) for way in ways):
        return
    way = ways[1] if any(grouped) else known
    numbers = [one[0] for one in way if one[0]]
    if len(numbers) < FEWEST_PARTS:
        return
    formula = " + ".join(shown(one) for one in numbers)
    computed = shown(sum(numbers, Fraction(0)))
    where = f"Cột «{head}»: " if head else f"Cột {column + 1}: "
    yield Contradiction(
        rule=Rule.TABLE,
        sentence=" | ".join(cell.strip() for cell in total),
        figures=(total[column].strip(),),
        explanation=f"{where}{formula} = {computed}, không phải {total[column].strip()}.",
    )


def _value(cell: str) -> tuple[Fraction, Interval] | None:
    """A number of a cell and what it may mean; nothing is 0, words and numbers of two readings are None."""
    text = cell.strip()
    if text in _NOTHING:
        return Fraction(0), Interval(Fraction(0), Fraction(0))
    if not _NUMBER.fullmatch(text):
        return None
    readings = readings_of(text, whole=False, point=False)
    if len(readings) != 1:
        return None
    # Whole numbers are counts or exact money; with decimals, the last was rounded.
    one = meant(readings[0], scale=1, qualifier=Qualifier.NONE, exact=readings[0].step == 1)
    return one.value, one.interval
