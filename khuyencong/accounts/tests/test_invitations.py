"""Letters that make accounts: used once, in time, and saying nothing about who has an account."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from khuyencong.accounts.actions import accept, accept_as, invite, resend, revoke
from khuyencong.accounts.actions.invitations import UNUSABLE, digest
from khuyencong.accounts.tests.conftest import fresh
from khuyencong.audit.models import AuditEvent
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.people.models import Agency, Invitation, User
from khuyencong.people.roles import Role
from khuyencong.testing import at_once, build_world, kinds

pytestmark = pytest.mark.django_db
PASSWORD = "Một câu dài dễ nhớ 2026"
FORM = {"username": "An.NV", "password": PASSWORD, "again": PASSWORD}
BACKEND = "django.contrib.auth.backends.ModelBackend"


def ask(world, by=None, *, email="an.nv@soct.vn", agency="dong-thap", role="officer"):
    """The invitation and the secret in its link."""
    by = by or world.actor("dong-thap", "administrator")
    invitation, link = invite(
        by=by, email=email, full_name="Nguyễn Văn An", agency_id=world.agencies[agency].pk, role=Role(role)
    )
    return invitation, link.rstrip("/").rpartition("/")[2]


def address(token):
    return reverse("invitation_accept", args=[token])


def test_letter_makes_an_account_with_the_role(world, client, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invitation, token = ask(world)
    (letter,) = mail.outbox
    assert letter.to == ["an.nv@soct.vn"]
    path = re.search(r"/loi-moi/\S+", letter.body).group()
    assert path == address(token)
    assert "Nguyễn Văn An" in client.get(path).content.decode()
    answer = client.post(path, FORM)
    assert (answer.status_code, answer.url) == (302, reverse("login"))
    user = User.objects.get(username="an.nv")
    assert (user.full_name, user.email) == ("Nguyễn Văn An", "an.nv@soct.vn")
    assert [(hat.agency, hat.role) for hat in user.memberships.all()] == [(world.agencies["dong-thap"], "officer")]
    assert user.check_password(PASSWORD)
    assert fresh(invitation).accepted_by == user
    assert AuditEvent.objects.get(action="account.accept").actor_id == user.pk


def test_secret_is_stored_as_a_digest_only(world):
    invitation, token = ask(world)
    assert invitation.token_hash == digest(token) != token
    assert token not in str(list(Invitation.objects.values_list()))
    assert not AuditEvent.objects.filter(after__icontains=token).exists()
    event = AuditEvent.objects.get(action="account.invite")
    assert event.after["thư"] == "a•••@soct.vn"


def unusable(world, how):
    invitation, token = ask(world)
    if how == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif how == "revoked":
        revoke(invitation_id=invitation.pk, by=world.actor("dong-thap", "administrator"), version=1)
    elif how == "used":
        accept(token=token, username="an.nv", password=PASSWORD, origin="")
    elif how == "closed":
        Agency.objects.filter(code="dong-thap").update(active_to=timezone.localdate())
    elif how == "sent again":
        resend(invitation_id=invitation.pk, by=world.actor("dong-thap", "administrator"), version=1)
    return "x" * 43 if how == "unknown" else token


@pytest.mark.parametrize("how", ["expired", "revoked", "used", "closed", "unknown", "sent again"])
def test_link_that_cannot_be_used_has_one_page(world, client, how):
    token = unusable(world, how)
    count = User.objects.count()
    pages = []
    for answer in (client.get(address(token)), client.post(address(token), {**FORM, "username": "khac"})):
        assert answer.status_code == 404
        pages.append(re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL).group())
    assert pages[0] == pages[1]
    assert UNUSABLE in pages[0]
    assert User.objects.count() == count


def answer_to(world, email):
    """What a stranger with the link of an invitation to `email` sees, before and after sending the form."""
    _, token = ask(world, email=email, agency="dong-thap-centre")
    client = Client()
    shown = client.get(address(token)).content.decode()
    answer = client.post(address(token), {**FORM, "username": email.split("@", maxsplit=1)[0]})
    said = [str(one) for one in get_messages(answer.wsgi_request)]
    return re.sub(r'value="[^"]{20,}"|loi-moi/[^/"]+', "", shown), answer.status_code, answer.url, said


def test_page_does_not_reveal_whether_an_account_exists(world, hire):
    hire("phu-tho", email="co.roi@soct.vn")
    hire("phu-tho", email="bi.khoa@soct.vn", is_active=False)
    assert (
        answer_to(world, "co.roi@soct.vn") == answer_to(world, "chua.co@soct.vn") == answer_to(world, "bi.khoa@soct.vn")
    )
    assert User.objects.filter(username="chua.co").exists()
    assert not User.objects.filter(username__in=["co.roi", "bi.khoa"]).exists()


def test_owner_of_the_address_is_told_by_letter(world, hire, mailoutbox, django_capture_on_commit_callbacks):
    known = hire("phu-tho", email="co.roi@soct.vn")
    _, token = ask(world, email="Co.Roi@soct.vn")
    with django_capture_on_commit_callbacks(execute=True):
        assert accept(token=token, username="moi", password=PASSWORD, origin="") is False
    (letter,) = mail.outbox
    assert letter.to == [known.email]
    assert known.username in letter.body
    assert address(token) in letter.body


def test_who_is_signed_in_under_the_address_gets_one_more_role(world, hire, client):
    user = hire("phu-tho", email="co.roi@soct.vn")
    invitation, token = ask(world, email="Co.Roi@soct.vn")
    client.force_login(user, backend=BACKEND)
    assert "Nhận vai trò này" in client.get(address(token)).content.decode()
    assert client.post(address(token)).status_code == 302
    assert {hat.agency.code for hat in user.memberships.all()} == {"phu-tho", "dong-thap"}
    assert fresh(invitation).accepted_by == user
    assert client.post(address(token)).status_code == 404  # once


@pytest.mark.parametrize("email", ["khac@soct.vn", ""])
def test_somebody_else_who_is_signed_in_gets_nothing(world, hire, client, email):
    user = hire("phu-tho", email=email)
    invitation, token = ask(world)
    client.force_login(user, backend=BACKEND)
    for answer in (client.get(address(token)), client.post(address(token), FORM)):
        assert answer.status_code == 409
        assert "không gửi cho tài khoản đang đăng nhập" in answer.content.decode()
    with pytest.raises(Refused):
        accept_as(token=token, user=user, origin="")
    assert fresh(invitation).accepted_at is None
    assert user.memberships.count() == 1


def test_nobody_invites_himself(world, admin):
    User.objects.filter(pk=admin.user.pk).update(email="quan.tri@soct.vn")
    admin.user.refresh_from_db()
    with pytest.raises(Refused, match="Không ai tự mời mình"):
        ask(world, admin, email="Quan.Tri@soct.vn", role="leader")
    invitation, token = ask(world, admin)
    User.objects.filter(pk=admin.user.pk).update(email=invitation.email)
    admin.user.refresh_from_db()
    with pytest.raises(Refused):
        accept_as(token=token, user=admin.user, origin="")


@pytest.mark.parametrize(("agency", "role"), [("phu-tho", "officer"), ("national", "officer"), ("region", "leader")])
def test_nobody_is_invited_outside_the_scope(world, admin, agency, role):
    with pytest.raises(NotAllowed):
        ask(world, admin, agency=agency, role=role)


def test_role_must_fit_the_agency(world, admin):
    with pytest.raises(Refused, match="chỉ có vai trò"):
        ask(world, admin, agency="dong-thap-commune", role="officer")


def test_one_open_letter_for_a_role(world, admin):
    invitation, _ = ask(world, admin)
    with pytest.raises(Refused, match="đang chờ"):
        ask(world, admin, email="AN.NV@soct.vn")
    ask(world, admin, role="appraiser")
    revoke(invitation_id=invitation.pk, by=admin, version=1)
    ask(world, admin)


def test_revoked_or_accepted_letters_stay_so(world, admin):
    invitation, token = ask(world, admin)
    accept(token=token, username="an.nv", password=PASSWORD, origin="")
    for act in (
        lambda: revoke(invitation_id=invitation.pk, by=admin, version=2),
        lambda: resend(invitation_id=invitation.pk, by=admin, version=2),
    ):
        with pytest.raises(Refused, match="đã được nhận"):
            act()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"password": "ngan", "again": "ngan"}, "password"),
        ({"password": "0123456789", "again": "0123456789"}, "password"),
        ({"again": "khác hẳn với câu trên"}, "again"),
        ({"username": "có dấu"}, "username"),
        ({"username": ""}, "username"),
    ],
)
def test_form_says_what_is_wrong_at_its_field(world, client, changed, field):
    _, token = ask(world)
    answer = client.post(address(token), {**FORM, **changed})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not User.objects.filter(email="an.nv@soct.vn").exists()


def test_taken_user_name_is_not_tried_without_end(world, client):
    taken = world.actor("phu-tho", "officer").user.username
    _, token = ask(world)
    for _ in range(10):
        assert "không dùng được" in client.post(address(token), {**FORM, "username": taken}).content.decode()
    assert client.post(address(token), {**FORM, "username": taken}).status_code == 429


def test_link_is_shown_once_to_the_inviter(world, client):
    client.force_login(world.actor("dong-thap", "administrator").user, backend=BACKEND)
    data = {"full_name": "An", "email": "an@soct.vn", "agency": world.agencies["dong-thap"].pk, "role": "officer"}
    first = client.post(reverse("invite"), data, follow=True).content.decode()
    token = re.search(r"/loi-moi/([^/]+)/", first).group(1)
    assert Invitation.objects.get().token_hash == digest(token)
    assert token not in client.get(reverse("invitations")).content.decode()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_use_one_link_at_once():
    world = build_world()
    _, token = ask(world)
    calls = [
        lambda name=name: accept(token=token, username=name, password=PASSWORD, origin="") for name in ("mot", "hai")
    ]
    assert kinds(at_once(*calls)) == ["NoneType", "Refused"]
    assert User.objects.filter(email="an.nv@soct.vn").count() == 1
