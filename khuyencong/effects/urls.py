"""Under /hieu-qua/; /tra-loi/ for whoever holds a link, /co-so-cua-toi/hieu-qua/ for owners."""

from __future__ import annotations

from django.urls import path

from khuyencong.effects.views import answering, dashboard, own, sheets

urlpatterns = [
    path("tra-loi/<str:token>/", answering.effect_answer, name="effect_answer"),
    path("co-so-cua-toi/hieu-qua/", own.own_effects, name="own_effects"),
    path("co-so-cua-toi/hieu-qua/<int:pk>/", own.own_effect, name="own_effect"),
    path("hieu-qua/", dashboard.effects, name="effects"),
    path("hieu-qua/tai-ve.xlsx", dashboard.effects_xlsx, name="effects_xlsx"),
    path("hieu-qua/thu/", sheets.effect_letters, name="effect_letters"),
    path("hieu-qua/phieu/", sheets.effect_sheets, name="effect_sheets"),
    path("hieu-qua/phieu/<int:pk>/", sheets.effect_sheet, name="effect_sheet"),
    path("hieu-qua/phieu/<int:pk>/ghi/", sheets.effect_record, name="effect_record"),
    path("hieu-qua/phieu/<int:pk>/gui/", sheets.effect_send, name="effect_send"),
    path("hieu-qua/phieu/<int:pk>/lien-ket/<int:link>/thu-hoi/", sheets.effect_link_revoke, name="effect_link_revoke"),
    path("hieu-qua/phieu/<int:pk>/xac-nhan/", sheets.effect_confirm, name="effect_confirm"),
    path("hieu-qua/phieu/<int:pk>/gui-lai/", sheets.effect_send_back, name="effect_send_back"),
    path("hieu-qua/phieu/<int:pk>/mo-lai/", sheets.effect_reopen, name="effect_reopen"),
    path("hieu-qua/phieu/<int:pk>/tep/<int:file>/", sheets.effect_file, name="effect_file"),
]
