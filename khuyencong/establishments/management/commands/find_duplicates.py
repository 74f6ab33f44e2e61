"""`find_duplicates`: compare all entries of the registry with each other."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from khuyencong.audit.actions import record_system
from khuyencong.core.money import format_dong
from khuyencong.establishments.duplicates import look_through_registry


class Command(BaseCommand):
    """Raises suspicions and takes back those that no longer hold; what a person has decided stays."""

    help = "Tìm cơ sở nghi trùng trong toàn bộ danh sách (mã số thuế, tên và nơi, điện thoại, số máy)."

    @transaction.atomic
    def handle(self, *_args: Any, **_options: Any) -> None:
        """All or nothing; a few seconds for 150,000 entries."""
        looked = look_through_registry()
        counts = {"hồ sơ": looked.entries, "mới": looked.raised, "không còn": looked.gone, "chờ xem": looked.open}
        record_system(action="establishment.look_for_duplicates", origin="lệnh find_duplicates", after=counts)
        self.stdout.write(
            f"Đã so {format_dong(looked.entries)} hồ sơ: {format_dong(looked.raised)} cặp nghi trùng mới, "
            f"{format_dong(looked.gone)} cặp không còn, {format_dong(looked.open)} cặp chờ xem tại /co-so/trung/."
        )
