"""`check_records`: the audit chain and every rule of the ledger."""

from __future__ import annotations

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import compare_head, head_now, verify_chain
from khuyencong.core.money import format_dong
from khuyencong.core.snapshot import one_moment
from khuyencong.finance.check import Counted, broken_rows, first_of

PRINTED = re.compile(r"[0-9a-f]{16,64}")
LONGEST_NUMBER = 19  # digits of the largest number that the database holds


class Command(BaseCommand):
    """Says what it has checked; on the first broken row it ends with exit code 1 and names that row."""

    help = "Kiểm tra chuỗi nhật ký và mọi quy tắc của sổ kinh phí."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--head`: what was once printed of the chain, to be held against it."""
        parser.add_argument("--head", default="", metavar="SỐ:MÃ")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Raises CommandError with the sentence of the first broken row, as everything stood when it began."""
        with one_moment():
            self._check(options["head"])

    def _check(self, printed: str) -> None:
        broken = verify_chain() or (compare_head(*_parts(printed)) if printed else None)
        if broken is not None:
            raise CommandError(f"Nhật ký hỏng ở sự kiện số {broken.seq}: {broken.sentence}")
        self.stdout.write(f"Nhật ký: {format_dong(AuditEvent.objects.count())} sự kiện, chuỗi liền mạch.")
        seq, digest = head_now()
        self.stdout.write(f"Đầu chuỗi: {seq}:{digest}")
        if printed:
            self.stdout.write("Đầu chuỗi đã in khớp với nhật ký.")
        counted = Counted()
        if sentence := first_of(broken_rows(counted)):
            raise CommandError(f"Sổ kinh phí sai: {sentence}")
        self.stdout.write(
            f"Sổ kinh phí: {format_dong(counted.entries)} dòng, {format_dong(counted.envelopes)} hạn mức,"
            f" {format_dong(counted.plans)} kế hoạch, {format_dong(counted.projects)} đề án,"
            f" {format_dong(counted.payments)} khoản chi; mọi quy tắc đều được giữ."
        )


def _parts(printed: str) -> tuple[int, str]:
    """Number and hash of a head as it was printed, «123:0f3a…»; CommandError where it is none."""
    seq, _, digest = printed.partition(":")
    if not (seq.isascii() and seq.isdigit() and len(seq) < LONGEST_NUMBER and PRINTED.fullmatch(digest)):
        raise CommandError("--head phải là số thứ tự, dấu hai chấm và mã băm (ít nhất 16 ký tự), ví dụ 123:0f3a….")
    return int(seq), digest
