"""`manage.py load_places`: provinces, communes and regions from the files of the places room."""

from typing import Any

from django.core.management.base import BaseCommand

from khuyencong.places.actions import load_places


class Command(BaseCommand):
    help = "Nạp tỉnh, xã và khu vực khuyến công; chạy lại không thay đổi gì."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        result = load_places()
        if result.outdated:
            self.stdout.write(
                "Địa bàn: đã cập nhật theo quyết định sau khi nạp; thay đổi mới: khuyencong places update."
            )
        elif result.skipped:
            self.stdout.write("Địa bàn: dữ liệu này đã được nạp.")
        else:
            self.stdout.write(f"Địa bàn: {result.provinces} tỉnh (cũ và mới), {result.communes} xã, phường, đặc khu.")
