"""The first page, the page of one đề án, the gallery."""

from __future__ import annotations

from django.urls import path

from khuyencong.desk.views import gallery, project, work

urlpatterns = [
    path("", work.work, name="work"),
    path("de-an/<str:code>/", project.project, name="project"),
    path("thanh-phan/", gallery.gallery, name="gallery"),
]
