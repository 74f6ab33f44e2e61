"""What the later steps ask of the schedule: the appraiser confirms its doubts, an acceptance holds it against the money."""

from datetime import timedelta

import pytest
from django.urls import reverse

from khuyencong.appraisal.actions import Judgement, appraise
from khuyencong.appraisal.models import POINTS, Level, Outcome
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import ItemInput, accept
from khuyencong.loans.actions import RowInput
from khuyencong.loans.models import RowKind
from khuyencong.loans.tests.making import FIRST, INTEREST, ROWS, interest_project, remove, save, use
from khuyencong.projects.models import Project
from khuyencong.testing import advance_to

pytestmark = pytest.mark.django_db
LATE = RowInput(RowKind.OVERDUE, FIRST + timedelta(days=9), until=FIRST + timedelta(days=19))


def test_the_appraiser_confirms_the_doubts_of_the_loan(world, visit):
    project = interest_project(world)
    save(world, project, rows=[*ROWS, LATE])
    use(world, project)
    advance_to(world, project, "submitted")
    appraiser = world.actor("dong-thap", "appraiser")
    asked = {
        "project_id": project.pk, "by": appraiser, "version": project.version, "level": Level.BASE,
        "outcome": Outcome.AGREE, "points": {number: Judgement(met=True) for number in POINTS}, "appraised_on": today(),
    }  # fmt: skip
    with pytest.raises(Refused, match="quá hạn trả nợ"):
        appraise(**asked)
    page = visit(appraiser).get(reverse("project_appraise", args=[project.code, "base"])).content.decode()
    assert "đã có lúc quá hạn trả nợ (10 ngày" in page
    kept = appraise(**asked, norm_confirmed=True)
    assert "loan_overdue_days" in {one["code"] for one in kept.findings}


def test_an_acceptance_pays_what_the_schedule_says_by_then(world):
    project = interest_project(world)
    save(world, project, completed_on=None, interest_paid=None)
    use(world, project)
    advance_to(world, project, "in_progress")
    line = project.lines.get()
    assert line.total == INTEREST

    def take(cost=line.total, of=project):
        of.refresh_from_db()
        mine = of.lines.get()
        return accept(
            project_id=of.pk, by=world.actor("dong-thap", "officer"), version=of.version,
            beneficiary_id=mine.beneficiary_id, number=f"BB-{cost}", is_last=False, accepted_on=today(),
            items=[ItemInput(line_id=mine.pk, cost=cost)], explanation="Theo chứng từ.",
        )  # fmt: skip

    with pytest.raises(Refused, match="sau khi hoàn thành đầu tư"):
        take()
    save(world, project, interest_paid=None)
    with pytest.raises(Refused, match="theo chứng từ"):
        take()
    save(world, project, interest_paid=100 * MILLION, rows=[*ROWS, RowInput(RowKind.OVERDUE, FIRST)])
    with pytest.raises(Refused, match="đang quá hạn"):
        take(100 * MILLION)
    save(world, project, interest_paid=100 * MILLION)
    with pytest.raises(Refused, match=r"chỉ tính được 100\.000\.000"):
        take(100 * MILLION + 1)
    assert take(100 * MILLION).payable == 50 * MILLION
    with pytest.raises(Refused, match=r"cộng các lần trước 100\.000\.001"):
        take(1)
    # A đề án under way cannot take the same contract in and be paid for it once more, though it was sent before.
    other = interest_project(world, line.beneficiary.establishment)
    save(world, other, contract_number="2/HĐTD")
    use(world, other)
    advance_to(world, other, "in_progress")
    Project.objects.filter(pk=other.pk).update(submitted_on=today() - timedelta(days=1))
    save(world, other, interest_paid=100 * MILLION)
    with pytest.raises(Refused, match="một lần"):
        take(100 * MILLION, of=other)
    # What was accepted was accepted for this contract.
    loan = project.beneficiaries.get().loans.get()
    for forbidden in (
        lambda: remove(world, project, loan),
        lambda: save(world, project, contract_number="9/HĐTD", interest_paid=100 * MILLION),
    ):
        with pytest.raises(Refused, match="Đã nghiệm thu lãi vay"):
            forbidden()
