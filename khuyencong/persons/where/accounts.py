"""Persons who sign in, and what signing in keeps of them."""

from __future__ import annotations

from axes.models import AccessAttempt
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from khuyencong.api.models import ApiToken
from khuyencong.audit.models import AuditEvent
from khuyencong.deadlines.models import CalendarFeed, Escalation, Reminder
from khuyencong.notices.models import Notice
from khuyencong.people.models import Invitation, Membership, User
from khuyencong.persons.holding import Holding, Kind, Sort
from khuyencong.projects.models import StepDraft
from khuyencong.signin.models import AuthenticatorApp, OutsideIdentity, Passkey, RecoveryCode, UserSession

WITH_ACCOUNT = "Bỏ cùng lúc với tài khoản."
A_YEAR = "Tự bị xóa sau một năm, hoặc cùng lúc với tài khoản."
AN_HOUR = "Tự bị xóa sau một giờ."
HOLDINGS = (
    Holding(
        User,
        Kind.USER,
        {
            "full_name": Sort.NAME,
            "username": Sort.LOGIN,
            "email": Sort.EMAIL,
            "phone": Sort.PHONE,
            "password": Sort.SECRET,
            "folded": Sort.COPY,
            "sort_key": Sort.COPY,
        },
        owner="memberships__agency",
        rule="account",
        since=Coalesce(F("last_login"), F("created_at")),
        ended=Q(is_active=False),
        in_use="Tài khoản đang dùng: khóa tài khoản trước.",
        account="pk",
        writes={"password": "!"},  # what Django calls unusable
        drops=(
            Passkey, AuthenticatorApp, RecoveryCode, OutsideIdentity, UserSession, Notice, CalendarFeed, Reminder, StepDraft,
        ),
    ),
    Holding(
        Invitation,
        Kind.USER,
        {"full_name": Sort.NAME, "email": Sort.EMAIL},
        owner="agency",
        rule="invitation",
        since=F("expires_at"),
        ended=Q(expires_at__lt=Now()),
        in_use="Thư mời còn hạn: hủy thư mời hoặc chờ hết hạn.",
        account="accepted_by",
    ),
    Holding(Membership, Kind.USER, {"document": Sort.TEXT}, account="user", searched=False,
            stays="Vai trò đã giữ là căn cứ của những việc đã ký."),
    Holding(UserSession, Kind.USER, {"address": Sort.ADDRESS, "device": Sort.TEXT, "session_data": Sort.SECRET},
            account="user", stays=WITH_ACCOUNT, searched=False),
    Holding(Passkey, Kind.USER, {"name": Sort.TEXT, "credential": Sort.SECRET, "credential_id": Sort.SECRET},
            account="user", stays=WITH_ACCOUNT, searched=False),
    Holding(OutsideIdentity, Kind.USER, {"subject": Sort.IDENTITY}, account="user", stays=WITH_ACCOUNT, searched=False),
    Holding(Notice, Kind.ANY, {"sentence": Sort.TEXT}, account="user", stays=A_YEAR, searched=False),
    # django-axes keeps under what name and from where a password was wrong, also of strangers.
    Holding(AccessAttempt, Kind.ANY, {"username": Sort.LOGIN, "ip_address": Sort.ADDRESS, "user_agent": Sort.TEXT},
            stays=AN_HOUR, searched=False),
    Holding(StepDraft, Kind.ANY, {"fields": Sort.TEXT}, account="user", stays=WITH_ACCOUNT, searched=False),
    Holding(Escalation, Kind.ANY, {"owed_by": Sort.NAME}, searched=False,
            stays="Việc quá hạn báo cho lãnh đạo: tên đơn vị, người nợ việc, là hồ sơ quản lý của cơ quan."),
    Holding(ApiToken, Kind.CONTACT, {"contact": Sort.NAME}, owner="membership__agency",
            ended=Q(revoked_at__isnull=False), in_use="Khóa kết nối đang dùng: thu khóa trước."),
    Holding(
        AuditEvent,
        Kind.ANY,
        {
            "actor_label": Sort.NAME, "on_behalf": Sort.NAME, "origin": Sort.ADDRESS, "subject_label": Sort.TEXT,
            "before": Sort.TEXT, "after": Sort.TEXT, "note": Sort.TEXT,
        },
        searched=False,
        stays="Nhật ký là bằng chứng ai đã làm gì với tiền và hồ sơ, nối bằng mã băm nên không sửa được; người ngoài cơ quan có "
        "mặt trong đó bằng số của bản ghi. Tên tệp, lý do do người dùng tự viết thì giữ như đã viết (ADR 0038).",
    ),
)  # fmt: skip
