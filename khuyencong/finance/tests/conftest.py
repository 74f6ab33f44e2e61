import pytest

from khuyencong.audit.middleware import REFUSED
from khuyencong.audit.models import AuditEvent
from khuyencong.finance.models import Contract, LedgerEntry, Payment
from khuyencong.programmes.models import AnnualPlan, Envelope
from khuyencong.projects.models import Project
from khuyencong.settlement.models import Settlement

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def everything():
    """`everything()`: all that an action about money could change; equal before and after where nothing happened."""

    def look():
        return {
            "projects": list(Project.objects.order_by("pk").values_list("pk", "state", "version", "plan_id")),
            "plans": list(AnnualPlan.objects.order_by("pk").values_list("pk", "state", "version", "decision_number")),
            "payments": list(Payment.objects.order_by("pk").values_list("pk", "state", "amount")),
            "counts": [model.objects.count() for model in (LedgerEntry, Contract, Settlement, Envelope)],
            "events": AuditEvent.objects.exclude(action__startswith="auth.").exclude(action=REFUSED).count(),
        }

    return look
