"""Under /de-an/: the appraisal of one đề án."""

from __future__ import annotations

from django.urls import path

from khuyencong.appraisal import views

urlpatterns = [path("<str:code>/tham-dinh/<str:level>/", views.project_appraise, name="project_appraise")]
