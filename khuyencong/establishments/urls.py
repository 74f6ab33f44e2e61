"""Under /co-so/; the list, the page of one establishment and its answers of the law are the desk's."""

from __future__ import annotations

from django.urls import path, register_converter

from khuyencong.establishments.details import BY_SLUG
from khuyencong.establishments.views import details, identity, importing, registry, support


class DetailSlug:
    """One of the kinds of rows beside an entry, so that no other address under it is taken."""

    regex = "|".join(BY_SLUG)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DetailSlug, "detail")

urlpatterns = [
    path("moi/", registry.establishment_new, name="establishment_new"),
    path("<int:pk>/sua/", registry.establishment_edit, name="establishment_edit"),
    path("nhap/", importing.imports, name="establishment_imports"),
    path("nhap/mau.xlsx", importing.import_template, name="establishment_import_template"),
    path("nhap/<int:pk>/", importing.import_page, name="establishment_import"),
    path("nhap/<int:pk>/tiep/", importing.import_go_on, name="establishment_import_go_on"),
    path("nhap/<int:pk>/ghi/", importing.import_apply, name="establishment_import_apply"),
    path("nhap/<int:pk>/bo/", importing.import_drop, name="establishment_import_drop"),
    path("nhap/<int:pk>/dong-loi.xlsx", importing.import_refused, name="establishment_import_refused"),
    path("trung/", identity.duplicates, name="establishment_duplicates"),
    path("trung/<int:first>/<int:second>/khac/", identity.suspicion_dismiss, name="suspicion_dismiss"),
    path("trung/<int:first>/<int:second>/", identity.compare, name="establishment_compare"),
    path("<int:pk>/huy-gop/", identity.unmerge, name="establishment_unmerge"),
    path("<int:pk>/doi-ten/", identity.rename, name="establishment_rename"),
    path("<int:pk>/ho-tro/them/", support.support_add, name="establishment_support_add"),
    path("<int:pk>/ho-tro/<int:row>/sua/", support.support_edit, name="establishment_support_edit"),
    path("<int:pk>/ho-tro/<int:row>/rut/", support.support_withdraw, name="establishment_support_withdraw"),
    path("<int:pk>/giay-to/<int:row>/tep/", details.paper_file, name="establishment_paper"),
    path("<int:pk>/<detail:slug>/them/", details.detail_add, name="establishment_detail_add"),
    path("<int:pk>/<detail:slug>/<int:row>/sua/", details.detail_edit, name="establishment_detail_edit"),
    path("<int:pk>/<detail:slug>/<int:row>/bo/", details.detail_remove, name="establishment_detail_remove"),
]
