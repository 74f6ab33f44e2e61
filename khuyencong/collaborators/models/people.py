"""Who is a collaborator, where and how long by which decision, and what was done in a month."""

from __future__ import annotations

from datetime import date

from django.core.validators import MinLengthValidator, RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.core.text import SORT_KEY_LENGTH, fold, sort_key
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, User
from khuyencong.people.relations import Relation
from khuyencong.people.roles import Role
from khuyencong.people.scope import NOTHING, is_inside, province_scope
from khuyencong.places.models import Commune, Province

IDENTITY = RegexValidator(r"^[0-9]{9}(?:[0-9]{3})?\Z", "Số định danh gồm 12 chữ số (hoặc 9 chữ số của giấy cũ).")
MOST_VISITS = 1_000
FIRST_DAY = models.Q(month__day=1)


def kept_scope(actor: Actor, path: str = "") -> models.Q:
    """Condition on rows about collaborators: a collaborator sees him- or herself, everybody else the own province.

    Those who work at a commune see whoever is or was collaborator of it.
    """
    if actor.role == Role.COLLABORATOR:
        return models.Q(**{f"{path}user": actor.user})
    if actor.agency.kind == AgencyKind.COMMUNE:
        commune = own_commune(actor)
        if commune is None:
            return NOTHING
        here = Term.objects.standing().filter(commune__current=commune).order_by()
        return models.Q(**{f"{path}pk__in": here.values("collaborator")})
    return province_scope(actor, province=f"{path}province")


def own_commune(actor: Actor) -> int | None:
    """The key of today's commune of whoever works at one; None for everybody else."""
    commune = actor.agency.commune if actor.agency.kind == AgencyKind.COMMUNE else None
    return None if commune is None else commune.current_id or commune.pk


class CollaboratorQuerySet(models.QuerySet["Collaborator"]):
    def visible_to(self, actor: Actor) -> CollaboratorQuerySet:
        """Those of the actor's province or region; a collaborator sees him- or herself only."""
        return self.filter(kept_scope(actor))

    def serving(self, on: date) -> CollaboratorQuerySet:
        """Those who have a term on the day."""
        return self.filter(pk__in=Term.objects.on(on).order_by().values("collaborator"))


