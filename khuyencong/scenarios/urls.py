"""URLs of this room, under ke-hoach/."""

from __future__ import annotations

from django.urls import path

from khuyencong.scenarios.views import adopting, comparing, listing, one

urlpatterns = [
    path("<int:pk>/phuong-an/", listing.scenarios, name="scenarios"),
    path("<int:pk>/phuong-an/moi/", listing.scenario_new, name="scenario_new"),
    path("<int:pk>/phuong-an/so-sanh/", comparing.scenario_compare, name="scenario_compare"),
    path("<int:pk>/phuong-an/so-sanh/tai-ve.xlsx", comparing.scenario_compare_xlsx, name="scenario_compare_xlsx"),
    path("phuong-an/<int:pk>/", one.scenario, name="scenario"),
    path("phuong-an/<int:pk>/chon/", one.scenario_choose, name="scenario_choose"),
    path("phuong-an/<int:pk>/nhieu/", one.scenario_bulk, name="scenario_bulk"),
    path("phuong-an/<int:pk>/cap-nhat/", one.scenario_refresh, name="scenario_refresh"),
    path("phuong-an/<int:pk>/doi-ten/", one.scenario_rename, name="scenario_rename"),
    path("phuong-an/<int:pk>/bo/", one.scenario_delete, name="scenario_delete"),
    path("phuong-an/<int:pk>/tai-ve.xlsx", one.scenario_xlsx, name="scenario_xlsx"),
    path("phuong-an/<int:pk>/ap-dung/", adopting.scenario_adopt, name="scenario_adopt"),
]
