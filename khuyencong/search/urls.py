"""Under /tim/."""

from __future__ import annotations

from django.urls import path

from khuyencong.search import views

urlpatterns = [path("", views.search, name="search")]
