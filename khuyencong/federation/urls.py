"""Under /lien-thong/: packages of locked figures between installations."""

from __future__ import annotations

from django.urls import path

from khuyencong.federation.views import incoming, keys, outgoing

urlpatterns = [
    path("gui/", outgoing.outgoing_packages, name="outgoing_packages"),
    path("gui/bao-cao/<int:pk>/", outgoing.outgoing_make, name="outgoing_make"),
    path("gui/<int:pk>/", outgoing.outgoing_package, name="outgoing_package"),
    path("gui/<int:pk>/tep/", outgoing.outgoing_file, name="outgoing_file"),
    path("gui/<int:pk>/gui/", outgoing.outgoing_send, name="outgoing_send"),
    path("gui/<int:pk>/hoi/", outgoing.outgoing_ask, name="outgoing_ask"),
    path("nhan/", incoming.incoming_packages, name="incoming_packages"),
    path("nhan/tep/", incoming.incoming_upload, name="incoming_upload"),
    path("nhan/<int:pk>/", incoming.incoming_package, name="incoming_package"),
    path("nhan/<int:pk>/chap-nhan/", incoming.incoming_accept, name="incoming_accept"),
    path("nhan/<int:pk>/tra-lai/", incoming.incoming_return, name="incoming_return"),
    path("khoa/", keys.trusted_keys, name="trusted_keys"),
    path("khoa/moi/", keys.trusted_key_new, name="trusted_key_new"),
    path("khoa/<int:pk>/thoi/", keys.trusted_key_revoke, name="trusted_key_revoke"),
    path("khuon-dang.json", incoming.package_schema, name="package_schema"),
]
