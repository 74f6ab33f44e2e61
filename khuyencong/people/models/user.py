"""Users, the hats they wear at agencies, and the invitations that make new ones."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from khuyencong.core.fields import NFCCharField
from khuyencong.core.text import SORT_KEY_LENGTH, fold, sort_key
from khuyencong.people.models.agency import Agency
from khuyencong.people.roles import Role

if TYPE_CHECKING:
    from khuyencong.people.actors import Actor
    from khuyencong.people.relations import Relation


class UserManager(BaseUserManager["User"]):
    def in_scope_of(self, actor: "Actor") -> models.QuerySet["User"]:
        """People who have or had a hat at an agency that the actor's agency answers for."""
        hats = Membership.objects.filter(agency__in=Agency.objects.in_scope_of(actor).values("pk"))
        return self.filter(pk__in=hats.values("user"))

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


def name_key(full_name: str) -> str:
    """The sort key of a person's name: people are listed by given name, the last word, then by the whole."""
    words = full_name.split()
    return sort_key(" ".join([*words[-1:], *words[:-1]]))


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
    # Of another system (room `api`): nobody signs in as it, is told in its name, or chooses it as a person.
    is_system = models.BooleanField("của một hệ thống", default=False, editable=False)
    created_at = models.DateTimeField("lập lúc", auto_now_add=True)
    folded = models.CharField(max_length=500, editable=False)
    sort_key = models.CharField(max_length=SORT_KEY_LENGTH, editable=False, db_index=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"
        ordering = ["sort_key", "username"]
        constraints = [
            models.CheckConstraint(condition=~Q(username=""), name="user_has_a_name"),
            # A letter that resets a password must lead to one account.
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="user_email_once"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the search and sort columns true to the name."""
        self.folded = fold(f"{self.full_name} {self.username} {self.email}")[:500]
        self.sort_key = name_key(self.full_name or self.username)
        fields = kwargs.get("update_fields")
        if fields is not None and {"full_name", "username", "email"} & set(fields):
            kwargs["update_fields"] = {*fields, "folded", "sort_key"}
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.username

    @property
    def thread(self) -> str:
        """The name of the account's timeline in the audit log."""
        return f"user:{self.pk}"

    def related_agency_id(self, _relation: "Relation") -> int | None:
        return None

    def is_in_scope(self, actor: "Actor") -> bool:
        """The same answer as `in_scope_of`, for one record; one query."""
        return User.objects.in_scope_of(actor).filter(pk=self.pk).exists()


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

    @property
    def is_delegated(self) -> bool:
        return self.delegated_by_id is not None

    @property
    def label(self) -> str:
        """The hat as the menu and the pages call it; needs `agency` and `delegated_by` loaded."""
        lent = f", thừa ủy quyền của {self.delegated_by}" if self.delegated_by else ""
        return f"{self.get_role_display()} – {self.agency.short_name}{lent}"

    def related_agency_id(self, relation: "Relation") -> int | None:
        return self.agency_id if relation == "own" else None

    def is_in_scope(self, actor: "Actor") -> bool:
        """A hat is judged inside the agency in which it is worn."""
        return self.agency_id in actor.agency_ids


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
    version = models.PositiveIntegerField(default=1, editable=False)

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

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"invitation:{self.pk}"

    def is_open(self, at: dt.datetime) -> bool:
        """Whether the link can still be used at that moment."""
        return self.accepted_at is None and self.revoked_at is None and at < self.expires_at

    def related_agency_id(self, relation: "Relation") -> int | None:
        return self.agency_id if relation == "own" else None

    def is_in_scope(self, actor: "Actor") -> bool:
        """As the agency to which it invites."""
        return self.agency.is_in_scope(actor)
