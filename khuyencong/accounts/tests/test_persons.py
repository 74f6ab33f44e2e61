"""Correcting an account, locking it and opening it again."""

import pytest
from django.core import mail

from khuyencong.accounts.actions import switch_off, switch_on, update_account
from khuyencong.accounts.actions.persons import EMAIL_UNUSABLE
from khuyencong.accounts.queries import narrowed, people_in_scope
from khuyencong.accounts.tests.conftest import fresh
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.people.models import Membership, User

pytestmark = pytest.mark.django_db


def update(by, user, **changed):
    data = {"full_name": "Nguyễn Văn Sửa", "email": "sua@soct.vn", "phone": "0912 345 623", **changed}
    return update_account(user_id=user.pk, by=by, version=fresh(user).version, **data)


def test_account_is_corrected_and_the_old_address_told(
    world, admin, hire, django_capture_on_commit_callbacks, mailoutbox
):
    user = hire("dong-thap", email="cu@soct.vn")
    with django_capture_on_commit_callbacks(execute=True):
        update(admin, user)
    user = fresh(user)
    assert (user.full_name, user.email, user.phone) == ("Nguyễn Văn Sửa", "sua@soct.vn", "0912 345 623")
    assert [letter.to for letter in mail.outbox] == [["cu@soct.vn"]]
    event = AuditEvent.objects.get(action="account.update")
    assert event.after == {"họ và tên": "Nguyễn Văn Sửa", "thư": "s•••@soct.vn", "điện thoại": "•••• ••• 623"}


def test_search_follows_the_name(world, admin, hire):
    user = hire("dong-thap")
    update(admin, user)
    found = narrowed(people_in_scope(admin), admin, text="sua nguyen")
    assert list(found) == [user]


def test_address_of_another_account_is_refused_without_saying_whose(world, admin, hire):
    hire("phu-tho", email="Co.Nguoi@soct.vn")
    user = hire("dong-thap")
    with pytest.raises(Refused) as refusal:
        update(admin, user, email="co.nguoi@soct.vn")
    assert refusal.value.sentence == EMAIL_UNUSABLE
    with pytest.raises(Refused, match="không đúng dạng"):
        update(admin, user, email="khong phai thu")


def test_account_of_two_provinces_is_touched_by_those_above_only(world, admin, hire):
    """Otherwise one province could take over what the other gave the person to do."""
    user = hire("dong-thap")
    there = Membership.objects.create(user=user, agency=world.agencies["phu-tho"], role="leader")
    for act in (
        lambda: update(admin, user),
        lambda: switch_off(user_id=user.pk, by=admin, version=1, reason="Thử."),
    ):
        with pytest.raises(Refused, match="ngoài phạm vi"):
            act()
    assert update(world.actor("national", "administrator"), user)
    there.is_active = False
    there.save()
    assert update(admin, user)


def test_strangers_old_pages_and_oneself(world, admin, hire):
    with pytest.raises(NotAllowed):
        update(admin, hire("phu-tho"))
    with pytest.raises(NotAllowed):
        update(admin, admin.user)
    with pytest.raises(Stale):
        update_account(user_id=hire("dong-thap").pk, by=admin, version=9, full_name="x", email="", phone="")


def test_locked_account_cannot_be_used_and_lends_nothing(world, admin, client):
    leader, officer = world.actor("dong-thap", "leader").user, world.actor("dong-thap", "officer").user
    lent = Membership.objects.create(
        user=officer, agency=world.agencies["dong-thap"], role="leader", delegated_by=leader, document="1",
        from_on=today(), to_on=today(),
    )  # fmt: skip
    client.force_login(leader, backend="django.contrib.auth.backends.ModelBackend")
    switch_off(user_id=leader.pk, by=admin, version=leader.version, reason="Nghỉ hưu.")
    assert client.get("/uy-quyen/").status_code == 302  # to sign in
    assert not fresh(lent).is_active
    assert fresh(leader).memberships.get().is_active  # the hat stays for later
    assert AuditEvent.objects.get(action="account.switch_off").note == "Nghỉ hưu."


def test_lock_and_open_once_each(world, admin, hire):
    user = hire("dong-thap")
    switch_off(user_id=user.pk, by=admin, version=1, reason="Thử.")
    with pytest.raises(Refused, match="đang bị khóa"):
        switch_off(user_id=user.pk, by=admin, version=2, reason="Thử.")
    switch_on(user_id=user.pk, by=admin, version=2)
    with pytest.raises(Refused, match="đang hoạt động"):
        switch_on(user_id=user.pk, by=admin, version=3)
    assert fresh(user).is_active


def test_list_by_state_role_and_agency(world, admin, hire):
    locked, without, lent = hire("dong-thap", is_active=False), hire("dong-thap"), hire("phu-tho")
    without.memberships.update(is_active=False)
    people = people_in_scope(admin)
    assert locked not in narrowed(people, admin)
    assert list(narrowed(people, admin, state="locked")) == [locked]
    assert list(narrowed(people, admin, state="without")) == [without]
    assert lent not in narrowed(people, admin, state="all")
    leaders = narrowed(people, admin, role="leader")
    assert {user.pk for user in leaders} == {
        world.actor(agency, "leader").user.pk for agency in ("dong-thap", "dong-thap-centre")
    }
    centre = world.agencies["dong-thap-centre"]
    assert narrowed(people, admin, agency=centre.pk).count() == 6


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_constant_queries(world, admin, hire, count, django_assert_num_queries):
    for _ in range(count):
        hire("dong-thap", full_name="Trần Thị Đếm")
    with django_assert_num_queries(3):  # what the agency succeeded, the people, their hats
        rows = list(narrowed(people_in_scope(admin), admin, text="tran dem"))
        assert [[hat.label for hat in row.shown_hats] for row in rows] == [
            ["Chuyên viên – Sở Công Thương Đồng Tháp"]
        ] * count


def test_hats_outside_the_scope_are_not_shown(world, admin, hire):
    user = hire("dong-thap")
    Membership.objects.create(user=user, agency=world.agencies["phu-tho"], role="leader")
    (row,) = narrowed(people_in_scope(admin), admin, text=user.username)
    assert [hat.agency.code for hat in row.shown_hats] == ["dong-thap"]


def test_people_are_listed_by_given_name(hire, db):
    for name in ("Nguyễn Văn Sơn", "Trần Thị Ánh", "Lê Ơn", "Ân"):
        User.objects.create_user(name.split()[-1].encode().hex(), full_name=name)
    names = ["Trần Thị Ánh", "Ân", "Lê Ơn", "Nguyễn Văn Sơn"]  # a, â … ơ … s
    assert list(User.objects.filter(full_name__in=names).values_list("full_name", flat=True)) == names
