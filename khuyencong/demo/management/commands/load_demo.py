"""Load the demo once: agencies, people, published cases, made-up projects."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from khuyencong.audit.actions import record_system
from khuyencong.audit.models import AuditEvent
from khuyencong.demo.accounts import ENTRY_CLERK, make_accounts
from khuyencong.demo.history import load_history
from khuyencong.demo.mark import is_demo
from khuyencong.demo.published import load_published_cases
from khuyencong.demo.scenario import load_scenario
from khuyencong.people.actions import load_agencies
from khuyencong.people.models import User

LOADED = "demo.load"
INTERRUPTED = (
    "Cơ sở dữ liệu dùng thử này đã có dữ liệu khác, hoặc lần nạp trước bị dừng giữa chừng: "
    "hãy thêm --reset để xóa và làm lại từ đầu."
)


class Command(BaseCommand):
    """Refuses any database that does not carry the demo mark; does nothing where the demo is loaded already."""

    help = "Nạp dữ liệu dùng thử (một lần) vào cơ sở dữ liệu dùng thử."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """All or nothing, in one transaction."""
        if not is_demo(connection):
            raise CommandError("Chỉ nạp dữ liệu dùng thử vào cơ sở dữ liệu dùng thử (khuyencong demo).")
        if AuditEvent.objects.filter(action=LOADED).exists():
            return
        if User.objects.exists():
            raise CommandError(INTERRUPTED)
        self.stdout.write("Đang nạp dữ liệu dùng thử…")
        load_demo()


@transaction.atomic
def load_demo() -> dict[str, User]:
    """Everything of the demo, into a database that has the places; the users by user name."""
    load_agencies()
    users = make_accounts()
    load_published_cases()
    load_history(users[ENTRY_CLERK])
    load_scenario(users)
    record_system(action=LOADED, origin="lệnh load_demo", note="Dữ liệu dùng thử")
    return users
