"""Under /tu-van/: what the centre sells; /tu-van-co-so/ is consulting that khuyến công pays for."""

from __future__ import annotations

from django.urls import path

from khuyencong.consulting.views import advice, clients, jobs, looking

urlpatterns = [
    path("tu-van/", looking.jobs, name="consulting"),
    path("tu-van/bao-cao/", looking.report, name="consulting_report"),
    path("tu-van/bao-cao/danh-sach/", looking.report_list, name="consulting_report_list"),
    path("tu-van/bao-cao.xlsx", looking.report_xlsx, name="consulting_report_xlsx"),
    path("tu-van/chi-tieu/moi/", clients.target_new, name="consulting_target_new"),
    path("tu-van/chi-tieu/<int:pk>/", clients.target_edit, name="consulting_target"),
    path("tu-van/khach-hang/", clients.clients, name="consulting_clients"),
    path("tu-van/khach-hang/moi/", clients.client_new, name="consulting_client_new"),
    path("tu-van/khach-hang/<int:pk>/", clients.client, name="consulting_client"),
    path("tu-van/khach-hang/<int:pk>/sua/", clients.client_edit, name="consulting_client_edit"),
    path("tu-van/moi/", jobs.job_new, name="consulting_job_new"),
    path("tu-van/<int:pk>/", looking.job, name="consulting_job"),
    path("tu-van/<int:pk>/sua/", jobs.job_edit, name="consulting_job_edit"),
    path("tu-van/<int:pk>/ky/", jobs.job_sign, name="consulting_job_sign"),
    path("tu-van/<int:pk>/giai-doan/", jobs.job_divide, name="consulting_job_divide"),
    path("tu-van/<int:pk>/giai-doan/<int:number>/", jobs.phase_accept, name="consulting_phase_accept"),
    path("tu-van/<int:pk>/giai-doan/<int:number>/huy/", jobs.phase_annul, name="consulting_phase_annul"),
    path("tu-van/<int:pk>/phu-luc/", jobs.job_annex, name="consulting_job_annex"),
    path("tu-van/<int:pk>/mo-lai/", jobs.job_reopen, name="consulting_job_reopen"),
    path("tu-van/<int:pk>/ket-thuc/<slug:step>/", jobs.job_end, name="consulting_job_end"),
    path("tu-van/<int:pk>/tien/<slug:kind>/", jobs.booking_new, name="consulting_booking_new"),
    path("tu-van/tien/<int:pk>/huy/", jobs.booking_back, name="consulting_booking_back"),
    path("tu-van/<int:pk>/them-tep/", jobs.job_files, name="consulting_job_files"),
    path("tu-van/tep/<int:pk>/", looking.file, name="consulting_file"),
    path("de-an/<str:code>/tu-van/moi/", advice.advice_new, name="project_advice_new"),
    path("tu-van-co-so/<int:pk>/", advice.advice, name="advice"),
    path("tu-van-co-so/<int:pk>/sua/", advice.advice_edit, name="advice_edit"),
    path("tu-van-co-so/<int:pk>/bo/", advice.advice_withdraw, name="advice_withdraw"),
    path("tu-van-co-so/<int:pk>/them-tep/", advice.advice_files, name="advice_files"),
]
