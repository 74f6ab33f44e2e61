"""Under /dao-tao/; /lop/ (at the door of a class) and /chung-nhan-hoc/ (behind a certificate's code) for everybody."""

from __future__ import annotations

from django.urls import URLPattern, path

from khuyencong.training.views import attendance, courses, learners, outcome, programme, public

_COURSE = "dao-tao/<int:pk>/"
_LEARNER = "dao-tao/hoc-vien/<int:pk>/"
_LIST = "dao-tao/bang-ke/<int:pk>"

urlpatterns: list[URLPattern] = [
    path("dao-tao/", courses.courses, name="courses"),
    path("dao-tao/moi/", courses.course_new, name="course_new"),
    path("dao-tao/bang/", courses.course_table, name="course_table"),
    path("dao-tao/bang.xlsx", courses.course_table_xlsx, name="course_table_xlsx"),
    path("dao-tao/nguoi-hoc/", learners.all_learners, name="course_learners"),
    path("dao-tao/diem-danh/worker.js", attendance.attendance_worker, name="attendance_worker"),
    path("dao-tao/diem-danh/<int:pk>/", attendance.attendance, name="attendance"),
    path(_COURSE, courses.course, name="course"),
    path(f"{_COURSE}sua/", courses.course_change, name="course_change"),
    path(f"{_COURSE}mo/", courses.course_open, name="course_open"),
    path(f"{_COURSE}ket-thuc/", courses.course_finish, name="course_finish"),
    path(f"{_COURSE}khong-to-chuc/", courses.course_cancel, name="course_cancel"),
    path(f"{_COURSE}mo-lai/", courses.course_reopen, name="course_reopen"),
    path(f"{_COURSE}buoi/", programme.sessions, name="course_sessions"),
    path(f"{_COURSE}buoi/<int:session>/bo/", programme.session_remove, name="course_session_remove"),
    path(f"{_COURSE}buoi/<int:session>/chuyen/", programme.session_move, name="course_session_move"),
    path(f"{_COURSE}giang-vien/", programme.trainer, name="course_trainer"),
    path(f"{_COURSE}giang-vien/<int:trainer_id>/bo/", programme.trainer_remove, name="course_trainer_remove"),
    path(f"{_COURSE}muc-chi/", programme.rate, name="course_rate"),
    path(f"{_COURSE}muc-chi/<int:rate_id>/bo/", programme.rate_remove, name="course_rate_remove"),
    path(f"{_COURSE}tep/", programme.files, name="course_files"),
    path(f"{_COURSE}tep/<int:file>/", programme.course_file, name="course_file"),
    path(f"{_COURSE}ma-qr/", programme.poster, name="course_poster"),
    path(f"{_COURSE}ma-qr/doi/", programme.door_renew, name="course_door_renew"),
    path(f"{_COURSE}danh-sach/", learners.roster, name="course_roster"),
    path(f"{_COURSE}danh-sach/them/", learners.learner_new, name="learner_new"),
    path(f"{_COURSE}danh-sach/nhap/", learners.roster_import, name="roster_import"),
    path(f"{_COURSE}danh-sach/mau.xlsx", learners.roster_template, name="roster_template"),
    path(f"{_COURSE}danh-sach-ky.pdf", learners.signed_list, name="course_signed_list"),
    path(f"{_COURSE}giay-chung-nhan/", outcome.certify, name="course_certify"),
    path(f"{_COURSE}giay-chung-nhan.pdf", outcome.certificates_pdf, name="course_certificates_pdf"),
    path(f"{_COURSE}bang-ke/moi/", outcome.allowances_new, name="course_allowances"),
    path(f"{_COURSE}viec-lam/", outcome.employment, name="course_employment"),
    path(f"{_COURSE}viec-lam.pdf", outcome.employment_pdf, name="course_employment_pdf"),
    path(f"{_LEARNER}sua/", learners.learner_change, name="learner_change"),
    path(f"{_LEARNER}dua-ra/", learners.learner_remove, name="learner_remove"),
    path(f"{_LEARNER}viec-lam/", outcome.learner_employment, name="learner_employment"),
    path("dao-tao/giay/<int:pk>/thu-hoi/", outcome.certificate_withdraw, name="learner_certificate_withdraw"),
    path(f"{_LIST}/", outcome.course_pay_list, name="course_pay_list"),
    path(f"{_LIST}.pdf", outcome.course_pay_list_pdf, name="course_pay_list_pdf"),
    path(f"{_LIST}/khoan-chi/", outcome.course_pay_list_tie, name="course_pay_list_tie"),
    path(f"{_LIST}/huy/", outcome.course_pay_list_annul, name="course_pay_list_annul"),
    path("lop/worker.js", public.door_worker, name="course_door_worker"),
    path("lop/<str:secret>/", public.door, name="course_door"),
    path("lop/<str:secret>/danh-gia/", public.evaluation, name="course_evaluation"),
    path("chung-nhan-hoc/<str:secret>/", public.certificate_page, name="course_certificate_page"),
]
