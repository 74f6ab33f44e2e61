"""Plans and envelopes under /ke-hoach/ and /han-muc/; the money of one đề án under /de-an/<code>/."""

from __future__ import annotations

from django.urls import path

from khuyencong.finance.views import envelopes, history, money, payments, plans, ranking

urlpatterns = [
    path("de-an/<str:code>/hop-dong/", money.contract, name="project_contract"),
    path("de-an/<str:code>/chi/khoan/<int:pk>/", payments.decide, name="project_payment_decide"),
    path("de-an/<str:code>/chi/<str:kind>/", payments.prepare, name="project_payment_prepare"),
    path("de-an/<str:code>/thu-hoi/", money.recover, name="project_recover"),
    path("de-an/<str:code>/quyet-toan/", money.settle, name="project_settle"),
    path("de-an/<str:code>/ngung/", money.stop, name="project_stop"),
    path("ke-hoach/", plans.plans, name="plans"),
    path("ke-hoach/moi/", plans.plan_new, name="plan_new"),
    path("ke-hoach/<int:pk>/", plans.plan, name="plan"),
    path("ke-hoach/<int:pk>/dua-vao/", plans.plan_put, name="plan_put"),
    path("ke-hoach/<int:pk>/dua-ra/", plans.plan_take_out, name="plan_take_out"),
    path("ke-hoach/<int:pk>/phe-duyet/", plans.plan_approve, name="plan_approve"),
    path("ke-hoach/<int:pk>/lich-su/", history.plan_history, name="plan_history"),
    path("ke-hoach/<int:pk>/quyet-dinh/", history.plan_attach, name="plan_attach"),
    path("ke-hoach/<int:pk>/quyet-dinh/tep/", history.plan_decision, name="plan_decision"),
    path("ke-hoach/<int:pk>/xep-hang/", ranking.plan_ranking, name="plan_ranking"),
    path("ke-hoach/<int:pk>/trong-so/", ranking.plan_weights, name="plan_weights"),
    path("han-muc/giao/", envelopes.envelope_give, name="envelope_give"),
    path("han-muc/<int:pk>/", envelopes.envelope, name="envelope"),
    path("han-muc/<int:pk>/giao-lai/", envelopes.envelope_delegate, name="envelope_delegate"),
    path("han-muc/<int:pk>/chuyen-nguon/", envelopes.envelope_carry, name="envelope_carry"),
    path("han-muc/<int:pk>/nop-tra/", envelopes.envelope_return, name="envelope_return"),
]
