"""Part of `khuyencong digest`: establishments whose +12 or +24 months have come are asked, and reminded."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from khuyencong.core.dates import today
from khuyencong.effects.actions import ask_round


class Command(BaseCommand):
    """Meant for a timer of the machine, once a day; running it again writes to nobody twice."""

    help = "Gửi liên kết hỏi hiệu quả tới cơ sở đã đến hạn 12, 24 tháng, và nhắc cơ sở chưa trả lời."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Only counting is possible."""
        parser.add_argument("--dry-run", action="store_true", help="chỉ kể, không gửi")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Say what was done."""
        done = ask_round(on=today(), dry_run=options["dry_run"])
        self.stdout.write(
            f"Hiệu quả: hỏi {done.asked} cơ sở, nhắc {done.reminded}, {done.unreachable} cơ sở không có thư điện tử."
        )
