"""The đề án itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.core.finding import haystack, holds, in_parts, question
from khuyencong.establishments.models import Establishment, norm_province_keys
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, User
from khuyencong.people.relations import Relation
from khuyencong.people.scope import is_inside, province_scope
from khuyencong.places.models import Commune, Province
from khuyencong.programmes.models import AnnualPlan, FundingSource, Spending
from khuyencong.projects.models.content import ProjectProvince
from khuyencong.projects.states import ProjectState, Route

LONG_TEXT = 20_000
MOST_BENEFICIARIES = 100


class ProjectKind(models.TextChoices):
    SINGLE = "single", "Đề án"
    GROUP = "group", "Đề án nhóm"
    FLAGSHIP = "flagship", "Đề án điểm"
    TASK = "task", "Nhiệm vụ"


class UnitSelection(models.TextChoices):
    """How the implementing unit is chosen: TT 36/2013 Đ3 (tender or selection), Đ6.4 (assignment)."""

    CHOSEN = "chosen", "Xét chọn"
    TENDER = "tender", "Đấu thầu"
    ASSIGNED = "assigned", "Giao nhiệm vụ"


# The texts of Đ5 in its order, those of Đ5.8 last.
EFFECT_FIELDS = (
    "effects",
    "effect_economic",
    "effect_social",
    "effect_environment",
    "sustainability",
    "replicability",
)
TEXT_FIELDS = ("necessity", "aims", "scale", "superior", "content", "organisation", *EFFECT_FIELDS)


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, actor: Actor) -> ProjectQuerySet:
        """What the actor may know of, not do: the nation, the province (also one of several, once submitted), the unit's own."""
        here = province_scope(actor, implementing_unit="implementing_unit")
        if actor.is_national:
            return self.filter(here)
        also = ProjectProvince.objects.exclude(project__state=ProjectState.DRAFT).order_by().values("project")
        elsewhere = also.filter(province_scope(actor, implementing_unit="project__implementing_unit"))
        # Together and not as «or»: for that the database would look at the đề án of the whole nation.
        return self.filter(pk__in=Project.objects.filter(here).order_by().values("pk").union(elsewhere, all=True))

    def holding(self, path: str = "project") -> models.Exists:
        """The condition that what `path` of a row names is one of these, asked row by row.

        It serves where few rows are looked at; `project__in` gathers all of these first, and serves where many are.
        """
        return models.Exists(self.order_by().filter(pk=models.OuterRef(path)))

    def counted_for(self, actor: Actor) -> ProjectQuerySet:
        """What the figures of the actor's agency hold: a đề án of several provinces counts in its first one only."""
        return self.filter(province_scope(actor, implementing_unit="implementing_unit"))

    def search(self, text: str) -> ProjectQuerySet:
        """Those in whose name, code or beneficiaries every word of `text` begins a word; see `core.finding`."""
        asked = question(text)
        if not asked:
            return self.none() if text.strip() else self
        return self.filter(holds(asked))

    def refresh_haystacks(self) -> None:
        """Gather anew by what these are found; whoever adds, removes or renames beneficiaries calls it."""
        for keys in in_parts(list(self.order_by("pk").values_list("pk", flat=True))):
            rows = Project.objects.filter(pk__in=keys).prefetch_related("beneficiaries__establishment__merged_into")
            for one in rows:
                one.haystack = one.gathered(
                    [part.establishment for part in one.beneficiaries.all() if not part.left_on]
                )
            Project.objects.bulk_update(rows, ["haystack"])

    def with_money(self, *, year: int | None = None) -> ProjectQuerySet:
        """Adds `total`, `support` and `counterpart` (whole đồng) from the estimate, in the same query.

        With `year`: only of the lines that the money of that year pays.
        """
        from khuyencong.projects.models.estimate import EstimateLine

        def summed(column: str) -> models.functions.Coalesce:
            rows = EstimateLine.objects.filter(project=models.OuterRef("pk")).order_by().values("project")
            if year is not None:
                rows = rows.filter(EstimateLine.paid_in(year))
            return models.functions.Coalesce(
                models.Subquery(rows.annotate(sum=models.Sum(column)).values("sum")),
                0,
                output_field=models.BigIntegerField(),
            )

        return self.annotate(total=summed("total"), support=summed("support"), counterpart=summed("counterpart"))


