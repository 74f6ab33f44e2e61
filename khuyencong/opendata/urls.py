"""Under /cong-bo/: what officers decide to publish."""

from __future__ import annotations

from django.urls import path

from khuyencong.opendata.views import publishing

urlpatterns = [
    path("cong-bo/", publishing.publications, name="publications"),
    path("cong-bo/nhieu/", publishing.publications_publish, name="publications_publish"),
    path("cong-bo/ket-qua/", publishing.publications_done, name="publications_done"),
    path("cong-bo/<str:code>/", publishing.publication, name="publication"),
    path("cong-bo/<str:code>/sua/", publishing.publication_write, name="publication_write"),
    path("cong-bo/<str:code>/dang/", publishing.publication_publish, name="publication_publish"),
    path("cong-bo/<str:code>/go/", publishing.publication_withdraw, name="publication_withdraw"),
]
