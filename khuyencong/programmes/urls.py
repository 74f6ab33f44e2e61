"""URLs that write programmes, under chuong-trinh/; those that show them are in the room `progress`."""

from __future__ import annotations

from django.urls import path

from khuyencong.programmes import views

urlpatterns = [
    path("moi/", views.programme_new, name="programme_new"),
    path("<int:pk>/sua/", views.programme_edit, name="programme_edit"),
    path("<int:pk>/dieu-chinh/", views.programme_amend, name="programme_amend"),
    path("<int:pk>/du-thao/", views.programme_draft, name="programme_draft"),
    path("<int:pk>/du-thao/bo/", views.programme_discard, name="programme_discard"),
    path("<int:pk>/du-thao/phe-duyet/", views.programme_approve, name="programme_approve"),
]
