"""Giving and taking roles: inside the scope, never one's own, and only where such a role can be."""

import pytest

from khuyencong.accounts.actions import give_role, take_role
from khuyencong.accounts.rules import SEPARATED, role_findings, roles_at, separation_findings
from khuyencong.accounts.tests.conftest import fresh
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.findings import Warning_, blockers
from khuyencong.notices.models import Notice
from khuyencong.people.models import Agency, AgencyKind, Membership
from khuyencong.people.roles import STAFF, Role
from khuyencong.testing import at_once, build_world, kinds

pytestmark = pytest.mark.django_db


def give(world, by, user, agency="dong-thap", role="appraiser", version=None):
    version = fresh(user).version if version is None else version
    return give_role(user_id=user.pk, by=by, version=version, agency_id=world.agencies[agency].pk, role=Role(role))


def take(by, hat, version=None):
    version = fresh(hat.user).version if version is None else version
    return take_role(user_id=hat.user_id, by=by, version=version, membership_id=hat.pk)


def test_role_is_given_taken_and_given_again(world, admin, hire):
    user = hire("dong-thap-centre")
    give(world, admin, user)
    hat = user.memberships.get(role="appraiser")
    take(admin, hat)
    assert not fresh(hat).is_active
    give(world, admin, user)
    assert fresh(hat).is_active  # one row, switched on again
    assert user.memberships.count() == 2
    events = AuditEvent.objects.filter(thread=f"user:{user.pk}").values_list("action", flat=True)
    assert list(events) == ["role.give", "role.take", "role.give"]
    assert Notice.objects.filter(user=user).count() == 3


def test_role_that_is_there_is_refused(world, admin, hire):
    with pytest.raises(Refused, match="đã là chuyên viên"):
        give(world, admin, hire("dong-thap"), role="officer")


def test_nobody_changes_his_own_roles(world, admin):
    with pytest.raises(NotAllowed, match="Không ai tự thay đổi"):
        give(world, admin, admin.user)
    with pytest.raises(NotAllowed, match="Không ai tự thay đổi"):
        take(admin, admin.user.memberships.get())


@pytest.mark.parametrize(
    ("agency", "may"),
    [("dong-thap", True), ("dong-thap-centre", True), ("phu-tho", False), ("national", False), ("region", False)],
)
def test_administrator_gives_no_role_outside_the_own_scope(world, admin, hire, agency, may):
    user = hire("dong-thap-centre")
    if may:
        assert give(world, admin, user, agency, "auditor") == []
    else:
        with pytest.raises(NotAllowed, match="cơ quan mình và cơ quan cấp dưới"):
            give(world, admin, user, agency, "auditor")


def test_administrator_reaches_nobody_of_another_province(world, admin):
    stranger = world.actor("phu-tho", "officer").user
    with pytest.raises(NotAllowed):
        give(world, admin, stranger)
    with pytest.raises(NotAllowed):
        take(admin, stranger.memberships.get())
    assert give(world, world.actor("national", "administrator"), stranger, "phu-tho", "auditor") == []


def test_role_of_another_agency_cannot_be_taken_by_naming_it(world, admin, hire):
    """The person is in scope by one hat; the other hat belongs to another province."""
    user = hire("dong-thap")
    there = Membership.objects.create(user=user, agency=world.agencies["phu-tho"], role="officer")
    with pytest.raises(NotAllowed):
        take(admin, there)
    other = world.actor("dong-thap", "officer").user.memberships.get()
    with pytest.raises(Refused, match="không còn"):
        take_role(user_id=user.pk, by=admin, version=user.version, membership_id=other.pk)


@pytest.mark.parametrize("role", ["officer", "leader", "accountant", "auditor"])
def test_only_administrators_give_roles(world, hire, role):
    with pytest.raises(NotAllowed):
        give(world, world.actor("dong-thap", role), hire("dong-thap-centre"))


def test_role_of_an_old_page_is_refused(world, admin, hire):
    user = hire("dong-thap")
    give(world, admin, user)
    with pytest.raises(Stale):
        give(world, admin, user, role="auditor", version=1)


def test_locked_account_gets_no_role(world, admin, hire):
    user = hire("dong-thap", is_active=False)
    with pytest.raises(Refused, match="đang bị khóa"):
        give(world, admin, user)


@pytest.mark.parametrize(
    ("agency", "fits"),
    [
        ("dong-thap-commune", {Role.COLLABORATOR}),
        ("owner", {Role.OWNER}),
        ("dong-thap", set(STAFF)),
        ("national", set(STAFF)),
        ("region", set(STAFF)),
    ],
)
def test_role_fits_the_kind_of_agency(world, agency, fits):
    found = world.agencies[agency]
    assert {role for role in Role if not blockers(role_findings(found, role))} == fits == set(roles_at(found))


def test_collaborator_only_at_a_commune(world, admin, hire):
    user = hire("dong-thap")
    with pytest.raises(Refused, match="chỉ có vai trò"):
        give(world, admin, user, "dong-thap", "collaborator")
    assert give(world, admin, user, "dong-thap-commune", "collaborator") == []


def test_closed_agency_gives_no_role(world, admin, hire):
    user = hire("dong-thap")
    Agency.objects.filter(code="dong-thap-centre").update(active_to=today())
    with pytest.raises(Refused, match="đã ngừng hoạt động"):
        give(world, admin, user, "dong-thap-centre", "officer")


@pytest.mark.parametrize(("first", "second"), [(first, second) for first, second, _ in SEPARATED])
def test_roles_that_should_be_two_people_s_warn(world, admin, hire, first, second):
    user = hire("dong-thap", first)
    assert [type(one) for one in give(world, admin, user, "dong-thap-centre", second)] == []  # another agency
    found = give(world, admin, user, "dong-thap", second)
    assert [(type(one), one.code) for one in found] == [(Warning_, "roles_not_separated")]
    assert AuditEvent.objects.filter(action="role.give").last().note == found[0].sentence


def test_two_roles_without_conflict_do_not_warn(world):
    assert separation_findings([Role.APPRAISER, Role.LEADER], world.agencies["dong-thap"]) == []


def test_last_administrator_is_warned_about(world, hire):
    national, department = world.actor("national", "administrator"), world.agencies["dong-thap"]
    other = Membership.objects.create(user=hire(), agency=department, role="administrator")
    last = world.actor("dong-thap", "administrator").user.memberships.get()
    assert take(national, other) == []
    assert [one.code for one in take(national, last)] == ["last_administrator"]
    assert not fresh(last).is_active  # warned, not refused: the agency above looks after its accounts


def test_taking_a_role_ends_what_was_lent_of_it(world, admin):
    leader, officer = world.actor("dong-thap", "leader").user, world.actor("dong-thap", "officer").user
    lent = Membership.objects.create(
        user=officer, agency=world.agencies["dong-thap"], role="leader", delegated_by=leader, document="1",
        from_on=today(), to_on=today(),
    )  # fmt: skip
    take(admin, leader.memberships.get())
    assert not fresh(lent).is_active


def test_every_kind_of_agency_has_roles():
    assert all(roles_at(Agency(kind=kind)) for kind in AgencyKind)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_administrators_give_one_role_at_once():
    world = build_world()
    user, by = world.actor("dong-thap-centre", "officer").user, world.actor("dong-thap", "administrator")

    def press():
        give(world, by, user, version=1)

    assert kinds(at_once(press, press)) == ["NoneType", "Stale"]
    assert user.memberships.filter(role="appraiser").count() == 1
