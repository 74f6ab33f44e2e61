"""One round of a competition (kỳ bình chọn) at one level and place, and the papers of its steps."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.appraisal.models import Quorum
from khuyencong.core.creation import CreatedOnce
from khuyencong.core.dates import today
from khuyencong.core.fields import HaystackField, NFCCharField, NFCTextField
from khuyencong.establishments.models import CertificateLevel
from khuyencong.people.actors import Actor
from khuyencong.people.kept_file import KeptFile
from khuyencong.people.models import Agency, AgencyKind, User
from khuyencong.people.relations import Relation
from khuyencong.places.models import Commune, Province, Region
from khuyencong.projects.models import Project


class RoundState(models.TextChoices):
    DRAFT = "draft", "Đang chuẩn bị"
    CALLED = "called", "Đang nhận sản phẩm"
    SCORING = "scoring", "Đang chấm điểm"
    SCORED = "scored", "Đã chấm xong"
    DECIDED = "decided", "Đã công nhận"
    CLOSED = "closed", "Đã kết thúc"
    CANCELLED = "cancelled", "Không tổ chức"


class ScoringMode(models.TextChoices):
    """No article asks for either: the organiser says so in its plan."""

    BLIND = "blind", "Chấm kín: giám khảo chỉ thấy mã số, không thấy tên và nơi của cơ sở"
    ON_SITE = "on_site", "Chấm trực tiếp: giám khảo thấy sản phẩm và cơ sở"


class TieRule(models.TextChoices):
    """How products of the same mean stand to each other. No article says so: the organiser chooses before the call."""

    PARTS = "parts", "Cùng điểm thì xét lần lượt điểm thị trường, kinh tế – kỹ thuật, văn hóa, tiêu chí khác"
    SAME = "same", "Cùng điểm thì cùng thứ hạng, Hội đồng bình chọn quyết định"


class ScoreStep(models.TextChoices):
    """The smallest step of a score; kept as text so that it reads the same everywhere."""

    WHOLE = "1", "Điểm nguyên"
    HALF = "0.5", "Nửa điểm"
    QUARTER = "0.25", "Một phần tư điểm"


S = RoundState
OPEN_STATES = (S.DRAFT, S.CALLED, S.SCORING, S.SCORED)


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, actor: Actor) -> RoundQuerySet:
        """Those that the actor's agency organises or sits in; once called, those that its place takes part in."""
        if actor.is_national:
            return self
        seats = self.model.objects.filter(members__user=actor.user.pk).order_by().values("pk")
        own = models.Q(agency__in=actor.agency_ids) | models.Q(pk__in=seats)
        if actor.agency.kind == AgencyKind.REGIONAL_CENTRE:
            members = Province.objects.in_region(actor.agency.region, today()).values("pk")
            near = models.Q(province__isnull=True) | models.Q(province__current__in=members)
        else:
            near = models.Q(province__isnull=True) | models.Q(province__current=actor.province_id)
        return self.filter(own | (near & ~models.Q(state=S.DRAFT)))

    def with_all(self) -> RoundQuerySet:
        """With what its page and its permissions ask for, in the same query."""
        return self.select_related(
            "agency__province__current", "province__current", "commune__current", "created_by", "previous", "project"
        )


