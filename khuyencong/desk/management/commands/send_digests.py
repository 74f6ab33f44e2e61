"""`khuyencong digest`: the letters about what waits."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from khuyencong.core.dates import format_date, today
from khuyencong.desk.digests import send_digests
from khuyencong.law.workdays import is_working_day


class Command(BaseCommand):
    """Meant for a timer of the machine, once every morning; a second run on one day sends nothing twice."""

    help = "Gửi thư nhắc việc của hôm nay: mỗi ngày hoặc mỗi tuần, theo lựa chọn của từng người; chỉ ngày làm việc."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether anything leaves."""
        parser.add_argument("--dry-run", action="store_true", help="chỉ kể thư sẽ gửi, không gửi và không ghi gì")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Say how many letters left; CommandError where the mail server did not take some."""
        on = today()
        if not is_working_day(on):
            self.stdout.write(f"{format_date(on)} là ngày nghỉ: không gửi thư.")
            return
        round_ = send_digests(on=on, dry_run=options["dry_run"], tell=self.stdout.write)
        if options["dry_run"]:
            self.stdout.write(f"Sẽ gửi {round_.sent} thư.")
            return
        self.stdout.write(f"Đã gửi {round_.sent} thư; {round_.escalated} việc quá hạn mới báo lãnh đạo.")
        if round_.failed:
            raise CommandError(
                f"Máy chủ thư không nhận {round_.failed} thư: hãy kiểm tra cài đặt gửi thư rồi chạy lại."
            )
