"""Held files, for administrators."""

from django.urls import path

from khuyencong.quarantine import views

urlpatterns = [
    path("tep-cach-ly/", views.held_files, name="held_files"),
    path("tep-cach-ly/<int:pk>/", views.held_file, name="held_file"),
    path("tep-cach-ly/<int:pk>/cho-dung/", views.held_file_release, name="held_file_release"),
    path("tep-cach-ly/<int:pk>/huy/", views.held_file_destroy, name="held_file_destroy"),
]
