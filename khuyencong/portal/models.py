"""A question or remark that somebody sent through the portal, and the answer of the agency."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.places.models import Province


class FeedbackState(models.TextChoices):
    NEW = "new", "Chờ trả lời"
    ANSWERED = "answered", "Đã trả lời"
    CLOSED = "closed", "Khép, không trả lời"


S = FeedbackState


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def visible_to(self, actor: Actor) -> FeedbackQuerySet:
        """What was sent to the actor's agency, or to one that it succeeded; nobody else reads who asked what."""
        return self.filter(agency__in=actor.agency_ids)


class Feedback(CreatedOnce, models.Model):
    """One question; the state changes only through `states.move`. `about` is the address of the page it was asked from."""

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan trả lời", related_name="+")
    province = models.ForeignKey(
        Province, models.PROTECT, verbose_name="tỉnh, thành phố", related_name="+", null=True, blank=True
    )
    name = NFCCharField("họ và tên", max_length=120)
    email = models.EmailField("thư điện tử", max_length=254, blank=True)
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    question = NFCTextField("câu hỏi, góp ý", max_length=5_000)
    about = NFCCharField("về đề án", max_length=40, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=FeedbackState, default=S.NEW, editable=False)
    answer = NFCTextField("trả lời", max_length=5_000, blank=True, editable=False)
    closed_because = NFCTextField("lý do khép", max_length=1_000, blank=True, editable=False)
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    answered_on = models.DateField("ngày trả lời, khép", null=True, editable=False)
    mailed_at = models.DateTimeField("máy chủ thư đã nhận lúc", null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["agency", "state", "-id"], name="feedback_of_agency")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(email="") | ~models.Q(phone=""), name="feedback_can_be_answered"
            ),
            models.CheckConstraint(
                condition=models.Q(state=S.NEW, answered_by__isnull=True)
                | (models.Q(state=S.ANSWERED, answered_by__isnull=False) & ~models.Q(answer=""))
                | (models.Q(state=S.CLOSED, answered_by__isnull=False) & ~models.Q(closed_because="")),
                name="feedback_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.question[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("feedback", args=[self.pk])

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"feedback:{self.pk}"

    @property
    def trail_label(self) -> str:
        return f"Câu hỏi, góp ý số {self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return self.agency_id in actor.agency_ids
