from django.urls import path

from khuyencong.people import views

app_name = "people"
urlpatterns = [
    path("dang-xuat/", views.logout, name="logout"),
    path("vai-tro/", views.switch, name="switch"),
    path("phan-quyen/", views.matrix, name="matrix"),
]
