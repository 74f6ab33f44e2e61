"""How an account signs in, for its administrators: facts only, never a secret."""

from __future__ import annotations

from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone

from khuyencong.core.components import Fact
from khuyencong.core.dates import format_moment
from khuyencong.people.models import User
from khuyencong.signin.models import AuthenticatorApp, Passkey, UserSession


def sign_in_facts(user: User) -> list[Fact]:
    """When the person last signed in, by what, from how many browsers, and whether wrong passwords have locked it."""
    factors = []
    if AuthenticatorApp.objects.filter(user=user).exists():
        factors.append("ứng dụng xác thực")
    keys = Passkey.objects.filter(user=user).count()
    if keys:
        factors.append(f"{keys} khóa truy cập")
    sessions = UserSession.objects.filter(user=user, expire_date__gt=timezone.now()).count()
    facts = [
        Fact("Tài khoản", "Đang hoạt động" if user.is_active else "Bị khóa"),
        Fact("Đăng nhập gần nhất", format_moment(user.last_login) if user.last_login else "Chưa lần nào"),
        Fact("Mật khẩu", "Đã đặt" if user.has_usable_password() else "Chưa có, không đăng nhập bằng mật khẩu được"),
        Fact("Xác thực hai lớp", ", ".join(factors) or "Chưa bật"),
        Fact("Phiên đang mở", str(sessions)),
    ]
    if _is_locked_out(user):
        facts.append(Fact("Tạm khóa", "Đang tạm khóa đăng nhập vì nhập sai mật khẩu nhiều lần"))
    return facts


def _is_locked_out(user: User) -> bool:
    recent = timezone.now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(username=user.username, attempt_time__gt=recent)
    return bool(attempts.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT).exists())
