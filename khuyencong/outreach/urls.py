"""Under /tuyen-truyen/; /tin/ and /chinh-sach/ for everybody."""

from __future__ import annotations

from django.urls import path

from khuyencong.outreach.views import looking, policies, public, working

urlpatterns = [
    path("tin/", public.news, name="news"),
    path("tin/<int:pk>/", public.news_item, name="news_item"),
    path("chinh-sach/", public.explained, name="policies"),
    path("chinh-sach/<int:pk>/", public.policy, name="policy"),
    path("tuyen-truyen/", looking.works, name="outreach"),
    path("tuyen-truyen/tai-ve.xlsx", looking.works_xlsx, name="outreach_xlsx"),
    path("tuyen-truyen/lich/", looking.calendar, name="outreach_calendar"),
    path("tuyen-truyen/moi/", working.choose, name="outreach_choose"),
    path("tuyen-truyen/chinh-sach/", policies.policies, name="policies_kept"),
    path("tuyen-truyen/chinh-sach/moi/", policies.policy_new, name="policy_new"),
    path("tuyen-truyen/chinh-sach/<int:pk>/", policies.policy, name="policy_keep"),
    path("tuyen-truyen/chinh-sach/<int:pk>/sua/", policies.policy_edit, name="policy_edit"),
    path("tuyen-truyen/chinh-sach/<int:pk>/dang/", policies.policy_publish, name="policy_publish"),
    path("tuyen-truyen/chinh-sach/<int:pk>/go/", policies.policy_take_down, name="policy_take_down"),
    path("tuyen-truyen/<int:pk>/", looking.work, name="outreach_work"),
    path("tuyen-truyen/<int:pk>/sua/", working.edit, name="outreach_edit"),
    path("tuyen-truyen/<int:pk>/lam-xong/", working.make, name="outreach_make"),
    path("tuyen-truyen/<int:pk>/dang/", working.publish, name="outreach_publish"),
    path("tuyen-truyen/<int:pk>/buoc/<slug:step>/", working.back, name="outreach_back"),
    path("tuyen-truyen/<int:pk>/tiep-can/", working.reach, name="outreach_reach"),
    path("tuyen-truyen/<int:pk>/khoan-chi/", working.tie, name="outreach_tie"),
    path("tuyen-truyen/<int:pk>/them-tep/", working.files, name="outreach_files"),
    path("tuyen-truyen/tep/<int:pk>/", looking.file, name="outreach_file"),
    path("de-an/<str:code>/tuyen-truyen/moi/", working.work_new, name="project_outreach_new"),
]