class Round(CreatedOnce, models.Model):
    """Bình chọn of one level in one place and year (TT 26/2014 Đ3.1, Đ14); the state changes only through `states`.

    `province` is set for district, commune and province, `commune` for a commune, `district` (by name: districts are
    no records here) until 30/06/2025, `region` for a region. `place_key` says the place in one word.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan tổ chức", related_name="+")
    level = models.CharField("cấp bình chọn", max_length=10, choices=CertificateLevel)
    province = models.ForeignKey(Province, models.PROTECT, verbose_name="tỉnh", related_name="+", null=True, blank=True)
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name="xã, phường, đặc khu", related_name="+", null=True, blank=True
    )
    district = NFCCharField("huyện (trước 01/07/2025)", max_length=100, blank=True)
    region = models.CharField("khu vực", max_length=10, choices=Region, blank=True)
    place_key = models.CharField(max_length=140, editable=False)
    year = models.PositiveSmallIntegerField("năm")
    name = NFCCharField("tên kỳ bình chọn", max_length=200)
    haystack = HaystackField(of="name")
    scoring_mode = models.CharField("cách chấm", max_length=10, choices=ScoringMode, default=ScoringMode.ON_SITE)
    score_step = models.CharField("bước điểm nhỏ nhất", max_length=4, choices=ScoreStep, default=ScoreStep.HALF)
    tie_rule = models.CharField("khi bằng điểm", max_length=10, choices=TieRule, default=TieRule.PARTS)
    quorum = models.CharField("số giám khảo phải chấm", max_length=16, choices=Quorum, default=Quorum.TWO_THIRDS)
    entries_from = models.DateField("nhận hồ sơ từ ngày", null=True, blank=True)
    entries_until = models.DateField("nhận hồ sơ đến hết ngày", null=True, blank=True)
    scoring_until = models.DateField("chấm xong trước ngày", null=True, blank=True)
    where = NFCTextField("nơi nhận hồ sơ và sản phẩm", max_length=1_000, blank=True)
    call_number = NFCCharField("số văn bản thông báo", max_length=60, blank=True)
    call_on = models.DateField("ngày văn bản thông báo", null=True, blank=True)
    # Somebody has decided, by a preview, that everybody may read of it (`portal.calls`).
    on_portal = models.BooleanField("hiện trên cổng thông tin", default=False, editable=False)
    previous = models.ForeignKey("self", models.PROTECT, related_name="next_rounds", null=True, blank=True)
    # The đề án or task of whose money the round is paid (TT 26/2014 Đ19).
    project = models.ForeignKey(Project, models.PROTECT, related_name="competition_rounds", null=True, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=RoundState, default=RoundState.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # The detailed scale: proposed by the head of the jury, decided by the chair (TT 26/2014 Đ16.1).
    criteria_version = models.PositiveIntegerField(default=1, editable=False)
    criteria_proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    criteria_proposed_at = models.DateTimeField(null=True, editable=False)
    criteria_approved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    criteria_approved_at = models.DateTimeField(null=True, editable=False)
    criteria_approved_as = NFCCharField("người quyết định thang điểm", max_length=300, blank=True, editable=False)
    scoring_opened_at = models.DateTimeField(null=True, editable=False)
    scoring_closed_at = models.DateTimeField(null=True, editable=False)
    # Results are told on this day; complaints count from it (TT 26/2014 Đ20.1).
    announced_on = models.DateField("ngày thông báo kết quả", null=True, editable=False)
    cancelled_because = NFCTextField("lý do không tổ chức", max_length=2_000, blank=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = "kỳ bình chọn"
        verbose_name_plural = "kỳ bình chọn"
        ordering = ["-year", "-pk"]
        indexes = [models.Index(fields=["state", "entries_until"], name="competition_round_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "place_key", "year", "name"],
                name="competition_round_once",
                violation_error_message="Đã có kỳ bình chọn cùng cấp, nơi, năm và tên này.",
            ),
            models.CheckConstraint(
                condition=models.Q(level="nation", province__isnull=True, commune__isnull=True, region="", district="")
                | (
                    models.Q(level="region", province__isnull=True, commune__isnull=True, district="")
                    & ~models.Q(region="")
                )
                | models.Q(level="province", province__isnull=False, commune__isnull=True, region="", district="")
                | (
                    models.Q(level="district", province__isnull=False, commune__isnull=True, region="")
                    & ~models.Q(district="")
                )
                | models.Q(level="commune", province__isnull=False, commune__isnull=False, region="", district=""),
                name="competition_round_place_of_its_level",
            ),
            models.CheckConstraint(
                condition=models.Q(year__gte=2012, year__lte=2100), name="competition_round_year_sane"
            ),
            models.CheckConstraint(
                condition=models.Q(entries_until__gte=models.F("entries_from")),
                name="competition_round_days_in_order",
                violation_error_message="Ngày cuối nhận hồ sơ không được trước ngày đầu.",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[S.DRAFT, S.CANCELLED])
                | (
                    ~models.Q(call_number="")
                    & models.Q(call_on__isnull=False, entries_from__isnull=False, entries_until__isnull=False)
                ),
                name="competition_round_called_by_document",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=S.CANCELLED) | ~models.Q(cancelled_because=""),
                name="competition_round_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(criteria_approved_at__isnull=True) | ~models.Q(criteria_approved_as=""),
                name="competition_round_criteria_approved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("competition", args=[self.pk])

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"competition:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_blind(self) -> bool:
        return self.scoring_mode == ScoringMode.BLIND

    @property
    def criteria_approved(self) -> bool:
        return self.criteria_approved_at is not None

    @property
    def place(self) -> str:
        """Where, in words; expects `province` and `commune` loaded."""
        match self.level:
            case CertificateLevel.NATION:
                return "Cả nước"
            case CertificateLevel.REGION:
                return self.get_region_display()
            case CertificateLevel.COMMUNE:
                return f"{self.commune}, {self.province}"
            case CertificateLevel.DISTRICT:
                return f"{self.district}, {self.province}"
            case _:
                return str(self.province)

    def takes_entries_on(self, on: date) -> bool:
        """Whether an entry may be handed in on the day, both ends included."""
        if self.state != S.CALLED or self.entries_from is None or self.entries_until is None:
            return False
        return self.entries_from <= on <= self.entries_until

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record; one query where it is not the agency's own."""
        if actor.is_national or self.agency_id in actor.agency_ids:
            return True
        return Round.objects.visible_to(actor).filter(pk=self.pk).exists()


class RoundPaperKind(models.TextChoices):
    CALL = "call", "Văn bản thông báo"
    COUNCIL = "council", "Quyết định thành lập Hội đồng bình chọn"
    JURY = "jury", "Quyết định thành lập Ban Giám khảo"
    SCALE = "scale", "Khung điểm chi tiết"
    MINUTES = "minutes", "Biên bản"
    DECISION = "decision", "Quyết định công nhận"
    LOGO = "logo", "Logo của Chương trình (ảnh, in trên giấy chứng nhận)"
    OTHER = "other", "Giấy tờ khác"


class RoundPaper(KeptFile):
    """The scanned document of one step, outside the web root under a made-up name; never replaced."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="papers")
    file = models.FileField(upload_to="competitions/%Y/%m", max_length=200)
    kind = models.CharField("loại", max_length=10, choices=RoundPaperKind)

    class Meta(KeptFile.Meta):
        constraints = [models.UniqueConstraint(fields=["round", "sha256"], name="competition_paper_once")]
