"""Accounts at a bank or at the Treasury, of agencies and of establishments."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.places.models import covers

SHOWN_DIGITS = 4


class BankAccountQuerySet(models.QuerySet["BankAccount"]):
    def visible_to(self, actor: Actor) -> BankAccountQuerySet:
        """Those of the actor's own agency, those it keeps, and those named in a contract that the actor may open."""
        from khuyencong.finance.models.contract import Contract
        from khuyencong.finance.models.support_contract import SupportContract

        own = actor.agency_ids
        seen = Contract.objects.visible_to(actor).order_by()
        named = SupportContract.objects.visible_to(actor).order_by().values("account")
        return self.filter(
            models.Q(agency__in=own)
            | models.Q(kept_by__in=own)
            | models.Q(pk__in=seen.values("payer_account"))
            | models.Q(pk__in=seen.values("unit_account"))
            | models.Q(pk__in=named)
        )

    def valid_on(self, on: date) -> BankAccountQuerySet:
        return self.filter(covers(on, start="from_on", end="to_on"))


class BankAccount(CreatedOnce, models.Model):
    """Where somebody receives or pays money. A number is never changed: it ends, and another one is entered.

    `number` has letters and digits only: how a bank writes its numbers is not guessed.
    """

    agency = models.ForeignKey(
        Agency, models.PROTECT, verbose_name="cơ quan", related_name="bank_accounts", null=True, blank=True
    )
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, verbose_name="cơ sở", related_name="bank_accounts", null=True, blank=True
    )
    holder_name = NFCCharField("tên chủ tài khoản", max_length=200)
    number = NFCCharField("số tài khoản", max_length=40)
    bank = NFCCharField("ngân hàng hoặc Kho bạc Nhà nước", max_length=200)
    from_on = models.DateField("dùng từ ngày")
    to_on = models.DateField("dùng đến ngày", null=True, blank=True)
    kept_by = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan ghi", related_name="+", editable=False)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = BankAccountQuerySet.as_manager()

    class Meta:
        ordering = ["holder_name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agency__isnull=False, establishment__isnull=True)
                | models.Q(agency__isnull=True, establishment__isnull=False),
                name="bank_account_has_one_holder",
            ),
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gte=models.F("from_on")),
                name="bank_account_days_in_order",
            ),
            models.UniqueConstraint(
                fields=["agency", "number", "bank"],
                condition=models.Q(to_on__isnull=True, agency__isnull=False),
                name="bank_account_of_agency_once",
            ),
            models.UniqueConstraint(
                fields=["establishment", "number", "bank"],
                condition=models.Q(to_on__isnull=True, establishment__isnull=False),
                name="bank_account_of_establishment_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}, {self.bank} ({self.holder_name})"

    @property
    def trail_label(self) -> str:
        """What the trail calls it: neither the whole number nor who holds it."""
        return f"Tài khoản {self.masked}"

    @property
    def holder(self) -> str:
        """Whose it is, by the name of today."""
        return self.agency.name if self.agency else self.establishment.name if self.establishment else ""

    @property
    def masked(self) -> str:
        """For the trail: the last digits only."""
        return f"…{self.number[-SHOWN_DIGITS:]}, {self.bank}"

    @property
    def thread(self) -> str:
        """The name of this account's timeline in the audit log."""
        return f"bank_account:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        """OWN: whose it is, or who keeps that of an establishment; PAYER: a payer that keeps that of a unit."""
        match relation:
            case Relation.OWN:
                return self.agency_id if self.agency_id is not None else self.kept_by_id
            case Relation.PAYER:
                return self.kept_by_id
            case _:
                return None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return BankAccount.objects.visible_to(actor).filter(pk=self.pk).exists()
