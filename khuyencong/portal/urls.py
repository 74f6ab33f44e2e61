"""Under /cong/ for everybody; /hoi-dap/ for the officers who answer; what search engines ask for."""

from __future__ import annotations

from django.urls import path

from khuyencong.portal.views import answering, asking, law, machines, reading, support

urlpatterns = [
    path("cong/", reading.home, name="portal"),
    path("cong/ho-tro/", support.support, name="portal_support"),
    path("cong/de-an/", reading.projects, name="portal_projects"),
    path("cong/de-an/<str:code>/", reading.project, name="portal_project"),
    path("cong/ban-do/", reading.country_map, name="portal_map"),
    path("cong/ket-qua/", reading.results, name="portal_results"),
    path("cong/dang-moi/", reading.calls, name="portal_calls"),
    path("cong/tim/", reading.search, name="portal_search"),
    path("cong/dinh-muc/", law.norms, name="portal_norms"),
    path("cong/van-ban/", law.documents, name="portal_documents"),
    path("cong/van-ban/<slug:document_id>/", law.document, name="portal_document"),
    path("cong/kiem-tra/", asking.check, name="portal_check"),
    path("G/<str:token>", asking.check, name="portal_code"),
    path("cong/hoi/", asking.feedback, name="portal_feedback"),
    path("cong/hoi/da-gui/", asking.feedback_sent, name="portal_feedback_sent"),
    path("hoi-dap/", answering.feedbacks, name="feedbacks"),
    path("hoi-dap/<int:pk>/", answering.feedback, name="feedback"),
    path("hoi-dap/<int:pk>/tra-loi/", answering.feedback_answer, name="feedback_answer"),
    path("hoi-dap/<int:pk>/khep/", answering.feedback_close, name="feedback_close"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-<slug:part>.xml", machines.sitemap_part, name="sitemap_part"),
]
