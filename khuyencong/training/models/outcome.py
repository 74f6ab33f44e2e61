"""What follows from having been there: certificates and allowances."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.finance.models import LedgerEntry
from khuyencong.people.models import User
from khuyencong.training.models.course import ALLOWANCES, SECRET_LENGTH, Course, RateKind, RateUnit
from khuyencong.training.models.learners import Learner


class CertificateWord(models.TextChoices):
    """What the paper is called; TT 36/2013 Đ14.1 names both."""

    ATTESTATION = "attestation", "Giấy chứng nhận"
    CERTIFICATE = "certificate", "Chứng chỉ"


class CertificateDecision(CreatedOnce, models.Model):
    """The decision to certify some of those who were there (TT 36/2013 Đ14.1)."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="certificate_decisions")
    word = models.CharField("loại giấy", max_length=12, choices=CertificateWord)
    number = NFCCharField("số quyết định", max_length=60)
    decided_on = models.DateField("ngày quyết định")
    signed_by = NFCCharField("người ký", max_length=120)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["decided_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "number"],
                name="certificate_decision_once",
                violation_error_message="Quyết định này đã được ghi cho lớp.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} ngày {self.decided_on:%d/%m/%Y}"


class LearnerCertificate(models.Model):
    """The paper of one learner; `secret` is the address behind its QR code. Withdrawn, it stays and says so."""

    decision = models.ForeignKey(CertificateDecision, models.PROTECT, related_name="certificates")
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="certificates")
    number = NFCCharField("số", max_length=80)
    secret = models.CharField(max_length=SECRET_LENGTH, unique=True, editable=False)
    withdrawn_on = models.DateField("ngày thu hồi", null=True, editable=False)
    withdrawn_because = NFCCharField("lý do thu hồi", max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "number"], name="learner_certificate_number_once"),
            models.UniqueConstraint(
                fields=["learner"], condition=models.Q(withdrawn_on__isnull=True), name="learner_certified_once"
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_on__isnull=True) | ~models.Q(withdrawn_because=""),
                name="learner_certificate_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CoursePayList(CreatedOnce, models.Model):
    """A list of what is paid to those who came, signed by each (TT 36/2013 Đ14.1, Đ14.2).

    It posts nothing: the money is that of the đề án, and `posting` names the row of the ledger that paid it.
    `confirmed`: on what ground those are paid who look like somebody paid elsewhere on the same day.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="course_pay_lists")
    number = models.PositiveSmallIntegerField("số")
    kind = models.CharField("khoản", max_length=10, choices=[(one.value, one.label) for one in ALLOWANCES])
    amount = MoneyField("mức (đồng)")
    unit_text = NFCCharField("tính cho", max_length=20)
    basis = NFCCharField("căn cứ", max_length=300)
    confirmed = NFCCharField("căn cứ chi cho người nghi trùng", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    posting = models.ForeignKey(
        LedgerEntry, models.PROTECT, related_name="training_allowances", null=True, editable=False
    )
    annulled_on = models.DateField("ngày hủy", null=True, editable=False)
    annulled_because = NFCCharField("lý do hủy", max_length=300, blank=True, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="course_pay_list_number_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="course_pay_list_is_money"),
            models.CheckConstraint(
                condition=models.Q(annulled_on__isnull=True)
                | (~models.Q(annulled_because="") & models.Q(posting__isnull=True)),
                name="course_pay_list_annulled_unpaid",
            ),
        ]

    def __str__(self) -> str:
        return f"Bảng kê {self.number}: {RateKind(self.kind).label.lower()}"

    @property
    def is_once(self) -> bool:
        """Whether each is paid once for the whole class."""
        return self.unit_text == RateUnit.PERSON.label


class Allowance(models.Model):
    """What one learner gets for one day (or once); the database refuses a second one, here or in another class.

    `identity_number` is the learner's: the constraint across classes needs it in this row. `stands` becomes False with
    the annulment of the list, and frees the day. What is paid once for the whole class counts for its first day.
    """

    list = models.ForeignKey(CoursePayList, models.PROTECT, related_name="rows")
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="allowances")
    kind = models.CharField("khoản", max_length=10, choices=[(one.value, one.label) for one in ALLOWANCES])
    on = models.DateField("ngày")
    identity_number = models.CharField(max_length=12, blank=True)
    amount = MoneyField("số tiền (đồng)")
    stands = models.BooleanField(default=True)

    class Meta:
        ordering = ["learner__number", "on"]
        indexes = [models.Index(fields=["on", "kind"], name="allowance_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "kind", "on"], condition=models.Q(stands=True), name="allowance_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["identity_number", "kind", "on"],
                condition=models.Q(stands=True) & ~models.Q(identity_number=""),
                name="allowance_of_a_person_once_a_day",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="allowance_is_money"),
        ]

    def __str__(self) -> str:
        return f"{self.learner}, {self.on:%d/%m/%Y}"
