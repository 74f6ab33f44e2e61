from django.urls import path

from khuyencong.audit import views

app_name = "audit"
urlpatterns = [
    path("nhat-ky/", views.event_list, name="event_list"),
    path("nhat-ky/xuat.xlsx", views.event_export, name="event_export"),
    path("nhat-ky/dau-chuoi/", views.chain_head, name="chain_head"),
]
