"""Under /dia-ban/."""

from __future__ import annotations

from django.urls import path

from khuyencong.areas.views import lists, places, regions

urlpatterns = [
    path("", places.places, name="places"),
    path("tinh/<str:key>/", places.province, name="place_province"),
    path("tinh/<str:key>/khu-vuc/", regions.region, name="place_region"),
    path("xa/<str:key>/", places.commune, name="place_commune"),
    path("lang-nghe/moi/", lists.craft_village_new, name="craft_village_new"),
    path("lang-nghe/<int:pk>/", lists.craft_village, name="craft_village"),
    path("lang-nghe/<int:pk>/sua/", lists.craft_village_edit, name="craft_village_edit"),
    path("lang-nghe/<int:pk>/cham-dut/", lists.craft_village_end, name="craft_village_end"),
    path("uu-tien/moi/", lists.preferred_area_new, name="preferred_area_new"),
    path("uu-tien/<int:pk>/", lists.preferred_area, name="preferred_area"),
    path("uu-tien/<int:pk>/sua/", lists.preferred_area_edit, name="preferred_area_edit"),
    path("uu-tien/<int:pk>/cham-dut/", lists.preferred_area_end, name="preferred_area_end"),
]
