"""Under /de-an/: finding and writing a đề án. The page of one đề án is in `desk`."""

from __future__ import annotations

from django.urls import path

from khuyencong.projects.guide import steps
from khuyencong.projects.views import (
    asked,
    charge,
    copying,
    dossier,
    estimate_paper,
    files,
    guide,
    letters,
    listing,
    sheets,
    versions,
    writing,
)

urlpatterns = [
    path("", listing.project_list, name="projects"),
    path("moi/", writing.project_new, name="project_new"),
    path("so-van-ban/", letters.letter_list, name="letters"),
    path("so-van-ban.xlsx", letters.letters_xlsx, name="letters_xlsx"),
    path("giay-to-yeu-cau/", asked.asked_list, name="asked_papers"),
    path("giay-to-yeu-cau/them/", asked.asked_new, name="asked_paper_new"),
    path("giay-to-yeu-cau/<int:pk>/thoi/", asked.asked_end, name="asked_paper_end"),
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
    path("<str:code>/ho-so.zip", dossier.dossier_zip, name="project_dossier_zip"),
    path("<str:code>/van-ban/", letters.letter_new, name="project_letter"),
    path("<str:code>/giay-to/yeu-cau/", dossier.paper_ask, name="project_paper_ask"),
    path("<str:code>/giay-to/<str:key>/", dossier.paper, name="project_paper"),
    path("<str:code>/giay-to/<str:key>/nop/", dossier.paper_file, name="project_paper_file"),
    path("<str:code>/giay-to/<str:key>/khong-ap-dung/", dossier.paper_waive, name="project_paper_waive"),
    path("<str:code>/giay-to/<str:key>/kiem-tra/", dossier.paper_judge, name="project_paper_judge"),
    path("<str:code>/giay-to/<str:key>/y-kien/", dossier.paper_comment, name="project_paper_comment"),
    path("<str:code>/gui/", writing.submit, name="project_submit"),
    path("<str:code>/rut/", writing.withdraw, name="project_withdraw"),
]
