"""URLs of this room, under ket-qua/."""

from __future__ import annotations

from django.urls import path

from khuyencong.reporting import views, views_activities, views_figures

urlpatterns = [
    path("", views.results, name="results"),
    path("tai-ve.xlsx", views.results_xlsx, name="results_xlsx"),
    path("qua-cac-nam/", views.series, name="results_series"),
    path("qua-cac-nam/tai-ve.xlsx", views.series_xlsx, name="results_series_xlsx"),
    path("theo-ky/", views_figures.period_tables, name="period_tables"),
    path("theo-ky/de-an/", views_figures.figure_list, name="figure_list"),
    path("hoat-dong/", views_activities.activity_tables, name="activity_tables"),
    path("hoat-dong/danh-sach/", views_activities.activity_list, name="activity_list"),
    path("so-lieu-cong-bo/", views.published, name="published"),
]
