"""`khuyencong manage tell_failed WORK`: systemd calls it when a work of a timer has ended badly (`OnFailure=` in `deploy/`)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from khuyencong.upkeep.watch import tell_failed


class Command(BaseCommand):
    help = "Báo quản trị viên rằng một việc theo lịch của máy chủ không xong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("work", help="tên của việc, ví dụ khuyencong-backup")

    def handle(self, *_args: Any, **options: Any) -> None:
        told = tell_failed(options["work"])
        self.stdout.write(f"Đã báo {told} quản trị viên.")
