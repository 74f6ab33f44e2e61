"""«Tôi được hỗ trợ gì?»: five questions, answered by the law room as an officer would answer them at the counter.

Nothing is kept of who asks. The answers are those of `intake.chances` about an establishment that is not in the registry.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from khuyencong.core.findings import Blocker, Finding
from khuyencong.establishments.models import Establishment, EstablishmentKind
from khuyencong.intake.chances import Chance, PaperSets, chance_for, chances, papers_to_bring, to_take_part
from khuyencong.law.advances import AdvanceShare, advance_share_on
from khuyencong.law.answers import Answer, Verdict
from khuyencong.law.catalogue import Activity, activities_on
from khuyencong.law.deadlines import Deadline, registration_to_agency
from khuyencong.law.papers import Condition, OtherSupport, conditions_for, other_supports_for
from khuyencong.law.sheet import CalculationSheet, Step, SupportQuery
from khuyencong.law.support import priority_limit_on, support_for
from khuyencong.law.values import LOCAL, NATIONAL, Parameter, multiplier_text, percent_text
from khuyencong.normbook.book import current_book
from khuyencong.people.models import Agency
from khuyencong.places.models import Commune, Province
from khuyencong.portal.offices import offices_of

K = EstablishmentKind
KINDS = (
    (K.HOUSEHOLD, "Hộ kinh doanh"),
    (K.SME, "Doanh nghiệp nhỏ và vừa"),
    (K.COOPERATIVE, "Hợp tác xã"),
    (K.COOPERATIVE_GROUP, "Tổ hợp tác"),
    (K.COOPERATIVE_UNION, "Liên hiệp hợp tác xã"),
    (K.INDUSTRIAL, "Doanh nghiệp lớn, cơ sở công nghiệp khác"),
    (K.CLUSTER_INVESTOR, "Chủ đầu tư hạ tầng cụm công nghiệp"),
    (K.ARTISAN, "Nghệ nhân"),
)
# What people want to do, in their words; an activity that is not here goes by its name in the law.
PLAIN_WORDS = {
    "machinery": "Mua máy móc, thiết bị tiên tiến",
    "technology_line": "Lắp dây chuyền công nghệ",
    "technology_transfer": "Nhận chuyển giao công nghệ, kỹ thuật mới",
    "demonstration_model": "Làm mô hình trình diễn kỹ thuật, sản phẩm mới",
    "replication_model": "Cơ sở đang làm tốt, muốn giới thiệu cho nơi khác học theo",
    "enterprise_founding": "Thành lập doanh nghiệp sản xuất",
    "online_promotion": "Quảng bá, bán hàng trên mạng",
    "cleaner_production_model": "Làm thí điểm sản xuất sạch hơn",
    "cleaner_production_assessment": "Thuê đánh giá sản xuất sạch hơn",
    "fair_domestic_join": "Đi hội chợ, triển lãm trong nước",
    "trademark": "Xây dựng, đăng ký nhãn hiệu",
    "showroom": "Mở phòng trưng bày, giới thiệu sản phẩm",
    "consulting": "Cần người tư vấn, trợ giúp",
    "relocation_consulting": "Tư vấn để di dời cơ sở gây ô nhiễm",
    "relocation_interest": "Trả lãi vay để di dời cơ sở gây ô nhiễm",
    "pollution_establishment": "Xử lý ô nhiễm ở cơ sở",
    "digital_transformation": "Chuyển đổi số",
    "sustainable_production": "Sản xuất và tiêu dùng bền vững",
}
# Prizes are won in competitions: nobody asks for them as a cost.
NOT_ASKED_FOR = frozenset({"competition_prize"})
# What people make, under the words of the decree; "" is a trade that nobody finds in the list.
TRADE_EXAMPLES = {
    "agro_processing": "bún, miến, chè, gỗ, thủy sản, bánh kẹo",
    "consumer_export": "may, da giày, đồ gia dụng, bao bì",
    "rural_chemicals": "phân bón, thức ăn chăn nuôi",
    "building_materials": "gạch không nung, cấu kiện bê tông",
    "mechanical_electrical": "cơ khí, đúc, sửa máy, linh kiện",
    "handicraft": "mây tre, gốm, dệt, thêu, chạm khắc",
}
CITY = "Ở thành phố trực thuộc Trung ương, xã và đặc khu được hỗ trợ; phường chỉ khi cơ sở ở trong làng nghề được công nhận"
# Where an officer has to ask further, a stranger is told what to ask: answers of the law room in other words, by their code.
ASK_THE_COMMUNE = f"{CITY}: hãy chọn xã, phường ở câu 2 để có câu trả lời."
IN_A_VILLAGE = (
    "Phường chỉ được hỗ trợ khi làng nghề của bạn được Ủy ban nhân dân cấp tỉnh công nhận: cán bộ sẽ xem quyết định."
)
DIFFICULT_ONLY = "Kinh phí khuyến công quốc gia chỉ hỗ trợ doanh nghiệp thành lập ở địa bàn khó khăn, đặc biệt khó khăn: cán bộ sẽ xem."
FOUNDING, FOUNDING_PLACE = "enterprise_founding", "founding_difficult_area"
SOURCES = ((LOCAL, "Kinh phí khuyến công của tỉnh"), (NATIONAL, "Kinh phí khuyến công quốc gia"))


@dataclass(frozen=True, slots=True)
class Asked:
    """The five questions; None and "" where one was left open. `before`: the province until 30/06/2025.

    `in_village`: whether the owner says that the place is a craft village.
    """

    kind: str
    province: Province
    before: Province | None = None
    commune: Commune | None = None
    sector: str = ""
    activity: Activity | None = None
    cost: int | None = None
    in_village: bool = False

    @property
    def was_several(self) -> bool:
        """Whether the province was made of several."""
        return self.province.formerly.exclude(pk=self.province.pk).count() > 1

    @property
    def establishment(self) -> Establishment:
        """The establishment as the law asks about it; never saved."""
        return Establishment(
            kind=self.kind,
            sector=self.sector,
            province=self.province,
            province_before=self.before,
            commune=self.commune,
        )


@dataclass(frozen=True, slots=True)
class Money:
    """What one kind of money pays: `sheet` None where no cost was told, `terms` "" where no norm is known."""

    label: str
    terms: str
    citation: str
    doubtful: bool
    sheet: CalculationSheet | None
    advance: AdvanceShare
    unknown_place: bool = False

    @property
    def rate_unread(self) -> bool:
        """Whether the share of the cost was not read: the whole cost would be promised where perhaps a third is paid."""
        norm = self.sheet.norm if self.sheet else None
        return norm is not None and norm.rate is None and norm.doubtful and not norm.tiers

    @property
    def allowed(self) -> int | None:
        """The most that is paid, in đồng; None where no number follows."""
        return self.sheet.allowed if self.sheet and not self.rate_unread else None

    @property
    def steps(self) -> tuple[Step, ...]:
        """How that follows, without the line about a request."""
        return self.sheet.steps[:-1] if self.sheet and not self.rate_unread else ()

    @property
    def no_norm(self) -> str:
        """Why there is no norm, "" where there is one."""
        return self.sheet.no_norm if self.sheet else ""

    @property
    def findings(self) -> list[Finding]:
        """What a person still has to confirm about the norm; that the whole cost is more than the support stops nobody here."""
        return [one for one in self.sheet.findings if not isinstance(one, Blocker)] if self.sheet else []

    @property
    def advance_words(self) -> str:
        """How much may come before acceptance."""
        share = self.advance.share
        return self.advance.condition if not share else f"{percent_text(share)}: {self.advance.condition}"


@dataclass(frozen=True, slots=True)
class Reply:
    """Everything about one activity."""

    chance: Chance
    money: tuple[Money, ...]
    papers: PaperSets
    conditions: tuple[Condition, ...]
    elsewhere: tuple[OtherSupport, ...]
    priority: Parameter | None
    due: Deadline | None

    @property
    def priority_text(self) -> str:
        """By how much the norm may be raised: «1,5»."""
        return multiplier_text(self.priority.value) if self.priority else ""


def activity_words(activity: Activity) -> str:
    """The activity as people say it."""
    return PLAIN_WORDS.get(activity.code, activity.name)


def activity_choices(on: date) -> list[tuple[str, str]]:
    """What an establishment may want to do, in the order of the law."""
    asked_for = [one for one in activities_on(on) if one.per_beneficiary and one.code not in NOT_ASKED_FOR]
    return [(one.code, activity_words(one)) for one in asked_for]


def overview(asked: Asked, *, on: date) -> list[Chance]:
    """Every activity for such an establishment; a fixed number of queries."""
    found = [_as_asked(asked, one, on) for one in chances(asked.establishment, on=on)]
    return [one for one in found if one.activity.code not in NOT_ASKED_FOR]


def reply(asked: Asked, activity: Activity, *, on: date) -> Reply:
    """One activity: may I, how much, how it follows, with which papers and under which conditions."""
    chance = _as_asked(asked, chance_for(asked.establishment, activity, on=on), on)
    return Reply(
        chance=chance,
        money=tuple(_money(asked, chance, place, on) for place in range(len(SOURCES))),
        papers=papers_to_bring(activity.code, on=on),
        conditions=conditions_for(activity.code, on, sector=asked.sector),
        elsewhere=other_supports_for(activity.code, on),
        priority=priority_limit_on(on),
        due=_next_registration(on),
    )


def _as_asked(asked: Asked, chance: Chance, on: date) -> Chance:
    """The chance with what a stranger was not asked, or cannot know, left to be looked at instead of refused."""
    answers = [_gently(asked, one) for one in chance.answers]
    if chance.activity.code == FOUNDING:
        answers += [
            Answer(
                "area", FOUNDING_PLACE, "Địa bàn", Verdict.CHECK, DIFFICULT_ONLY, one.citation, verified=one.verified
            )
            for one in conditions_for(FOUNDING, on)
            if one.code == FOUNDING_PLACE
        ]
    return replace(chance, answers=tuple(answers))


def _gently(asked: Asked, answer: Answer) -> Answer:
    if answer.code == "place_unknown_in_city":
        return replace(answer, verdict=Verdict.CHECK, sentence=ASK_THE_COMMUNE)
    if answer.code == "ward_of_city" and asked.in_village:
        return replace(answer, verdict=Verdict.CHECK, sentence=IN_A_VILLAGE)
    return answer


def _next_registration(on: date) -> Deadline | None:
    """The next day before which departments register national đề án of a coming year."""
    for plan_year in (on.year + 1, on.year + 2):
        found = registration_to_agency(plan_year)
        if found is not None and not found.is_missed(on):
            return found
    return None


def offices(asked: Asked) -> list[Agency]:
    """Whom to turn to."""
    return offices_of(asked.province)


def together(on: date) -> list[Activity]:
    """What agencies organise and establishments take part in."""
    return to_take_part(on)


def _money(asked: Asked, chance: Chance, place: int, on: date) -> Money:
    source, label = SOURCES[place]
    amount = next(one for one in chance.amounts if one.label == label)
    keys = asked.establishment.norm_province_keys if source == LOCAL else ()
    sheet = None
    if asked.cost:
        query = SupportQuery(
            activity=chance.activity.code,
            source=source,
            on=on,
            province_keys=keys,
            beneficiary_name="",
            eligible_cost=asked.cost,
            total_cost=asked.cost,
            asked=asked.cost,
        )
        sheet = support_for(query, book=current_book())
    advance = advance_share_on(chance.activity.code, on, source=source)
    # Norms of the former provinces go on until the new one has its own: without the old name nobody knows which.
    unknown = source == LOCAL and not amount.terms and asked.before is None and asked.was_several
    return Money(label, amount.terms, amount.citation, amount.doubtful, sheet, advance, unknown)
