"""Under /thong-bao/."""

from __future__ import annotations

from django.urls import path

from khuyencong.notices import views

urlpatterns = [
    path("", views.notice_list, name="notices"),
    path("da-doc/", views.read_all, name="notices_read"),
    path("<int:pk>/mo/", views.open_notice, name="notice_open"),
]
