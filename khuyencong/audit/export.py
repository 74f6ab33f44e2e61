"""The events as an Excel file: the same scope and filter as the page."""

from django.db.models import QuerySet
from django.utils import timezone

from khuyencong.audit.labels import describe
from khuyencong.audit.models import AuditEvent
from khuyencong.audit.queries import differences
from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.documents.excel import Column, Sheet, Value, workbook
from khuyencong.people.actors import Actor
from khuyencong.people.roles import Role

MOST_EVENTS = 50_000
COLUMNS = [
    Column("Số", "int", 9),
    Column("Ngày", "date", 12),
    Column("Giờ", "text", 10),
    Column("Ai", "text", 26),
    Column("Vai trò", "text", 18),
    Column("Cơ quan", "text", 30),
    Column("Thay mặt", "text", 30),
    Column("Việc", "text", 26),
    Column("Đối tượng", "text", 36),
    Column("Hồ sơ", "text", 16),
    Column("Thay đổi", "text", 60),
    Column("Ghi chú", "text", 30),
    Column("Từ", "text", 18),
    Column("Mã băm", "text", 66),
]


def events_workbook(events: QuerySet[AuditEvent], *, by: Actor) -> bytes:
    """The .xlsx of these events, newest first. Refused above MOST_EVENTS: narrowing is better than a file nobody opens."""
    count = events.count()
    if count > MOST_EVENTS:
        raise Refused(
            f"Có {format_dong(count)} sự kiện, một tệp nhận tối đa {format_dong(MOST_EVENTS)}: hãy lọc theo ngày rồi tải."
        )
    made = timezone.localtime()
    lines = [f"{format_dong(count)} sự kiện; tải lúc {made:%H:%M} ngày {format_date(made.date())} bởi {by}"]
    rows = [_row(event) for event in events.iterator(chunk_size=2_000)]
    return workbook([Sheet(name="Nhật ký", title="Nhật ký", columns=COLUMNS, rows=rows, subtitle_lines=lines)])


def _row(event: AuditEvent) -> list[Value]:
    at = timezone.localtime(event.at)
    changes = "; ".join(f"{one.name}: {_text(one.before)} → {_text(one.after)}" for one in differences(event))
    role = dict(Role.choices).get(event.role, event.role)
    return [
        event.seq, at.date(), f"{at:%H:%M:%S}", event.actor_label, str(role), event.agency_label, event.on_behalf,
        describe(event.action), event.subject_label, event.thread, changes, event.note, event.origin, event.hash,
    ]  # fmt: skip


def _text(value: object) -> str:
    return "(trống)" if value is None else str(value)
