"""What a browser sends to register, and what the letters say."""

import re
from time import time
from uuid import uuid4

from django.core import mail
from django.core.signing import TimestampSigner, b62_encode

from khuyencong.core.dates import today
from khuyencong.establishments.tax_code import made_up_tax_code
from khuyencong.intake import actions
from khuyencong.intake.models import Registration
from khuyencong.intake.spam import SALT

PASSWORD = "mot cau dai de nho"
EMAIL = "chu.co.so@example.com"
LINK = re.compile(r"https?://[^/\s]+(/dang-ky/xac-nhan/[\w-]+/)")


def old_stamp(seconds=60):
    """The stamp of a form that was shown so long ago."""

    class Earlier(TimestampSigner):
        def timestamp(self):
            return b62_encode(int(time()) - seconds)

    return Earlier(salt=SALT).sign("form")


def typed(world, **changed):
    """A whole registration for Đồng Tháp as a browser sends it."""
    return {
        "name": "Hộ kinh doanh Bánh Tráng Mới",
        "kind": "household",
        "tax_code": made_up_tax_code(77),
        "commune": world.agencies["dong-thap-commune"].commune.pk,
        "place_text": "ấp 2",
        "full_name": "Nguyễn Thị Mới",
        "phone": "0912 345 678",
        "email": EMAIL,
        "consent": "on",
        "website": "",
        "stamp": old_stamp(),
        "creation_key": str(uuid4()),
        **changed,
    }


def fields(world, **changed):
    """The same as the action takes it."""
    return {
        "name": "Hộ kinh doanh Bánh Tráng Mới",
        "kind": "household",
        "tax_code": made_up_tax_code(77),
        "province": world.provinces["82"],
        "commune": world.agencies["dong-thap-commune"].commune,
        "place_text": "ấp 2",
        "full_name": "Nguyễn Thị Mới",
        "phone": "0912 345 678",
        **changed,
    }


def link_in(letter):
    """The path of the link in a letter."""
    return LINK.search(letter.body)[1]


def token_in(letter):
    return link_in(letter).rstrip("/").rpartition("/")[2]


def waiting(world, capture, *, email=EMAIL, **changed):
    """A registration whose letter was answered. `capture` is `django_capture_on_commit_callbacks`."""
    before = len(mail.outbox)
    with capture(execute=True):
        actions.register(creation_key=uuid4(), email=email, fields=fields(world, **changed), origin="web 192.0.2.7")
    token = token_in(mail.outbox[before])
    actions.confirm_registration(token=token, password=PASSWORD, origin="web 192.0.2.7")
    return Registration.objects.get(user__email=email)


def request_fields(**changed):
    """A request that may be sent."""
    return {
        "activity": "machinery",
        "title": "Mua máy sấy lạnh",
        "description": "Đang phơi nắng, mùa mưa hỏng nhiều.",
        "total_cost": 500_000_000,
        "support_wished": 200_000_000,
        "wanted_year": today().year,
        "commits_own_capital": True,
        "declares_no_other_support": True,
        **changed,
    }
