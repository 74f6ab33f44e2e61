"""Under /de-an/: finding and writing a đề án. The page of one đề án is in `desk`."""

from __future__ import annotations

from django.urls import path

from khuyencong.projects.guide import steps
from khuyencong.projects.views import charge, copying, estimate_paper, files, guide, listing, sheets, versions, writing

urlpatterns = [
    path("", listing.project_list, name="projects"),
    path("moi/", writing.project_new, name="project_new"),
    path("chep/", copying.project_copies, name="project_copies"),
    path("<str:code>/chep/", copying.project_copy, name="project_copy"),
    path("<str:code>/soan/", guide.project_resume, name="project_resume"),
    path("<str:code>/soan/<str:step>/", guide.project_write, name="project_write"),
    path("<str:code>/soan/<str:step>/giu/", guide.project_keep, name="project_keep"),
    path("<str:code>/soan/<str:step>/bo/", guide.project_drop, name="project_drop"),
    # The addresses of the first release, kept: these are steps of the guided form.
    path("<str:code>/sua/", guide.project_write, {"step": steps.GENERAL}, name="project_edit"),
    path("<str:code>/phu-trach/", charge.project_in_charge, name="project_in_charge"),
    path("<str:code>/thu-huong/", writing.beneficiary_add, name="project_beneficiary_add"),
    path("<str:code>/thu-huong/<int:pk>/bo/", writing.beneficiary_remove, name="project_beneficiary_remove"),
    path("<str:code>/du-toan/in/", estimate_paper.estimate_paper, name="project_estimate_paper"),
    path("<str:code>/cam-ket/", guide.project_write, {"step": steps.BENEFICIARIES}, name="project_commitments"),
    path("<str:code>/du-toan/", guide.project_write, {"step": steps.ESTIMATE}, name="project_estimate"),
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
