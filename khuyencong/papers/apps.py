from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "khuyencong.papers"
    label = "papers"
    verbose_name = "Giấy tờ"
