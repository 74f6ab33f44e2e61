"""Whether a place counts: two rules, before and since NĐ 235/2025 (15/10/2025).

Since then: every commune, ward and special zone of a province; of a centrally-run city the communes and special zones,
and wards only inside a recognised craft village. Before: the class of the place (district, town, grade of the city),
which records of today do not hold, so without an `OldPlace` a person checks it. Cleaner production has no limit of
place on any day.
"""

from __future__ import annotations

from datetime import date

from khuyencong.core.dates import format_date
from khuyencong.law.answers import CLEANER_PRODUCTION, Answer, EligibilityQuery, OldPlace, Verdict
from khuyencong.law.regulations import regulations

OLD_ARTICLE = "điểm a khoản 2 Điều 1 Nghị định 45/2012/NĐ-CP; khoản 1 Điều 3 Thông tư 46/2012/TT-BCT"
NEW_ARTICLE = "điểm a khoản 2 Điều 1 Nghị định 45/2012/NĐ-CP, theo khoản 1 Điều 1 Nghị định 235/2025/NĐ-CP"
OTHERS_ARTICLE = "điểm b khoản 2 Điều 1 Nghị định 45/2012/NĐ-CP, theo khoản 1 Điều 1 Nghị định 235/2025/NĐ-CP"
CLEANER_ARTICLE = "điểm b khoản 2 Điều 1 Nghị định 45/2012/NĐ-CP; khoản 2 Điều 3 Thông tư 46/2012/TT-BCT"
YOUNG_WARD_ARTICLE = "điểm a khoản 2 Điều 1 Nghị định 45/2012/NĐ-CP; điểm đ khoản 1 Điều 3 Thông tư 46/2012/TT-BCT"
KINDS_WITHOUT_PLACE = frozenset({"artisan", "cluster_investor"})
WARD = "phường"
PLACES_SINCE_NEW_RULE = frozenset({"xã", WARD, "đặc khu"})
OLD_PLACES_THAT_COUNT = frozenset({"huyện", "thị xã", "thị trấn", "xã"})
GRADES_THAT_COUNT = frozenset({2, 3})
SPECIAL_GRADE, FIRST_GRADE = 0, 1
YOUNG_WARD_YEARS = 5


def new_rule_from() -> date:
    """The first day of the places rule of NĐ 235/2025."""
    return regulations().documents["nd-235-2025"].valid_from or date.max


def place_answer(query: EligibilityQuery) -> Answer:
    """Whether the place of the establishment counts on the day of the query."""
    if query.activity in CLEANER_PRODUCTION:
        read = query.activity != "sustainable_production"
        sentence = "Áp dụng sản xuất sạch hơn được hỗ trợ ở mọi địa bàn."
        return _answer("any_place", Verdict.YES, sentence, CLEANER_ARTICLE if read else OTHERS_ARTICLE, verified=read)
    if query.on >= new_rule_from():
        return _since(query)
    if query.old_place is None:
        return _answer(
            "place_class_by_hand",
            Verdict.CHECK,
            "Quy định áp dụng trước 15/10/2025: kiểm tra bằng hồ sơ địa bàn (huyện, thị xã, thị trấn, xã, phường của "
            "thành phố loại 2, loại 3, phường của thành phố loại 1 lên từ xã chưa quá 05 năm).",
            OLD_ARTICLE,
            advice=True,
        )
    return _before(query.old_place, query.plan_year)


def _since(query: EligibilityQuery) -> Answer:
    if query.kind in KINDS_WITHOUT_PLACE:
        sentence = "Phần văn bản đã đọc không gắn loại hình này với địa bàn nào: kiểm tra bằng hồ sơ."
        return _answer("place_not_stated", Verdict.CHECK, sentence, OTHERS_ARTICLE, verified=False, advice=True)
    if query.in_craft_village:
        sentence = "Cơ sở ở trong làng nghề được Ủy ban nhân dân cấp tỉnh công nhận."
        return _answer("craft_village", Verdict.YES, sentence, NEW_ARTICLE)
    known = query.commune_kind in PLACES_SINCE_NEW_RULE
    return _in_city(query.commune_kind, known=known) if query.province_is_city else _in_province(known=known)


def _in_province(*, known: bool) -> Answer:
    if not known:
        sentence = "Chưa rõ cơ sở ở xã, phường hay đặc khu: kiểm tra địa bàn trước khi hỗ trợ."
        return _answer("place_unknown", Verdict.CHECK, sentence, NEW_ARTICLE)
    sentence = f"Từ {format_date(new_rule_from())}, mọi xã, phường, đặc khu của tỉnh đều thuộc địa bàn được hỗ trợ."
    return _answer("place_of_province", Verdict.YES, sentence, NEW_ARTICLE)


