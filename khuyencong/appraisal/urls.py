"""The appraisal of one đề án (under /de-an/), and the councils (under /hoi-dong/)."""

from __future__ import annotations

from django.urls import include, path

from khuyencong.appraisal.views import appraising, councils, following, meetings, papers, spot

of_a_project = [
    path("<str:code>/tham-dinh/<str:level>/", appraising.project_appraise, name="project_appraise"),
    path("<str:code>/hoan-thien/", following.completion, name="project_completion"),
    path("<str:code>/dieu-kien/<int:pk>/tra-loi/", following.condition_answer, name="project_condition_answer"),
    path("<str:code>/dieu-kien/<int:pk>/ket-luan/", following.condition_decide, name="project_condition_decide"),
    path("<str:code>/kiem-tra-thuc-te/", spot.visit, name="project_visit"),
    path("<str:code>/trao-doi/", spot.remark, name="project_remark"),
    path("<str:code>/phieu-tham-dinh/<int:pk>/", papers.appraisal, name="project_appraisal_paper"),
    path("<str:code>/phieu-tham-dinh/<int:pk>.pdf", papers.appraisal_pdf, name="project_appraisal_pdf"),
]
of_the_council = [
    path("", councils.councils, name="councils"),
    path("moi/", councils.council_new, name="council_new"),
    path("<int:pk>/", councils.council, name="council"),
    path("<int:pk>/cham-dut/", councils.council_end, name="council_end"),
    path("<int:pk>/trieu-tap/", meetings.session_new, name="council_session_new"),
    path("phien-hop/<int:pk>/", meetings.session, name="council_session"),
    path("phien-hop/<int:pk>/diem-danh/", meetings.attendance, name="council_attendance"),
    path("phien-hop/<int:pk>/<int:item>/phieu/<int:member>/", meetings.sheet, name="council_sheet"),
    path("phien-hop/<int:pk>/<int:item>/dong-phieu/", meetings.close, name="council_close"),
    path("phien-hop/<int:pk>/<int:item>/ket-luan/", meetings.conclude, name="council_conclude"),
    path("phien-hop/<int:pk>/<int:item>/hoan/", meetings.postpone, name="council_postpone"),
    path("phien-hop/<int:pk>/bien-ban/", papers.minutes, name="council_minutes"),
    path("phien-hop/<int:pk>/bien-ban.pdf", papers.minutes_pdf, name="council_minutes_pdf"),
]
urlpatterns = [path("de-an/", include(of_a_project)), path("hoi-dong/", include(of_the_council))]
