"""The list of đề án as an Excel file: exactly what the page has found, all pages of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from khuyencong.core.dates import format_moment
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.documents.excel import Column, Sheet, Value, long_workbook
from khuyencong.law.catalogue import activity_name, sector_choices
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import ProjectKind, ProjectQuerySet
from khuyencong.projects.states import ProjectState

MOST_ROWS = 100_000
COLUMNS = [
    Column("Mã", "text", 18),
    Column("Đề án", "text", 50),
    Column("Loại", "text", 14),
    Column("Năm", "int", 8),
    Column("Nguồn", "text", 22),
    Column("Nội dung hoạt động", "text", 34),
    Column("Ngành nghề", "text", 30),
    Column("Trạng thái", "text", 20),
    Column("Đơn vị thực hiện", "text", 28),
    Column("Tỉnh khi ấy", "text", 16),
    Column("Tỉnh hiện nay", "text", 16),
    Column("Ngày gửi", "date", 12),
    Column("Tổng kinh phí (đồng)", "dong", 18),
    Column("Hỗ trợ (đồng)", "dong", 18),
    Column("Đối ứng (đồng)", "dong", 18),
]
FIELDS = (
    "code", "name", "kind", "year", "source", "activity", "sector", "state", "implementing_unit__short_name",
    "province__short_name", "province__current__short_name", "submitted_on", "total", "support", "counterpart",
)  # fmt: skip


def projects_workbook(found: ProjectQuerySet, *, count: int, by: Actor) -> bytes:
    """The .xlsx of these đề án in the order of the list, read and written row by row. Refused above MOST_ROWS."""
    if count > MOST_ROWS:
        raise Refused(f"Có {format_dong(count)} đề án, một tệp nhận tối đa {format_dong(MOST_ROWS)}: hãy lọc rồi tải.")
    told = f"{format_dong(count)} đề án; {by} tải lúc {format_moment(timezone.now())}"
    return long_workbook(
        Sheet(name="Đề án", title="Danh sách đề án", columns=COLUMNS, rows=(), subtitle_lines=[told]), _rows(found)
    )


def _rows(found: ProjectQuerySet) -> Iterator[list[Value]]:
    kinds, sources, states = dict(ProjectKind.choices), dict(FundingSource.choices), dict(ProjectState.choices)
    sectors = dict(sector_choices())
    # Of a value of that many đề án there are few different ones: each is put into words once.
    activities: dict[str, str] = {}
    for code, name, kind, year, source, activity, sector, state, *rest in (
        found.with_money().values_list(*FIELDS).iterator(chunk_size=2_000)
    ):
        if activity not in activities:
            activities[activity] = activity_name(activity)
        words = (kinds[kind], year, sources[source], activities[activity], sectors.get(sector, sector), states[state])
        yield [code, name, *words, *rest]
