"""`check_records`: the audit chain and every rule of the ledger."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import verify_chain
from khuyencong.core.money import format_dong
from khuyencong.core.snapshot import one_moment
from khuyencong.finance.check import Counted, broken_rows, first_of


class Command(BaseCommand):
    """Says what it has checked; on the first broken row it ends with exit code 1 and names that row."""

    help = "Kiểm tra chuỗi nhật ký và mọi quy tắc của sổ kinh phí."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Raises CommandError with the sentence of the first broken row, as everything stood when it began."""
        with one_moment():
            self._check()

    def _check(self) -> None:
        broken = verify_chain()
        if broken is not None:
            raise CommandError(f"Nhật ký hỏng ở sự kiện số {broken.seq}: {broken.sentence}")
        self.stdout.write(f"Nhật ký: {format_dong(AuditEvent.objects.count())} sự kiện, chuỗi liền mạch.")
        counted = Counted()
        if sentence := first_of(broken_rows(counted)):
            raise CommandError(f"Sổ kinh phí sai: {sentence}")
        self.stdout.write(
            f"Sổ kinh phí: {format_dong(counted.entries)} dòng, {format_dong(counted.envelopes)} hạn mức,"
            f" {format_dong(counted.plans)} kế hoạch, {format_dong(counted.projects)} đề án,"
            f" {format_dong(counted.payments)} khoản chi; mọi quy tắc đều được giữ."
        )
