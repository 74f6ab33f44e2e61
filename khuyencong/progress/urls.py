"""URLs that show programmes, under chuong-trinh/."""

from __future__ import annotations

from django.urls import path

from khuyencong.progress import views

urlpatterns = [
    path("", views.programmes, name="programmes"),
    path("<int:pk>/", views.programme, name="programme"),
    path("<int:pk>/chi-tieu/<slug:code>/", views.programme_figure, name="programme_figure"),
    path("<int:pk>/kinh-phi/<slug:source>/<slug:figure>/", views.programme_money, name="programme_money"),
    path("<int:pk>/so-sanh/", views.programme_difference, name="programme_difference"),
    path("<int:pk>/tai-ve.xlsx", views.programme_xlsx, name="programme_xlsx"),
]
