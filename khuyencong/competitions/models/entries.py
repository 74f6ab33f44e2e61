"""A product that takes part in a round, its photos and papers."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.competitions.models.people import JURY
from khuyencong.competitions.models.round import Round, RoundState, ScoringMode
from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import HaystackField, MoneyField, NFCCharField, NFCTextField
from khuyencong.establishments.models import Certificate as RegistryCertificate
from khuyencong.establishments.models import CertificateLevel, Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.kept_file import KeptFile
from khuyencong.people.models import Agency, AgencyKind, User
from khuyencong.people.relations import Relation
from khuyencong.people.scope import province_scope


class ProductGroup(models.TextChoices):
    """The four groups of TT 26/2014 Đ5."""

    CRAFT = "craft", "Thủ công mỹ nghệ"
    FOOD = "food", "Chế biến nông, lâm, thủy sản và thực phẩm"
    MACHINE = "machine", "Thiết bị, máy móc, dụng cụ và phụ tùng cơ khí"
    OTHERS = "others", "Các sản phẩm khác"


class EntryState(models.TextChoices):
    DRAFT = "draft", "Đang soạn"
    SUBMITTED = "submitted", "Đã nộp"
    INCOMPLETE = "incomplete", "Cần bổ sung"
    ACCEPTED = "accepted", "Được tham gia"
    REFUSED = "refused", "Không được tham gia"
    WITHDRAWN = "withdrawn", "Đã rút"


E = EntryState
# Those that are still in the running.
IN_PLAY = (E.DRAFT, E.SUBMITTED, E.INCOMPLETE, E.ACCEPTED)
BEFORE_RESULTS = (RoundState.CALLED, RoundState.SCORING, RoundState.SCORED)


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, actor: Actor) -> EntryQuerySet:
        """Of establishments in scope, of the own organisation, and of rounds that the actor's agency runs.

        A draft is seen by whoever writes it. In a blind round the people of the jury see none until it is decided,
        whatever hat they wear: they open their desk instead.
        """
        of_establishments = province_scope(
            actor,
            province="establishment__province",
            commune="establishment__commune",
            account="establishment__account",
        )
        seen = models.Q(round__agency__in=actor.agency_ids) | of_establishments
        if actor.agency.kind != AgencyKind.ESTABLISHMENT:
            seen &= ~models.Q(state=E.DRAFT) | models.Q(written_for__in=actor.agency_ids)
        return self.filter(seen).exclude(pk__in=self.model.objects.hidden_from(actor).values("pk"))

    def hidden_from(self, actor: Actor) -> EntryQuerySet:
        """Those whose makers this person must not know while judging them blind."""
        seats = Round.objects.filter(
            members__user=actor.user.pk,
            members__role__in=JURY,
            scoring_mode=ScoringMode.BLIND,
            state__in=BEFORE_RESULTS,
        )
        return self.filter(round__in=seats.order_by().values("pk")).order_by()

    def accepted(self) -> EntryQuerySet:
        return self.filter(state=E.ACCEPTED)

    def with_all(self) -> EntryQuerySet:
        """With what its page and its permissions ask for, in the same query."""
        return self.select_related(
            "round__agency__province__current",
            "round__province__current",
            "round__commune__current",
            "establishment__province__current",
            "establishment__commune__current",
            "establishment__province_before",
            "establishment__craft_village",
            "lower__entry__establishment",
            "lower__decision__round",
            "lower_record",
            "written_by",
            "written_for",
        )


class Entry(CreatedOnce, models.Model):
    """One product or set in one round (TT 26/2014 Đ4, Đ12). `product_key` ties it to other rounds and levels.

    The description follows what the articles judge; the layout of Phụ lục 1 and 2 could not be read.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="entries")
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, verbose_name="cơ sở", related_name="competition_entries"
    )
    product_key = models.UUIDField(default=uuid4, editable=False, db_index=True)
    product = NFCCharField("tên sản phẩm", max_length=200)
    haystack = HaystackField(of="product")
    is_set = models.BooleanField("là một bộ sản phẩm", default=False)
    set_parts = NFCTextField("các sản phẩm trong bộ", max_length=1_000, blank=True)
    group = models.CharField("nhóm sản phẩm", max_length=10, choices=ProductGroup)

    features = NFCTextField("đặc điểm, công dụng của sản phẩm", max_length=4_000, blank=True)
    materials = NFCTextField("nguyên liệu, vật liệu", max_length=2_000, blank=True)
    technology = NFCTextField("công nghệ, thiết bị sản xuất", max_length=2_000, blank=True)
    standards = NFCTextField("tiêu chuẩn chất lượng đang áp dụng", max_length=2_000, blank=True)
    output = NFCCharField("năng lực sản xuất một năm", max_length=200, blank=True)
    market = NFCTextField("thị trường, sản lượng tiêu thụ", max_length=2_000, blank=True)
    price = MoneyField("giá bán một đơn vị sản phẩm (đồng)", null=True, blank=True)
    revenue = MoneyField("doanh thu năm trước của sản phẩm (đồng)", null=True, blank=True)
    workers = models.PositiveIntegerField("số lao động làm sản phẩm", null=True, blank=True)
    impact = NFCTextField("hiệu quả kinh tế, xã hội, môi trường", max_length=2_000, blank=True)
    culture = NFCTextField("giá trị văn hóa, thẩm mỹ", max_length=2_000, blank=True)
    awards = NFCTextField("giải thưởng, chứng nhận đã có", max_length=2_000, blank=True)

    # TT 26/2014 Đ4.2, Đ4.3, Đ4.4; None: not answered yet.
    own_production = models.BooleanField("do chính cơ sở sản xuất", null=True, blank=True)
    mass_production = models.BooleanField("sản xuất được hàng loạt, không phải độc bản", null=True, blank=True)
    not_copied = models.BooleanField("không sao chép sản phẩm của người khác", null=True, blank=True)
    lawful = models.BooleanField("không vi phạm sở hữu trí tuệ, chất lượng, an toàn, môi trường", null=True, blank=True)
    consents = models.BooleanField("tự nguyện tham gia và chịu trách nhiệm về thông tin đã khai", default=False)
    may_keep = models.BooleanField("đồng ý để Hội đồng giữ sản phẩm trưng bày", default=False)

    # The certificate of the level below, one issued here or one in the register; or the letter that replaces it.
    lower = models.ForeignKey("Certificate", models.PROTECT, related_name="raised", null=True, blank=True)
    lower_record = models.ForeignKey(RegistryCertificate, models.PROTECT, related_name="+", null=True, blank=True)
    letter_number = NFCCharField("số văn bản đề nghị", max_length=60, blank=True)
    letter_on = models.DateField("ngày văn bản đề nghị", null=True, blank=True)
    letter_issuer = NFCCharField("cơ quan đề nghị", max_length=200, blank=True)
    # The level below held no round: then the letter alone stands for the certificate (Đ12.2.d).
    no_lower_round = models.BooleanField("cấp dưới không tổ chức bình chọn", default=False)

    number = models.PositiveIntegerField("số hồ sơ", null=True, editable=False)
    code = models.CharField("mã số bình chọn", max_length=12, blank=True, editable=False)
    state = models.CharField("trạng thái", max_length=10, choices=EntryState, default=EntryState.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    asked = NFCTextField("yêu cầu bổ sung, lý do", max_length=2_000, blank=True, editable=False)
    complete_by = models.DateField("hạn bổ sung", null=True, editable=False)
    # What an officer answered to a finding that this looks like another product.
    accepted_despite = NFCTextField("đã xem trùng lặp", max_length=2_000, blank=True, editable=False)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    written_for = models.ForeignKey(Agency, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    submitted_at = models.DateTimeField("nộp lúc", null=True, editable=False)
    # For the first time: the certificate of the level below must hold on this day, however long the checking takes.
    handed_in_on = models.DateField("ngày nộp lần đầu", null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "sản phẩm dự thi"
        verbose_name_plural = "sản phẩm dự thi"
        ordering = ["round", "number", "pk"]
        indexes = [models.Index(fields=["round", "state"], name="competition_entry_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "product_key"],
                condition=models.Q(state__in=IN_PLAY),
                name="competition_product_once",
                violation_error_message="Sản phẩm này đã có trong kỳ bình chọn.",
            ),
            models.UniqueConstraint(
                fields=["round", "code"], condition=~models.Q(code=""), name="competition_code_once"
            ),
            models.UniqueConstraint(
                fields=["round", "number"], condition=models.Q(number__isnull=False), name="competition_number_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=E.ACCEPTED) | ~models.Q(code=""), name="competition_accepted_has_code"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[E.DRAFT, E.WITHDRAWN])
                | models.Q(number__isnull=False, submitted_at__isnull=False),
                name="competition_submitted_has_number",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[E.INCOMPLETE, E.REFUSED]) | ~models.Q(asked=""),
                name="competition_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(is_set=True) | models.Q(set_parts=""), name="competition_parts_of_a_set"
            ),
            models.CheckConstraint(
                condition=(models.Q(price__isnull=True) | models.Q(price__gte=0))
                & (models.Q(revenue__isnull=True) | models.Q(revenue__gte=0)),
                name="competition_entry_money",
            ),
        ]

    def __str__(self) -> str:
        return self.product

    def get_absolute_url(self) -> str:
        return reverse("competition_entry", args=[self.pk])

    @property
    def thread(self) -> str:
        """A timeline of its own: the owner reads it, and must not read that of the round."""
        return f"competition_entry:{self.pk}"

    @property
    def level(self) -> str:
        return CertificateLevel(self.round.level).label

    @property
    def may_be_changed(self) -> bool:
        return self.state in (E.DRAFT, E.INCOMPLETE)

    def related_agency_id(self, relation: Relation) -> int | None:
        match relation:
            case Relation.OWN:
                return self.round.agency_id
            case Relation.ACCOUNT:
                return self.establishment.account_id
            case _:
                return None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record; one query."""
        return Entry.objects.visible_to(actor).filter(pk=self.pk).exists()


class PhotoAngle(models.TextChoices):
    """TT 26/2014 Đ12.1.b: three photos from three angles."""

    FRONT = "front", "Chính diện"
    SIDE = "side", "Mặt bên"
    TOP = "top", "Từ trên xuống"
    MORE = "more", "Ảnh khác"


class EntryPhoto(KeptFile):
    """A photo without what the camera wrote into it; `likeness` is the small hash by which look-alikes are found."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="photos")
    file = models.FileField(upload_to="competitions/%Y/%m", max_length=200)
    angle = models.CharField("góc chụp", max_length=10, choices=PhotoAngle)
    likeness = models.CharField(max_length=16, blank=True)

    class Meta(KeptFile.Meta):
        indexes = [models.Index(fields=["likeness"], name="competition_photo_likeness")]
        constraints = [models.UniqueConstraint(fields=["entry", "sha256"], name="competition_photo_once")]

    def __str__(self) -> str:
        return self.get_angle_display()


class EntryPaperKind(models.TextChoices):
    """The papers of TT 26/2014 Đ12."""

    REGISTRATION = "registration", "Giấy chứng nhận đăng ký kinh doanh"
    LOWER = "lower", "Giấy chứng nhận cấp dưới còn giá trị"
    LETTER = "letter", "Văn bản đề nghị"
    QUALITY = "quality", "Chứng nhận chất lượng, an toàn thực phẩm"
    AWARD = "award", "Giấy khen, bằng khen"
    SIGNED = "signed", "Phiếu đăng ký, thuyết minh đã ký"
    MORE = "more", "Giấy tờ khác"


class EntryPaper(KeptFile):
    """A paper of the dossier as it came, outside the web root under a made-up name."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="papers")
    file = models.FileField(upload_to="competitions/%Y/%m", max_length=200)
    kind = models.CharField("loại giấy tờ", max_length=14, choices=EntryPaperKind)

    class Meta(KeptFile.Meta):
        constraints = [models.UniqueConstraint(fields=["entry", "sha256"], name="competition_entry_paper_once")]