class Collaborator(CreatedOnce, models.Model):
    """A person of the network of a province (NĐ 45/2012 Đ8.3). Telephone and identity number are for who needs them."""

    province = models.ForeignKey(Province, models.PROTECT, verbose_name="tỉnh, thành phố", related_name="+")
    name = NFCCharField("họ và tên", max_length=120)
    birth_year = models.PositiveSmallIntegerField("năm sinh", null=True, blank=True)
    identity_number = models.CharField("số định danh cá nhân", max_length=12, blank=True, validators=[IDENTITY])
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    # The account with which the person writes notes and surveys; many have none.
    user = models.OneToOneField(User, models.PROTECT, verbose_name="tài khoản", related_name="+", null=True, blank=True)
    note = NFCTextField("ghi chú", max_length=2_000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    kept_by = models.ForeignKey(Agency, models.PROTECT, related_name="+", editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    folded = models.CharField(max_length=130, editable=False)
    sort_key = models.CharField(max_length=SORT_KEY_LENGTH, editable=False, db_index=True)

    # The newest first, where a list has read them (`queries.collaborators_for`).
    latest_terms: list[Term]

    objects = CollaboratorQuerySet.as_manager()

    class Meta:
        verbose_name = "cộng tác viên"
        verbose_name_plural = "cộng tác viên"
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "identity_number"],
                condition=~models.Q(identity_number=""),
                name="collaborator_once_in_a_province",
                violation_error_message="Người có số định danh này đã là cộng tác viên của tỉnh.",
            ),
            models.CheckConstraint(
                condition=models.Q(birth_year__isnull=True) | models.Q(birth_year__range=(1920, 2100)),
                name="collaborator_birth_year_sane",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the columns that are searched and sorted true to the name."""
        self.folded = fold(self.name)[:130]
        given, _, family = self.name.rpartition(" ")
        self.sort_key = sort_key(f"{family} {given}")  # by the given name, as Vietnamese lists are
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passes Django's own arguments through unchanged

    def get_absolute_url(self) -> str:
        return reverse("collaborator", args=[self.pk])

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"collaborator:{self.pk}"

    @property
    def trail_label(self) -> str:
        return f"Cộng tác viên số {self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.kept_by_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        if actor.role == Role.COLLABORATOR:
            return self.user_id == actor.user.pk
        commune = own_commune(actor)
        if commune is not None:
            return self.terms.standing().filter(commune__current=commune).exists()
        return is_inside(actor, province=self.province)


class TermQuerySet(models.QuerySet["Term"]):
    def standing(self) -> TermQuerySet:
        """Without those that were written down by mistake and withdrawn."""
        return self.filter(withdrawn_because="")

    def on(self, day: date) -> TermQuerySet:
        """The terms that hold on the day."""
        return self.between(day, day)

    def between(self, first: date, last: date) -> TermQuerySet:
        """The terms that hold on some day of the time, both days included."""
        open_or_later = models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=first)
        return self.standing().filter(open_or_later, starts_on__lte=last)


class Term(CreatedOnce, models.Model):
    """How long a person is collaborator of a commune, by decision; `ends_on` is the last day, None: the decision names none.

    One that was written down by mistake is withdrawn with a reason: it stays to be read and counts nowhere.
    """

    collaborator = models.ForeignKey(Collaborator, models.PROTECT, related_name="terms")
    commune = models.ForeignKey(Commune, models.PROTECT, verbose_name="xã, phường, đặc khu", related_name="+")
    decision_number = NFCCharField("số quyết định", max_length=60, validators=[MinLengthValidator(1)])
    decision_on = models.DateField("ngày quyết định")
    starts_on = models.DateField("từ ngày")
    ends_on = models.DateField("đến hết ngày", null=True, blank=True)
    ended_by = NFCCharField("văn bản cho thôi", max_length=200, blank=True, editable=False)
    ended_because = NFCCharField("lý do thôi", max_length=300, blank=True, editable=False)
    withdrawn_because = NFCCharField("lý do bỏ", max_length=300, blank=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["commune", "starts_on", "ends_on"], name="term_by_commune")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="term_ends_after_its_start",
            ),
            # That terms do not overlap is judged under the lock of the person; these two catch what slips past it.
            models.UniqueConstraint(
                fields=["collaborator", "starts_on"],
                condition=models.Q(withdrawn_because=""),
                name="term_starts_once",
            ),
            models.UniqueConstraint(
                fields=["collaborator"],
                condition=models.Q(ends_on__isnull=True, withdrawn_because=""),
                name="term_one_without_end",
            ),
            models.CheckConstraint(condition=~models.Q(decision_number=""), name="term_by_decision"),
        ]

    def __str__(self) -> str:
        until = f" đến {self.ends_on:%d/%m/%Y}" if self.ends_on else ""
        return f"{self.commune}, từ {self.starts_on:%d/%m/%Y}{until}"

    def holds(self, on: date) -> bool:
        """The same answer as `TermQuerySet.on`, for one row."""
        return not self.withdrawn_because and self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)


class AllowanceRate(CreatedOnce, models.Model):
    """What a collaborator gets a month by the document of the province (NĐ 45/2012 Đ10); never invented, never guessed."""

    province = models.ForeignKey(Province, models.PROTECT, verbose_name="tỉnh, thành phố", related_name="+")
    amount = MoneyField("mức một tháng (đồng)")
    document = NFCCharField("văn bản", max_length=200)
    article = NFCCharField("điều, khoản", max_length=60, blank=True)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    kept_by = models.ForeignKey(Agency, models.PROTECT, related_name="+", editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="allowance_rate_positive"),
            models.CheckConstraint(condition=~models.Q(document=""), name="allowance_rate_by_document"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="allowance_rate_days_in_order",
            ),
            models.UniqueConstraint(fields=["province", "valid_from"], name="allowance_rate_once_a_day"),
            models.UniqueConstraint(
                fields=["province"], condition=models.Q(valid_to__isnull=True), name="allowance_rate_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}, {self.article}" if self.article else self.document

    @property
    def thread(self) -> str:
        return f"allowance_rate:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.kept_by_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        return is_inside(actor, province=self.province)

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or self.valid_to >= on)


class MonthlyNote(models.Model):
    """What a collaborator did in a month, in the own words or as told to an officer; one for a person and month."""

    collaborator = models.ForeignKey(Collaborator, models.PROTECT, related_name="notes")
    month = models.DateField("tháng")  # its first day
    text = NFCTextField("việc đã làm", max_length=5_000)
    visits = models.PositiveSmallIntegerField("số cơ sở đã đến", default=0)
    version = models.PositiveIntegerField(default=1, editable=False)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["collaborator", "month"], name="monthly_note_once"),
            models.CheckConstraint(condition=FIRST_DAY, name="monthly_note_of_a_month"),
            models.CheckConstraint(condition=~models.Q(text=""), name="monthly_note_says_something"),
            models.CheckConstraint(condition=models.Q(visits__lte=MOST_VISITS), name="monthly_note_visits_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y}"
