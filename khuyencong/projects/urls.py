"""Under /de-an/: finding and writing a đề án. The page of one đề án is in `desk`."""

from __future__ import annotations

from django.urls import path

from khuyencong.projects.views import charge, files, listing, sheets, versions, writing

urlpatterns = [
    path("", listing.project_list, name="projects"),
    path("moi/", writing.project_new, name="project_new"),
    path("<str:code>/sua/", writing.project_edit, name="project_edit"),
    path("<str:code>/phu-trach/", charge.project_in_charge, name="project_in_charge"),
    path("<str:code>/thu-huong/", writing.beneficiary_add, name="project_beneficiary_add"),
    path("<str:code>/thu-huong/<int:pk>/bo/", writing.beneficiary_remove, name="project_beneficiary_remove"),
    path("<str:code>/cam-ket/", writing.commitments, name="project_commitments"),
    path("<str:code>/du-toan/", writing.estimate, name="project_estimate"),
    path("<str:code>/bang-tinh/", sheets.sheet, name="project_sheet"),
    path("<str:code>/bang-tinh.pdf", sheets.sheet_pdf, name="project_sheet_pdf"),
    path("<str:code>/tep/", writing.attach, name="project_attach"),
    path("<str:code>/tep/<int:pk>/", files.attachment, name="project_attachment"),
    path("<str:code>/tep/<int:pk>/bo/", writing.attachment_remove, name="project_attachment_remove"),
    path("<str:code>/phien-ban/<int:number>/", versions.version, name="project_version"),
    path("<str:code>/phien-ban/so-sanh/", versions.version_differences, name="project_version_differences"),
    path("<str:code>/gui/", writing.submit, name="project_submit"),
    path("<str:code>/rut/", writing.withdraw, name="project_withdraw"),
]
