"""Who may receive support, by kind and place, on a day.

Since 15/10/2025 (NĐ 235/2025): every commune, ward and special zone of a province; of a centrally-run city the
communes and special zones, and wards only inside a recognised craft village. Before that day the place counted by its
class (district, town, grade of the city), which records of today cannot decide: a person checks it. Projects approved
before the decree go on under the old rule, so `on` is the day of approval, or today for a new one.
"""

from __future__ import annotations

from datetime import date

from khuyencong.core.dates import format_date
from khuyencong.core.findings import Blocker, Finding, NeedsApproval, Warning_
from khuyencong.law.regulations import regulations

NEW_RULE = "nd-235-2025"
OLD_ARTICLE = "điểm a khoản 2 Điều 1 Nghị định 45/2012/NĐ-CP; Điều 3 Thông tư 46/2012/TT-BCT"
NEW_ARTICLE = "khoản 1 Điều 1 Nghị định 235/2025/NĐ-CP"
CLEANER_PRODUCTION = frozenset({"cleaner_production_model", "cleaner_production_assessment", "sustainable_production"})
RURAL_KINDS = frozenset({"sme", "cooperative", "cooperative_group", "household"})
KINDS_WITHOUT_PLACE = frozenset({"artisan", "cluster_investor"})
KINDS_SINCE_NEW_RULE = KINDS_WITHOUT_PLACE | {"cooperative_union"}
WARD = "phường"
PLACES_SINCE_NEW_RULE = frozenset({"xã", WARD, "đặc khu"})


def new_rule_from() -> date:
    """The first day of the places rule of NĐ 235/2025."""
    return regulations().documents[NEW_RULE].valid_from or date.max


def establishment_eligible(
    kind: str,
    province_is_city: bool,  # noqa: FBT001  a fact about the place, read off its record beside the others
    commune_kind: str,
    on: date,
    activity: str,
    *,
    in_craft_village: bool = False,
) -> list[Finding]:
    """What speaks against an establishment of this kind at this place receiving support for the activity on the day.

    `kind`: sme, cooperative, cooperative_group, cooperative_union, household, industrial, cluster_investor, artisan.
    `commune_kind`: 'xã', 'phường' or 'đặc khu'. Cleaner production has no limit of place or size. Empty: nothing.
    """
    if activity in CLEANER_PRODUCTION:
        return []
    since = new_rule_from()
    article = NEW_ARTICLE if on >= since else OLD_ARTICLE
    if kind == "industrial":
        sentence = "Cơ sở không thuộc công nghiệp nông thôn chỉ được hỗ trợ áp dụng sản xuất sạch hơn."
        return [Blocker("only_cleaner_production", sentence, article)]
    if kind not in RURAL_KINDS | KINDS_SINCE_NEW_RULE:
        return [Warning_("kind_unknown", "Chưa rõ loại hình cơ sở: kiểm tra đối tượng được hỗ trợ.", article)]
    if on < since:
        return _before(kind, on)
    if kind in KINDS_WITHOUT_PLACE:
        sentence = "Điều kiện riêng của loại hình này chưa đọc được trong văn bản: kiểm tra bằng hồ sơ."
        return [Warning_("kind_conditions_unread", sentence, article)]
    return _place(commune_kind, since, closed_ward=province_is_city and not in_craft_village)


def _place(commune_kind: str, since: date, *, closed_ward: bool) -> list[Finding]:
    if commune_kind not in PLACES_SINCE_NEW_RULE:
        if closed_ward:
            sentence = (
                "Hãy ghi xã, phường của cơ sở: ở thành phố trực thuộc Trung ương, địa bàn quyết định việc được hỗ trợ."
            )
            return [Blocker("place_unknown_in_city", sentence, NEW_ARTICLE)]
        sentence = "Chưa rõ cơ sở ở xã, phường hay đặc khu: kiểm tra địa bàn trước khi hỗ trợ."
        return [NeedsApproval("place_unknown", sentence, NEW_ARTICLE)]
    if closed_ward and commune_kind == WARD:
        sentence = (
            "Phường của thành phố trực thuộc Trung ương chỉ được hỗ trợ khi cơ sở ở trong làng nghề được công nhận"
            f" (từ {format_date(since)})."
        )
        return [Blocker("ward_of_city", sentence, NEW_ARTICLE)]
    return []


def _before(kind: str, on: date) -> list[Finding]:
    found: list[Finding] = []
    if kind in KINDS_SINCE_NEW_RULE:
        sentence = f"Ngày {format_date(on)} loại hình này chưa được nêu tên trong đối tượng hưởng khuyến công."
        found.append(NeedsApproval("kind_not_named_yet", sentence, OLD_ARTICLE))
    sentence = (
        "Quy định áp dụng trước 15/10/2025: kiểm tra bằng hồ sơ địa bàn (huyện, thị xã, thị trấn, xã, phường của "
        "thành phố loại 2, loại 3, phường của thành phố loại 1 lên từ xã chưa quá 05 năm)."
    )
    found.append(Warning_("place_class_by_hand", sentence, OLD_ARTICLE))
    return found
