"""Under /kho-bac/."""

from __future__ import annotations

from django.urls import path

from khuyencong.treasury.views import home, line, lists, statements

urlpatterns = [
    path("", home.treasury, name="treasury"),
    path("chua-khop/", home.unmatched, name="treasury_unmatched"),
    path("kiem-tra-chi/", home.payment_rule, name="payment_rule"),
    path("bang-ke/moi/", lists.list_new, name="payment_list_new"),
    path("bang-ke/<int:pk>/", lists.payment_list, name="payment_list"),
    path("bang-ke/<int:pk>/gui/", lists.list_send, name="payment_list_send"),
    path("bang-ke/<int:pk>/bo/", lists.list_take_out, name="payment_list_take_out"),
    path("bang-ke/<int:pk>/huy/", lists.list_cancel, name="payment_list_cancel"),
    path("bang-ke/<int:pk>/bang-ke.xlsx", lists.list_xlsx, name="payment_list_xlsx"),
    path("bang-ke/<int:pk>/bang-ke.pdf", lists.list_pdf, name="payment_list_pdf"),
    path("bang-ke/<int:pk>/tep/<slug:code>/", lists.list_file, name="payment_list_file"),
    path("sao-ke/", statements.statements, name="statements"),
    path("sao-ke/moi/", statements.statement_new, name="statement_new"),
    path("sao-ke/<int:pk>/", statements.statement, name="statement"),
    path("sao-ke/<int:pk>/ghi/", statements.statement_apply, name="statement_apply"),
    path("sao-ke/<int:pk>/tiep/", statements.statement_go_on, name="statement_go_on"),
    path("sao-ke/<int:pk>/bo/", statements.statement_drop, name="statement_drop"),
    path("sao-ke/<int:pk>/loi.xlsx", statements.statement_refused, name="statement_refused"),
    path("dong/<int:pk>/khop/", line.line_match, name="statement_line_match"),
    path("dong/<int:pk>/de-rieng/", line.line_aside, name="statement_line_aside"),
]
