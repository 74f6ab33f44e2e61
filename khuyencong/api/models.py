"""Tokens of other systems, the answers kept for their repeated questions, and what they are told by themselves."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from khuyencong.api.scopes import DOORS, Scope
from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, Membership, User
from khuyencong.people.relations import Relation

PER_MINUTE = 600
MOST_PER_MINUTE = 6_000
LONGEST_DAYS = 366
LONGEST_ADDRESS = 500


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, actor: Actor) -> ApiTokenQuerySet:
        """Those of the agencies that the actor's agency answers for."""
        return self.filter(membership__agency__in=Agency.objects.in_scope_of(actor).values("pk"))


class ApiToken(CreatedOnce, models.Model):
    """The key of one other system. It acts as an account of its own, in one role at one agency; nobody signs in as it.

    Only the SHA-256 of the secret is stored: it is long and random, so that nothing can be guessed from it.
    """

    name = NFCCharField("tên hệ thống", max_length=120)
    contact = NFCCharField("người phụ trách", max_length=200, help_text="Gọi ai khi hệ thống ấy gặp lỗi.")
    membership = models.OneToOneField(Membership, models.PROTECT, related_name="api_token", editable=False)
    scopes = models.JSONField("phạm vi", default=list)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    shown = models.CharField("nhận ra bằng", max_length=12, editable=False)  # the first signs of the secret
    per_minute = models.PositiveIntegerField("số lần gọi trong một phút", default=PER_MINUTE)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_on = models.DateField("dùng đến hết ngày")
    revoked_at = models.DateTimeField("thu hồi lúc", null=True, editable=False)
    # Counted by `limits.py`: the minute that runs, what was taken of it, and with it when the token was last used.
    minute = models.DateTimeField(null=True, editable=False)
    taken = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(per_minute__gte=1, per_minute__lte=MOST_PER_MINUTE), name="api_token_limit_sane"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"api_token:{self.pk}"

    @property
    def agency(self) -> Agency:
        return self.membership.agency

    @property
    def scope_labels(self) -> list[str]:
        """What it may be used for, in words."""
        return [Scope(code).label for code in self.scopes if code in DOORS]

    def is_open(self, on: dt.date) -> bool:
        """Whether it still opens the door on that day."""
        return self.revoked_at is None and on <= self.expires_on

    @property
    def state_label(self) -> str:
        """For the list: in use, ended, revoked."""
        if self.revoked_at is not None:
            return "Đã thu hồi"
        return "Đang dùng" if self.is_open(timezone.localdate()) else "Hết hạn"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.membership.agency_id if relation == Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """As its agency."""
        return self.membership.agency.is_in_scope(actor)


class KeptAnswer(models.Model):
    """What was answered to a POST with this key: the same question again gets the same answer."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=100)
    question = models.CharField(max_length=64)  # SHA-256 of method, address and body
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(default="")
    made_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="kept_answer_once")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.key}"


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def visible_to(self, actor: Actor) -> SubscriptionQuerySet:
        """Those of the tokens that the actor may see."""
        return self.filter(token__in=ApiToken.objects.visible_to(actor).values("pk"))


class Subscription(CreatedOnce, models.Model):
    """Where one system wants to be told what happened. It is told of what its token may see, and never more than what."""

    token = models.ForeignKey(ApiToken, models.PROTECT, related_name="subscriptions")
    address = models.CharField("địa chỉ nhận tin", max_length=LONGEST_ADDRESS)
    events = models.JSONField("sự kiện", default=list)
    sealed_secret = models.TextField(editable=False)  # see signin.sealing
    seen = models.BigIntegerField(default=0, editable=False)  # the number of the last event looked at
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField("thôi nhận lúc", null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.address

    @property
    def thread(self) -> str:
        """Told on the timeline of its token."""
        return f"api_token:{self.token_id}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.token.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        """As its token."""
        return self.token.is_in_scope(actor)


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Chờ gửi"
    DELIVERED = "delivered", "Đã nhận"
    FAILED = "failed", "Không gửi được"


class Delivery(models.Model):
    """One event on its way to one address, with how it went; the last answer is kept."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries")
    seq = models.BigIntegerField("số sự kiện")
    event = models.CharField("sự kiện", max_length=60)
    body = models.TextField()
    state = models.CharField("trạng thái", max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField("lần gửi", default=0)
    next_at = models.DateTimeField("gửi lại lúc")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    tried_at = models.DateTimeField("gửi lần cuối lúc", null=True)
    answer = NFCCharField("trả lời", max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "next_at"], name="delivery_due")]
        constraints = [models.UniqueConstraint(fields=["subscription", "seq"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.seq} {self.event}"
