"""A programme of several years (NĐ 45/2012 Đ2.2) and its versions, each by a decision."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, User
from khuyencong.people.relations import Relation
from khuyencong.people.scope import is_inside, province_scope
from khuyencong.programmes.models.plans import FIRST_YEAR, LAST_YEAR


class VersionState(models.TextChoices):
    DRAFT = "draft", "Dự thảo"
    APPROVED = "approved", "Đã phê duyệt"


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, actor: Actor) -> ProgrammeQuerySet:
        """Those of the actor's province or agency, and of the nation whatever has been decided."""
        decided = ProgrammeVersion.objects.filter(programme=models.OuterRef("pk"), state=VersionState.APPROVED)
        own = province_scope(actor, province="agency__province", implementing_unit="agency")
        return self.filter(own | models.Q(models.Exists(decided), agency__kind=AgencyKind.NATIONAL))


class Programme(CreatedOnce, models.Model):
    """What an agency wants to reach from `first_year` to `last_year`; the numbers stand in its versions.

    `version` counts every change of the programme and of what belongs to it: forms carry it. `law_document` is the id
    of the document of the law room from which a national programme was taken over, "" for one that an agency entered.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan", related_name="+", editable=False)
    name = NFCCharField("tên chương trình", max_length=300)
    first_year = models.PositiveSmallIntegerField("từ năm")
    last_year = models.PositiveSmallIntegerField("đến năm")
    law_document = models.CharField("văn bản trong dữ liệu luật", max_length=60, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["-first_year", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    first_year__gte=FIRST_YEAR, last_year__lte=LAST_YEAR, first_year__lte=models.F("last_year")
                ),
                name="programme_years_in_order",
                violation_error_message="Năm cuối không được trước năm đầu.",
            ),
            models.UniqueConstraint(
                fields=["law_document"], condition=~models.Q(law_document=""), name="programme_of_a_document_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programme", args=[self.pk])

    @property
    def thread(self) -> str:
        """The name of this programme's timeline in the audit log."""
        return f"programme:{self.pk}"

    @property
    def is_national(self) -> bool:
        """Whether it wants something of the nation and its money; otherwise of one province."""
        return self.agency.kind == AgencyKind.NATIONAL

    @property
    def period(self) -> str:
        """«2026–2030», or the one year."""
        return period_text(self.first_year, self.last_year)

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation in {Relation.OWN, Relation.FUNDER} else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        decided = self.is_national and self.versions.filter(state=VersionState.APPROVED).exists()
        return decided or self.shows_drafts_to(actor)

    def shows_drafts_to(self, actor: Actor) -> bool:
        """A draft is seen where it is written, not by everybody who reads what was decided."""
        return is_inside(actor, province=self.agency.province, implementing_unit_id=self.agency_id)


class ProgrammeYear(models.Model):
    """A year that a programme covers: an agency has at most one programme in a year."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="years")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("năm")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "year"], name="programme_one_in_a_year")]

    def __str__(self) -> str:
        return f"{self.year}: {self.programme_id}"


class ProgrammeVersion(models.Model):
    """The targets and the money as one decision has them; never changed once approved.

    The version of a day is the last approved one whose `effective_on` is not after it.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("phiên bản")
    state = models.CharField("trạng thái", max_length=10, choices=VersionState, default=VersionState.DRAFT)
    decision_number = NFCCharField("số quyết định", max_length=60, blank=True)
    decision_on = models.DateField("ngày quyết định", null=True, blank=True)
    decided_by = NFCCharField("người ký", max_length=120, blank=True)
    effective_on = models.DateField("có hiệu lực từ ngày", null=True, blank=True)
    note = NFCTextField("ghi chú", max_length=2_000, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    approved_as = NFCCharField("người ghi phê duyệt", max_length=400, blank=True, editable=False)

    class Meta:
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="programme_version_once"),
            models.UniqueConstraint(
                fields=["programme"], condition=models.Q(state=VersionState.DRAFT), name="programme_one_draft"
            ),
            models.CheckConstraint(
                condition=models.Q(state=VersionState.DRAFT)
                | (
                    ~models.Q(decision_number="")
                    & ~models.Q(decided_by="")
                    & models.Q(decision_on__isnull=False, effective_on__isnull=False)
                ),
                name="programme_approved_by_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"Phiên bản {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == VersionState.DRAFT

    def holds_on(self, day: date) -> bool:
        """Whether it was decided and in force by that day; a later one may have taken its place."""
        return not self.is_draft and self.effective_on is not None and self.effective_on <= day


def period_text(first: int, last: int) -> str:
    """«2026–2030», or the one year."""
    return str(first) if first == last else f"{first}–{last}"
