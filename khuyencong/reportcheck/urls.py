"""URLs of this room, under kiem-tra-bao-cao/."""

from __future__ import annotations

from django.urls import path

from khuyencong.reportcheck import views

urlpatterns = [path("", views.report_check, name="report_check")]
