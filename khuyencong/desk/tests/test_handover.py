"""A departing officer's work goes to a colleague in one step; what bears the author's name stays."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.desk.handover import colleagues_of, hand_over, remainder_of, sections_of
from khuyencong.desk.work import tasks
from khuyencong.finance.actions import create_plan, prepare_payment
from khuyencong.finance.models import PaymentKind
from khuyencong.intake.models import SupportRequest
from khuyencong.normbook.tests import entering
from khuyencong.notices.models import Notice
from khuyencong.people.actors import actor_for, memberships_of
from khuyencong.people.models import Agency, Membership, User
from khuyencong.projects.models import Project
from khuyencong.testing import at_once, build_world, kinds, make_establishment, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(world):
    return world.actor("dong-thap", "administrator")


@pytest.fixture
def leaving(world):
    return world.actor("dong-thap-centre", "officer").user


def colleague_at(world, agency="dong-thap-centre", role="officer", name="dong.nghiep"):
    user = User.objects.create_user(name, full_name="Đồng Nghiệp Thử")
    Membership.objects.create(user=user, agency=world.agencies[agency], role=role)
    return user


def asked_for(world, handler, state="received"):
    return SupportRequest.objects.create(
        establishment=make_establishment(world),
        activity="machinery",
        title="Mua máy sấy",
        wanted_year=today().year,
        state=state,
        written_by=handler,
        handled_by=handler,
        handled_for=world.agencies["dong-thap-centre"],
    )


def hand(world, leaving, receiver, *, by=None, take_roles=False, version=None, agency="dong-thap-centre"):
    return hand_over(
        user_id=leaving.pk,
        by=by or world.actor("dong-thap", "administrator"),
        version=User.objects.get(pk=leaving.pk).version if version is None else version,
        to={world.agencies[agency].pk: receiver.pk} if receiver else {},
        take_roles=take_roles,
    )


def test_projects_and_requests_go_to_the_colleague(world, admin, leaving):
    project, done = make_project(world), make_project(world, state="withdrawn")
    request = asked_for(world, leaving)
    receiver = colleague_at(world)
    (section,) = sections_of(leaving, admin)
    assert (section.projects, section.requests) == ([project], [request])
    assert colleagues_of(section, leaving) == [receiver]
    assert hand(world, leaving, receiver) == 2
    project.refresh_from_db()
    request.refresh_from_db()
    assert project.in_charge == request.handled_by == receiver
    assert Project.objects.get(pk=done.pk).in_charge == leaving
    assert sections_of(leaving, admin) == []
    assert Notice.objects.get(user=receiver).sentence == f"Bạn nhận bàn giao 2 việc từ {leaving}."
    events = AuditEvent.objects.filter(actor=admin.user).values_list("action", "thread")
    assert list(events) == [
        ("project.put_in_charge", project.thread),
        ("request.hand_over", request.thread),
        ("account.hand_over", leaving.thread),
    ]


def test_roles_go_too_when_asked(world, leaving):
    make_project(world)
    Membership.objects.create(user=leaving, agency=world.agencies["phu-tho"], role="officer")
    hand(world, leaving, colleague_at(world), take_roles=True)
    assert [hat.agency.code for hat in memberships_of(leaving)] == ["phu-tho"]  # not ours to take


def test_roles_stay_while_work_is_left(world, leaving):
    make_project(world)
    with pytest.raises(Refused, match="chọn người nhận việc tại Trung tâm Khuyến công Đồng Tháp"):
        hand(world, leaving, None, take_roles=True)
    assert len(memberships_of(leaving)) == 1


def test_nothing_chosen_is_refused(world, leaving):
    make_project(world)
    with pytest.raises(Refused, match="Chưa chọn người nhận"):
        hand(world, leaving, None)


@pytest.mark.parametrize(
    ("agency", "role"), [("dong-thap", "officer"), ("dong-thap-centre", "leader"), ("phu-tho", "officer")]
)
def test_receiver_is_an_officer_of_the_same_agency(world, leaving, agency, role):
    make_project(world)
    with pytest.raises(Refused, match="một chuyên viên khác"):
        hand(world, leaving, colleague_at(world, agency, role))
    with pytest.raises(Refused, match="một chuyên viên khác"):
        hand(world, leaving, leaving)


def test_only_administrators_in_whose_scope_the_person_is(world, leaving):
    make_project(world)
    receiver = colleague_at(world)
    for agency, role in (("phu-tho", "administrator"), ("dong-thap", "leader"), ("region", "administrator")):
        with pytest.raises(NotAllowed):
            hand(world, leaving, receiver, by=world.actor(agency, role))
    with pytest.raises(Stale):
        hand(world, leaving, receiver, version=9)
    assert hand(world, leaving, receiver, by=world.actor("dong-thap-centre", "administrator")) == 1


def test_work_of_another_province_is_not_seen(world, admin, leaving):
    Membership.objects.create(user=leaving, agency=world.agencies["phu-tho-centre"], role="officer")
    project = make_project(world)
    Project.objects.filter(pk=project.pk).update(implementing_unit=world.agencies["phu-tho-centre"])
    assert sections_of(leaving, admin) == []


def test_work_of_a_merged_agency_goes_to_an_officer_of_the_successor(world, admin, leaving):
    project = make_project(world)
    centre = world.agencies["dong-thap-centre"]
    new = Agency.objects.create(
        code="moi", kind="centre", name="Mới", short_name="Mới", province=centre.province, parent=centre.parent
    )
    Agency.objects.filter(pk=centre.pk).update(successor=new, active_to=today() - timedelta(days=1))
    receiver = User.objects.create_user("nhan", full_name="Người Nhận")
    Membership.objects.create(user=receiver, agency=new, role="officer")
    (section,) = sections_of(leaving, admin)
    assert (section.agency, section.projects) == (new, [project])
    hand_over(user_id=leaving.pk, by=admin, version=1, to={new.pk: receiver.pk}, take_roles=False)
    assert Project.objects.get().in_charge == receiver


def test_what_bears_the_author_s_name_is_listed_and_stays(world, admin):
    officer, accountant = world.actor("dong-thap", "officer"), world.actor("dong-thap", "accountant")
    entering.enter(world)
    create_plan(by=officer, year=today().year, source="local", title="Kế hoạch đang soạn")
    titles = [group.title for group in remainder_of(officer.user, admin)]
    assert titles == ["Văn bản định mức chưa xác nhận", "Kế hoạch đang soạn"]
    project = make_project(world, state="in_progress")
    prepare_payment(
        project_id=project.pk, by=accountant, version=project.version, creation_key=uuid4(),
        kind=PaymentKind.ADVANCE, amount=1_000_000, condition_document="BC-01",
    )  # fmt: skip
    (group,) = remainder_of(accountant.user, admin)
    assert group.rows[0].value == project.code
    assert remainder_of(accountant.user, world.actor("phu-tho", "administrator")) == []


def test_page_lists_and_moves(world, leaving, client):
    project = make_project(world)
    receiver = colleague_at(world)
    client.force_login(
        world.actor("dong-thap", "administrator").user, backend="django.contrib.auth.backends.ModelBackend"
    )
    address = reverse("handover", args=[leaving.pk])
    html = client.get(address).content.decode()
    assert project.code in html
    assert "Người nhận việc tại" in html
    answer = client.post(
        address, {"version": 1, f"to_{world.agencies['dong-thap-centre'].pk}": receiver.pk, "take_roles": "on"}
    )
    assert (answer.status_code, answer.url) == (302, reverse("account", args=[leaving.pk]))
    assert Project.objects.get().in_charge == receiver
    assert memberships_of(leaving) == []


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_constant_queries(world, leaving, admin, count, django_assert_num_queries):
    for _ in range(count):
        make_project(world)
    assert admin.agency_ids
    with django_assert_num_queries(2):
        (section,) = sections_of(leaving, admin)
    assert len(section.projects) == count
    with django_assert_num_queries(5):
        remainder_of(leaving, admin)


def test_work_in_my_charge_comes_first(world, leaving):
    make_project(world)
    mine = make_project(world)
    receiver = colleague_at(world)
    Project.objects.filter(pk=mine.pk).update(in_charge=receiver)
    found = tasks(actor_for(receiver, origin="thử"))
    assert [(task.project, task.mine) for task in found] == [(mine, True), (found[1].project, False)]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_hand_over_at_once():
    world = build_world()
    leaving = world.actor("dong-thap-centre", "officer").user
    project = make_project(world)
    receivers = [colleague_at(world, name=name) for name in ("mot", "hai")]
    calls = [lambda receiver=receiver: hand(world, leaving, receiver, version=1) for receiver in receivers]
    assert kinds(at_once(*calls)) == ["NoneType", "Stale"]
    assert Project.objects.get(pk=project.pk).version == project.version + 1
