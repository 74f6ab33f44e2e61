"""Judging, under /binh-chon/."""

from __future__ import annotations

from django.urls import path

from khuyencong.competitions.judging.views import desk, jury, scores

urlpatterns = [
    path("binh-chon/cham/", desk.scoring, name="scoring"),
    path("binh-chon/<int:pk>/cham/", desk.scoring_round, name="scoring_round"),
    path("binh-chon/<int:pk>/cham/<int:entry>/", desk.scoring_sheet, name="scoring_sheet"),
    path("binh-chon/<int:pk>/cham/<int:entry>/luu/", desk.scoring_keep, name="scoring_keep"),
    path("binh-chon/<int:pk>/cham/<int:entry>/ky/", desk.scoring_sign, name="scoring_sign"),
    path("binh-chon/<int:pk>/cham/<int:entry>/xung-dot/", desk.scoring_conflict, name="scoring_conflict"),
    path("binh-chon/<int:pk>/cham/<int:entry>/anh/<int:photo>/", desk.scoring_photo, name="scoring_photo"),
    path("binh-chon/<int:pk>/giam-khao/", jury.scoring_progress, name="scoring_progress"),
    path("binh-chon/<int:pk>/giam-khao/da-ky/", jury.scoring_signed, name="scoring_signed"),
    path("binh-chon/<int:pk>/giam-khao/khoa/", jury.scoring_close, name="scoring_close"),
    path("binh-chon/<int:pk>/giam-khao/mo-lai/", jury.scoring_reopen, name="scoring_reopen"),
    path("binh-chon/<int:pk>/xung-dot/", jury.competition_conflicts, name="competition_conflicts"),
    path("binh-chon/<int:pk>/xung-dot/ra-soat/", jury.competition_conflicts_find, name="competition_conflicts_find"),
    path("binh-chon/phieu/<int:pk>/mo-lai/", jury.sheet_reopen, name="sheet_reopen"),
    path("binh-chon/phieu/<int:pk>/phieu.pdf", scores.score_sheet_pdf, name="score_sheet_pdf"),
    path("binh-chon/<int:pk>/diem/", scores.competition_scores, name="competition_scores"),
    path("binh-chon/<int:pk>/diem.xlsx", scores.competition_scores_xlsx, name="competition_scores_xlsx"),
    path("binh-chon/<int:pk>/phieu/", scores.sheet_print_new, name="sheet_print_new"),
    path("binh-chon/phieu-in/<int:pk>/", scores.sheet_print, name="sheet_print"),
    path("binh-chon/phieu-in/<int:pk>/lap-tiep/", scores.sheet_print_go_on, name="sheet_print_go_on"),
    path("binh-chon/phieu-in/<int:pk>/phieu.pdf", scores.sheet_print_pdf, name="sheet_print_pdf"),
]
