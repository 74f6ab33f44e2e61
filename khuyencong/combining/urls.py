"""Under /long-ghep/ and /de-an/."""

from __future__ import annotations

from django.urls import path

from khuyencong.combining import views

urlpatterns = [
    path("long-ghep/", views.combinations, name="combinations"),
    path("long-ghep/tai-ve.xlsx", views.combinations_xlsx, name="combinations_xlsx"),
    path("long-ghep/chuong-trinh/", views.programmes, name="other_programmes"),
    path("long-ghep/chuong-trinh/moi/", views.programme_new, name="other_programme_new"),
    path("long-ghep/chuong-trinh/<int:pk>/", views.programme, name="other_programme"),
    path("long-ghep/chuong-trinh/<int:pk>/sua/", views.programme_edit, name="other_programme_edit"),
    path("de-an/<str:code>/long-ghep/", views.row_new, name="project_combine"),
    path("de-an/<str:code>/long-ghep/<int:pk>/", views.row_edit, name="project_combine_edit"),
    path("de-an/<str:code>/long-ghep/<int:pk>/bo/", views.row_withdraw, name="project_combine_withdraw"),
]
