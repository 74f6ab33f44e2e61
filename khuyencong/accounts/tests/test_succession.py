"""Departments and centres follow a decision that merges provinces; the successor acts on what the succeeded began."""

from datetime import timedelta

import pytest

from khuyencong.accounts.succession import succeed_provinces
from khuyencong.accounts.tests.conftest import fresh
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.desk.work import norm_tasks, tasks
from khuyencong.finance import actions as money
from khuyencong.finance import ledger
from khuyencong.finance.models import PaymentKind
from khuyencong.finance.queries import candidates_for, envelope_rows
from khuyencong.normbook.tests import entering
from khuyencong.people.actors import actor_for, memberships_of
from khuyencong.people.models import Agency, Membership
from khuyencong.people.permissions import Permission, allowed
from khuyencong.places.models import Province
from khuyencong.programmes.models import AnnualPlan, Envelope
from khuyencong.projects import actions as projects
from khuyencong.projects.models import Project
from khuyencong.testing import asked, give_money, make_project, pay, put_in_new_plan
from tests.looking import whole_database

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FROM = today() - 5 * DAY
DOCUMENT = "Nghị quyết 1/2026/QH16"


def new_province(world):
    """Đồng Tháp and Phú Thọ end yesterday and become one made-up province on FROM, as `places.update` stores it."""
    row = Province(
        code="99", key="99", name="Tỉnh Thử Hợp Nhất", short_name="Thử Hợp Nhất", kind="province", valid_from=FROM
    )
    row.index()
    row.save()
    row.current = row
    row.save()
    for key in ("82", "25"):
        old = world.provinces[key]
        Province.objects.filter(pk=old.pk).update(valid_to=FROM - DAY)
        Province.objects.filter(current=old).update(current=row)
    return row


def pairs_of(world, row):
    return [(Province.objects.get(pk=world.provinces[key].pk), row) for key in ("82", "25")]


def succeed(world):
    """The merge, applied; actors of the successor by role."""
    row = new_province(world)
    succeed_provinces(pairs=pairs_of(world, row), on=FROM, document=DOCUMENT, apply=True)
    return Agency.objects.get(code="sct-99"), Agency.objects.get(code="ttkc-99")


def of_today(world, agency, role):
    """The same person, wearing the hat of the successor."""
    return actor_for(world.actor(agency, role).user, origin="thử")


def test_preview_says_what_is_done_and_keeps_nothing(world):
    row = new_province(world)
    before = whole_database()
    preview = succeed_provinces(pairs=pairs_of(world, row), on=FROM, document=DOCUMENT, apply=False)
    assert whole_database() == before
    assert succeed_provinces(pairs=pairs_of(world, row), on=FROM, document=DOCUMENT, apply=True) == preview
    assert len(preview) == 6
    assert preview[0].startswith("Lập Sở Công Thương tỉnh Thử Hợp Nhất từ ngày")
    assert "6 vai trò được chuyển sang; 2 cơ quan cấp dưới chuyển theo" in preview[1]


def test_preview_of_a_province_that_is_not_stored_yet(world):
    row = Province(code="99", key="99", name="Tỉnh Thử Hợp Nhất", short_name="Thử Hợp Nhất", kind="province")
    before = whole_database()
    sentences = succeed_provinces(pairs=pairs_of(world, row), on=FROM, document=DOCUMENT, apply=False)
    assert len(sentences) == 6
    assert whole_database() == before


def test_departments_and_centres_are_succeeded(world):
    department, centre = succeed(world)
    assert (department.name, department.parent) == ("Sở Công Thương tỉnh Thử Hợp Nhất", None)
    assert (centre.parent, centre.parent_on(FROM)) == (department, department)
    for code, new in (
        ("dong-thap", department), ("phu-tho", department), ("dong-thap-centre", centre), ("phu-tho-centre", centre),
    ):  # fmt: skip
        old = fresh(world.agencies[code])
        assert (old.successor, old.active_to) == (new, FROM - DAY)
    assert fresh(world.agencies["dong-thap-commune"]).parent == department
    assert not department.names.get().verified
    assert AuditEvent.objects.filter(action="agency.merge").count() == 4
    officer = of_today(world, "dong-thap", "officer")
    assert (officer.agency, officer.province_id) == (department, department.province_id)
    assert len(memberships_of(world.actor("phu-tho-centre", "leader").user)) == 1


def test_applied_again_there_is_nothing_to_do(world):
    succeed(world)
    row = Province.objects.get(key="99")
    assert succeed_provinces(pairs=pairs_of(world, row), on=FROM, document=DOCUMENT, apply=True) == []


def test_second_merge_makes_no_chain(world):
    succeed(world)
    row = Province.objects.get(key="99")
    Province.objects.filter(pk=row.pk).update(valid_to=today() - DAY)
    after = Province(code="99", key="99@2027", name="Tỉnh Sau Nữa", short_name="Sau Nữa", kind="province")
    after.index()
    after.save()
    Province.objects.filter(pk=after.pk).update(current=after)
    succeed_provinces(pairs=[(row, after)], on=today(), document="2/NQ", apply=True)
    last = Agency.objects.get(code="sct-99-2027")
    assert {one.code for one in last.predecessors.filter(kind="department")} == {"dong-thap", "phu-tho", "sct-99"}
    assert fresh(world.agencies["dong-thap"]).successor == last


