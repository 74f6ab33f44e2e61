"""Under /theo-doi/, and /de-an/<mã>/bao-cao-tien-do/ to begin a report."""

from __future__ import annotations

from django.urls import path

from khuyencong.monitoring.views import deciding, looking, papers, writing

urlpatterns = [
    path("de-an/<str:code>/bao-cao-tien-do/", writing.monthly_report_new, name="monthly_report_new"),
    path("theo-doi/", looking.monthly_reports, name="monthly_reports"),
    path("theo-doi/xuat/", looking.monthly_reports_xlsx, name="monthly_reports_xlsx"),
    path("theo-doi/nhac/", looking.monthly_remind, name="monthly_remind"),
    path("theo-doi/ngay-nop/", looking.monthly_own_day, name="monthly_own_day"),
    path("theo-doi/mau-3a/<str:kind>/", papers.monthly_form_3a, name="monthly_form_3a"),
    path("theo-doi/<int:pk>/", looking.monthly_report, name="monthly_report"),
    path("theo-doi/<int:pk>/sua/", writing.monthly_report_edit, name="monthly_report_edit"),
    path("theo-doi/<int:pk>/giu/", writing.monthly_report_keep, name="monthly_report_keep"),
    path("theo-doi/<int:pk>/bo-soan/", writing.monthly_report_drop, name="monthly_report_drop"),
    path("theo-doi/<int:pk>/anh/", writing.monthly_report_photos, name="monthly_report_photos"),
    path("theo-doi/<int:pk>/anh/<int:photo>/bo/", writing.monthly_photo_remove, name="monthly_photo_remove"),
    path("theo-doi/<int:pk>/nop/", writing.monthly_report_submit, name="monthly_report_submit"),
    path("theo-doi/<int:pk>/xac-nhan/", deciding.monthly_report_confirm, name="monthly_report_confirm"),
    path("theo-doi/<int:pk>/tra-lai/", deciding.monthly_report_return, name="monthly_report_return"),
    path("theo-doi/<int:pk>/dinh-chinh/", writing.monthly_report_correct, name="monthly_report_correct"),
    path("theo-doi/<int:pk>/bo/", writing.monthly_report_discard, name="monthly_report_discard"),
    path("theo-doi/<int:pk>/mau-3b/<str:kind>/", papers.monthly_form_3b, name="monthly_form_3b"),
]
