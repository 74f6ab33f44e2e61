"""What signing in leaves behind: sessions, second factors, links to another service, and counts of failed tries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from khuyencong.core.fields import NFCCharField
from khuyencong.people.models import User

if TYPE_CHECKING:
    from khuyencong.signin.sessions import SessionStore


class UserSession(AbstractBaseSession):
    """One browser, as Django keeps it; of whoever is signed in there, the columns say who, since when and from where."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="người dùng", null=True, related_name="sessions")
    signed_in_at = models.DateTimeField("đăng nhập lúc", null=True)
    seen_at = models.DateTimeField("dùng lần cuối lúc", null=True)
    address = models.CharField("địa chỉ mạng", max_length=45, blank=True)
    device = models.CharField("thiết bị", max_length=120, blank=True)

    class Meta:
        verbose_name = "phiên đăng nhập"
        verbose_name_plural = "phiên đăng nhập"
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        # The key itself opens the session: it is shown nowhere.
        return f"phiên của {self.user}" if self.user else "phiên chưa đăng nhập"

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        from khuyencong.signin.sessions import SessionStore

        return SessionStore


class AuthenticatorApp(models.Model):
    """The app on a telephone that shows a new code of six digits every 30 seconds (TOTP, RFC 6238)."""

    user = models.OneToOneField(User, models.CASCADE, verbose_name="người dùng", related_name="authenticator_app")
    sealed_secret = models.CharField(max_length=300, editable=False)  # see sealing.py
    last_step = models.BigIntegerField(default=0, editable=False)  # 30-second step of the last code: none counts twice
    added_at = models.DateTimeField("thêm lúc", auto_now_add=True)
    used_at = models.DateTimeField("dùng lần cuối lúc", null=True, editable=False)

    class Meta:
        verbose_name = "ứng dụng xác thực"
        verbose_name_plural = "ứng dụng xác thực"

    def __str__(self) -> str:
        return f"ứng dụng xác thực của {self.user}"


class Passkey(models.Model):
    """A key pair on a person's own device (WebAuthn); we hold the public half."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="người dùng", related_name="passkeys")
    name = NFCCharField("tên", max_length=60)
    site = models.CharField("tên máy của trang", max_length=253)  # the relying party: a key works for this name only
    credential_id = models.BinaryField(max_length=1023, unique=True, editable=False)
    credential = models.BinaryField(editable=False)  # attested credential data: id and public key
    sign_count = models.BigIntegerField(default=0, editable=False)
    added_at = models.DateTimeField("thêm lúc", auto_now_add=True)
    used_at = models.DateTimeField("dùng lần cuối lúc", null=True, editable=False)

    class Meta:
        verbose_name = "khóa truy cập"
        verbose_name_plural = "khóa truy cập"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """A code on paper that replaces the second factor once; only its keyed hash is stored."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="người dùng", related_name="recovery_codes")
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    used_at = models.DateTimeField("dùng lúc", null=True, editable=False)

    class Meta:
        verbose_name = "mã dự phòng"
        verbose_name_plural = "mã dự phòng"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"mã dự phòng của {self.user_id}"


class OutsideIdentity(models.Model):
    """Who a user is at another sign-in service: its name for itself and its unchanging name for the person."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="người dùng", related_name="outside_identities")
    issuer = models.CharField("hệ thống", max_length=255)
    subject = models.CharField("mã người dùng ở đó", max_length=255)
    linked_at = models.DateTimeField("gắn lúc", auto_now_add=True)
    used_at = models.DateTimeField("dùng lần cuối lúc", null=True, editable=False)

    class Meta:
        verbose_name = "tài khoản ở hệ thống khác"
        verbose_name_plural = "tài khoản ở hệ thống khác"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="outside_identity_once"),
            models.UniqueConstraint(fields=["user", "issuer"], name="outside_identity_one_per_service"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.issuer})"


class Attempt(models.Model):
    """One try that counts towards a limit (limits.py); rows older than the limit's window mean nothing."""

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=64)
    what = models.CharField(max_length=64)  # tries of the same thing count once
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "lần thử"
        verbose_name_plural = "lần thử"
        indexes = [models.Index(fields=["kind", "key", "at"], name="attempt_recent")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"
