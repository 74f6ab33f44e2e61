"""Agencies, accounts, invitations, delegation."""

from __future__ import annotations

from django.urls import path

from khuyencong.accounts.views import accounts, agencies, changes, delegation, invitations

urlpatterns = [
    path("co-quan/", agencies.agency_list, name="agencies"),
    path("co-quan/them-to-chuc/", changes.agency_new_service, name="agency_new_service"),
    path("co-quan/them-xa/", changes.agency_new_commune, name="agency_new_commune"),
    path("co-quan/<slug:code>/", agencies.agency, name="agency"),
    path("co-quan/<slug:code>/doi-ten/", changes.agency_rename, name="agency_rename"),
    path("co-quan/<slug:code>/sua-ten/", changes.agency_correct, name="agency_correct"),
    path("co-quan/<slug:code>/lien-he/", changes.agency_contact, name="agency_contact"),
    path("co-quan/<slug:code>/chuyen/", changes.agency_move, name="agency_move"),
    path("co-quan/<slug:code>/ngung/", changes.agency_close, name="agency_close"),
    path("co-quan/<slug:code>/sap-nhap/", changes.agency_merge, name="agency_merge"),
    path("tai-khoan/", accounts.account_list, name="accounts"),
    path("tai-khoan/moi/", invitations.invite, name="invite"),
    path("tai-khoan/thu-moi/", invitations.invitation_list, name="invitations"),
    path("tai-khoan/thu-moi/<int:pk>/gui-lai/", invitations.invitation_resend, name="invitation_resend"),
    path("tai-khoan/thu-moi/<int:pk>/huy/", invitations.invitation_revoke, name="invitation_revoke"),
    path("tai-khoan/<int:pk>/", accounts.account, name="account"),
    path("tai-khoan/<int:pk>/sua/", accounts.account_edit, name="account_edit"),
    path("tai-khoan/<int:pk>/khoa/", accounts.account_lock, name="account_lock"),
    path("tai-khoan/<int:pk>/mo-khoa/", accounts.account_unlock, name="account_unlock"),
    path("tai-khoan/<int:pk>/giao-vai-tro/", accounts.role_give, name="role_give"),
    path("tai-khoan/<int:pk>/thu-vai-tro/", accounts.role_take, name="role_take"),
    path("loi-moi/<str:token>/", invitations.invitation_accept, name="invitation_accept"),
    path("uy-quyen/", delegation.delegation_list, name="delegations"),
    path("uy-quyen/moi/", delegation.delegation_new, name="delegation_new"),
    path("uy-quyen/<int:pk>/ket-thuc/", delegation.delegation_end, name="delegation_end"),
]
