"""Under /co-so/."""

from __future__ import annotations

from django.urls import path

from khuyencong.establishments import views

urlpatterns = [
    path("", views.establishment_list, name="establishments"),
    path("moi/", views.establishment_new, name="establishment_new"),
    path("<int:pk>/", views.establishment, name="establishment"),
    path("<int:pk>/sua/", views.establishment_edit, name="establishment_edit"),
]
