"""Registration, the owner's own pages, requests for support, and the counter."""

from __future__ import annotations

from django.urls import path

from khuyencong.intake.views import deciding, handling, own, papers, registering, requests

urlpatterns = [
    path("dang-ky/", registering.register, name="registration_new"),
    path("dang-ky/da-gui/", registering.sent, name="registration_sent"),
    path("dang-ky/xac-nhan/<str:token>/", registering.confirm, name="registration_confirm"),
    path("dang-ky/cho-duyet/", registering.waiting, name="registration_waiting"),
    path("dang-ky/lai/", registering.register_again, name="registration_again"),
    path("dang-ky-co-so/", deciding.registration_list, name="registrations"),
    path("dang-ky-co-so/<int:pk>/", deciding.registration, name="registration"),
    path("dang-ky-co-so/<int:pk>/duyet/", deciding.approve, name="registration_approve"),
    path("dang-ky-co-so/<int:pk>/tu-choi/", deciding.refuse, name="registration_refuse"),
    path("co-so-cua-toi/", own.establishment, name="own_establishment"),
    path("co-so-cua-toi/lien-he/", own.contact, name="own_contact"),
    path("co-so-cua-toi/bao-sai/", own.mistake, name="own_mistake"),
    path("co-so-cua-toi/ho-tro/", own.support, name="own_support"),
    path("co-so-cua-toi/ho-tro/<str:code>/", own.support_for, name="own_activity"),
    path("de-nghi/", requests.request_list, name="requests"),
    path("de-nghi/moi/", requests.request_new, name="request_new"),
    path("de-nghi/<int:pk>/", requests.support_request, name="request"),
    path("de-nghi/<int:pk>/sua/", requests.request_edit, name="request_edit"),
    path("de-nghi/<int:pk>/nho-giup/", requests.request_help, name="request_help"),
    path("de-nghi/<int:pk>/gui/", requests.request_send, name="request_send"),
    path("de-nghi/<int:pk>/rut/", requests.request_withdraw, name="request_withdraw"),
    path("de-nghi/<int:pk>/giay-to/", papers.papers_add, name="request_papers"),
    path("de-nghi/<int:pk>/giay-to/<int:paper>/", papers.paper, name="request_paper"),
    path("de-nghi/<int:pk>/giay-to/<int:paper>/bo/", papers.paper_remove, name="request_paper_remove"),
    path("de-nghi/<int:pk>/tiep-nhan/", handling.receive, name="request_receive"),
    path("de-nghi/<int:pk>/tra-lai/", handling.send_back, name="request_return"),
    path("de-nghi/<int:pk>/tu-choi/", handling.decline, name="request_decline"),
    path("de-nghi/<int:pk>/lap-de-an/", handling.take_up, name="request_take_up"),
]
