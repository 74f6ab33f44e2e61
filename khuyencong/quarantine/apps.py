"""The app of the room; it tells `core.files` whom to ask."""

from django.apps import AppConfig


class QuarantineConfig(AppConfig):
    name = "khuyencong.quarantine"
    label = "quarantine"
    verbose_name = "Tệp cách ly"

    def ready(self) -> None:
        from khuyencong.core.files import arriving, leaving
        from khuyencong.quarantine.holding import hold, staying
        from khuyencong.quarantine.quota import require_room

        if hold not in arriving:
            arriving.extend([require_room, hold])
            leaving.append(staying)
