"""Another advance ratio, by a recorded decision only: TT 36/2013 Đ16, never above the overall ceiling."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.finance.check import broken_rows
from khuyencong.finance.models import AdvanceDecision, Contract, ContractPart, PaymentKind
from khuyencong.finance.tests.contracts import LEADER, amend, decide
from khuyencong.testing import make_project, pay
from tests.looking import whole_database

TOMORROW, YESTERDAY = today() + timedelta(days=1), today() - timedelta(days=1)


@pytest.fixture
def project(world):
    return make_project(world, state="in_progress")


def ceiling(project):
    return ContractPart.objects.get(project=project).advance_ceiling


def test_decision_lowers_and_raises_the_ceiling(world, project):
    assert ceiling(project) == 140 * MILLION
    decision = decide(world, project, Decimal("40.5"), condition="Báo cáo của Sở.")
    assert (decision.ceiling_before, decision.ceiling_after, ceiling(project)) == (
        140 * MILLION, 81 * MILLION, 81 * MILLION,
    )  # fmt: skip
    part = ContractPart.objects.get(project=project)
    assert (part.advance_basis, part.advance_condition) == ("QĐ-40.5; TT 36/2013 Đ16", "Báo cáo của Sở.")
    decide(world, project, Decimal(70))
    assert ceiling(project) == 140 * MILLION
    assert AdvanceDecision.objects.count() == 2
    assert list(broken_rows()) == []


def test_where_the_law_names_no_share_a_decision_does(world):
    project = make_project(world, state="in_progress", activity="machinery")
    ContractPart.objects.filter(project=project).update(advance_ceiling=0, advance_basis="khoản 2 Điều 16")
    decide(world, project, Decimal(50))
    assert ceiling(project) == 100 * MILLION
    project.refresh_from_db()
    pay(world, project, PaymentKind.ADVANCE, 100 * MILLION)


def test_an_annex_keeps_the_decided_share(world, project):
    decide(world, project, Decimal(50))
    amend(world, Contract.objects.get(), values={project: 120 * MILLION})
    assert ceiling(project) == 60 * MILLION
    assert list(broken_rows()) == []


@pytest.mark.parametrize(
    ("percent", "more", "sentence"),
    [
        (Decimal("70.01"), {}, "không được quá 70 %"),
        (Decimal(100), {}, "không được quá 70 %"),
        (Decimal(101), {}, "từ 0 đến 100"),
        (Decimal(-1), {}, "từ 0 đến 100"),
        (Decimal(50), {"decided_on": YESTERDAY}, "không được trước ngày ký hợp đồng"),
        (Decimal(50), {"decided_on": TOMORROW}, "không được ở tương lai"),
        (Decimal(50), {"document": " "}, "số quyết định và người quyết định"),
        (Decimal(50), {"decided_by": " "}, "số quyết định và người quyết định"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(world, project, percent, more, sentence):
    before = whole_database()
    with pytest.raises(Refused, match=sentence):
        decide(world, project, percent, **more)
    assert whole_database() == before


def test_the_overall_ceiling_is_cited(world, project):
    with pytest.raises(Refused) as refused:
        decide(world, project, Decimal(80))
    assert refused.value.article
    assert "TT" in refused.value.article or "Thông tư" in refused.value.article


def test_never_below_what_is_already_advanced(world, project):
    pay(world, project, PaymentKind.ADVANCE, 100 * MILLION)
    with pytest.raises(Refused, match=r"đã tạm ứng 100\.000\.000 đồng"):
        decide(world, project, Decimal("49.99"))
    decide(world, project, Decimal(50))
    assert ceiling(project) == 100 * MILLION


def test_the_same_decision_is_entered_once_and_in_order(world, project):
    decide(world, project, Decimal(50), document="5/QĐ")
    with pytest.raises(Refused, match="đã được ghi"):
        decide(world, project, Decimal(60), document="5/QĐ")
    Contract.objects.update(signed_on=YESTERDAY)
    with pytest.raises(Refused, match="không được trước quyết định trước"):
        decide(world, project, Decimal(60), document="6/QĐ", decided_on=YESTERDAY)


def test_of_national_money_the_head_of_the_agency_decides(world, project):
    national = make_project(world, state="in_progress", source="national")
    for place in world.actors:
        for one, who in ((project, LEADER), (national, ("national", "leader"))):
            if place != who:
                with pytest.raises(NotAllowed):
                    decide(world, one, Decimal(50), by=place)
    decide(world, project, Decimal(50))
    decide(world, national, Decimal(50), by=("national", "leader"))


def test_old_page_and_wrong_state(world, project):
    with pytest.raises(Stale):
        money.decide_advance(
            project_id=project.pk, by=world.actor(*LEADER), version=project.version - 1, percent=Decimal(50),
            document="5/QĐ", decided_on=today(), decided_by="Ai",
        )  # fmt: skip
    for state in ("approved", "accepted"):
        with pytest.raises(Refused, match="không đổi tỷ lệ tạm ứng"):
            decide(world, make_project(world, state=state), Decimal(50))


def test_database_holds_a_share(world, project):
    decision = decide(world, project, Decimal(50))
    with pytest.raises(IntegrityError), transaction.atomic():
        AdvanceDecision.objects.filter(pk=decision.pk).update(percent=101)
