"""The state of the machine: for programs that watch it, and for administrators."""

from django.urls import path

from khuyencong.upkeep import views

urlpatterns = [
    path("-/live", views.live, name="server_live"),
    path("-/ready", views.ready, name="server_ready"),
    path("-/metrics", views.metrics, name="server_metrics"),
    path("may-chu/", views.status, name="server_status"),
    path("may-chu/cham/", views.slow, name="server_slow"),
]
