"""Văn bản và định mức: the law by day, activity and document, compared, and what changes when; entering norms."""

from __future__ import annotations

from django.urls import path

from khuyencong.normbook.views import browse, compare, documents, entry, entry_steps

urlpatterns = [
    path("dinh-muc/", browse.norms, name="norms"),
    path("dinh-muc/hoat-dong/<slug:code>/", browse.activity, name="norm_activity"),
    path("dinh-muc/chin-noi-dung/", browse.contents, name="norm_contents"),
    path("dinh-muc/so-sanh/", compare.compare, name="norm_compare"),
    path("dinh-muc/thay-doi/", compare.changes, name="norm_changes"),
    path("van-ban/", documents.documents, name="norm_documents"),
    path("van-ban/<slug:document_id>/", documents.document, name="norm_document"),
    path("dinh-muc/nhap/", entry.entries, name="norm_entries"),
    path("dinh-muc/nhap/moi/", entry.entry_new, name="norm_entry_new"),
    path("dinh-muc/nhap/<int:pk>/", entry.entry, name="norm_entry"),
    path("dinh-muc/nhap/<int:pk>/sua/", entry.entry_edit, name="norm_entry_edit"),
    path("dinh-muc/nhap/<int:pk>/dinh-kem/", entry.entry_attach, name="norm_entry_attach"),
    path("dinh-muc/nhap/<int:pk>/gui/", entry.entry_send, name="norm_entry_send"),
    path("dinh-muc/nhap/<int:pk>/xac-nhan/", entry_steps.entry_confirm, name="norm_entry_confirm"),
    path("dinh-muc/nhap/<int:pk>/tra-lai/", entry_steps.entry_return, name="norm_entry_return"),
    path("dinh-muc/nhap/<int:pk>/huy-bo/", entry_steps.entry_revoke, name="norm_entry_revoke"),
    path("dinh-muc/nhap/<int:pk>/xoa/", entry.entry_delete, name="norm_entry_delete"),
    path("dinh-muc/nhap/<int:pk>/tep/", entry.entry_file, name="norm_entry_file"),
    path("dinh-muc/nhap/<int:pk>/yaml/", entry.entry_yaml, name="norm_entry_yaml"),
]
