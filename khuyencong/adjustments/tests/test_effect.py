"""What a decision does: to the đề án, its estimate, the ledger, the frozen calculations and the versions."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from khuyencong.adjustments.models import Adjustment
from khuyencong.adjustments.proposal import changed_by, lines_now, proposal_of
from khuyencong.adjustments.rules import judge
from khuyencong.adjustments.tests import steps
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import frozen_sheet, waiting_for_acceptance
from khuyencong.demo.paying import account_of
from khuyencong.finance import ledger
from khuyencong.finance.actions import sign_contract
from khuyencong.finance.check import broken_rows
from khuyencong.finance.models import ContractKind, ContractPart, EntryKind, PaymentKind
from khuyencong.notices.models import Notice
from khuyencong.places.models import Region, RegionMembership
from khuyencong.projects.models import Beneficiary, Project, ProjectProvince
from khuyencong.projects.recalculation import stored_sheets
from khuyencong.testing import accept_next, advance_to, asked, make_establishment, make_project, pay
from tests.looking import signed_in


def whole(project):
    """Nothing in the money is broken, and the parts add up to what stands approved."""
    assert list(broken_rows()) == []
    balance = ledger.balance_of(project)
    assert sum(ledger.approved_by_beneficiary(project).values()) == balance.committed == asked(project)
    return balance


def rows(project, kind):
    return list(project.entries.filter(kind=kind).order_by("pk").values_list("beneficiary_id", "amount"))


def test_description_changes_and_nothing_else(world):
    project = make_project(world, state="in_progress")
    before = whole(project)
    adjustment = steps.begin(world, project)
    day = project.ends_on - timedelta(days=1)
    steps.write(world, adjustment, ends_on=day, place_text="ấp Khác", cooperating_unit="Phòng Kinh tế")
    steps.through(world, adjustment)
    project.refresh_from_db()
    assert (project.ends_on, project.place_text, project.cooperating_unit) == (day, "ấp Khác", "Phòng Kinh tế")
    assert project.state == "in_progress"
    assert whole(project) == before
    assert project.submission == 1


def test_less_support_returns_to_the_envelope(world):
    project = make_project(world, state="approved")
    free = ledger.balance_of_envelope(ledger.envelope_of(project)).free
    adjustment = steps.begin(world, project)
    steps.estimate(world, adjustment, steps.supported(project, 150 * MILLION))
    done = steps.through(world, adjustment)
    part = project.beneficiaries.get().pk
    assert rows(project, EntryKind.REDUCED) == [(part, 50 * MILLION)]
    entry = project.entries.get(kind=EntryKind.REDUCED)
    assert (entry.document, entry.on) == (done.decision, today())
    assert ledger.balance_of_envelope(entry.envelope).free == free + 50 * MILLION
    assert whole(project).committed == 150 * MILLION


def test_more_support_is_planned_and_approved(world):
    project = make_project(world, state="approved")
    steps.give(world, project, 60 * MILLION)
    adjustment = steps.begin(world, project)
    steps.estimate(world, adjustment, steps.supported(project, 250 * MILLION))
    steps.through(world, adjustment)
    part = project.beneficiaries.get().pk
    assert rows(project, EntryKind.APPROVED)[-1] == (part, 50 * MILLION)
    assert rows(project, EntryKind.PLANNED)[-1] == (None, 50 * MILLION)
    assert whole(project).planned == 250 * MILLION


def test_more_support_than_the_envelope_has_is_refused(world):
    project = make_project(world, state="approved")
    adjustment = steps.begin(world, project)
    steps.estimate(world, adjustment, steps.supported(project, 250 * MILLION))
    with pytest.raises(Refused, match=r"Cần thêm 50\.000\.000 đồng nhưng hạn mức năm"):
        steps.propose(world, adjustment)


def test_money_of_the_envelope_may_be_gone_when_it_is_decided(world):
    project = make_project(world, state="approved")
    steps.give(world, project, 50 * MILLION)
    adjustment = steps.begin(world, project)
    steps.estimate(world, adjustment, steps.supported(project, 250 * MILLION))
    steps.propose(world, adjustment)
    steps.give(world, project, -10 * MILLION)
    with pytest.raises(Refused, match="hạn mức năm"):
        steps.decide(world, adjustment)
    project.refresh_from_db()
    assert asked(project) == 200 * MILLION


def test_more_than_the_norm_allows_is_refused(world):
    """Half of 600, and never more than the cap."""
    project = make_project(world, state="approved")
    steps.give(world, project, 900 * MILLION)
    adjustment = steps.begin(world, project)
    steps.estimate(world, adjustment, steps.supported(project, 500 * MILLION, total=1500 * MILLION))
    with pytest.raises(Refused, match="vượt mức được hỗ trợ tối đa"):
        steps.propose(world, adjustment)


def test_less_than_the_contract_waits_for_the_contract(world):
    project = make_project(world, state="in_progress")
    adjustment = steps.begin(world, project)
    steps.estimate(world, adjustment, steps.supported(project, 150 * MILLION))
    with pytest.raises(Refused, match="hãy sửa đổi hợp đồng trước"):
        steps.propose(world, adjustment)


def test_less_than_was_paid_is_refused(world):
    project = make_project(world, state="in_progress", support=200 * MILLION)
    pay(world, project, PaymentKind.ADVANCE, 60 * MILLION)
    adjustment = steps.begin(world, project)
    steps.estimate(world, adjustment, steps.supported(project, 50 * MILLION))
    with pytest.raises(Refused, match="nhiều hơn kinh phí sau điều chỉnh"):
        steps.propose(world, adjustment)


def test_contract_after_less_support_stays_within_what_is_left(world):
    project = make_project(world, state="approved")
    adjustment = steps.begin(world, project)
    steps.estimate(world, adjustment, steps.supported(project, 150 * MILLION))
    steps.through(world, adjustment)
    project.refresh_from_db()
    values = {
        "project_id": project.pk, "by": steps.holder(world, project, "leader"), "version": project.version,
        "kind": ContractKind.CONTRACT, "number": "1/HĐ", "signed_on": today(), "ends_on": None,
        "unit_account": account_of(world, project),
    }  # fmt: skip
    with pytest.raises(Refused, match=r"vượt số được phê duyệt 150\.000\.000 đồng"):
        sign_contract(**values, value=151 * MILLION)
    sign_contract(**values, value=150 * MILLION)
    advance_to(world, Project.objects.get(pk=project.pk), "settled")
    assert list(broken_rows()) == []


def swapped(world, project):
    """The first beneficiary gives its place and money to another."""
    adjustment = steps.begin(world, project)
    gone = project.beneficiaries.first()
    steps.turn(world, adjustment, gone.establishment_id)
    new = steps.newcomer(world, adjustment)
    lines = [
        replace(one, line=None, establishment=new.pk) if one.establishment == gone.establishment_id else one
        for one in lines_now(project)
    ]
    steps.estimate(world, adjustment, lines)
    return adjustment, gone, new


def test_another_beneficiary_takes_the_place_with_its_money(world):
    project = make_project(world, state="in_progress", beneficiaries=2)
    before = ledger.balance_of(project)
    old_sheets = {row.beneficiary_id: row.sheet for row in stored_sheets(project)}
    adjustment, gone, new = swapped(world, project)
    done = steps.through(world, adjustment)
    project.refresh_from_db()
    assert {one.establishment_id for one in project.beneficiaries.all()} >= {new.pk}
    assert gone.pk not in set(project.beneficiaries.values_list("pk", flat=True))
    gone = Beneficiary.all_ever.get(pk=gone.pk)
    assert gone.left_on == today()
    came, stayed = project.beneficiaries.get(establishment=new), project.beneficiaries.exclude(establishment=new).get()
    # Who has left is asked no more how it was, who comes in is.
    assert [one.effect_sheets.get().due_on is None for one in (gone, came, stayed)] == [True, False, False]
    after = whole(project)  # money that only moves is taken back from the one and approved for the other
    assert (after.approved_now, after.committed, after.planned) == (
        before.approved_now,
        before.committed,
        before.planned,
    )
    assert after.reduced == after.approved - before.approved
    approved = ledger.approved_by_beneficiary(project)
    assert approved == {came.pk: 200 * MILLION, stayed.pk: 200 * MILLION}
    assert set(waiting_for_acceptance(project, approved)) == {came.pk, stayed.pk}
    sheets = {row.beneficiary_id: row for row in stored_sheets(project)}
    assert sheets.keys() == {came.pk, stayed.pk}
    assert sheets[stayed.pk].sheet == old_sheets[stayed.pk]  # what does not change keeps its calculation
    assert sheets[came.pk].occasion == done.decision
    assert frozen_sheet(project, came.pk).query.beneficiary_name == str(new)
    assert (
        str(new.name) in Project.objects.search(new.name).get().beneficiaries.get(establishment=new).establishment.name
    )
    assert not Project.objects.search(gone.establishment.name).exists()
    # The rest of its life goes on with whoever is there now.
    project = advance_to(world, project, "settled")
    assert {one.beneficiary_id for one in project.acceptances.all()} == {came.pk, stayed.pk}
    assert list(broken_rows()) == []


def test_one_that_left_comes_back_under_its_own_row(world):
    project = make_project(world, state="approved", beneficiaries=2)
    adjustment, gone, new = swapped(world, project)
    steps.through(world, adjustment)
    adjustment = steps.begin(world, project)
    steps.turn(world, adjustment, new.pk)
    steps.newcomer(world, adjustment, gone.establishment)
    lines = [
        replace(one, line=None, establishment=gone.establishment_id) if one.establishment == new.pk else one
        for one in lines_now(project)
    ]
    steps.estimate(world, adjustment, lines)
    steps.through(world, adjustment)
    assert project.beneficiaries.get(establishment=gone.establishment).pk == gone.pk
    assert Beneficiary.all_ever.filter(project=project).count() == 3
    whole(project)


def test_what_was_accepted_is_not_changed(world):
    project = make_project(world, state="in_progress", beneficiaries=2)
    accept_next(world, project)
    done = project.acceptances.get().beneficiary
    adjustment = steps.begin(world, project)
    lines = [
        replace(one, content="Máy khác") if one.establishment == done.establishment_id else one
        for one in lines_now(project)
    ]
    steps.estimate(world, adjustment, lines)
    with pytest.raises(Refused, match="đã nghiệm thu, không điều chỉnh được nữa"):
        steps.propose(world, adjustment)
    steps.estimate(world, adjustment, lines_now(project))
    steps.turn(world, adjustment, done.establishment_id)
    with pytest.raises(Refused, match="đã nghiệm thu, không điều chỉnh được nữa"):
        steps.propose(world, adjustment)


def test_others_change_while_one_is_accepted(world):
    """Lines that stay keep their rows: the acceptance points at them."""
    project = make_project(world, state="in_progress", beneficiaries=2)
    accept_next(world, project)
    done = project.acceptances.get()
    kept = done.items.get().line_id
    adjustment = steps.begin(world, project)
    lines = [
        one
        if one.establishment == done.beneficiary.establishment_id
        else replace(one, content="Máy cùng loại, đời mới")
        for one in lines_now(project)
    ]
    steps.estimate(world, adjustment, lines)
    steps.through(world, adjustment)
    assert project.lines.filter(pk=kept).exists()
    assert done.items.get().line_id == kept
    advance_to(world, Project.objects.get(pk=project.pk), "settled")
    assert list(broken_rows()) == []


def test_version_before_and_after_are_kept(world):
    project = make_project(world, state="approved")
    assert [one.cause for one in project.versions.all()] == ["submission", "approval"]
    adjustment = steps.begin(world, project)
    steps.write(world, adjustment, place_text="ấp Khác")
    done = steps.through(world, adjustment)
    causes = [(one.number, one.cause) for one in project.versions.all()]
    # Nothing had changed since the approval, which therefore is the version before.
    assert causes == [(1, "submission"), (2, "approval"), (3, "adjustment")]
    assert project.versions.get(number=3).document == done.decision
    assert [(one["field"], one["after"]) for one in done.outcome] == [("địa điểm thực hiện", "ấp Khác")]


def test_people_are_told(world):
    project = make_project(world, state="approved", source="national")
    adjustment = steps.begin(world, project)
    steps.write(world, adjustment, place_text="ấp Khác")
    Notice.objects.all().delete()

    def told():
        found = set(Notice.objects.values_list("user__username", flat=True))
        Notice.objects.all().delete()
        return found

    steps.propose(world, adjustment)
    assert told() == {"dong-thap.appraiser"}
    steps.endorse(world, adjustment)
    assert told() == {"national.leader"}
    steps.decide(world, adjustment)
    assert told() == {"dong-thap-centre.officer", "dong-thap.appraiser"}


def test_agency_is_told_what_the_department_decided_on_national_money(world):
    project = make_project(world, state="approved", source="national", beneficiaries=2)
    adjustment = steps.begin(world, project)
    steps.write(world, adjustment, place_text="ấp Khác")
    steps.propose(world, adjustment)
    Notice.objects.all().delete()
    steps.decide(world, adjustment)
    assert {"national.officer", "national.accountant"} <= set(Notice.objects.values_list("user__username", flat=True))


def test_decision_leaves_one_event_in_the_life_of_the_project(world):
    project = make_project(world, state="approved")
    adjustment = steps.begin(world, project)
    steps.estimate(world, adjustment, steps.supported(project, 150 * MILLION))
    steps.through(world, adjustment)
    event = AuditEvent.objects.get(action="adjustment.decide")
    assert event.thread == project.thread
    assert (event.before["hỗ trợ"], event.after["hỗ trợ"]) == (200 * MILLION, 150 * MILLION)
    assert event.after["thay đổi"] == ["Giảm tổng mức kinh phí hỗ trợ"]


def test_proposal_keeps_only_what_differs(world):
    project = make_project(world, state="approved")
    adjustment = steps.begin(world, project)
    steps.write(
        world, adjustment, place_text=project.place_text, cooperating_unit="Phòng Kinh tế", ends_on=project.ends_on
    )
    steps.estimate(world, adjustment, lines_now(project))
    adjustment.refresh_from_db()
    proposal = proposal_of(adjustment)
    assert (dict(proposal.fields), proposal.lines) == ({"cooperating_unit": "Phòng Kinh tế"}, None)
    steps.turn(world, adjustment, project.beneficiaries.get().establishment_id)
    steps.turn(world, adjustment, project.beneficiaries.get().establishment_id)
    assert not changed_by(Adjustment.objects.get(pk=adjustment.pk)).leaves


def test_contract_is_left_alone(world):
    project = make_project(world, state="in_progress")
    before = ContractPart.objects.filter(project=project).values().get()
    adjustment = steps.begin(world, project)
    steps.write(world, adjustment, ends_on=steps.later(200))
    steps.through(world, adjustment)
    assert ContractPart.objects.filter(project=project).values().get() == before


def test_double_support_of_a_newcomer_is_found_even_when_given_later(world):
    """The other đề án was decided after this one; the newcomer comes last of all."""
    project = make_project(world, state="approved", beneficiaries=2)
    other = make_project(world, state="approved")
    taken = other.beneficiaries.get().establishment
    adjustment = steps.begin(world, project)
    gone = project.beneficiaries.first().establishment_id
    steps.turn(world, adjustment, gone)
    steps.newcomer(world, adjustment, taken)
    machine = other.lines.get().content
    lines = [
        replace(one, line=None, establishment=taken.pk, content=machine) if one.establishment == gone else one
        for one in lines_now(project)
    ]
    steps.estimate(world, adjustment, lines)
    with pytest.raises(Refused, match=other.code):
        steps.propose(world, adjustment)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("commits_own_capital", "Chưa có cam kết đầu tư"), ("declares_no_other_support", "chưa được")],
)
def test_newcomer_without_a_commitment_is_refused(world, missing, sentence):
    project = make_project(world, state="approved", beneficiaries=2)
    adjustment = steps.begin(world, project)
    gone = project.beneficiaries.first().establishment_id
    steps.turn(world, adjustment, gone)
    new = steps.newcomer(world, adjustment, **{missing: False})
    lines = [
        replace(one, line=None, establishment=new.pk) if one.establishment == gone else one
        for one in lines_now(project)
    ]
    steps.estimate(world, adjustment, lines)
    with pytest.raises(Refused, match=sentence):
        steps.propose(world, adjustment)


def test_newcomer_of_another_province_is_refused(world):
    project = make_project(world, state="approved", beneficiaries=2)
    adjustment = steps.begin(world, project)
    new = steps.newcomer(world, adjustment, make_establishment(world, province="25"))
    steps.estimate(
        world, adjustment,
        [*steps.supported(project, 100 * MILLION), steps.line(new.pk, 100 * MILLION, 600 * MILLION)],
    )  # fmt: skip
    with pytest.raises(Refused, match="cơ sở phải ở trong tỉnh"):
        steps.propose(world, adjustment)


@pytest.mark.parametrize("further", [True, False])
def test_newcomer_may_be_of_any_province_of_the_project_but_of_no_other(world, further):
    """A đề án of the Cục in several provinces: the page offers, and the rule takes, what lies in one of them."""
    project = make_project(world, state="approved", source="national", unit="region", beneficiaries=2)
    RegionMembership.objects.create(province=world.provinces["25"], region=Region.SOUTH)
    if further:
        ProjectProvince.objects.create(project=project, province=world.provinces["25"])
    adjustment = steps.begin(world, project)
    newcomer, unit = make_establishment(world, province="25"), steps.unit_of(world, project)
    page = signed_in(unit).get(reverse("adjustment_newcomer", args=[adjustment.pk])).content.decode()
    assert (newcomer.name in page) == further
    steps.newcomer(world, adjustment, newcomer)
    adjustment.refresh_from_db()
    found = judge(changed_by(adjustment), on=today(), seen_by=unit).findings
    assert ("elsewhere" in {one.code for one in found}) != further


def test_check_names_an_estimate_that_changed_without_the_ledger(world):
    project = make_project(world, state="approved")
    project.lines.update(support=150 * MILLION, counterpart=450 * MILLION)
    broken = [one for one in broken_rows() if project.code in one]
    assert len(broken) == 1
    assert "dự toán ghi 150.000.000 đồng kinh phí hỗ trợ, sổ ghi được phê duyệt 200.000.000 đồng" in broken[0]
