from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "khuyencong.people"
    label = "people"
    verbose_name = "Cơ quan và người dùng"
