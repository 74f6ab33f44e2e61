"""A file that was kept and is handed to nobody: no scanner has looked at it, or something in it is doubtful."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation


class HeldState(models.TextChoices):
    HELD = "held", "Đang cách ly"
    LET_GO = "let_go", "Đã cho dùng"
    DESTROYED = "destroyed", "Đã hủy"


class Why(models.TextChoices):
    UNSCANNED = "unscanned", "Chưa quét được"
    DOUBTFUL = "doubtful", "Nội dung cần xem"


class HeldFileQuerySet(models.QuerySet["HeldFile"]):
    def visible_to(self, actor: Actor) -> HeldFileQuerySet:
        """What people of the agencies brought that the actor's agency answers for; what came without account, the nation's."""
        if actor.is_national:
            return self.all()
        return self.filter(agency__in=Agency.objects.in_scope_of(actor).values("pk"))


class HeldFile(models.Model):
    """One file, known by the made-up name under which its room keeps it. The state changes only through `states`."""

    stored_name = models.CharField(max_length=60, unique=True, editable=False)
    name = NFCCharField("tên tệp", max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField("dung lượng")
    sha256 = models.CharField(max_length=64, db_index=True)
    why = models.CharField("vì", max_length=10, choices=Why)
    reason = NFCTextField("lý do cách ly", max_length=1_000)
    brought_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", null=True, editable=False)
    brought_at = models.DateTimeField(db_default=Now(), editable=False)
    tried_at = models.DateTimeField("hỏi máy quét lần cuối lúc", null=True, editable=False)
    state = models.CharField(
        "trạng thái", max_length=10, choices=HeldState, default=HeldState.HELD, editable=False, db_index=True
    )
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    decided_because = NFCTextField("vì sao", max_length=1_000, blank=True, editable=False)
    decided_at = models.DateTimeField("quyết định lúc", null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = HeldFileQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp cách ly"
        verbose_name_plural = "tệp cách ly"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=HeldState.HELD, decided_at__isnull=True)
                | (
                    ~models.Q(state=HeldState.HELD) & models.Q(decided_at__isnull=False) & ~models.Q(decided_because="")
                ),
                name="held_file_decided_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("held_file", args=[self.pk])

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"held_file:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return actor.is_national or (
            self.agency_id is not None and Agency.objects.in_scope_of(actor).filter(pk=self.agency_id).exists()
        )
