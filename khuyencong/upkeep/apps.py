"""The app of the room."""

from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "khuyencong.upkeep"
    label = "upkeep"
