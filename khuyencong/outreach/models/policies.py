"""Policies explained for owners: short texts, each naming the documents of the law room that it explains."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, User
from khuyencong.people.relations import Relation
from khuyencong.people.scope import is_inside, province_scope


class PolicyState(models.TextChoices):
    DRAFT = "draft", "Bản nháp"
    PUBLISHED = "published", "Đã đăng"


class PolicyQuerySet(models.QuerySet["PolicyArticle"]):
    def visible_to(self, actor: Actor) -> PolicyQuerySet:
        """Those that the actor's office may know of before they are published."""
        return self.filter(province_scope(actor, province="agency__province", implementing_unit="agency"))

    def public(self) -> PolicyQuerySet:
        """What everybody may read."""
        return self.filter(state=PolicyState.PUBLISHED)


class PolicyArticle(CreatedOnce, models.Model):
    """One explanation, true as of a day; the state changes only through `states.move_policy`."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="cơ quan")
    title = NFCCharField("câu hỏi, tên bài", max_length=300)
    body = NFCTextField("giải thích", max_length=20_000)
    as_of = models.DateField("đúng theo văn bản đến ngày")
    state = models.CharField(
        "trạng thái", max_length=10, choices=PolicyState, default=PolicyState.DRAFT, editable=False
    )
    published_on = models.DateField("ngày đăng", null=True, editable=False)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=PolicyState.PUBLISHED, published_on__isnull=False, approved_by__isnull=False)
                | models.Q(state=PolicyState.DRAFT, published_on__isnull=True),
                name="policy_published_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("policy_keep", args=[self.pk])

    @property
    def thread(self) -> str:
        return f"policy:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        """What a centre writes its department lets out."""
        if relation is Relation.OWN:
            return self.agency_id
        if relation is Relation.DEPARTMENT and self.agency.kind == AgencyKind.CENTRE:
            return self.agency.parent_id
        return None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return is_inside(actor, province=self.agency.province, implementing_unit_id=self.agency_id)


class ExplainedDocument(models.Model):
    """A document of the law room by its id: a shipped one like «tt-28-2018», an entered one like «e12»."""

    article = models.ForeignKey(PolicyArticle, models.CASCADE, related_name="documents")
    document = models.CharField("văn bản", max_length=100)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["article", "document"], name="policy_document_once")]

    def __str__(self) -> str:
        return self.document
