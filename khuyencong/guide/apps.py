"""The app of the room."""

from django.apps import AppConfig


class GuideConfig(AppConfig):
    name = "khuyencong.guide"
    label = "guide"
