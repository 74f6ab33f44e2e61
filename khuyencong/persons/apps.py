from django.apps import AppConfig


class PersonsConfig(AppConfig):
    name = "khuyencong.persons"
    label = "persons"
    verbose_name = "Dữ liệu cá nhân"
