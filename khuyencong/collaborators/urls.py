"""Under /cong-tac-vien/; the map of communes without one is a page of the desk."""

from __future__ import annotations

from django.urls import path

from khuyencong.collaborators.views import paying, people

urlpatterns = [
    path("", people.collaborators, name="collaborators"),
    path("moi/", people.collaborator_new, name="collaborator_new"),
    path("<int:pk>/", people.collaborator, name="collaborator"),
    path("<int:pk>/sua/", people.collaborator_edit, name="collaborator_edit"),
    path("<int:pk>/nhiem-ky/", people.term_new, name="collaborator_term_new"),
    path("<int:pk>/thang/<str:month>/", people.note, name="collaborator_note"),
    path("nhiem-ky/<int:pk>/thoi/", people.term_end, name="collaborator_term_end"),
    path("nhiem-ky/<int:pk>/sua/", people.term_edit, name="collaborator_term_edit"),
    path("nhiem-ky/<int:pk>/bo/", people.term_withdraw, name="collaborator_term_withdraw"),
    path("muc-thu-lao/", paying.rates, name="allowance_rates"),
    path("muc-thu-lao/moi/", paying.rate_new, name="allowance_rate_new"),
    path("muc-thu-lao/<int:pk>/sua/", paying.rate_edit, name="allowance_rate_edit"),
    path("thu-lao/", paying.lists, name="allowance_lists"),
    path("thu-lao/moi/", paying.list_new, name="allowance_list_new"),
    path("thu-lao/<int:pk>/", paying.allowance_list, name="allowance_list"),
    path("thu-lao/<int:pk>/dong/<int:line>/", paying.list_amount, name="allowance_list_amount"),
    path("thu-lao/<int:pk>/duyet/", paying.list_approve, name="allowance_list_approve"),
    path("thu-lao/<int:pk>/tra-lai/", paying.list_send_back, name="allowance_list_send_back"),
    path("thu-lao/<int:pk>/huy/", paying.list_cancel, name="allowance_list_cancel"),
    path("thu-lao/<int:pk>/khoan-chi/", paying.list_tie, name="allowance_list_tie"),
    path("thu-lao/<int:pk>/go-khoan-chi/", paying.list_untie, name="allowance_list_untie"),
    path("thu-lao/<int:pk>/bang-ke.pdf", paying.list_pdf, name="allowance_list_pdf"),
    path("thu-lao/<int:pk>/bang-ke.xlsx", paying.list_xlsx, name="allowance_list_xlsx"),
]
