"""What an establishment has gained by a đề án: a sheet for each moment, and every answer that was ever given to it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.errors import Stale
from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.effects.figures import CODES
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.relations import Relation
from khuyencong.projects.indicators import INDICATORS, MOST_DECIMALS
from khuyencong.projects.models import Beneficiary, Project

DIGITS = 18
STALE = "Phiếu đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."


class Moment(models.TextChoices):
    BASELINE = "baseline", "Trước đề án"
    ACCEPTANCE = "acceptance", "Khi nghiệm thu"
    AFTER_12 = "after_12", "Sau 12 tháng"
    AFTER_24 = "after_24", "Sau 24 tháng"


MONTHS_AFTER = {Moment.ACCEPTANCE: 0, Moment.AFTER_12: 12, Moment.AFTER_24: 24}


class SheetState(models.TextChoices):
    WAITING = "waiting", "Chờ trả lời"
    ANSWERED = "answered", "Chờ xác nhận"
    RETURNED = "returned", "Gửi lại để xem lại"
    CONFIRMED = "confirmed", "Đã xác nhận"


# What is still owed by an establishment.
OPEN = (SheetState.WAITING, SheetState.RETURNED)


class Source(models.TextChoices):
    """Where an answer comes from."""

    DOSSIER = "dossier", "Theo hồ sơ đề án"
    LINK = "link", "Cơ sở trả lời qua liên kết"
    ACCOUNT = "account", "Chủ cơ sở trả lời"
    PHONE = "phone", "Ghi theo lời kể"
    PUBLISHED = "published", "Theo nguồn đã công bố"


# What is on record already is not asked again.
KNOWN_BEFORE = (Source.DOSSIER, Source.PUBLISHED)


class EffectSheetQuerySet(models.QuerySet["EffectSheet"]):
    def visible_to(self, actor: Actor) -> EffectSheetQuerySet:
        """Those of the đề án that the actor may know of; an owner's are those of the own establishment."""
        own = actor.agency.pk
        if actor.agency.kind == "establishment":
            return self.filter(beneficiary__establishment__account=own, beneficiary__left_on__isnull=True)
        return self.filter(project__in=Project.objects.visible_to(actor).order_by())

    def counted_for(self, actor: Actor) -> EffectSheetQuerySet:
        """Those that the figures of the actor's agency hold, as `ProjectQuerySet.counted_for`; with a due day all stand."""
        if actor.is_national:
            return self
        return self.filter(project__in=Project.objects.counted_for(actor).order_by().values("pk"))

    def with_names(self) -> EffectSheetQuerySet:
        """With what a page says of each, in the same query."""
        return self.select_related(
            "project__province__current",
            "project__implementing_unit",
            "project__department",
            "beneficiary__establishment__province",
        )


def _figure(code: str) -> Any:
    """A figure in force; null where it is not known, which is never the same as 0."""
    return models.DecimalField(
        INDICATORS[code].name.lower(), max_digits=DIGITS, decimal_places=MOST_DECIMALS, null=True, editable=False
    )


