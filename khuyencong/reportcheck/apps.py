from django.apps import AppConfig


class ReportCheckConfig(AppConfig):
    name = "khuyencong.reportcheck"
    label = "reportcheck"
    verbose_name = "Kiểm tra báo cáo"
