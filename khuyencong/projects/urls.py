"""Under /de-an/: finding and writing a đề án. The page of one đề án is in `desk`."""

from __future__ import annotations

from django.urls import path

from khuyencong.projects.views import asked, charge, dossier, files, letters, listing, sheets, writing

urlpatterns = [
    path("", listing.project_list, name="projects"),
    path("moi/", writing.project_new, name="project_new"),
    path("so-van-ban/", letters.letter_list, name="letters"),
    path("so-van-ban.xlsx", letters.letters_xlsx, name="letters_xlsx"),
    path("giay-to-yeu-cau/", asked.asked_list, name="asked_papers"),
    path("giay-to-yeu-cau/them/", asked.asked_new, name="asked_paper_new"),
    path("giay-to-yeu-cau/<int:pk>/thoi/", asked.asked_end, name="asked_paper_end"),
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
