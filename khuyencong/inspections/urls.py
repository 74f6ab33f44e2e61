"""Under /kiem-tra/, and what the owner of an establishment sees under /co-so-cua-toi/."""

from __future__ import annotations

from django.urls import path

from khuyencong.inspections.views import following, looking, planning, visiting

urlpatterns = [
    path("kiem-tra/", looking.inspections, name="inspections"),
    path("kiem-tra/tai-ve.xlsx", looking.inspections_xlsx, name="inspections_xlsx"),
    path("kiem-tra/kien-nghi/", looking.findings, name="inspection_findings"),
    path("kiem-tra/kien-nghi/<int:pk>/", following.finding, name="inspection_finding"),
    path("kiem-tra/kien-nghi/<int:pk>/tra-loi/", following.answer, name="inspection_finding_answer"),
    path("kiem-tra/kien-nghi/<int:pk>/ket-qua/", following.follow_up, name="inspection_finding_follow_up"),
    path("kiem-tra/kien-nghi/<int:pk>/tep/<int:file>/", following.finding_file, name="inspection_finding_file"),
    path("kiem-tra/ke-hoach/moi/", planning.plan_new, name="inspection_plan_new"),
    path("kiem-tra/ke-hoach/<int:pk>/", planning.plan, name="inspection_plan"),
    path("kiem-tra/chon/", planning.choose, name="inspection_choose"),
    path("kiem-tra/sau-ket-thuc/", planning.after_end, name="inspection_after_end"),
    path("kiem-tra/sau-ket-thuc/so-nam/", planning.after_care, name="inspection_after_care"),
    path("kiem-tra/moi/", planning.inspection_new, name="inspection_new"),
    path("kiem-tra/<int:pk>/", looking.inspection, name="inspection"),
    path("kiem-tra/<int:pk>/doi/", planning.reschedule, name="inspection_reschedule"),
    path("kiem-tra/<int:pk>/khong-thuc-hien/", planning.cancel, name="inspection_cancel"),
    path("kiem-tra/<int:pk>/ghi/", visiting.visit, name="inspection_visit"),
    path("kiem-tra/<int:pk>/bien-ban/<int:number>.pdf", looking.minutes, name="inspection_minutes"),
    path("kiem-tra/<int:pk>/them-tep/", visiting.files, name="inspection_files"),
    path("kiem-tra/<int:pk>/tep/<int:file>/", looking.inspection_file, name="inspection_file"),
    path("kiem-tra/<int:pk>/kien-nghi/", visiting.finding_new, name="inspection_finding_new"),
    path("kiem-tra/<int:pk>/ket-luan/", visiting.conclude, name="inspection_conclude"),
    path("co-so-cua-toi/kiem-tra/", following.own_findings, name="own_findings"),
]
