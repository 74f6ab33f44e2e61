"""An establishment at a fair, what it sold day by day, and the partners it met."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.establishments.models import Establishment
from khuyencong.fairs.models.fair import Fair, FairState
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind, User
from khuyencong.people.relations import Relation


class ParticipantState(models.TextChoices):
    INVITED = "invited", "Được mời"
    REGISTERED = "registered", "Đã đăng ký"
    ACCEPTED = "accepted", "Được tham gia"
    REFUSED = "refused", "Không được tham gia"
    WITHDRAWN = "withdrawn", "Không tham gia"


P = ParticipantState


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def visible_to(self, actor: Actor) -> ParticipantQuerySet:
        """Those of the fairs that the actor sees; of them an owner only the own establishment."""
        if actor.is_national:
            return self
        if actor.agency.kind == AgencyKind.ESTABLISHMENT:
            return self.filter(establishment__account=actor.agency.pk).exclude(fair__state=FairState.DRAFT)
        return self.filter(fair__in=Fair.objects.visible_to(actor).order_by())

    def with_all(self) -> ParticipantQuerySet:
        """With what its page and its permissions ask for, in the same query."""
        return self.select_related(
            "establishment__province__current",
            "establishment__commune",
            "establishment__account",
            "registered_by",
            "fair__project__province__current",
            "fair__project__implementing_unit",
            "fair__project__department",
        )


class Participant(CreatedOnce, models.Model):
    """An establishment that was invited to a fair or asked to come; once for each fair.

    `creation_key` is that of the registration, so that a form sent twice registers once.
    """

    fair = models.ForeignKey(Fair, models.PROTECT, related_name="participants")
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="fairs")
    state = models.CharField("trạng thái", max_length=10, choices=ParticipantState, editable=False)
    products = NFCTextField("sản phẩm trưng bày", max_length=1_000, blank=True)
    booths_wanted = models.PositiveSmallIntegerField("số gian muốn thuê", null=True, blank=True)
    note = NFCTextField("ghi chú", max_length=1_000, blank=True)
    reason = NFCTextField("lý do", max_length=1_000, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    registered_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = "cơ sở tham gia"
        verbose_name_plural = "cơ sở tham gia"
        ordering = ["establishment__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fair", "establishment"],
                name="fair_participant_once",
                violation_error_message="Cơ sở này đã có trong danh sách.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=P.REFUSED) | ~models.Q(reason=""), name="fair_participant_refused_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.establishment)

    def get_absolute_url(self) -> str:
        return reverse("fair_participant", args=[self.pk])

    @property
    def thread(self) -> str:
        return f"fair:{self.fair_id}"

    def related_agency_id(self, relation: Relation) -> int | None:
        if relation is Relation.ACCOUNT:
            return self.establishment.account_id
        return self.fair.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        if actor.agency.kind == AgencyKind.ESTABLISHMENT:
            return self.establishment.account_id == actor.agency.pk and self.fair.state != FairState.DRAFT
        return self.fair.is_in_scope(actor)


class DayResult(models.Model):
    """What one establishment did on one day of the fair; written again, it replaces what was there."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="days")
    on = models.DateField("ngày")
    sales = MoneyField("doanh số (đồng)", default=0)
    contacts = models.PositiveIntegerField("lượt khách hỏi mua, giao dịch", default=0)
    contracts = models.PositiveIntegerField("hợp đồng, biên bản ghi nhớ đã ký", default=0)
    contract_value = MoneyField("giá trị hợp đồng (đồng)", default=0)
    note = NFCTextField("ghi chú", max_length=1_000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["participant", "on"], name="fair_day_result_once"),
            models.CheckConstraint(
                condition=models.Q(sales__gte=0, contract_value__gte=0), name="fair_day_result_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(contracts__gt=0) | models.Q(contract_value=0),
                name="fair_day_value_of_contracts",
                violation_error_message="Giá trị hợp đồng chỉ ghi khi có hợp đồng.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}, {self.on:%d/%m/%Y}"


class LinkOutcome(models.TextChoices):
    WAITING = "waiting", "Đang theo dõi"
    ORDERED = "ordered", "Đã có đơn hàng"
    CONTRACTED = "contracted", "Đã ký hợp đồng"
    NOTHING = "nothing", "Không thành"


class PartnerLink(CreatedOnce, models.Model):
    """A buyer or distributor met at the fair, looked at again on `due_on` until something has come of it or not.

    What was signed at the fair itself stands in `DayResult`; `value` is what came later, so nothing is counted twice.
    """

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="links")
    partner = NFCCharField("đối tác, nhà phân phối", max_length=300)
    about = NFCTextField("trao đổi về", max_length=1_000, blank=True)
    due_on = models.DateField("hỏi lại ngày")
    outcome = models.CharField("kết quả", max_length=10, choices=LinkOutcome, default=LinkOutcome.WAITING)
    value = MoneyField("giá trị sau hội chợ (đồng)", default=0)
    told = NFCTextField("diễn biến", max_length=2_000, blank=True)
    asked_on = models.DateField("đã hỏi ngày", null=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["outcome", "due_on"], name="fair_link_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(value=0)
                | models.Q(value__gt=0, outcome__in=[LinkOutcome.ORDERED, LinkOutcome.CONTRACTED]),
                name="fair_link_value_of_an_outcome",
            )
        ]

    def __str__(self) -> str:
        return self.partner

    def is_overdue(self, on: date) -> bool:
        return self.outcome == LinkOutcome.WAITING and self.due_on < on


class FairDay(models.Model):
    """How many people came to the fair on one day, as its organiser counts them."""

    fair = models.ForeignKey(Fair, models.PROTECT, related_name="visitor_days")
    on = models.DateField("ngày")
    visitors = models.PositiveIntegerField("lượt khách tham quan")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["fair", "on"], name="fair_day_once")]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}: {self.visitors}"
