"""The first page, the pages of one đề án and of one establishment, the gallery."""

from __future__ import annotations

from django.urls import path

from khuyencong.desk.views import (
    calendar,
    collaborator_map,
    establishment,
    establishments,
    gallery,
    handover,
    process,
    project,
    review,
    work,
)

urlpatterns = [
    path("", work.work, name="work"),
    path("cong-tac-vien/dia-ban/", collaborator_map.collaborator_map, name="collaborator_map"),
    path("quy-trinh/", process.process, name="process"),
    path("tham-dinh/", review.review_queue, name="review_queue"),
    path("tham-dinh/nhieu/", review.review_bulk, name="review_bulk"),
    path("tham-dinh/nhieu/ket-qua/", review.review_done, name="review_done"),
    path("lich/", calendar.calendar, name="calendar"),
    path("lich/nguon/<str:token>.ics", calendar.calendar_feed, name="calendar_feed"),
    path("de-an/<str:code>/", project.project, name="project"),
    path("co-so/", establishments.establishment_list, name="establishments"),
    path("co-so/danh-sach.xlsx", establishments.establishments_xlsx, name="establishments_xlsx"),
    path("co-so/<int:pk>/", establishment.establishment, name="establishment"),
    path("co-so/<int:pk>/du-dieu-kien/", establishment.eligibility, name="establishment_eligibility"),
    path("tai-khoan/<int:pk>/ban-giao/", handover.handover, name="handover"),
    path("thanh-phan/", gallery.gallery, name="gallery"),
]
