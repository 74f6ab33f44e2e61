"""Under /du-lieu-mo/: what everybody may take away."""

from __future__ import annotations

from django.urls import path

from khuyencong.opendata.files import views

urlpatterns = [
    path("", views.open_data, name="open_data"),
    path("tu-dien/", views.open_data_dictionary, name="open_data_dictionary"),
    path("tu-dien.json", views.open_data_dictionary_json, name="open_data_dictionary_json"),
    path("<str:name>/", views.open_data_edition, name="open_data_edition"),
    path("<str:name>/<str:file>", views.open_data_file, name="open_data_file"),
]
