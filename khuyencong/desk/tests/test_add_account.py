import io
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command

from khuyencong.audit.models import AuditEvent
from khuyencong.people.models import Membership, User


def add(password, **options):
    values = {"name": "Nguyễn Văn An", "agency": "dong-thap", "role": "leader", **options}
    with patch("sys.stdin", io.StringIO(f"{password}\n")):
        call_command(
            "add_account", options.get("username", "an.nv"), **{k: v for k, v in values.items() if k != "username"}
        )


def test_account_can_sign_in_and_leaves_an_event(world, client):
    add("một mật khẩu đủ dài")

    assert client.post("/dang-nhap/", {"username": "an.nv", "password": "một mật khẩu đủ dài"}).status_code == 302
    assert Membership.objects.get(user__username="an.nv").role == "leader"
    assert AuditEvent.objects.filter(action="account.add").count() == 1


@pytest.mark.parametrize(
    ("password", "options", "says"),
    [
        ("ngắn", {}, "12"),
        ("password123", {}, "quen thuộc"),
        ("một mật khẩu đủ dài", {"agency": "khong-co"}, "Không có cơ quan"),
        ("một mật khẩu đủ dài", {"username": "An Nguyễn"}, "chữ thường không dấu"),
        ("một mật khẩu đủ dài", {"username": "dong-thap.leader"}, "đã có"),
        ("một mật khẩu đủ dài", {"role": "owner"}, "chỉ có vai trò"),
    ],
)
def test_bad_account_is_refused_with_a_sentence(world, password, options, says):
    before = User.objects.count()

    with pytest.raises(CommandError, match=says):
        add(password, **options)

    assert User.objects.count() == before
