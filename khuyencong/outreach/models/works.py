"""Information works of a đề án: articles, broadcasts, leaflets and the like, from the plan to publication."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.core.finding import holds, question
from khuyencong.finance.models import LedgerEntry
from khuyencong.people.actors import Actor
from khuyencong.people.kept_file import KeptFile
from khuyencong.people.models import User
from khuyencong.people.relations import Relation
from khuyencong.projects.models import Project


class WorkKind(models.TextChoices):
    """What is made; the software's own list after NĐ 45/2012 Đ4.6."""

    ARTICLE = "article", "Tin, bài"
    BROADCAST = "broadcast", "Phát thanh, truyền hình"
    VIDEO = "video", "Phim, video"
    BULLETIN = "bulletin", "Bản tin, tập san"
    LEAFLET = "leaflet", "Tờ rơi, ấn phẩm, pa-nô"
    WEB = "web", "Bài trên trang thông tin điện tử"


class WorkState(models.TextChoices):
    PLANNED = "planned", "Trong kế hoạch"
    MADE = "made", "Chờ duyệt đăng"
    PUBLISHED = "published", "Đã đăng, phát"
    DROPPED = "dropped", "Không làm"


S = WorkState


class WorkQuerySet(models.QuerySet["Work"]):
    def visible_to(self, actor: Actor) -> WorkQuerySet:
        """Those of the đề án that the actor may know of."""
        return self.filter(project__in=Project.objects.visible_to(actor).order_by())

    def search(self, text: str) -> WorkQuerySet:
        """Those of whose words every word of `text` begins one; see `core.finding`."""
        asked = question(text)
        if not asked:
            return self.none() if text.strip() else self
        return self.filter(holds(asked))

    def with_names(self) -> WorkQuerySet:
        """With what lists and permissions ask for, in the same query."""
        return self.select_related(
            "project__province__current",
            "project__implementing_unit",
            "project__department",
            "project__funder",
            "project__payer",
            "posting__answered_by",
            "approved_by",
            "in_charge",
        )

    def public(self) -> WorkQuerySet:
        """What everybody may read."""
        return self.filter(state=S.PUBLISHED, is_public=True)


class Work(CreatedOnce, models.Model):
    """One product of information (NĐ 45/2012 Đ4.6); the state changes only through `states.move_work`.

    Its money is that of the đề án: `posting` names the row of the ledger that paid it, nothing is paid here.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="outreach_works")
    kind = models.CharField("loại", max_length=10, choices=WorkKind)
    title = NFCCharField("tên sản phẩm", max_length=300)
    medium = NFCCharField("nơi đăng, phát, phát hành", max_length=200)
    partner = NFCCharField("đơn vị làm", max_length=200, blank=True)
    contract = NFCCharField("số, ngày hợp đồng", max_length=120, blank=True)
    cost = MoneyField("chi phí", null=True, blank=True)
    planned_on = models.DateField("ngày dự kiến đăng, phát")
    made_on = models.DateField("ngày làm xong", null=True, blank=True)
    published_on = models.DateField("ngày đăng, phát", null=True, blank=True)
    link = models.URLField("địa chỉ trên mạng", max_length=500, blank=True)
    reach = models.PositiveIntegerField("số lượt tiếp cận", null=True, blank=True)
    reach_of = NFCCharField("đếm gì, theo nguồn nào", max_length=200, blank=True)
    body = NFCTextField("nội dung", max_length=20_000, blank=True)
    is_public = models.BooleanField("hiện ở trang tin công khai", default=False)
    in_charge = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, verbose_name="người phụ trách")
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    posting = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="+", null=True, editable=False)
    dropped_because = NFCTextField("lý do không làm", max_length=1_000, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=WorkState, default=S.PLANNED, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    haystack = models.TextField(default="", editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = WorkQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_on", "-pk"]
        indexes = [
            models.Index(fields=["planned_on", "state"], name="outreach_work_by_day"),
            models.Index(fields=["-published_on"], name="outreach_work_public"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cost__isnull=True) | models.Q(cost__gt=0), name="outreach_cost_is_real"
            ),
            models.CheckConstraint(
                condition=models.Q(state=S.PUBLISHED, published_on__isnull=False, approved_by__isnull=False)
                | (~models.Q(state=S.PUBLISHED) & models.Q(published_on__isnull=True)),
                name="outreach_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=S.DROPPED) | ~models.Q(dropped_because=""),
                name="outreach_dropped_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(posting__isnull=True) | models.Q(cost__isnull=False), name="outreach_paid_has_a_cost"
            ),
            models.CheckConstraint(
                condition=models.Q(reach__isnull=True) | ~models.Q(reach_of=""), name="outreach_reach_says_of_what"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("outreach_work", args=[self.pk])

    @property
    def paid_by(self) -> LedgerEntry | None:
        """The payment that paid it; None also where that was taken back since. Expects `with_names`."""
        return None if self.posting is None or hasattr(self.posting, "answered_by") else self.posting

    @property
    def thread(self) -> str:
        """Its events stand in the timeline of the đề án."""
        return self.project.thread

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.project.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        return self.project.is_in_scope(actor)


class WorkFile(KeptFile):
    """The product itself, its contract or its minutes, as it came; never replaced."""

    work = models.ForeignKey(Work, models.PROTECT, related_name="files")
    file = models.FileField(upload_to="outreach/%Y/%m", max_length=200)

    class Meta(KeptFile.Meta):
        constraints = [models.UniqueConstraint(fields=["work", "sha256"], name="outreach_file_once")]
