"""URLs of this room, under bao-cao-ky/."""

from __future__ import annotations

from django.urls import path

from khuyencong.periods.views import listing, report, steps

urlpatterns = [
    path("", listing.period_reports, name="period_reports"),
    path("moi/", listing.period_report_new, name="period_report_new"),
    path("han-nop/", listing.period_report_days, name="period_report_days"),
    path("chi-tieu/", listing.period_indicators, name="period_indicators"),
    path("chi-tieu/<int:pk>/thoi/", listing.period_indicator_end, name="period_indicator_end"),
    path("<int:pk>/", report.period_report, name="period_report"),
    path("<int:pk>/tep/<slug:kind>/", report.period_report_file, name="period_report_file"),
    path("<int:pk>/phan/<slug:section>/", report.period_report_section, name="period_report_section"),
    path("<int:pk>/chi-tieu/", report.period_report_indicators, name="period_report_indicators"),
    path("<int:pk>/dong/", report.period_report_row, name="period_report_row"),
    path("<int:pk>/nhap/", report.period_report_upload, name="period_report_upload"),
    path("<int:pk>/mau/", report.period_report_template, name="period_report_template"),
    path("<int:pk>/bo/", report.period_report_discard, name="period_report_discard"),
    path("<int:pk>/nop/", steps.period_report_submit, name="period_report_submit"),
    path("<int:pk>/tra-lai/", steps.period_report_return, name="period_report_return"),
    path("<int:pk>/duyet/", steps.period_report_approve, name="period_report_approve"),
    path("<int:pk>/khoa/", steps.period_report_lock, name="period_report_lock"),
    path("<int:pk>/mo-khoa/", steps.period_report_unlock, name="period_report_unlock"),
]
