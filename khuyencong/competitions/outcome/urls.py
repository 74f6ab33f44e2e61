"""Under /binh-chon/; /chung-nhan/ and /san-pham-tieu-bieu/ for everybody."""

from __future__ import annotations

from django.urls import path

from khuyencong.competitions.outcome.views import certificates, complaints, numbers, prizes, public, results

urlpatterns = [
    path("chung-nhan/<str:secret>/", public.certificate_page, name="certificate_page"),
    path("san-pham-tieu-bieu/", public.recognised, name="recognised_products"),
    path("binh-chon/thong-ke/", numbers.statistics, name="award_statistics"),
    path("binh-chon/thong-ke/danh-sach/", numbers.statistics_list, name="award_statistics_list"),
    path("binh-chon/thong-ke.xlsx", numbers.statistics_xlsx, name="award_statistics_xlsx"),
    path("binh-chon/giay-chung-nhan/", certificates.holders, name="award_holders"),
    path("binh-chon/giay-chung-nhan.xlsx", certificates.holders_xlsx, name="award_holders_xlsx"),
    path("binh-chon/giay-chung-nhan/<int:pk>/", certificates.certificate, name="award_certificate"),
    path("binh-chon/giay-chung-nhan/<int:pk>/logo/", certificates.certificate_logo, name="award_certificate_logo"),
    path("binh-chon/giay-chung-nhan/<int:pk>.pdf", certificates.certificate_pdf, name="award_certificate_pdf"),
    path(
        "binh-chon/giay-chung-nhan/<int:pk>/thu-hoi/",
        certificates.certificate_revoke,
        name="award_certificate_revoke",
    ),
    path("binh-chon/giay-chung-nhan/<int:pk>/bao-cao/", certificates.holder_report, name="award_holder_report"),
    path("binh-chon/<int:pk>/ket-luan/", results.choice, name="award_choice"),
    path("binh-chon/<int:pk>/bien-ban-hoi-dong.pdf", results.minutes, name="award_minutes"),
    path("binh-chon/<int:pk>/cong-nhan/", results.recognition, name="award_recognise"),
    path("binh-chon/<int:pk>/thong-bao-ket-qua/", results.announcement, name="award_announce"),
    path("binh-chon/<int:pk>/giay-chung-nhan.pdf", results.certificates, name="award_certificates"),
    path("binh-chon/<int:pk>/de-nghi/", results.proposal, name="award_proposal"),
    path("binh-chon/<int:pk>/de-nghi/tep.<str:kind>", results.proposal_file, name="award_proposal_file"),
    path("binh-chon/<int:pk>/tien-thuong/", prizes.prizes, name="award_prizes"),
    path("binh-chon/<int:pk>/tien-thuong/chi/", prizes.prize_pay, name="award_prize_pay"),
    path("binh-chon/<int:pk>/tien-thuong/muc/", prizes.prize_award, name="award_prize_new"),
    path("binh-chon/tien-thuong/<int:pk>/khoan-chi/", prizes.prize_tie, name="award_prize_tie"),
    path("binh-chon/<int:pk>/khieu-nai/", complaints.complaint_new, name="award_complaint_new"),
    path("binh-chon/khieu-nai/<int:pk>/", complaints.complaint, name="award_complaint"),
    path("binh-chon/khieu-nai/<int:pk>/tra-loi/", complaints.complaint_answer, name="award_complaint_answer"),
    path("binh-chon/khieu-nai/<int:pk>/cong-nhan/", complaints.recognition_more, name="award_recognise_more"),
    path("binh-chon/san-pham/<int:pk>/khieu-nai/", complaints.own_complaint, name="award_own_complaint"),
]
