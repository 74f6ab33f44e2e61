"""`khuyencong mail`: letters that the mail server did not take when they were due."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from khuyencong.core.alone import alone
from khuyencong.notices.actions import AGAIN, send_unsent

LONGEST = 30  # days


class Command(BaseCommand):
    """Meant for a timer of the machine, every few minutes."""

    help = "Gửi lại thư báo về những thông báo chưa đọc mà trước đó máy chủ thư không nhận."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How far back."""
        parser.add_argument(
            "--days",
            type=int,
            default=AGAIN.days,
            metavar="SỐ",
            help="trong bao nhiêu ngày qua (mặc định: %(default)s)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Say how many letters left; CommandError where the server still takes none."""
        days = options["days"]
        if not 1 <= days <= LONGEST:
            raise CommandError(f"Số ngày phải từ 1 đến {LONGEST}.")
        with alone("letters") as ours:
            if not ours:
                self.stdout.write("Một máy khác đang gửi những thư này.")
                return
            round_ = send_unsent(within=timedelta(days=days))
        self.stdout.write(f"Đã gửi {round_.sent} thư.")
        if round_.failed:
            raise CommandError(
                f"Máy chủ thư không nhận {round_.failed} thư: hãy kiểm tra cài đặt gửi thư rồi chạy lại."
            )
