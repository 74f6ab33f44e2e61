"""Under /de-an/: accepting what was delivered."""

from __future__ import annotations

from django.urls import path

from khuyencong.delivery import views

urlpatterns = [path("<str:code>/nghiem-thu/<str:part>/", views.project_accept, name="project_accept")]
