"""Under /tro-giup/; the pages of `guide.pages.PUBLIC` open without an account."""

from django.urls import path

from khuyencong.guide import views
from khuyencong.guide.pages import PUBLIC

urlpatterns = [
    path("", views.contents, name="guide"),
    *(path(f"{slug}/", views.open_page, {"slug": slug}, name=name) for slug, name in PUBLIC.items()),
    path("<slug:slug>/", views.one_page, name="guide_page"),
]
