"""Opening what stands behind each number of a year, as its address is read, and adding it up again."""

from urllib.parse import parse_qsl, urlsplit

from khuyencong.core.dates import today
from khuyencong.core.money import format_dong
from khuyencong.dashboards.board import board_of
from khuyencong.dashboards.chosen import behind
from khuyencong.reporting.borders import Borders
from khuyencong.reporting.figure_forms import read_question
from khuyencong.reporting.figures import Question, add_up, figure, lines_of, value_of
from khuyencong.reporting.period import Period, PeriodKind
from khuyencong.reporting.tables import By, Tables, cells_of


def walk_tables(actor, year):
    """Every cell of every table of the year and of its first half, in both borders; how many open a list."""
    opened = 0
    for kind in (PeriodKind.YEAR, PeriodKind.HALF):
        for borders in Borders:
            question = Question(period=Period(kind, year), borders=borders)
            tables = Tables(question, cells_of(question, actor=actor))
            for by in By:
                table = tables.table(by)
                assert add_up(row.values for row in table.rows) == table.total.values, by
                for row in (*table.rows, table.total):
                    opened += _walk_row(actor, row, (kind, borders, by, row.label))
    return opened


def _walk_row(actor, row, where):
    """All lists of one row ask the same question, so they are the same đề án."""
    addresses = {cell.figure.code: cell.url for cell in row.all_cells if cell.url}
    assert set(addresses) == {cell.figure.code for cell in row.all_cells if cell.value}, where
    asked = {urlsplit(url.replace(f"so-lieu={code}", "")).query.strip("&") for code, url in addresses.items()}
    assert len(asked) <= 1, where
    for query in asked:
        assert _sums(actor, query) == row.values, where
    return len(addresses)


def walk_board(actor, year):
    """Every number of the dashboard that opens a list."""
    opened = 0
    for chart in board_of(Question(period=Period(PeriodKind.YEAR, year)), actor).charts:
        for row in chart.rows:
            for cell in row.cells:
                address = urlsplit(cell.url)
                query = dict(parse_qsl(address.query))
                if "so-lieu" in query:
                    one = figure(query["so-lieu"])
                    found = one.shown(value_of(_sums(actor, address.query), one.code))
                elif "muc" in query:
                    question = read_question(actor, query).question
                    _, rows = behind(query["muc"], query.get("gia-tri", ""), question, actor, today())
                    found = format_dong(rows.distinct().count())
                    if query["muc"] == "viec-lam":
                        continue  # the number is of sheets, the name beside it opens their đề án
                else:
                    continue
                assert found == cell.text, (chart.key, cell)
                opened += 1
    return opened


def _sums(actor, query):
    question = read_question(actor, dict(parse_qsl(query))).question
    assert question is not None, query
    return add_up(line.values for line in lines_of(question, actor=actor))
