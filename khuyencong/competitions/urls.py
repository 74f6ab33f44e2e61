"""Under /binh-chon/."""

from __future__ import annotations

from django.urls import URLPattern, path

from khuyencong.competitions.views import entering, looking, organising

_ROUND, _ENTRY = "binh-chon/<int:pk>/", "binh-chon/san-pham/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("binh-chon/", looking.competitions, name="competitions"),
    path("binh-chon/moi/", organising.competition_new, name="competition_new"),
    path(_ROUND, looking.competition, name="competition"),
    path(f"{_ROUND}sua/", organising.competition_change, name="competition_change"),
    path(f"{_ROUND}thong-bao/", organising.competition_call, name="competition_call"),
    path(f"{_ROUND}mo-cham/", organising.competition_open_scoring, name="competition_open_scoring"),
    path(f"{_ROUND}ket-thuc/", organising.competition_close, name="competition_close"),
    path(f"{_ROUND}khong-to-chuc/", organising.competition_cancel, name="competition_cancel"),
    path(f"{_ROUND}giay-to/", organising.competition_papers, name="competition_papers"),
    path(f"{_ROUND}giay-to/<int:paper>/", looking.paper, name="competition_paper"),
    path(f"{_ROUND}thanh-vien/", organising.members, name="competition_members"),
    path(f"{_ROUND}thanh-vien/moi/", organising.member_new, name="competition_member_new"),
    path(f"{_ROUND}thanh-vien/ky-truoc/", organising.members_copy, name="competition_members_copy"),
    path(f"{_ROUND}thanh-vien/<int:member>/thay/", organising.member_replace, name="competition_member_replace"),
    path(f"{_ROUND}thanh-vien/<int:member>/thoi/", organising.member_end, name="competition_member_end"),
    path(f"{_ROUND}khung-diem/", organising.scale, name="competition_scale"),
    path(f"{_ROUND}khung-diem/de-xuat/", organising.scale_propose, name="competition_scale_propose"),
    path(f"{_ROUND}khung-diem/quyet-dinh/", organising.scale_approve, name="competition_scale_approve"),
    path(f"{_ROUND}san-pham/", looking.entries, name="competition_entries"),
    path(f"{_ROUND}san-pham/danh-sach.xlsx", looking.entries_xlsx, name="competition_entries_xlsx"),
    path(f"{_ROUND}san-pham/moi/", entering.entry_new, name="competition_entry_new"),
    path(_ENTRY, looking.entry, name="competition_entry"),
    path(f"{_ENTRY}phieu-dang-ky.pdf", looking.entry_pdf, name="competition_entry_pdf"),
    path(f"{_ENTRY}sua/", entering.entry_write, name="competition_entry_write"),
    path(f"{_ENTRY}them-anh/", entering.entry_photos, name="competition_entry_photos"),
    path(f"{_ENTRY}anh/<int:photo>/", looking.photo, name="competition_photo"),
    path(f"{_ENTRY}them-giay-to/", entering.entry_papers, name="competition_entry_papers"),
    path(f"{_ENTRY}giay-to/<int:paper>/", looking.entry_paper, name="competition_entry_paper"),
    path(f"{_ENTRY}bo/<slug:kind>/<int:file>/", entering.entry_remove, name="competition_entry_remove"),
    path(f"{_ENTRY}nop/", entering.entry_submit, name="competition_entry_submit"),
    path(f"{_ENTRY}rut/", entering.entry_withdraw, name="competition_entry_withdraw"),
    path(f"{_ENTRY}bo-sung/", entering.entry_ask, name="competition_entry_ask"),
    path(f"{_ENTRY}nhan/", entering.entry_accept, name="competition_entry_accept"),
    path(f"{_ENTRY}tu-choi/", entering.entry_refuse, name="competition_entry_refuse"),
]