def _in_city(commune_kind: str, *, known: bool) -> Answer:
    """Of a centrally-run city, outside craft villages."""
    if not known:
        sentence = (
            "Hãy ghi xã, phường của cơ sở: ở thành phố trực thuộc Trung ương, địa bàn quyết định việc được hỗ trợ."
        )
        return _answer("place_unknown_in_city", Verdict.NO, sentence, NEW_ARTICLE)
    if commune_kind == WARD:
        sentence = (
            "Phường của thành phố trực thuộc Trung ương chỉ được hỗ trợ khi cơ sở ở trong làng nghề được công nhận"
            f" (từ {format_date(new_rule_from())})."
        )
        return _answer("ward_of_city", Verdict.NO, sentence, NEW_ARTICLE)
    sentence = "Xã, đặc khu của thành phố trực thuộc Trung ương thuộc địa bàn được hỗ trợ."
    return _answer("commune_of_city", Verdict.YES, sentence, NEW_ARTICLE)


def _before(place: OldPlace, plan_year: int | None) -> Answer:
    if place.kind in OLD_PLACES_THAT_COUNT:
        sentence = "Huyện, thị xã, thị trấn và xã thuộc địa bàn được hỗ trợ."
        return _answer("old_place", Verdict.YES, sentence, OLD_ARTICLE)
    if place.kind != WARD:
        sentence = f"Chưa rõ «{place.kind}» là huyện, thị xã, thị trấn, xã hay phường: kiểm tra hồ sơ địa bàn."
        return _answer("old_place_unknown", Verdict.CHECK, sentence, OLD_ARTICLE)
    if place.city_grade in GRADES_THAT_COUNT:
        sentence = f"Phường của thành phố loại {place.city_grade} thuộc địa bàn được hỗ trợ."
        return _answer("ward_of_small_city", Verdict.YES, sentence, OLD_ARTICLE)
    if place.city_grade == SPECIAL_GRADE:
        sentence = "Phường của thành phố loại đặc biệt không thuộc địa bàn được hỗ trợ; địa bàn tính theo nơi trực tiếp sản xuất."
        return _answer("ward_of_special_city", Verdict.NO, sentence, OLD_ARTICLE)
    if place.city_grade != FIRST_GRADE:
        sentence = "Chưa rõ phường thuộc thành phố loại mấy: kiểm tra hồ sơ địa bàn."
        return _answer("city_grade_unknown", Verdict.CHECK, sentence, OLD_ARTICLE)
    return _ward_of_first_grade(place.ward_since, plan_year)


def _ward_of_first_grade(since: date | None, plan_year: int | None) -> Answer:
    """TT 46/2012 Đ3.1.đ: at most five years from the conversion to 31/12 of the year before the plan is drawn up.

    A yearly plan is drawn up in the year before its own (TT 36/2013 Đ10), what is added to it in its own year: where
    that decides, a person looks.
    """
    if since is None or plan_year is None:
        sentence = (
            "Phường của thành phố loại 1 chỉ được hỗ trợ khi lên từ xã chưa quá 05 năm: "
            "ghi ngày có hiệu lực của quyết định chuyển đổi và năm kế hoạch, hoặc kiểm tra bằng hồ sơ."
        )
        return _answer("ward_age_unknown", Verdict.CHECK, sentence, YOUNG_WARD_ARTICLE)
    ward = f"Phường của thành phố loại 1 lên từ xã ngày {format_date(since)}"
    first, last = date(plan_year - 2, 12, 31), date(plan_year - 1, 12, 31)
    if _is_young(since, last):
        sentence = f"{ward}, tính đến {format_date(last)} chưa quá 05 năm."
        return _answer("young_ward", Verdict.YES, sentence, YOUNG_WARD_ARTICLE)
    if _is_young(since, first):
        sentence = (
            f"{ward}: chưa quá 05 năm nếu kế hoạch được xây dựng trong năm {plan_year - 1} (tính đến {format_date(first)}), "
            f"đã quá 05 năm nếu trong năm {plan_year} (tính đến {format_date(last)}): kiểm tra năm xây dựng kế hoạch."
        )
        return _answer("ward_age_by_plan", Verdict.CHECK, sentence, YOUNG_WARD_ARTICLE)
    sentence = f"{ward}, tính đến {format_date(first)} đã quá 05 năm; địa bàn tính theo nơi trực tiếp sản xuất."
    return _answer("ward_of_first_grade_city", Verdict.NO, sentence, YOUNG_WARD_ARTICLE)


def _is_young(since: date, on: date) -> bool:
    """Whether a ward made of a commune on `since` is at most five years old on a day."""
    return (since.year + YOUNG_WARD_YEARS, since.month, since.day) >= (on.year, on.month, on.day)


def _answer(
    code: str, verdict: Verdict, sentence: str, article: str, *, verified: bool = True, advice: bool = False
) -> Answer:
    return Answer("place", code, "Địa bàn", verdict, sentence, article, verified=verified, advice=advice)
