"""Under /dieu-chinh/, and /de-an/<mã>/dieu-chinh/ to begin one."""

from __future__ import annotations

from django.urls import path

from khuyencong.adjustments.views import deciding, looking, writing

urlpatterns = [
    path("de-an/<str:code>/dieu-chinh/", writing.adjustment_new, name="adjustment_new"),
    path("dieu-chinh/", looking.adjustment_list, name="adjustments"),
    path("dieu-chinh/<int:pk>/", looking.adjustment, name="adjustment"),
    path("dieu-chinh/<int:pk>/tep/<int:paper>/", looking.adjustment_paper, name="adjustment_paper"),
    path("dieu-chinh/<int:pk>/thuyet-minh/", writing.adjustment_edit, name="adjustment_edit"),
    path("dieu-chinh/<int:pk>/thu-huong/", writing.adjustment_newcomer, name="adjustment_newcomer"),
    path("dieu-chinh/<int:pk>/thu-huong/doi/", writing.adjustment_turn, name="adjustment_turn"),
    path("dieu-chinh/<int:pk>/du-toan/", writing.adjustment_estimate, name="adjustment_estimate"),
    path("dieu-chinh/<int:pk>/trinh/", deciding.adjustment_propose, name="adjustment_propose"),
    path("dieu-chinh/<int:pk>/y-kien/", deciding.adjustment_endorse, name="adjustment_endorse"),
    path("dieu-chinh/<int:pk>/so-tra-lai/", deciding.adjustment_hold, name="adjustment_hold"),
    path("dieu-chinh/<int:pk>/quyet-dinh/", deciding.adjustment_decide, name="adjustment_decide"),
    path("dieu-chinh/<int:pk>/tra-lai/", deciding.adjustment_return, name="adjustment_return"),
    path("dieu-chinh/<int:pk>/khong-dong-y/", deciding.adjustment_refuse, name="adjustment_refuse"),
    path("dieu-chinh/<int:pk>/rut/", deciding.adjustment_withdraw, name="adjustment_withdraw"),
]
