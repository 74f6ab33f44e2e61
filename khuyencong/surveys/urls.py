"""Under /khao-sat/."""

from __future__ import annotations

from django.urls import path

from khuyencong.surveys import views

urlpatterns = [
    path("", views.survey_list, name="surveys"),
    path("moi/", views.survey_new, name="survey_new"),
    path("ngoai-tuyen/", views.survey_shell, name="survey_shell"),
    path("survey-worker.js", views.survey_worker, name="survey_worker"),
    path("<int:pk>/", views.survey, name="survey"),
    path("<int:pk>/sua/", views.survey_correct, name="survey_correct"),
    path("<int:pk>/dua-vao-ho-so/", views.survey_take_in, name="survey_take_in"),
    path("<int:pk>/khong-dung/", views.survey_reject, name="survey_reject"),
]
