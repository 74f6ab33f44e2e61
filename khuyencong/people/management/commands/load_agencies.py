"""`manage.py load_agencies`: the national agency, regional centres, departments and centres of the 34 provinces."""

from typing import Any

from django.core.management.base import BaseCommand

from khuyencong.people.actions import load_agencies


class Command(BaseCommand):
    help = "Tạo các cơ quan khuyến công còn thiếu; cơ quan đã có được giữ nguyên."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        self.stdout.write(f"Cơ quan: thêm {load_agencies()}.")
