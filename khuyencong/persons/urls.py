"""Under /du-lieu-ca-nhan/."""

from __future__ import annotations

from django.urls import path

from khuyencong.persons.views import requests, retention

urlpatterns = [
    path("", requests.person_requests, name="person_requests"),
    path("moi/", requests.person_request_new, name="person_request_new"),
    path("<int:pk>/", requests.person_request, name="person_request"),
    path("<int:pk>/muc/", requests.person_request_rows, name="person_request_rows"),
    path("<int:pk>/ban-sao/", requests.person_request_copy, name="person_request_copy"),
    path("<int:pk>/dong-y/", requests.person_request_agree, name="person_request_agree"),
    path("<int:pk>/an/", requests.person_request_hide, name="person_request_hide"),
    path("<int:pk>/tra-loi/", requests.person_request_answer, name="person_request_answer"),
    path("cua-toi/", requests.my_data, name="my_data"),
    path("thoi-han/", retention.retention, name="retention"),
    path("thoi-han/<slug:rule>/", retention.retention_rule, name="retention_rule"),
    path("thoi-han/<slug:rule>/dat/", retention.retention_term_new, name="retention_term_new"),
    path("dot/moi/", retention.hiding_run_new, name="hiding_run_new"),
    path("dot/", retention.hiding_runs, name="hiding_runs"),
    path("dot/<int:pk>/", retention.hiding_run, name="hiding_run"),
    path("dot/<int:pk>/lam-tiep/", retention.hiding_run_go_on, name="hiding_run_go_on"),
]
