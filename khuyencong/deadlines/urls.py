"""The time limits of an agency, and how a person is reminded; the calendar itself is in the desk."""

from __future__ import annotations

from django.urls import path

from khuyencong.deadlines.views import own, person

urlpatterns = [
    path("lich/thoi-han/", own.agency_deadlines, name="agency_deadlines"),
    path("lich/thoi-han/moi/", own.agency_deadline_new, name="agency_deadline_new"),
    path("lich/thoi-han/<int:pk>/sua/", own.agency_deadline_edit, name="agency_deadline_edit"),
    path("lich/thoi-han/<int:pk>/chua-xong/", own.agency_deadline_undone, name="agency_deadline_undone"),
    path("lich/thoi-han/<int:pk>/xong/", own.agency_deadline_done, name="agency_deadline_done"),
    path("lich/bao-lanh-dao/", own.escalation_setting, name="escalation_setting"),
    path("tai-khoan-cua-toi/nhac-viec/", person.reminders, name="reminders"),
    path("tai-khoan-cua-toi/nhac-viec/lich/", person.feed_new, name="feed_new"),
    path("tai-khoan-cua-toi/nhac-viec/lich/<int:pk>/bo/", person.feed_revoke, name="feed_revoke"),
]
