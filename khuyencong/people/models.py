"""Agencies with their dated names, users, and which role a user has in which agency."""

import datetime as dt
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from khuyencong.core.fields import NFCCharField
from khuyencong.core.text import SORT_KEY_LENGTH
from khuyencong.people.roles import Role
from khuyencong.places.models import Commune, Province, Region, covers, folded_words


class AgencyKind(models.TextChoices):
    NATIONAL = "national", "Cục thuộc Bộ Công Thương"
    REGIONAL_CENTRE = "regional_centre", "Trung tâm khuyến công khu vực"
    DEPARTMENT = "department", "Sở Công Thương"
    CENTRE = "centre", "Trung tâm khuyến công"
    COMMUNE = "commune", "Ủy ban nhân dân cấp xã"
    SERVICE = "service", "Tổ chức dịch vụ khuyến công"
    ESTABLISHMENT = "establishment", "Cơ sở công nghiệp nông thôn"  # the account of an establishment itself


# Agencies that exist only inside a province.
PROVINCIAL_KINDS = (AgencyKind.DEPARTMENT, AgencyKind.CENTRE, AgencyKind.COMMUNE, AgencyKind.ESTABLISHMENT)


class AgencyQuerySet(models.QuerySet["Agency"]):
    def active_on(self, on: dt.date) -> "AgencyQuerySet":
        """Agencies that existed on the day `on`, as far as recorded."""
        return self.filter(covers(on, start="active_from", end="active_to"))

    def search(self, text: str) -> "AgencyQuerySet":
        return self.filter(folded_words(text))


