"""Under /hoi-cho/."""

from __future__ import annotations

from django.urls import path

from khuyencong.fairs.views import booths, looking, organising, participants, results

urlpatterns = [
    path("hoi-cho/", looking.fairs, name="fairs"),
    path("hoi-cho/ket-noi/", results.links, name="fair_links"),
    path("hoi-cho/ket-noi/<int:pk>/", results.link_follow, name="fair_link_follow"),
    path("hoi-cho/moi/", organising.fair_new, name="fair_new"),
    path("hoi-cho/co-so/<int:pk>/", participants.participant, name="fair_participant"),
    path("hoi-cho/co-so/<int:pk>/nhan/", participants.accept, name="fair_participant_accept"),
    path("hoi-cho/co-so/<int:pk>/khong-nhan/", participants.refuse, name="fair_participant_refuse"),
    path("hoi-cho/co-so/<int:pk>/khong-tham-gia/", participants.withdraw, name="fair_participant_withdraw"),
    path("hoi-cho/co-so/<int:pk>/ngay/", results.day, name="fair_day"),
    path("hoi-cho/co-so/<int:pk>/ket-noi/", results.link_new, name="fair_link_new"),
    path("hoi-cho/<int:pk>/", looking.fair, name="fair"),
    path("hoi-cho/<int:pk>/sua/", organising.fair_change, name="fair_change"),
    path("hoi-cho/<int:pk>/moi-tham-gia/", organising.fair_call, name="fair_call"),
    path("hoi-cho/<int:pk>/xac-nhan/", organising.fair_confirm, name="fair_confirm"),
    path("hoi-cho/<int:pk>/mo-lai/", organising.fair_reopen, name="fair_reopen"),
    path("hoi-cho/<int:pk>/ket-thuc/", organising.fair_close, name="fair_close"),
    path("hoi-cho/<int:pk>/mo-lai-hoi-cho/", organising.fair_resume, name="fair_resume"),
    path("hoi-cho/<int:pk>/khong-to-chuc/", organising.fair_cancel, name="fair_cancel"),
    path("hoi-cho/<int:pk>/tep/<int:file>/", looking.fair_file, name="fair_file"),
    path("hoi-cho/<int:pk>/danh-sach.pdf", looking.fair_list_pdf, name="fair_list_pdf"),
    path("hoi-cho/<int:pk>/ket-qua.<str:kind>", looking.fair_result_file, name="fair_result_file"),
    path("hoi-cho/<int:pk>/co-so/", participants.participants, name="fair_participants"),
    path("hoi-cho/<int:pk>/co-so/moi/", participants.invite, name="fair_invite"),
    path("hoi-cho/<int:pk>/dang-ky/", participants.register, name="fair_register"),
    path("hoi-cho/<int:pk>/gian-hang/", booths.booths, name="fair_booths"),
    path("hoi-cho/<int:pk>/gian-hang/gan/", booths.assign, name="fair_assign"),
    path("hoi-cho/<int:pk>/gian-hang/so-do/", booths.grid, name="fair_grid"),
    path("hoi-cho/<int:pk>/gian-hang/anh/", booths.plan, name="fair_plan"),
    path("hoi-cho/<int:pk>/gian-hang/mat-bang", booths.plan_picture_of, name="fair_plan_picture"),
    path("hoi-cho/<int:pk>/gian-hang/nhap/", booths.bring_in, name="fair_booths_import"),
    path("hoi-cho/<int:pk>/gian-hang/mau.xlsx", booths.template, name="fair_booths_template"),
    path("hoi-cho/<int:pk>/gian-hang/hop-dong/", booths.contract_new, name="fair_contract_new"),
    path("hoi-cho/<int:pk>/gian-hang/hop-dong/<int:contract>/", booths.contract_change, name="fair_contract"),
    path("hoi-cho/<int:pk>/gian-hang/them/", booths.booth_new, name="fair_booth_new"),
    path("hoi-cho/<int:pk>/gian-hang/<int:booth>/", booths.booth_change, name="fair_booth"),
    path("hoi-cho/<int:pk>/gian-hang/<int:booth>/bo/", booths.booth_remove, name="fair_booth_remove"),
    path("hoi-cho/<int:pk>/ket-qua/", results.results, name="fair_results"),
    path("hoi-cho/<int:pk>/khach/", results.visitors, name="fair_visitors"),
]
