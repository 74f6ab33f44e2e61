"""A meeting of the council: its agenda, who was there, and the sheet of every member for every đề án."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.appraisal.models.appraisal import POINTS, Appraisal, Outcome
from khuyencong.appraisal.models.council import Council, CouncilMember
from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.people.models import User
from khuyencong.projects.models import Project


class CouncilSession(models.Model):
    """One meeting. `version` counts changes of the agenda and the attendance, not the sheets: members fill them side by side."""

    council = models.ForeignKey(Council, models.PROTECT, related_name="sessions")
    held_on = models.DateField("ngày họp")
    place = NFCCharField("địa điểm họp", max_length=200)
    minutes_number = NFCCharField("số biên bản", max_length=60, blank=True)
    note = NFCTextField("diễn biến, ý kiến khác", max_length=10_000, blank=True)
    attended = models.BooleanField("đã điểm danh", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"Phiên họp ngày {self.held_on:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("council_session", args=[self.pk])


class Attendance(models.Model):
    """Who of the council was there."""

    session = models.ForeignKey(CouncilSession, models.PROTECT, related_name="attendance")
    member = models.ForeignKey(CouncilMember, models.PROTECT, related_name="+")
    present = models.BooleanField("có mặt")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "member"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.member}: {'có mặt' if self.present else 'vắng'}"


class AgendaItem(models.Model):
    """One đề án of the meeting: open for sheets, closed, then concluded by an appraisal or put off."""

    session = models.ForeignKey(CouncilSession, models.PROTECT, related_name="agenda")
    number = models.PositiveSmallIntegerField("thứ tự")
    project = models.ForeignKey(Project, models.PROTECT, related_name="council_items")
    closed_at = models.DateTimeField("đóng nộp phiếu lúc", null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    appraisal = models.OneToOneField(Appraisal, models.PROTECT, related_name="council_item", null=True)
    ruling = NFCCharField("cách ra kết quả", max_length=400, blank=True)
    postponed = NFCTextField("lý do hoãn", max_length=2_000, blank=True)

    class Meta:
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "project"], name="agenda_project_once"),
            models.UniqueConstraint(fields=["session", "number"], name="agenda_number_once"),
            models.CheckConstraint(
                condition=models.Q(appraisal__isnull=True) | models.Q(closed_at__isnull=False),
                name="agenda_closed_before_conclusion",
            ),
            models.CheckConstraint(
                condition=models.Q(appraisal__isnull=True) | models.Q(postponed=""), name="agenda_concluded_or_put_off"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.project}"

    @property
    def is_done(self) -> bool:
        return self.appraisal_id is not None or bool(self.postponed)

    @property
    def status(self) -> str:
        """Where the đề án stands in the meeting, in words."""
        if self.appraisal is not None:
            return self.appraisal.get_outcome_display()
        if self.postponed:
            return "Hoãn"
        return "Đã đóng nộp phiếu" if self.closed_at else "Đang lấy phiếu"


class CouncilSheet(models.Model):
    """What one member says of one đề án: a conflict of interest, or a judgement. Handed in once, never changed."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="sheets")
    member = models.ForeignKey(CouncilMember, models.PROTECT, related_name="sheets")
    conflict = models.BooleanField("có xung đột lợi ích", default=False)
    conflict_reason = NFCCharField("xung đột lợi ích nào", max_length=400, blank=True)
    outcome = models.CharField("đề nghị", max_length=24, choices=Outcome, blank=True)
    amount = MoneyField("mức hỗ trợ đề nghị", null=True, blank=True)
    comment = NFCTextField("nhận xét", max_length=10_000, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["item", "member__number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "member"], name="council_sheet_once"),
            models.CheckConstraint(
                condition=(models.Q(conflict=True, outcome="", amount__isnull=True) & ~models.Q(conflict_reason=""))
                | (models.Q(conflict=False, conflict_reason="") & ~models.Q(outcome="")),
                name="council_sheet_conflict_or_judgement",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {'xung đột lợi ích' if self.conflict else self.get_outcome_display()}"


class SheetPoint(models.Model):
    """A member's judgement of one of the five points of TT 36/2013 Đ9."""

    sheet = models.ForeignKey(CouncilSheet, models.PROTECT, related_name="points")
    number = models.PositiveSmallIntegerField()
    met = models.BooleanField("đạt")
    comment = NFCTextField("nhận xét", max_length=5_000, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="sheet_point_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1, number__lte=5), name="sheet_point_of_five"),
        ]

    def __str__(self) -> str:
        return POINTS[self.number][0]
