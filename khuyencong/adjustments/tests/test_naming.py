"""Groups whose beneficiaries are named later: submission, approval, naming, contract, acceptance (TT 36/2013 Đ10, Đ23)."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from khuyencong.adjustments.proposal import lines_now
from khuyencong.adjustments.tests import steps
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.finance import ledger
from khuyencong.finance.actions import sign_contract
from khuyencong.finance.check import broken_rows
from khuyencong.finance.models import ContractKind
from khuyencong.projects.actions import submit, update_project
from khuyencong.projects.models import Project
from khuyencong.projects.recalculation import stored_sheets
from khuyencong.testing import advance_to, make_establishment, make_project

OWN = {"total": 600 * MILLION, "support": 200 * MILLION}


def name_all(world, project, count):
    """Name so many establishments, each with its share of the common line."""
    adjustment = steps.begin(world, project, reason="Đã chọn được cơ sở.")
    new = [steps.newcomer(world, adjustment) for _ in range(count)]
    common, *rest = [one for one in lines_now(project) if one.establishment is None] + [
        one for one in lines_now(project) if one.establishment is not None
    ]
    lines = [*rest, *(steps.line(one.pk, **OWN) for one in new)]
    left = common.support - count * OWN["support"]
    if left:
        total = common.total - count * OWN["total"]
        lines.append(replace(common, total=total, support=left, counterpart=total - left))
    steps.estimate(world, adjustment, lines)
    return adjustment, new


def send(world, project, **fields):
    by = steps.unit_of(world, project)
    if fields:
        update_project(project_id=project.pk, by=by, version=project.version, fields=fields)
        project.refresh_from_db()
    return submit(project_id=project.pk, by=by, version=project.version)


@pytest.mark.parametrize("source", ["national", "local"])
@pytest.mark.parametrize("named", [0, 1])
def test_group_is_approved_without_names_and_names_them_to_the_end(world, source, named):
    project = steps.group(world, source=source, planned=3, named=named)
    assert project.state == "approved"
    sheets = stored_sheets(project)
    common = next(row for row in sheets if row.beneficiary_id is None)
    assert common.calculation.query.establishments == 3 - named
    assert common.calculation.query.beneficiary_name == f"{3 - named} cơ sở chưa xác định"
    # Half of what they cost, and as many caps as establishments are to come.
    assert common.allowed == min(300 * (3 - named), 600 * (3 - named) // 2) * MILLION
    adjustment, new = name_all(world, project, 1)
    steps.through(world, adjustment)
    adjustment, more = name_all(world, project, 2 - named)
    done = steps.through(world, adjustment)
    project.refresh_from_db()
    assert {one.pk for one in [*new, *more]} <= set(project.beneficiaries.values_list("establishment_id", flat=True))
    assert project.beneficiaries.count() == 3
    assert sum(ledger.approved_by_beneficiary(project).values()) == 600 * MILLION
    assert ledger.balance_of(project).planned == 600 * MILLION
    assert None not in {row.beneficiary_id for row in stored_sheets(project)}
    assert done.level == "department"
    project = advance_to(world, project, "settled")
    assert project.acceptances.count() == 3
    assert list(broken_rows()) == []


def test_contract_waits_for_the_names(world):
    project = steps.group(world)
    with pytest.raises(Refused, match="chưa xác định cơ sở thụ hưởng"):
        sign_contract(
            project_id=project.pk, by=steps.holder(world, project, "leader"), version=project.version,
            kind=ContractKind.CONTRACT, number="1/HĐ", signed_on=today(), ends_on=None, value=600 * MILLION,
        )  # fmt: skip


def test_acceptance_waits_for_the_names(world):
    """Somebody leaves while it runs, and nobody is named yet."""
    from khuyencong.delivery.actions import ItemInput, accept

    project = steps.group(world, planned=2, named=2, state="in_progress")
    adjustment = steps.begin(world, project)
    gone = project.beneficiaries.first().establishment_id
    steps.turn(world, adjustment, gone)
    lines = [
        replace(one, establishment=None, line=None) if one.establishment == gone else one for one in lines_now(project)
    ]
    steps.estimate(world, adjustment, lines)
    steps.through(world, adjustment)
    project.refresh_from_db()
    line = project.lines.get(beneficiary=None)
    with pytest.raises(Refused, match="Nghiệm thu phần chung: còn"):
        accept(
            project_id=project.pk, by=world.actor("dong-thap", "officer"), version=project.version, beneficiary_id=None,
            number="BB-1", accepted_on=today(), items=[ItemInput(line_id=line.pk, cost=line.total)],
        )  # fmt: skip
    adjustment, _ = name_all(world, project, 1)
    steps.through(world, adjustment)
    advance_to(world, Project.objects.get(pk=project.pk), "settled")
    assert list(broken_rows()) == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"planned_beneficiaries": None}, "Chưa có cơ sở thụ hưởng"),
        ({"beneficiary_criteria": " "}, "phải ghi tiêu chí"),
        ({"kind": "single"}, "Chưa có cơ sở thụ hưởng"),
        ({"planned_beneficiaries": 1}, "vượt mức được hỗ trợ tối đa"),
        ({"sector": ""}, "Chưa chọn ngành nghề"),
    ],
)
def test_group_without_names_lacks_something(world, fields, sentence):
    project = steps.group(world, state="draft")
    with pytest.raises(Refused, match=sentence):
        send(world, project, **fields)


def test_group_with_more_names_than_planned_is_refused(world):
    project = make_project(world, beneficiaries=2)
    with pytest.raises(Refused, match="nhiều hơn số dự kiến 1"):
        send(world, project, planned_beneficiaries=1, beneficiary_criteria="Chế biến")


def test_group_with_places_left_but_no_money_for_them_is_refused(world):
    project = make_project(world, beneficiaries=2)
    with pytest.raises(Refused, match="chưa có dòng chung dùng kinh phí khuyến công"):
        send(world, project, planned_beneficiaries=3, beneficiary_criteria="Chế biến")


def test_single_project_still_ties_its_money_to_somebody(world):
    project = steps.group(world, planned=1, state="draft")
    with pytest.raises(Refused, match="chưa gắn với cơ sở thụ hưởng"):
        send(world, project, kind="single", planned_beneficiaries=None)


def test_more_names_than_planned_are_refused(world):
    project = steps.group(world, planned=1)
    adjustment = steps.begin(world, project)
    new = [steps.newcomer(world, adjustment) for _ in range(2)]
    steps.estimate(world, adjustment, [steps.line(one.pk, 100 * MILLION, 300 * MILLION) for one in new])
    with pytest.raises(Refused, match="được phê duyệt với 1 cơ sở; đề nghị nêu 2"):
        steps.propose(world, adjustment)


def test_each_name_has_its_own_ceiling(world):
    """Together they stay below what was approved, one of them alone goes beyond its cap."""
    project = steps.group(world, planned=2, support=300 * MILLION)
    adjustment = steps.begin(world, project)
    greedy, modest = steps.newcomer(world, adjustment), steps.newcomer(world, adjustment)
    lines = [steps.line(greedy.pk, 400 * MILLION, 1000 * MILLION), steps.line(modest.pk, 200 * MILLION, 600 * MILLION)]
    steps.estimate(world, adjustment, lines)
    with pytest.raises(Refused, match="vượt mức được hỗ trợ tối đa"):
        steps.propose(world, adjustment)


def test_name_without_its_own_estimate_is_refused(world):
    project = steps.group(world)
    adjustment = steps.begin(world, project)
    steps.newcomer(world, adjustment)
    with pytest.raises(Refused, match="chưa có dòng dự toán nào"):
        steps.propose(world, adjustment)


def test_money_left_when_all_are_named_must_be_given_up_or_used(world):
    project = steps.group(world, planned=1)
    adjustment = steps.begin(world, project)
    new = steps.newcomer(world, adjustment)
    common = lines_now(project)[0]
    left = replace(common, total=60 * MILLION, support=20 * MILLION, counterpart=40 * MILLION)
    steps.estimate(world, adjustment, [steps.line(new.pk, 180 * MILLION, 540 * MILLION), left])
    with pytest.raises(Refused, match="chưa gắn với cơ sở thụ hưởng"):
        steps.propose(world, adjustment)


def test_planned_number_is_held_by_the_database(world):
    project = make_project(world)
    for wrong in (0, 101):
        with pytest.raises(IntegrityError), transaction.atomic():
            Project.objects.filter(pk=project.pk).update(planned_beneficiaries=wrong)


def test_only_a_group_has_anybody_to_name(world):
    project = make_project(world)
    project.planned_beneficiaries = 5
    assert project.unnamed(1) == 0
    project.kind = "group"
    assert (project.unnamed(1), project.unnamed(9)) == (4, 0)


def test_establishment_of_the_group_may_be_named_only_once(world):
    project = steps.group(world)
    adjustment = steps.begin(world, project)
    one = steps.newcomer(world, adjustment, make_establishment(world))
    with pytest.raises(Refused, match="đã có trong đề án hoặc trong đề nghị"):
        steps.newcomer(world, adjustment, one)
