"""Who looks after a đề án: whoever wrote it, until another officer of the unit does."""

from datetime import timedelta

import pytest
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.notices.models import Notice
from khuyencong.people.models import Agency, Membership, User
from khuyencong.projects.actions import put_in_charge
from khuyencong.projects.actions.charge import officers_of
from khuyencong.testing import make_project

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def officer(world):
    return world.actor("dong-thap-centre", "officer")


@pytest.fixture
def other(world):
    user = User.objects.create_user("khac", full_name="Chuyên Viên Khác")
    Membership.objects.create(user=user, agency=world.agencies["dong-thap-centre"], role="officer")
    return user


def give(project, by, user, version=None):
    version = project.version if version is None else version
    return put_in_charge(project_id=project.pk, by=by, version=version, user_id=user.pk)


def test_whoever_wrote_it_is_in_charge(world, officer):
    assert make_project(world).in_charge == officer.user


def test_another_officer_takes_over_and_is_told(world, officer, other):
    project = make_project(world)
    changed = give(project, officer, other)
    assert (changed.in_charge, changed.version) == (other, project.version + 1)
    assert Notice.objects.get(user=other).url == project.get_absolute_url()
    event = AuditEvent.objects.get(action="project.put_in_charge")
    assert (event.before, event.after) == (
        {"người phụ trách": str(officer.user)},
        {"người phụ trách": "Chuyên Viên Khác"},
    )


def test_refused_twice_stale_and_at_rest(world, officer, other):
    project = make_project(world)
    with pytest.raises(Refused, match="đang phụ trách"):
        give(project, officer, officer.user)
    with pytest.raises(Stale):
        give(project, officer, other, version=99)
    with pytest.raises(Refused, match="không còn cần"):
        give(make_project(world, state="withdrawn"), officer, other)


@pytest.mark.parametrize(
    ("agency", "role"), [("dong-thap-centre", "leader"), ("dong-thap", "officer"), ("phu-tho-centre", "officer")]
)
def test_only_officers_of_the_unit(world, officer, agency, role):
    with pytest.raises(Refused, match="chuyên viên đang làm việc"):
        give(make_project(world), officer, world.actor(agency, role).user)
    with pytest.raises(NotAllowed):
        give(make_project(world), world.actor(agency, role), officer.user)


def test_officers_of_a_succeeded_unit_are_those_of_the_successor(world, officer):
    old = Agency.objects.create(
        code="cu", kind="centre", name="Cũ", short_name="Cũ", province=world.provinces["87@2025"],
        successor=officer.agency, active_to=today() - timedelta(days=1),
    )  # fmt: skip
    assert list(officers_of(old)) == [officer.user]


def test_delegated_locked_and_former_officers_are_none(world, officer, other):
    Membership.objects.filter(user=other).update(is_active=False)
    assert list(officers_of(officer.agency)) == [officer.user]
    Membership.objects.filter(user=other).update(is_active=True)
    User.objects.filter(pk=other.pk).update(is_active=False)
    assert list(officers_of(officer.agency)) == [officer.user]


def test_page_list_and_filter(world, officer, other, client):
    mine, project = make_project(world), make_project(world)
    give(project, officer, other)
    client.force_login(other, backend=BACKEND)
    page = client.get(project.get_absolute_url()).content.decode()
    assert "Chuyên Viên Khác" in page
    assert reverse("project_in_charge", args=[project.code]) in page
    listed = client.get(reverse("projects"), {"mine": "on"}).content.decode()
    assert project.code in listed
    assert mine.code not in listed
    assert mine.code in client.get(reverse("projects")).content.decode()
    address = reverse("project_in_charge", args=[mine.code])
    assert client.post(address, {"version": mine.version, "user": other.pk}).status_code == 302
    mine.refresh_from_db()
    assert mine.in_charge == other


def test_leaders_have_no_such_filter_nor_button(world, client):
    project = make_project(world)
    client.force_login(world.actor("dong-thap", "leader").user, backend=BACKEND)
    assert "Tôi phụ trách" not in client.get(reverse("projects")).content.decode()
    assert "Giao người phụ trách" not in client.get(project.get_absolute_url()).content.decode()
