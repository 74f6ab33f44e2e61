"""Ủy quyền: a hat with days, lent by its wearer, shown on what is signed under it."""

from datetime import timedelta

import pytest

from khuyencong.accounts.actions import delegate, end_delegation
from khuyencong.accounts.tests.conftest import fresh
from khuyencong.audit.actions import record
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.people import actors
from khuyencong.people.actors import as_actor, memberships_of
from khuyencong.people.models import Membership
from khuyencong.testing import at_once, build_world, kinds

pytestmark = pytest.mark.django_db
TODAY, DAY = today(), timedelta(days=1)
DOCUMENT = "Giấy ủy quyền 5/UQ"


def lend(
    world,
    *,
    by=("dong-thap", "leader"),
    to=("dong-thap", "officer"),
    first=TODAY,
    last=TODAY + 9 * DAY,
    document=DOCUMENT,
):
    by = world.actor(*by) if isinstance(by, tuple) else by
    return delegate(by=by, to_user_id=world.actor(*to).user.pk, from_on=first, to_on=last, document=document)


def worn(hat, user):
    return as_actor(Membership.objects.select_related("agency", "delegated_by").get(pk=hat.pk), user=user, origin="thử")


def test_lent_hat_is_worn_and_named(world):
    hat, findings = lend(world)
    user = world.actor("dong-thap", "officer").user
    assert [(one.role, one.label) for one in memberships_of(user)] == [
        ("officer", "Chuyên viên – Sở Công Thương Đồng Tháp"),
        (
            "leader",
            "Lãnh đạo – Sở Công Thương Đồng Tháp, thừa ủy quyền của Lãnh đạo Sở Công Thương Đồng Tháp",
        ),
    ]
    assert worn(hat, user).on_behalf == f"thừa ủy quyền của Lãnh đạo Sở Công Thương Đồng Tháp ({DOCUMENT})"
    assert [one.code for one in findings] == ["roles_not_separated"]
    event = AuditEvent.objects.get(action="delegation.give")
    assert (event.actor_id, event.subject_id) == (world.actor("dong-thap", "leader").user.pk, str(user.pk))


def test_lent_hat_begins_and_ends_by_itself(world, monkeypatch):
    lend(world, first=TODAY + DAY, last=TODAY + 2 * DAY)
    user = world.actor("dong-thap", "officer").user
    for days, count in ((0, 1), (1, 2), (2, 2), (3, 1)):
        monkeypatch.setattr(actors, "today", lambda on=TODAY + days * DAY: on)
        assert len(memberships_of(user)) == count, days


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"last": TODAY - DAY}, "không được trước ngày bắt đầu"),
        ({"first": TODAY - DAY}, "quá khứ"),
        ({"last": TODAY + 400 * DAY}, "dài nhất là một năm"),
        ({"document": " "}, "văn bản"),
        ({"document": "x" * 101}, "100 ký tự"),
        ({"to": ("dong-thap", "leader")}, "chính mình"),
        ({"to": ("dong-thap-centre", "officer")}, "cùng cơ quan"),
        ({"to": ("phu-tho", "officer")}, "cùng cơ quan"),
    ],
)
def test_lending_refused(world, changed, sentence):
    with pytest.raises(Refused, match=sentence):
        lend(world, **changed)
    assert not Membership.objects.filter(delegated_by__isnull=False).exists()


@pytest.mark.parametrize("role", ["officer", "appraiser", "auditor", "administrator"])
def test_only_leaders_and_accountants_lend(world, role):
    with pytest.raises(NotAllowed):
        lend(world, by=("dong-thap", role), to=("dong-thap", "accountant"))


def test_lent_hat_is_not_lent_on(world):
    hat, _ = lend(world)
    with pytest.raises(NotAllowed, match="không được ủy quyền lại"):
        lend(world, by=worn(hat, world.actor("dong-thap", "officer").user), to=("dong-thap", "appraiser"))


