"""Under /co-so/."""

from __future__ import annotations

from django.urls import path

from khuyencong.establishments.views import registry

urlpatterns = [
    path("", registry.establishment_list, name="establishments"),
    path("moi/", registry.establishment_new, name="establishment_new"),
    path("<int:pk>/", registry.establishment, name="establishment"),
    path("<int:pk>/sua/", registry.establishment_edit, name="establishment_edit"),
]
