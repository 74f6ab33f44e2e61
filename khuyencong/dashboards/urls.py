"""URLs of this room, under tong-quan/."""

from __future__ import annotations

from django.urls import path

from khuyencong.dashboards import views

urlpatterns = [
    path("", views.board, name="board"),
    path("de-an/", views.board_list, name="board_list"),
]