def test_hat_that_is_gone_is_not_lent(world):
    leader = world.actor("dong-thap", "leader")
    leader.user.memberships.update(is_active=False)
    with pytest.raises(NotAllowed, match="không còn giữ"):
        lend(world)


def test_locked_person_gets_no_hat(world):
    user = world.actor("dong-thap", "officer").user
    user.is_active = False
    user.save()
    with pytest.raises(Refused, match="đang làm việc"):
        lend(world)


@pytest.mark.parametrize(
    ("first", "last", "refused"),
    [(0, 0, True), (9, 20, True), (3, 4, True), (10, 20, False)],
)
def test_hat_is_lent_to_one_at_a_time(world, first, last, refused):
    lend(world)
    days = {"first": TODAY + first * DAY, "last": TODAY + last * DAY, "to": ("dong-thap", "appraiser")}
    if refused:
        with pytest.raises(Refused, match="đã được ủy quyền"):
            lend(world, **days)
    else:
        assert lend(world, **days)


def test_ended_early_it_is_worn_no_longer_and_may_be_lent_again(world):
    hat, _ = lend(world)
    user = world.actor("dong-thap", "officer").user
    end_delegation(membership_id=hat.pk, by=world.actor("dong-thap", "leader"), version=fresh(user).version)
    assert len(memberships_of(user)) == 1
    assert fresh(hat).to_on == TODAY
    with pytest.raises(Refused, match="đã kết thúc"):
        end_delegation(membership_id=hat.pk, by=world.actor("dong-thap", "leader"), version=fresh(user).version)
    assert lend(world)


def test_only_the_lender_ends_it(world, hire):
    hat, _ = lend(world)
    version = fresh(hat.user).version
    for agency, role in (("dong-thap", "accountant"), ("phu-tho", "leader"), ("national", "leader")):
        with pytest.raises(NotAllowed):
            end_delegation(membership_id=hat.pk, by=world.actor(agency, role), version=version)
    with pytest.raises(Stale):
        end_delegation(membership_id=hat.pk, by=world.actor("dong-thap", "leader"), version=version + 1)


def test_page_of_the_one_who_lends_and_of_the_one_who_borrows(world, client):
    hat, _ = lend(world)
    backend = "django.contrib.auth.backends.ModelBackend"
    client.force_login(world.actor("dong-thap", "leader").user, backend=backend)
    assert "Kết thúc ủy quyền" in client.get("/uy-quyen/").content.decode()
    client.force_login(world.actor("dong-thap", "officer").user, backend=backend)
    page = client.get("/uy-quyen/").content.decode()
    assert DOCUMENT in page
    assert "Kết thúc ủy quyền" not in page
    client.post("/vai-tro/", {"membership": hat.pk})
    page = client.get("/uy-quyen/").content.decode()
    assert "Kết thúc ủy quyền" not in page
    assert "Ủy quyền mới" not in page
    assert "Thừa ủy quyền của" in page or "thừa ủy quyền của" in page
    client.force_login(world.actor("dong-thap", "auditor").user, backend=backend)
    assert DOCUMENT not in client.get("/uy-quyen/").content.decode()


def test_deed_under_a_delegation_says_so_in_the_trail(world, client):
    """The trail and its page name the person and on whose behalf."""
    hat, _ = lend(world)
    user = world.actor("dong-thap", "officer").user
    record(action="demo.load", by=worn(hat, user), subject=user, thread="x")
    event = AuditEvent.objects.get(thread="x")
    assert (event.actor_id, event.role, event.on_behalf) == (user.pk, "leader", worn(hat, user).on_behalf)
    client.force_login(world.actor("dong-thap", "auditor").user, backend="django.contrib.auth.backends.ModelBackend")
    assert worn(hat, user).on_behalf in client.get("/nhat-ky/?thread=x").content.decode()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_hats_lent_at_once():
    world = build_world()
    calls = [lambda role=role: lend(world, to=("dong-thap", role)) for role in ("officer", "appraiser")]
    assert kinds(at_once(*calls)) == ["NoneType", "Refused"]
    assert Membership.objects.filter(delegated_by__isnull=False).count() == 1