class Project(CreatedOnce, models.Model):
    """A đề án or nhiệm vụ, from draft to settlement: TT 36/2013 Đ5.

    The state changes only through `projects.states.move`; `version` counts every change, and a form that
    carries an older one is refused.
    """

    code = models.CharField("mã", max_length=30, unique=True, editable=False)
    name = NFCCharField("tên đề án", max_length=500)
    kind = models.CharField("loại", max_length=10, choices=ProjectKind)
    source = models.CharField("nguồn kinh phí", max_length=10, choices=FundingSource)
    route = models.CharField("quy trình", max_length=20, choices=Route, editable=False)
    activity = models.CharField("nội dung hoạt động", max_length=40)
    sector = models.CharField("ngành nghề", max_length=40, blank=True)
    year = models.PositiveSmallIntegerField("năm kế hoạch")
    state = models.CharField(
        "trạng thái", max_length=20, choices=ProjectState, default=ProjectState.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    implementing_unit = models.ForeignKey(Agency, models.PROTECT, verbose_name="đơn vị thực hiện", related_name="+")
    cooperating_unit = NFCCharField("đơn vị phối hợp", max_length=300, blank=True)
    department = models.ForeignKey(
        Agency, models.PROTECT, verbose_name="Sở quản lý địa bàn", related_name="+", null=True, editable=False
    )
    funder = models.ForeignKey(
        Agency, models.PROTECT, verbose_name="cơ quan giữ kinh phí", related_name="+", editable=False
    )
    # Who spends the money: the funder itself, or an agency to which the funder has delegated an envelope.
    payer = models.ForeignKey(Agency, models.PROTECT, verbose_name="đơn vị chi", related_name="+", editable=False)
    spending = models.CharField("tính chất chi", max_length=10, choices=Spending, default=Spending.RECURRENT)
    plan = models.ForeignKey(AnnualPlan, models.PROTECT, null=True, editable=False, related_name="projects")

    province = models.ForeignKey(Province, models.PROTECT, verbose_name="tỉnh, thành phố", related_name="+")
    province_before = models.ForeignKey(
        Province, models.PROTECT, verbose_name="tỉnh trước 01/07/2025", related_name="+", null=True, blank=True
    )
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name="xã, phường, đặc khu", related_name="+", null=True, blank=True
    )
    place_text = NFCCharField("địa điểm thực hiện", max_length=300, blank=True)

    necessity = NFCTextField("sự cần thiết và căn cứ", max_length=LONG_TEXT, blank=True)
    aims = NFCTextField("mục tiêu", max_length=LONG_TEXT, blank=True)
    scale = NFCTextField("quy mô", max_length=LONG_TEXT, blank=True)
    superior = NFCTextField("đặc điểm vượt trội", max_length=LONG_TEXT, blank=True)
    content = NFCTextField("nội dung và tiến độ", max_length=LONG_TEXT, blank=True)
    organisation = NFCTextField("tổ chức thực hiện", max_length=LONG_TEXT, blank=True)
    # Records of the past have only the first; what is written today is told apart as Đ5.8 asks.
    effects = NFCTextField("hiệu quả, ghi chung", max_length=LONG_TEXT, blank=True)
    effect_economic = NFCTextField("hiệu quả kinh tế", max_length=LONG_TEXT, blank=True)
    effect_social = NFCTextField("hiệu quả xã hội", max_length=LONG_TEXT, blank=True)
    effect_environment = NFCTextField("hiệu quả môi trường", max_length=LONG_TEXT, blank=True)
    sustainability = NFCTextField("tính bền vững", max_length=LONG_TEXT, blank=True)
    replicability = NFCTextField("khả năng nhân rộng", max_length=LONG_TEXT, blank=True)
    selection = models.CharField(
        "phương thức chọn đơn vị thực hiện", max_length=12, choices=UnitSelection, blank=True, default=""
    )
    selection_document = NFCCharField("văn bản chọn đơn vị thực hiện", max_length=200, blank=True)
    starts_on = models.DateField("bắt đầu", null=True, blank=True)
    ends_on = models.DateField("kết thúc", null=True, blank=True)

    # A group (đề án lập theo nhóm) may be approved before its establishments are named: TT 36/2013 Đ10.1.a, Đ23.3.
    planned_beneficiaries = models.PositiveSmallIntegerField(
        "số cơ sở thụ hưởng dự kiến",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_BENEFICIARIES)],
    )
    beneficiary_criteria = NFCTextField("tiêu chí chọn cơ sở thụ hưởng", max_length=LONG_TEXT, blank=True)

    # The norm that the officer names where no provincial norm is known to the system.
    declared_norm_document = NFCCharField("văn bản định mức", max_length=200, blank=True)
    declared_norm_article = NFCCharField("điều khoản", max_length=60, blank=True)
    declared_norm_percent = models.DecimalField(
        "tỷ lệ hỗ trợ tối đa (%)",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    declared_norm_cap = MoneyField("mức hỗ trợ tối đa (đồng)", null=True, blank=True)

    # Priority of NĐ 45/2012 Đ6: codes of the law's catalogue, and the multiplier with the decision that grants it.
    priority_place = models.CharField("địa bàn ưu tiên", max_length=40, blank=True)
    priority_trade = models.CharField("ngành nghề ưu tiên", max_length=40, blank=True)
    priority_multiplier = models.DecimalField(
        "hệ số ưu tiên",
        max_digits=3,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(2))],
    )
    priority_decision = NFCCharField("văn bản chấp thuận mức ưu tiên", max_length=200, blank=True)

    recorded_from = NFCCharField("ghi lại từ", max_length=300, blank=True, editable=False)
    figures_approximate = models.BooleanField("số liệu gần đúng", default=False, editable=False)
    record_note = NFCTextField("ghi chú nguồn", blank=True, editable=False)

    submission = models.PositiveSmallIntegerField("lần gửi", default=0, editable=False)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    submitted_on = models.DateField("ngày gửi", null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, editable=False, related_name="+")
    # Who looks after it at the implementing unit; whoever wrote it, until it is handed over.
    in_charge = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name="người phụ trách",
        null=True,
        editable=False,
        related_name="projects_in_charge",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # By what it is found: its name and code, and all names of its beneficiaries.
    haystack = models.TextField(editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-pk"]
        indexes = [
            models.Index(fields=["province", "year", "source"], name="project_by_province_year"),
            models.Index(fields=["state", "funder"], name="project_by_state_funder"),
            models.Index(fields=["activity", "sector", "year"], name="project_by_activity"),
            models.Index(fields=["year", "state", "sector"], name="project_by_year"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(starts_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="project_ends_after_start",
                violation_error_message="Ngày kết thúc không được trước ngày bắt đầu.",
            ),
            models.CheckConstraint(
                condition=models.Q(year__gte=2013, year__lte=2100),
                name="project_year_sane",
                violation_error_message="Năm kế hoạch phải từ 2013 đến 2100.",
            ),
            models.CheckConstraint(
                condition=models.Q(source=FundingSource.LOCAL, route=Route.LOCAL)
                | models.Q(source=FundingSource.NATIONAL, route__in=[Route.NATIONAL, Route.NATIONAL_DIRECT]),
                name="project_route_fits_source",
            ),
            models.CheckConstraint(
                condition=models.Q(planned_beneficiaries__isnull=True)
                | models.Q(planned_beneficiaries__gte=1, planned_beneficiaries__lte=MOST_BENEFICIARIES),
                name="project_planned_beneficiaries_sane",
                violation_error_message=f"Số cơ sở dự kiến phải từ 1 đến {MOST_BENEFICIARIES}.",
            ),
            # Committed money always has a plan behind it.
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[
                        ProjectState.DRAFT,
                        ProjectState.SUBMITTED,
                        ProjectState.BASE_APPRAISED,
                        ProjectState.CENTRAL_APPRAISED,
                        ProjectState.RETURNED,
                        ProjectState.REJECTED,
                        ProjectState.WITHDRAWN,
                        ProjectState.STOPPED,
                    ]
                )
                | models.Q(plan__isnull=False),
                name="project_approved_in_a_plan",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, update_fields: Iterable[str] | None = None, **kwargs: object) -> None:
        """Keep the search column true to the name; a save of other columns leaves it as it is."""
        if update_fields is None or "name" in update_fields:
            named = (
                Establishment.objects.none()
                if self._state.adding
                else Establishment.objects.filter(benefits__project=self, benefits__left_on__isnull=True)
            )
            self.haystack = self.gathered(named.select_related("merged_into").order_by("pk"))
        kwargs["update_fields"] = update_fields
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passes Django's own arguments through unchanged

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.code])

    def gathered(self, beneficiaries: Iterable[Establishment]) -> str:
        """The words by which it is found; expects `merged_into` of the establishments loaded."""
        names = [one.haystack for part in beneficiaries for one in (part, part.merged_into) if one is not None]
        return haystack(self.name, self.code, *names, longest=LONG_TEXT)

    @property
    def thread(self) -> str:
        """The name of this project's timeline in the audit log."""
        return f"project:{self.pk}"

    def unnamed(self, named: int) -> int:
        """How many establishments of a group are still to be named when `named` are; 0 for every other đề án."""
        if self.kind != ProjectKind.GROUP or self.planned_beneficiaries is None:
            return 0
        return max(0, self.planned_beneficiaries - named)

    @property
    def texts(self) -> list[tuple[str, str]]:
        """What is written of Đ5, in its order, each under its name; what is empty is left out."""
        return self._named_texts(TEXT_FIELDS)

    @property
    def effect_texts(self) -> list[tuple[str, str]]:
        """Those of Đ5.8."""
        return self._named_texts(EFFECT_FIELDS)

    def _named_texts(self, names: Sequence[str]) -> list[tuple[str, str]]:
        named = [(field_label(name), getattr(self, name)) for name in names]
        return [(label, text) for label, text in named if text.strip()]

    @property
    def norm_province_keys(self) -> tuple[str, ...]:
        return norm_province_keys(self.province, self.province_before)

    def related_agency_id(self, relation: Relation) -> int | None:
        """Which agency stands in `relation` to this project, for the permission matrix."""
        match relation:
            case Relation.IMPLEMENTING:
                return self.implementing_unit_id
            case Relation.DEPARTMENT:
                return self.department_id if self.route != Route.NATIONAL_DIRECT else None
            case Relation.FUNDER:
                return self.funder_id
            case Relation.PAYER:
                return self.payer_id
            case Relation.NATIONAL:
                return self.funder_id if self.source == FundingSource.NATIONAL else None
            case _:
                return None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        if self._is_inside(actor, self.province):
            return True
        if self.route != Route.NATIONAL_DIRECT or self._state.adding or self.state == ProjectState.DRAFT:
            return False
        further = self.further_provinces.select_related("province")
        return any(self._is_inside(actor, one.province) for one in further)

    def _is_inside(self, actor: Actor, province: Province) -> bool:
        return is_inside(actor, province=province, implementing_unit_id=self.implementing_unit_id)


def field_label(name: str) -> str:
    """What a field of a đề án is called, to begin a line with."""
    field: Any = Project._meta.get_field(name)  # noqa: SLF001  # Django's documented way to a label
    label = str(field.verbose_name)
    return label[:1].upper() + label[1:]


def route_for(source: str, unit: Agency, *, several_provinces: bool = False) -> Route:
    """Straight to the national agency goes what lies in several provinces: TT 36/2013 Đ8.1.b.

    So does what a regional centre or the national agency itself carries out.
    """
    if source == FundingSource.LOCAL:
        return Route.LOCAL
    direct = several_provinces or unit.kind in {AgencyKind.REGIONAL_CENTRE, AgencyKind.NATIONAL}
    return Route.NATIONAL_DIRECT if direct else Route.NATIONAL


class ProjectCounter(models.Model):
    """The last number used in codes of one province, year and source; locked while the next is taken."""

    province_code = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=10, choices=FundingSource)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province_code", "year", "source"], name="project_counter_once")]

    def __str__(self) -> str:
        return f"{self.province_code}-{self.year}-{self.source}: {self.last}"