class Agency(models.Model):
    """A body that runs khuyến công. `name` is today's; the names of its past are `AgencyName` rows."""

    code = models.SlugField("mã", max_length=40, unique=True)
    kind = models.CharField("loại", max_length=20, choices=AgencyKind)
    name = NFCCharField("tên", max_length=200)
    short_name = NFCCharField("tên ngắn", max_length=80)
    parent = models.ForeignKey(
        "self",
        verbose_name="cơ quan cấp trên",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    province = models.ForeignKey(
        Province, verbose_name="tỉnh", on_delete=models.PROTECT, null=True, blank=True, related_name="agencies"
    )
    commune = models.ForeignKey(
        Commune, verbose_name="xã, phường, đặc khu", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    region = models.CharField("khu vực", max_length=10, choices=Region, blank=True)
    active_from = models.DateField("hoạt động từ", null=True, blank=True)
    active_to = models.DateField("hoạt động đến", null=True, blank=True)
    # The agency of today that took over: when that one is itself succeeded, every row is pointed on.
    successor = models.ForeignKey(
        "self",
        verbose_name="cơ quan kế thừa",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    folded = models.CharField(max_length=300, editable=False)
    sort_key = models.CharField(max_length=SORT_KEY_LENGTH, editable=False)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = "cơ quan"
        verbose_name_plural = "cơ quan"
        ordering = ["sort_key", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AgencyKind.values), name="agency_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind__in=PROVINCIAL_KINDS) | Q(province__isnull=False),
                name="agency_provincial_has_province",
            ),
            models.CheckConstraint(
                condition=~Q(kind=AgencyKind.REGIONAL_CENTRE) | ~Q(region=""), name="agency_regional_has_region"
            ),
            models.CheckConstraint(
                condition=~Q(kind=AgencyKind.COMMUNE) | Q(commune__isnull=False), name="agency_commune_has_commune"
            ),
            models.UniqueConstraint(
                fields=["commune"],
                condition=Q(kind=AgencyKind.COMMUNE, active_to__isnull=True),
                name="agency_one_per_commune",
            ),
            models.CheckConstraint(condition=Q(active_to__gte=F("active_from")), name="agency_days_in_order"),
            models.CheckConstraint(condition=~Q(successor=F("id")), name="agency_not_its_own_successor"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="agency_not_its_own_parent"),
            # One national agency: it is the one that Relation.NATIONAL means.
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind=AgencyKind.NATIONAL, active_to__isnull=True),
                name="agency_one_national",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def home_province_id(self) -> int | None:
        """The province of today that the agency works in; needs `province` loaded. None for national and regional ones."""
        if self.province is None:
            return None
        return self.province.current_id or self.province.pk

    def name_on(self, on: dt.date) -> str:
        """The official name on the day `on`.

        A name counts from `from_on`; where that day is not known, from `seen_on`, the earliest document at hand that uses it.
        Before the earliest of them the oldest name is given. Iterates `names.all()`, so lists prefetch "names".
        """
        dated = sorted(self.names.all(), key=lambda name: name.counts_from or dt.date.min)
        chosen = self.name
        if dated:
            past = [name for name in dated if (name.counts_from or dt.date.min) <= on]
            chosen = (past[-1] if past else dated[0]).name
        return chosen


class AgencyName(models.Model):
    """A name an agency has borne. The day of change may be unknown: then `seen_on` is a day on which it was in use."""

    agency = models.ForeignKey(Agency, verbose_name="cơ quan", on_delete=models.CASCADE, related_name="names")
    name = NFCCharField("tên", max_length=200)
    from_on = models.DateField("từ ngày", null=True, blank=True)
    to_on = models.DateField("đến ngày", null=True, blank=True)
    seen_on = models.DateField("thấy dùng ngày", null=True, blank=True)
    source = NFCCharField("văn bản", max_length=200, blank=True)
    verified = models.BooleanField("đã xác minh ngày đổi tên", default=False)

    class Meta:
        verbose_name = "tên của cơ quan"
        verbose_name_plural = "tên của cơ quan"
        ordering = ["agency", "from_on", "seen_on"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="agency_name_once"),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="agency_name_days_in_order"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def counts_from(self) -> dt.date | None:
        return self.from_on or self.seen_on


class AgencyParent(models.Model):
    """Under which agency an agency stood between two days; the one of today is also `Agency.parent`."""

    agency = models.ForeignKey(Agency, verbose_name="cơ quan", on_delete=models.CASCADE, related_name="parents")
    parent = models.ForeignKey(Agency, verbose_name="cơ quan cấp trên", on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField("từ ngày", null=True, blank=True)
    to_on = models.DateField("đến ngày", null=True, blank=True)
    source = NFCCharField("văn bản", max_length=200, blank=True)
    verified = models.BooleanField("đã xác minh", default=False)

    class Meta:
        verbose_name = "cơ quan cấp trên theo thời gian"
        verbose_name_plural = "cơ quan cấp trên theo thời gian"
        ordering = ["agency", F("from_on").asc(nulls_first=True)]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="agency_parent_days_in_order"),
            models.CheckConstraint(condition=~Q(agency=F("parent")), name="agency_parent_another"),
            models.UniqueConstraint(fields=["agency", "from_on"], name="agency_parent_one_start"),
            models.UniqueConstraint(
                fields=["agency"], condition=Q(to_on__isnull=True), name="agency_parent_one_open_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} < {self.parent_id}"


class UserManager(BaseUserManager["User"]):
    @classmethod
    def normalize_username(cls, username: str) -> str:
        """User names are small letters, so that «An.NV» and «an.nv» are one person and one counter of failed logins."""
        return username.strip().lower()

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Store a user; without a password nobody can sign in as this user. Raises ValueError on an empty name."""
        if not username.strip():
            raise ValueError("Tên đăng nhập không được để trống.")
        fields["email"] = self.normalize_email(fields.get("email", ""))
        user = self.model(username=self.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=self.normalize_username(username or ""))


class User(AbstractBaseUser):
    """A person. There is no superuser: what a person may do follows from memberships and `permissions.MATRIX` alone."""

    username = models.CharField(
        "tên đăng nhập",
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9._@-]+\Z", "Chỉ dùng chữ thường không dấu, chữ số và . _ @ -")],
        error_messages={"unique": "Tên đăng nhập này đã có."},
    )
    full_name = NFCCharField("họ và tên", max_length=120)
    email = models.EmailField("thư điện tử", blank=True)
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    is_active = models.BooleanField("đang hoạt động", default=True)
    created_at = models.DateTimeField("lập lúc", auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"
        ordering = ["full_name", "username"]
        constraints = [
            models.CheckConstraint(condition=~Q(username=""), name="user_has_a_name"),
            # A letter that resets a password must lead to one account.
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="user_email_once"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.username


class Membership(models.Model):
    """One hat: a role that a user has in an agency. With several, the first is worn until another is chosen.

    A delegation (ủy quyền) is a hat with days: `delegated_by` lends it, under a document, and what is signed under it
    says so.
    """

    user = models.ForeignKey(User, verbose_name="người dùng", on_delete=models.CASCADE, related_name="memberships")
    agency = models.ForeignKey(Agency, verbose_name="cơ quan", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField("vai trò", max_length=20, choices=Role)
    is_active = models.BooleanField("đang dùng", default=True)
    delegated_by = models.ForeignKey(
        User, verbose_name="người ủy quyền", on_delete=models.PROTECT, null=True, blank=True, related_name="delegations"
    )
    document = NFCCharField("văn bản ủy quyền", max_length=200, blank=True)
    from_on = models.DateField("từ ngày", null=True, blank=True)
    to_on = models.DateField("đến ngày", null=True, blank=True)

    class Meta:
        verbose_name = "vai trò tại cơ quan"
        verbose_name_plural = "vai trò tại cơ quan"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency", "role"], condition=Q(delegated_by__isnull=True), name="membership_once"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(delegated_by__isnull=True)
                | (Q(from_on__isnull=False, to_on__isnull=False, to_on__gte=F("from_on")) & ~Q(document="")),
                name="membership_delegation_whole",
            ),
            models.CheckConstraint(
                condition=Q(delegated_by__isnull=True) | ~Q(delegated_by=F("user")), name="membership_lent_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.agency}"


class Invitation(models.Model):
    """A letter that lets one person make an account with one role at one agency, once, until it expires.

    Only the SHA-256 of the secret in the letter's link is stored.
    """

    email = models.EmailField("thư điện tử")
    full_name = NFCCharField("họ và tên", max_length=120)
    agency = models.ForeignKey(Agency, verbose_name="cơ quan", on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField("vai trò", max_length=20, choices=Role)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, verbose_name="người mời", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("mời lúc", auto_now_add=True)
    expires_at = models.DateTimeField("hết hạn lúc")
    accepted_at = models.DateTimeField("nhận lúc", null=True, editable=False)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    revoked_at = models.DateTimeField("hủy lúc", null=True, editable=False)

    class Meta:
        verbose_name = "thư mời"
        verbose_name_plural = "thư mời"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_known"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True), name="invitation_one_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}, {self.agency}"
