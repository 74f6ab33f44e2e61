from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "khuyencong.places"
    label = "places"
    verbose_name = "Địa bàn"
