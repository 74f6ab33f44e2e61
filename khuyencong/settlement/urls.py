"""Settlement of one đề án under /de-an/<code>/; lists, contracts and reconciliation beside."""

from __future__ import annotations

from django.urls import path

from khuyencong.settlement.views import claims, contracts, listing, papers, settling, vouchers

urlpatterns = [
    path("de-an/<str:code>/thu-hoi/", claims.recover, name="project_recover"),
    path("de-an/<str:code>/thu-hoi/quyet-dinh/", claims.claim_new, name="project_claim_new"),
    path("de-an/<str:code>/quyet-toan/", settling.settle, name="project_settle"),
    path("de-an/<str:code>/quyet-toan/nam/<int:year>/", settling.settle_year, name="project_settle_year"),
    path("de-an/<str:code>/quyet-toan/<str:form>/", papers.form_page, name="project_settlement_form"),
    path("de-an/<str:code>/quyet-toan/<str:form>/tep.<str:kind>", papers.form_file, name="project_settlement_file"),
    path("de-an/<str:code>/chung-tu/", vouchers.vouchers, name="project_vouchers"),
    path("de-an/<str:code>/chung-tu/ghi/", vouchers.add, name="project_voucher_add"),
    path("de-an/<str:code>/chung-tu/tu-tep/", vouchers.bring_in, name="project_vouchers_import"),
    path("de-an/<str:code>/chung-tu/mau.xlsx", vouchers.template, name="project_vouchers_template"),
    path("de-an/<str:code>/chung-tu/<int:pk>/bo/", vouchers.remove, name="project_voucher_remove"),
    path("thu-hoi/", claims.claims, name="claims"),
    path("thu-hoi/<int:pk>/", claims.claim, name="claim"),
    path("thu-hoi/<int:pk>/nop/", claims.receive, name="claim_receive"),
    path("thu-hoi/<int:pk>/dieu-chinh/", claims.revise, name="claim_revise"),
    path("quyet-toan/", listing.settlements, name="settlements"),
    path("quyet-toan/danh-sach.xlsx", listing.settlements_xlsx, name="settlements_xlsx"),
    path("quyet-toan/doi-chieu/<int:payer>/<int:unit>/<int:year>/", contracts.reconciliation, name="reconciliation"),
    path(
        "quyet-toan/doi-chieu/<int:payer>/<int:unit>/<int:year>/ky/",
        contracts.reconcile,
        name="reconciliation_sign",
    ),
    path(
        "quyet-toan/doi-chieu/<int:payer>/<int:unit>/<int:year>/tep.<str:kind>",
        contracts.reconciliation_file,
        name="reconciliation_file",
    ),
    path("hop-dong/<int:pk>/thanh-ly/", contracts.liquidation, name="contract_liquidation"),
    path("hop-dong/<int:pk>/thanh-ly/ghi/", contracts.liquidate, name="contract_liquidate"),
    path("hop-dong/<int:pk>/thanh-ly/tep.<str:kind>", contracts.liquidation_file, name="contract_liquidation_file"),
]
