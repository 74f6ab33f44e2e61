"""Under /tro-giup/; the page of owners is public."""

from django.urls import path

from khuyencong.guide import views

urlpatterns = [
    path("", views.contents, name="guide"),
    path("chu-co-so/", views.owners, name="guide_owner"),
    path("<slug:slug>/", views.one_page, name="guide_page"),
]
