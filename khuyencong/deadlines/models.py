"""Time limits that an agency sets itself, who is reminded how, and what leaders were told of."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.errors import Stale
from khuyencong.core.fields import NFCCharField
from khuyencong.deadlines.due import DUTY_ROLES
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, Membership, User
from khuyencong.people.relations import Relation
from khuyencong.places.models import covers
from khuyencong.projects.states import ProjectState

MOST_DAYS = 365
DEFAULT_ESCALATION = 5  # working days
MOST_ESCALATION = 60
LONGEST_KEY = 120


class RuleKind(models.TextChoices):
    DAY = "day", "Một ngày"
    YEARLY = "yearly", "Hằng năm, vào một ngày"
    MONTHLY = "monthly", "Hằng tháng, vào một ngày"
    AFTER_STEP = "after_step", "Sau một bước của đề án"


class Shift(models.TextChoices):
    """What becomes of a day on which the office is closed."""

    NONE = "none", "Giữ nguyên ngày"
    PREVIOUS = "previous", "Làm xong vào ngày làm việc trước đó"
    NEXT = "next", "Lùi sang ngày làm việc tiếp theo"


# The steps from which days can be counted: the state in which a đề án has come, and still is.
STEPS = {
    ProjectState.RETURNED: "Bị trả lại để hoàn thiện",
    ProjectState.SUBMITTED: "Được gửi thẩm định",
    ProjectState.BASE_APPRAISED: "Sở thẩm định xong",
    ProjectState.CENTRAL_APPRAISED: "Cục thẩm định xong",
    ProjectState.APPROVED: "Được phê duyệt trong kế hoạch",
    ProjectState.IN_PROGRESS: "Ký hợp đồng",
    ProjectState.ACCEPTED: "Nghiệm thu xong",
}
_NO_PARTS = {"month__isnull": True, "day__isnull": True, "step": "", "days__isnull": True}


class AgencyDeadlineQuerySet(models.QuerySet["AgencyDeadline"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's own agency: they are the agency's own business."""
        return self.filter(agency__in=actor.agency_ids)

    def between(self, first: date, last: date) -> Self:
        """Those that count on some day between the two."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=first), from_on__lte=last)

    def in_force(self, on: date) -> Self:
        return self.filter(covers(on, start="from_on", end="to_on"))


class AgencyDeadline(CreatedOnce, models.Model):
    """A time limit by which one role of the agency owes something, resting on a paper of the agency.

    Which of `on_day`, `month`, `day`, `step`, `days` are set follows from `rule`; a day that a month does not have means
    its last day.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan", related_name="own_deadlines")
    title = NFCCharField("việc phải làm", max_length=200)
    document = NFCCharField("theo văn bản", max_length=200)
    rule = models.CharField("cách tính", max_length=12, choices=RuleKind)
    on_day = models.DateField("ngày", null=True, blank=True)
    month = models.PositiveSmallIntegerField("tháng", null=True, blank=True)
    day = models.PositiveSmallIntegerField("ngày trong tháng", null=True, blank=True)
    step = models.CharField(
        "kể từ khi đề án", max_length=20, choices=[(one.value, STEPS[one]) for one in STEPS], blank=True
    )
    days = models.PositiveSmallIntegerField("số ngày", null=True, blank=True)
    working_days = models.BooleanField("là ngày làm việc", default=True)
    shift = models.CharField("nếu trúng ngày nghỉ", max_length=10, choices=Shift, default=Shift.NONE)
    role = models.CharField("ai làm", max_length=20, choices=[(role.value, role.label) for role in DUTY_ROLES])
    from_on = models.DateField("áp dụng từ ngày")
    to_on = models.DateField("đến hết ngày", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    entered_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = AgencyDeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = "thời hạn của cơ quan"
        verbose_name_plural = "thời hạn của cơ quan"
        ordering = ["agency", "title", "pk"]
        constraints = [
            # A comparison with NULL is not false, and a CHECK lets it pass: hence `isnull=False` beside each range.
            models.CheckConstraint(
                condition=Q(rule=RuleKind.DAY, on_day__isnull=False, **_NO_PARTS)
                | Q(
                    rule=RuleKind.YEARLY, on_day__isnull=True, month__isnull=False,
                    month__range=(1, 12), day__isnull=False,
                    day__range=(1, 31),
                    step="", days__isnull=True,
                )
                | Q(
                    rule=RuleKind.MONTHLY, on_day__isnull=True, month__isnull=True, day__isnull=False,
                    day__range=(1, 31),
                    step="", days__isnull=True,
                )
                | Q(
                    rule=RuleKind.AFTER_STEP, on_day__isnull=True, month__isnull=True, day__isnull=True,
                    step__in=list(STEPS), days__isnull=False,
                    days__range=(1, MOST_DAYS),
                ),
                name="agency_deadline_rule_whole",
                violation_error_message="Cách tính ngày chưa đủ hoặc thừa.",
            ),
            models.CheckConstraint(
                condition=Q(to_on__gte=F("from_on")),
                name="agency_deadline_days_in_order",
                violation_error_message="Ngày cuối không được trước ngày đầu.",
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(document=""), name="agency_deadline_named"),
            models.CheckConstraint(condition=Q(role__in=DUTY_ROLES), name="agency_deadline_role_owes"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"deadline:{self.pk}"

    def check_version(self, version: int) -> None:
        """Raise Stale where the form was opened before the latest change."""
        if self.version != version:
            raise Stale("Thời hạn này đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại.")

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        return self.agency_id in actor.agency_ids


class DoneDay(models.Model):
    """The work of one day of a time limit is done, says somebody of the agency."""

    deadline = models.ForeignKey(AgencyDeadline, models.PROTECT, related_name="done_days")
    on = models.DateField("ngày theo cách tính")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "lần đã xong"
        verbose_name_plural = "lần đã xong"
        ordering = ["-on"]
        constraints = [models.UniqueConstraint(fields=["deadline", "on"], name="done_day_once")]

    def __str__(self) -> str:
        return f"{self.deadline_id}: {self.on}"


class EscalationSetting(models.Model):
    """After how many working days overdue work of an agency is laid before its leaders; 5 where there is no row."""

    agency = models.OneToOneField(Agency, models.PROTECT, related_name="escalation_setting")
    working_days = models.PositiveSmallIntegerField("số ngày làm việc", default=DEFAULT_ESCALATION)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "mức báo lãnh đạo"
        verbose_name_plural = "mức báo lãnh đạo"
        constraints = [
            models.CheckConstraint(
                condition=Q(working_days__range=(1, MOST_ESCALATION)), name="escalation_setting_sane"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.working_days}"


class Escalation(models.Model):
    """One overdue thing that was laid before an agency's leaders: once, however long it stays overdue."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    key = models.CharField(max_length=LONGEST_KEY)  # Due.key
    due_on = models.DateField("hạn")
    title = NFCCharField("việc", max_length=600)
    owed_by = NFCCharField("ai làm", max_length=300)
    on = models.DateField("báo ngày")

    class Meta:
        verbose_name = "việc quá hạn báo lãnh đạo"
        verbose_name_plural = "việc quá hạn báo lãnh đạo"
        ordering = ["-on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["agency", "key", "due_on"], name="escalation_once")]

    def __str__(self) -> str:
        return self.title


class Every(models.TextChoices):
    DAILY = "daily", "Mỗi ngày làm việc"
    WEEKLY = "weekly", "Mỗi tuần, ngày làm việc đầu tuần"
    NONE = "none", "Không gửi thư"


class Reminder(models.Model):
    """How often a person gets the letter about what waits; weekly where there is no row."""

    user = models.OneToOneField(User, models.CASCADE, related_name="reminder")
    every = models.CharField("thư nhắc việc", max_length=10, choices=Every, default=Every.WEEKLY)
    sent_on = models.DateField("gửi lần cuối", null=True, editable=False)

    class Meta:
        verbose_name = "nhắc việc"
        verbose_name_plural = "nhắc việc"
        constraints = [models.CheckConstraint(condition=Q(every__in=Every.values), name="reminder_every_known")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.every}"


class FeedScope(models.TextChoices):
    MINE = "mine", "Việc của vai trò này"
    AGENCY = "agency", "Mọi việc của cơ quan"


class CalendarFeed(models.Model):
    """A secret address at which a calendar program reads what is due for one hat of a person.

    Only a keyed hash of the secret is stored. The row stays when it is taken back, so that the secret is never good again.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="calendar_feeds")
    membership = models.ForeignKey(Membership, models.CASCADE, verbose_name="vai trò", related_name="+")
    scope = models.CharField("gồm", max_length=10, choices=FeedScope, default=FeedScope.MINE)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)
    used_at = models.DateTimeField("đọc lần cuối", null=True, editable=False)
    revoked_at = models.DateTimeField("bỏ lúc", null=True, editable=False)

    class Meta:
        verbose_name = "địa chỉ lịch"
        verbose_name_plural = "địa chỉ lịch"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=FeedScope.values), name="calendar_feed_scope_known")
        ]

    def __str__(self) -> str:
        # The secret is shown nowhere again.
        return f"địa chỉ lịch của {self.user_id}"