class EffectSheet(models.Model):
    """What is asked of one beneficiary at one moment, and the figures in force.

    A figure comes into force when an officer confirms it, or with the approval of the đề án where its dossier says it;
    the answers behind it are `EffectMeasure`. `support` and `cost` are whole đồng as accepted for this beneficiary, kept
    here by `opening.open_sheets` from ledger and acceptance so that a nation's figures are one query; None: not known for
    this beneficiary alone. `due_on` None: nothing is asked or counted, since no acceptance stands or it gave nothing, the
    đề án was stopped or the establishment has left it.
    """

    # No index of its own: two of `Meta.indexes` begin with it.
    project = models.ForeignKey(Project, models.PROTECT, related_name="effect_sheets", db_index=False)
    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="effect_sheets")
    moment = models.CharField("thời điểm", max_length=10, choices=Moment)
    due_on = models.DateField("đến hạn hỏi", null=True)
    state = models.CharField(
        "trạng thái", max_length=10, choices=SheetState, default=SheetState.WAITING, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    support = MoneyField("hỗ trợ được nghiệm thu (đồng)", null=True, editable=False)
    cost = MoneyField("chi phí được nghiệm thu (đồng)", null=True, editable=False)
    closed = models.BooleanField("cơ sở đã ngừng hoạt động", default=False, editable=False)
    remark = NFCTextField("ý kiến của cơ quan", max_length=2_000, blank=True, editable=False)
    returns = models.PositiveSmallIntegerField("số lần gửi lại", default=0, editable=False)
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    confirmed_at = models.DateTimeField("xác nhận lúc", null=True, editable=False)

    workers = _figure("workers")
    jobs_new = _figure("jobs_new")
    jobs_kept = _figure("jobs_kept")
    jobs_women = _figure("jobs_women")
    jobs_minority = _figure("jobs_minority")
    income = _figure("income")
    revenue = _figure("revenue")
    output = _figure("output")
    productivity = _figure("productivity")
    energy = _figure("energy")
    water = _figure("water")
    material = _figure("material")
    waste = _figure("waste")
    emission = _figure("emission")

    objects = EffectSheetQuerySet.as_manager()

    class Meta:
        verbose_name = "phiếu hiệu quả"
        verbose_name_plural = "phiếu hiệu quả"
        ordering = ["due_on", "pk"]
        indexes = [
            # With what the figures of a period and the dashboards add up.
            models.Index(fields=["moment", "due_on", "project", "jobs_new"], name="effect_by_moment"),
            models.Index(fields=["due_on", "id"], name="effect_by_day"),
            models.Index(fields=["state", "due_on"], name="effect_by_state"),
            # What an agency's own đề án still owe.
            models.Index(fields=["project", "moment", "state", "due_on"], name="effect_by_project"),
            models.Index(fields=["project", "moment", "jobs_new", "closed", "support"], name="effect_jobs"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["beneficiary", "moment"], name="effect_sheet_once"),
            models.CheckConstraint(
                condition=models.Q(
                    *(models.Q(**{f"{code}__isnull": True}) | models.Q(**{f"{code}__gte": 0}) for code in CODES)
                ),
                name="effect_figures_not_negative",
            ),
            models.CheckConstraint(
                condition=(models.Q(support__isnull=True) | models.Q(support__gte=0))
                & (models.Q(cost__isnull=True) | models.Q(cost__gte=0)),
                name="effect_money_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_moment_display()}: {self.beneficiary}"

    def get_absolute_url(self) -> str:
        return reverse("effect_sheet", args=[self.pk])

    @property
    def thread(self) -> str:
        """The timeline of the đề án: what it has come to belongs to its life."""
        return self.project.thread

    @property
    def is_baseline(self) -> bool:
        return self.moment == Moment.BASELINE

    @property
    def figures(self) -> dict[str, Decimal | None]:
        """The figures in force, by code."""
        return {code: getattr(self, code) for code in CODES}

    def is_late(self, on: date) -> bool:
        """Whether an answer is owed on that day."""
        return self.state in OPEN and self.due_on is not None and self.due_on <= on

    def check_version(self, version: int) -> None:
        """Raise Stale where the form was opened before the latest change."""
        if self.version != version:
            raise Stale(STALE)

    def related_agency_id(self, relation: Relation) -> int | None:
        """As the đề án's; the account is that of the establishment asked."""
        if relation is Relation.ACCOUNT:
            return self.beneficiary.establishment.account_id
        return self.project.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        if actor.agency.kind == "establishment":
            account = self.beneficiary.establishment.account_id
            return account is not None and account == actor.agency.pk and self.beneficiary.left_on is None
        return self.project.is_in_scope(actor)


class EffectAnswer(models.Model):
    """One time that somebody said something for a sheet; only added. `by` None: whoever held the link."""

    sheet = models.ForeignKey(EffectSheet, models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField("lần")
    source = models.CharField("nguồn", max_length=10, choices=Source)
    closed = models.BooleanField("cơ sở đã ngừng hoạt động", default=False)
    told_by = NFCCharField("người kể, tài liệu", max_length=300, blank=True)
    note = NFCTextField("ghi chú", max_length=2_000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField("lúc", db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="effect_answer_once"),
            models.CheckConstraint(
                condition=~models.Q(source__in=[Source.PHONE, Source.PUBLISHED]) | ~models.Q(told_by=""),
                name="effect_answer_says_who_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()}, lần {self.number}"

    @property
    def who(self) -> str:
        """Who said it and who wrote it down."""
        names = [self.told_by, str(self.by) if self.by else ""]
        return ", ".join(name for name in names if name)


class EffectMeasure(models.Model):
    """One figure of one beneficiary at one moment; a correction is a row with the next number. None: it is not known."""

    sheet = models.ForeignKey(EffectSheet, models.PROTECT, related_name="measures")
    answer = models.ForeignKey(EffectAnswer, models.PROTECT, related_name="measures")
    code = models.CharField("chỉ tiêu", max_length=20)
    number = models.PositiveSmallIntegerField("phiên bản")
    value = models.DecimalField("giá trị", max_digits=DIGITS, decimal_places=MOST_DECIMALS, null=True)
    unit = NFCCharField("đơn vị tính", max_length=60)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "code", "number"], name="effect_measure_once"),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | models.Q(value__gte=0), name="effect_measure_not_negative"
            ),
            models.CheckConstraint(condition=models.Q(code__in=CODES), name="effect_measure_of_the_list"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.value}"


class FileKind(models.TextChoices):
    PAYROLL = "payroll", "Bảng lương, danh sách lao động"
    BILL = "bill", "Hóa đơn điện, nước"
    ACCOUNTS = "accounts", "Báo cáo doanh thu, thuế"
    OTHER = "other", "Giấy tờ khác"


class EffectFile(models.Model):
    """Evidence for an answer, outside the web root under a made-up name; never replaced."""

    sheet = models.ForeignKey(EffectSheet, models.PROTECT, related_name="files")
    kind = models.CharField("loại", max_length=10, choices=FileKind)
    name = NFCCharField("tên tệp", max_length=255)
    file = models.FileField(upload_to="effects/%Y/%m", max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField("dung lượng")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class How(models.TextChoices):
    MAIL = "mail", "Thư điện tử"
    LETTER = "letter", "Thư in"


class EffectLink(models.Model):
    """An address at which one sheet can be answered without an account, until the end of `expires_on` or its revocation.

    Only a keyed hash of its secret is stored. `made_by` None: the daily round sent it. `returns`: how often the sheet had
    been sent back by then. `delivered_at`: when a mail server took the letter; None for one on paper.
    """

    sheet = models.ForeignKey(EffectSheet, models.PROTECT, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    how = models.CharField("gửi bằng", max_length=6, choices=How)
    expires_on = models.DateField("dùng được đến hết ngày")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField("lúc", db_default=Now())
    made_on = models.DateField("ngày")
    returns = models.PositiveSmallIntegerField("sau lần gửi lại thứ", default=0, editable=False)
    delivered_at = models.DateTimeField("máy chủ thư đã nhận lúc", null=True, editable=False)
    revoked_at = models.DateTimeField("thu hồi lúc", null=True, editable=False)
    revoked_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    used_at = models.DateTimeField("mở lần cuối", null=True, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_how_display()}, {self.made_on}"