def test_officer_of_the_successor_finds_edits_and_submits_a_project(world):
    project = make_project(world)
    succeed(world)
    officer, stranger = of_today(world, "dong-thap-centre", "officer"), of_today(world, "phu-tho-centre", "officer")
    project = Project.objects.get(pk=project.pk)
    assert list(Project.objects.visible_to(officer)) == [project]
    assert [task.project for task in tasks(officer)] == [project]
    projects.update_project(project_id=project.pk, by=officer, version=project.version, fields={"aims": "Mới"})
    project.refresh_from_db()
    projects.submit(project_id=project.pk, by=officer, version=project.version)
    # Both centres are one now: who came from the other may act as well, nobody from outside.
    assert allowed(stranger, Permission.PROJECT_EDIT, fresh(project))
    assert not allowed(world.actor("region", "officer"), Permission.PROJECT_EDIT, fresh(project))
    assert fresh(project).implementing_unit == world.agencies["dong-thap-centre"]  # the past keeps its names


def test_project_page_of_the_successor_offers_the_step(world, client):
    project = make_project(world)
    succeed(world)
    user = world.actor("dong-thap-centre", "officer").user
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert "Gửi thẩm định" in client.get(project.get_absolute_url()).content.decode()
    assert project.code in client.get("/").content.decode()


def test_successor_approves_pays_and_settles_what_the_succeeded_began(world):
    """The draft plan and the envelope of the merged department go on under the new one."""
    project = make_project(world, state="base_appraised")
    give_money(world, agency="dong-thap", source="local", year=project.year, amount=asked(project))
    plan = put_in_new_plan(world, project)
    succeed(world)
    leader, accountant = of_today(world, "dong-thap", "leader"), of_today(world, "dong-thap", "accountant")
    assert [row.envelope.agency for row in envelope_rows(accountant)] == [world.agencies["dong-thap"]]
    assert [task.offer.key for task in tasks(leader)] == ["approve"]
    plan = fresh(plan)
    money.approve_plan(
        plan_id=plan.pk, version=plan.version, by=leader, decision_number="1/QĐ", decision_on=today(), decided_by="A"
    )
    assert fresh(project).state == "approved"
    assert fresh(project).funder == world.agencies["dong-thap"]  # money that was set aside stays where it was
    assert ledger.balance_of(fresh(project)).approved == asked(project)


def test_project_of_the_succeeded_goes_into_a_plan_of_the_successor(world):
    """It waited for a plan: now the successor pays."""
    project = make_project(world, state="base_appraised")
    department, _ = succeed(world)
    officer, accountant = of_today(world, "dong-thap", "officer"), of_today(world, "dong-thap", "accountant")
    assert [task.offer.key for task in tasks(officer)] == ["plan"]
    give = {"year": project.year, "source": "local", "document": "1/QĐ", "on": today()}
    money.give_envelope(by=accountant, amount=asked(project), **give)
    plan = money.create_plan(by=officer, year=project.year, source="local", title="Kế hoạch")
    assert [row.project for row in candidates_for(plan)] == [project]
    money.put_in_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=officer)
    project = fresh(project)
    assert (project.funder, project.plan) == (department, plan)
    envelope = Envelope.objects.get(agency=department)
    assert ledger.balance_of_envelope(envelope).planned == asked(project)
    stranger = AnnualPlan(agency=world.agencies["national"], year=plan.year, source="local")
    assert candidates_for(stranger) == []


def test_payment_and_acceptance_after_the_merge(world):
    project = make_project(world, state="in_progress")
    pay(world, project, PaymentKind.ADVANCE, 10_000_000)
    succeed(world)
    project = fresh(project)
    accountant = of_today(world, "dong-thap", "accountant")
    assert allowed(accountant, Permission.PAYMENT_PREPARE, project)
    assert allowed(of_today(world, "dong-thap", "appraiser"), Permission.ACCEPTANCE_RECORD, project)
    assert not allowed(of_today(world, "dong-thap-centre", "appraiser"), Permission.ACCEPTANCE_RECORD, project)


def test_norm_documents_of_the_succeeded_wait_for_the_successor(world):
    entering.enter(world, state="sent")
    succeed(world)
    assert len(norm_tasks(of_today(world, "dong-thap", "leader"))) == 1


def test_merge_that_is_still_to_come_changes_no_sight(world):
    """A decision is stored on its day; were it stored before, the succeeded would still act for itself."""
    centre, other = world.agencies["dong-thap-centre"], world.agencies["phu-tho-centre"]
    Agency.objects.filter(pk=other.pk).update(successor=centre, active_to=today() + DAY)
    officer = world.actor("dong-thap-centre", "officer")
    assert actor_for(officer.user, origin="").agency_ids == {centre.pk}
    assert memberships_of(world.actor("phu-tho-centre", "officer").user)


def test_hats_given_to_the_successor_before_stay_one(world):
    row = new_province(world)
    both = world.actor("dong-thap", "leader").user
    Membership.objects.create(user=both, agency=world.agencies["phu-tho"], role="leader")
    succeed_provinces(pairs=pairs_of(world, row), on=FROM, document=DOCUMENT, apply=True)
    assert [hat.role for hat in memberships_of(both)] == ["leader"]
