"""Under /de-an/: accepting what was delivered, its minutes, and handing over."""

from __future__ import annotations

from django.urls import path

from khuyencong.delivery.views import accepting, minutes

urlpatterns = [
    path("<str:code>/nghiem-thu/<str:part>/", accepting.project_accept, name="project_accept"),
    path("<str:code>/nghiem-thu/<str:part>/giu/", accepting.project_accept_keep, name="project_accept_keep"),
    path("<str:code>/bien-ban-nghiem-thu/<int:pk>/", minutes.acceptance, name="project_acceptance"),
    path("<str:code>/bien-ban-nghiem-thu/<int:pk>/pdf/", minutes.acceptance_pdf, name="project_acceptance_pdf"),
    path("<str:code>/bien-ban-nghiem-thu/<int:pk>/tep/", minutes.attach, name="project_acceptance_attach"),
    path("<str:code>/bien-ban-nghiem-thu/<int:pk>/huy/", minutes.annul, name="project_acceptance_annul"),
    path("<str:code>/ban-giao/", minutes.hand_over, name="project_handover"),
    path("<str:code>/ban-giao/<int:pk>/pdf/", minutes.handover_pdf, name="project_handover_pdf"),
]
