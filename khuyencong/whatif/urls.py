"""URLs of this room, under tinh-thu/."""

from __future__ import annotations

from django.urls import path

from khuyencong.whatif import views

urlpatterns = [
    path("", views.trials, name="trials"),
    path("moi/", views.trial_new, name="trial_new"),
    path("<int:pk>/", views.trial, name="trial"),
    path("<int:pk>/tinh/", views.trial_count, name="trial_count"),
    path("<int:pk>/tai-ve.xlsx", views.trial_xlsx, name="trial_xlsx"),
]
