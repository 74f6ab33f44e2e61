"""Load the made-up nation once: agencies, people, establishments, đề án of thirteen years, then the accounts to look at it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from khuyencong.audit.actions import record_system
from khuyencong.audit.models import AuditEvent
from khuyencong.demo.accounts import make_accounts
from khuyencong.demo.management.commands.load_demo import INTERRUPTED, LOADED
from khuyencong.demo.mark import is_demo
from khuyencong.demo.national.load import load_nation
from khuyencong.demo.programmes import load_programmes
from khuyencong.demo.scenario import demo_world
from khuyencong.people.actions import load_agencies
from khuyencong.people.models import User

NOTE = "Dữ liệu cả nước làm ra để thử"


class Command(BaseCommand):
    """Refuses any database that does not carry the demo mark, and one that holds anything else."""

    help = "Nạp dữ liệu cả nước làm ra để thử (một lần) vào cơ sở dữ liệu dùng thử còn trống."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--divide`: only so small a part of it."""
        parser.add_argument("--divide", type=int, default=1, metavar="SỐ", help="chỉ làm một phần nhỏ: chia cho số này")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Does nothing where it is loaded already. Raises CommandError where something else is."""
        if not is_demo(connection):
            raise CommandError("Chỉ nạp dữ liệu cả nước vào cơ sở dữ liệu dùng thử (khuyencong demo --national).")
        loaded = AuditEvent.objects.filter(action=LOADED).values_list("note", flat=True).first()
        if loaded == NOTE:
            return
        if loaded is not None or User.objects.exists():
            raise CommandError(INTERRUPTED)
        self.stdout.write("Đang nạp dữ liệu cả nước làm ra để thử (mất nhiều phút)…")
        load_agencies()
        checksum = load_nation(self._say, divide=options["divide"])
        with transaction.atomic():
            users = make_accounts()
            load_programmes(demo_world(users))
            record_system(action=LOADED, origin="lệnh load_national", note=NOTE, after={"mã kiểm": checksum})

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
