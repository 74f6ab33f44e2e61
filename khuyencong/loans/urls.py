"""Under /de-an/."""

from __future__ import annotations

from django.urls import path

from khuyencong.loans import views

urlpatterns = [
    path("<str:code>/lai-vay/<int:pk>/", views.loan, name="project_loan"),
    path("<str:code>/lai-vay/<int:pk>/ghi/", views.loan_write, name="project_loan_write"),
    path("<str:code>/lai-vay/<int:pk>/ghi/<int:loan>/", views.loan_edit, name="project_loan_edit"),
    path("<str:code>/lai-vay/<int:pk>/bo/<int:loan>/", views.loan_remove, name="project_loan_remove"),
    path("<str:code>/lai-vay/<int:pk>/du-toan/", views.loan_use, name="project_loan_use"),
    path("<str:code>/lai-vay/<int:pk>/bang-tinh.pdf", views.loan_pdf, name="project_loan_pdf"),
]
