"""Keys of other installations, packages that we made of locked reports, packages that came to us."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.periods.models import PeriodReport, ReportVersion
from khuyencong.reporting.period import Period, PeriodKind


class TrustedKeyQuerySet(models.QuerySet["TrustedKey"]):
    def visible_to(self, actor: Actor) -> TrustedKeyQuerySet:
        """Those that the actor's agency has taken down."""
        return self.filter(receiver__in=actor.agency_ids)

    def in_force(self) -> TrustedKeyQuerySet:
        return self.filter(revoked_on__isnull=True)


class TrustedKey(CreatedOnce, models.Model):
    """With which key the installation of an agency signs, as somebody of `receiver` has compared it with theirs."""

    receiver = models.ForeignKey(Agency, models.PROTECT, verbose_name="nơi nhận", related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan gửi", related_name="+")
    sender_code = models.CharField("mã của cơ quan trong hệ thống gửi", max_length=40)
    public_key = models.CharField("khóa công khai", max_length=44)
    fingerprint = models.CharField("dấu của khóa", max_length=16)
    compared_with = NFCCharField("đã đối chiếu với", max_length=200)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    added_at = models.DateTimeField(db_default=Now(), editable=False)
    revoked_on = models.DateField("thôi tin từ", null=True, editable=False)
    revoked_because = NFCTextField("lý do", max_length=1_000, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TrustedKeyQuerySet.as_manager()

    class Meta:
        ordering = ["agency__sort_key", "-pk"]
        constraints = [
            # One code of a sending installation never stands for two agencies.
            models.UniqueConstraint(
                fields=["receiver", "fingerprint", "sender_code"],
                condition=models.Q(revoked_on__isnull=True),
                name="trusted_key_once",
                violation_error_message="Đã có khóa này với mã cơ quan này.",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_on__isnull=True) | ~models.Q(revoked_because=""),
                name="trusted_key_revoked_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency}: {self.fingerprint}"

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"trusted_key:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.receiver_id if relation == Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        return self.receiver_id in actor.agency_ids


class OutgoingState(models.TextChoices):
    MADE = "made", "Chưa gửi"
    SENT = "sent", "Đã gửi, nơi nhận đang xem"
    ACCEPTED = "accepted", "Nơi nhận đã chấp nhận"
    RETURNED = "returned", "Nơi nhận trả lại"
    REPLACED = "replaced", "Nơi nhận đã có lần nộp sau"


class OutgoingPackageQuerySet(models.QuerySet["OutgoingPackage"]):
    def visible_to(self, actor: Actor) -> OutgoingPackageQuerySet:
        """Those of reports that the actor may know of."""
        reports = PeriodReport.objects.visible_to(actor).order_by().values("pk")
        return self.filter(report_version__report__in=reports)


class OutgoingPackage(models.Model):
    """The signed package of one version of a report; its text never changes."""

    report_version = models.OneToOneField(ReportVersion, models.PROTECT, related_name="package")
    text = models.TextField("nội dung")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(
        "trạng thái", max_length=10, choices=OutgoingState, default=OutgoingState.MADE, editable=False
    )
    answer = NFCTextField("trả lời của nơi nhận", max_length=2_000, blank=True, editable=False)
    asked_at = models.DateTimeField("hỏi nơi nhận lúc", null=True, editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OutgoingPackageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Gói {self.report.period}, lần nộp {self.report_version.number}"

    def get_absolute_url(self) -> str:
        return reverse("outgoing_package", args=[self.pk])

    @property
    def report(self) -> PeriodReport:
        return self.report_version.report

    @property
    def thread(self) -> str:
        """Told on the timeline of the report."""
        return self.report.thread

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.report.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        return self.report.is_in_scope(actor)


class IncomingState(models.TextChoices):
    WAITING = "waiting", "Chờ xem"
    ACCEPTED = "accepted", "Đã chấp nhận"
    RETURNED = "returned", "Đã trả lại"
    REPLACED = "replaced", "Đã có lần nộp sau"


class IncomingPackageQuerySet(models.QuerySet["IncomingPackage"]):
    def visible_to(self, actor: Actor) -> IncomingPackageQuerySet:
        """Those that came to the actor's agency, and those that it sent itself."""
        own = actor.agency_ids
        return self.filter(models.Q(receiver__in=own) | models.Q(agency__in=own))


class IncomingPackage(models.Model):
    """A package that came, with a signature that we trust; its text never changes."""

    receiver = models.ForeignKey(Agency, models.PROTECT, verbose_name="nơi nhận", related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan gửi", related_name="+")
    trusted_key = models.ForeignKey(TrustedKey, models.PROTECT, related_name="+")
    kind = models.CharField("kỳ", max_length=8, choices=PeriodKind)
    year = models.PositiveSmallIntegerField("năm")
    number = models.PositiveSmallIntegerField("số của kỳ")
    closing_on = models.DateField("số liệu đến ngày")
    sent_version = models.PositiveSmallIntegerField("lần nộp")
    text = models.TextField("nội dung")
    sha256 = models.CharField(max_length=64, db_index=True)
    state = models.CharField(
        "trạng thái", max_length=10, choices=IncomingState, default=IncomingState.WAITING, editable=False
    )
    # What it became here, once accepted.
    report_version = models.OneToOneField(
        ReportVersion, models.PROTECT, related_name="received", null=True, editable=False
    )
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    received_as = NFCCharField("nhận qua", max_length=200, editable=False)
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    decided_as = NFCCharField("người chấp nhận, trả lại", max_length=400, blank=True, editable=False)
    decided_on = models.DateField("ngày chấp nhận, trả lại", null=True, editable=False)
    answer = NFCTextField("trả lời cơ quan gửi", max_length=2_000, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = IncomingPackageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["agency", "kind", "year", "number"], name="incoming_by_period")]
        constraints = [
            models.UniqueConstraint(
                fields=["receiver", "agency", "kind", "year", "number", "sent_version"],
                name="incoming_version_once",
            ),
            # The same text may come once more where its key stood for the wrong agency first.
            models.UniqueConstraint(fields=["receiver", "agency", "sha256"], name="incoming_text_once"),
            models.CheckConstraint(
                condition=~models.Q(state__in=[IncomingState.ACCEPTED, IncomingState.RETURNED])
                | models.Q(decided_by__isnull=False, decided_on__isnull=False),
                name="incoming_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=IncomingState.RETURNED) | ~models.Q(answer=""), name="incoming_returned_why"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=IncomingState.ACCEPTED) | models.Q(report_version__isnull=False),
                name="incoming_accepted_became_a_report",
            ),
        ]

    def __str__(self) -> str:
        return f"Gói {self.period} của {self.agency}, lần nộp {self.sent_version}"

    def get_absolute_url(self) -> str:
        return reverse("incoming_package", args=[self.pk])

    @property
    def period(self) -> Period:
        return Period(PeriodKind(self.kind), self.year, self.number)

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"incoming_package:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        """OWN: who sent it; DECIDING: who receives it."""
        match relation:
            case Relation.OWN:
                return self.agency_id
            case Relation.DECIDING:
                return self.receiver_id
            case _:
                return None

    def is_in_scope(self, actor: Actor) -> bool:
        return bool({self.receiver_id, self.agency_id} & actor.agency_ids)
