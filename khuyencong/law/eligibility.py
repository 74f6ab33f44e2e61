"""Who may receive support on a day: kind of establishment, place, trade, own capital, no support twice.

Every question is answered with its article, also where the answer is yes. Projects approved before a rule go on under
the old one, so the day asked for is the day of approval, or today for a new project.
"""

from __future__ import annotations

from datetime import date

from khuyencong.core.dates import format_date
from khuyencong.law.answers import (
    CLEANER_PRODUCTION,
    Answer,
    EarlierSupport,
    EligibilityQuery,
    Match,
    OldPlace,
    Verdict,
)
from khuyencong.law.catalogue import Entry, catalogue
from khuyencong.law.place_rule import (
    CLEANER_ARTICLE,
    NEW_ARTICLE,
    OLD_ARTICLE,
    OTHERS_ARTICLE,
    new_rule_from,
    place_answer,
)
from khuyencong.law.regulations import regulations
from khuyencong.law.values import UNREAD_ARTICLE

__all__ = [
    "Answer",
    "EarlierSupport",
    "EligibilityQuery",
    "Match",
    "OldPlace",
    "Verdict",
    "eligibility",
    "new_rule_from",
]

RURAL_KINDS = frozenset({"sme", "cooperative", "cooperative_group", "household"})
SINCE_NEW_RULE = frozenset({"cooperative_union", "cluster_investor", "artisan"})
POLLUTION = frozenset({"pollution_establishment", "pollution_cluster"})
SUSTAINABLE_PRODUCTION = "sustainable_production"
MINERALS = "minerals"
BUILDING_MATERIALS = "building_materials"
KILNS = "khoản 1 Điều 5 Thông tư 46/2012/TT-BCT"
CLEANER_TRADE = "điểm g khoản 1 Điều 5 Nghị định 45/2012/NĐ-CP"
TRADES = "khoản 1 Điều 5 Nghị định 45/2012/NĐ-CP"


def eligibility(query: EligibilityQuery) -> tuple[Answer, ...]:
    """The answers about one beneficiary, in the order in which an officer asks; never an exception."""
    first = regulations().documents["nd-45-2012"].valid_from or date.min
    if query.on < first:
        sentence = (
            f"Ngày {format_date(query.on)} Nghị định 45/2012/NĐ-CP chưa có hiệu lực: quy định khi ấy chưa có ở đây."
        )
        return (Answer("kind", "before_the_decree", "Loại hình cơ sở", Verdict.CHECK, sentence, OLD_ARTICLE),)
    return (
        _kind(query),
        place_answer(query),
        _trade(query),
        _own_capital(query),
        _earlier_support(query),
    )


def _kind(query: EligibilityQuery) -> Answer:
    article = NEW_ARTICLE if query.on >= new_rule_from() else OLD_ARTICLE
    if query.activity in CLEANER_PRODUCTION:
        return _kind_for_cleaner_production(query.activity)
    if query.kind == "industrial":
        sentence = "Cơ sở không thuộc công nghiệp nông thôn chỉ được hỗ trợ áp dụng sản xuất sạch hơn."
        return _about_kind("only_cleaner_production", Verdict.NO, sentence, article)
    if query.kind in SINCE_NEW_RULE:
        return _kind_since_new_rule(query)
    if query.kind in RURAL_KINDS:
        return _about_kind("kind", Verdict.YES, "Loại hình này thuộc đối tượng được hỗ trợ.", article)
    sentence = "Chưa rõ loại hình cơ sở: kiểm tra đối tượng được hỗ trợ."
    return _about_kind("kind_unknown", Verdict.CHECK, sentence, article, advice=True)


def _kind_for_cleaner_production(activity: str) -> Answer:
    if activity == SUSTAINABLE_PRODUCTION:
        sentence = "Cơ sở áp dụng sản xuất và tiêu dùng bền vững thuộc đối tượng được hỗ trợ."
        return _about_kind("any_kind", Verdict.YES, sentence, OTHERS_ARTICLE)
    sentence = "Áp dụng sản xuất sạch hơn không giới hạn loại hình và quy mô của cơ sở sản xuất công nghiệp."
    return _about_kind("any_kind", Verdict.YES, sentence, CLEANER_ARTICLE)


def _kind_since_new_rule(query: EligibilityQuery) -> Answer:
    """Kinds that NĐ 235/2025 names for the first time."""
    if query.on < new_rule_from():
        sentence = f"Ngày {format_date(query.on)} loại hình này chưa được nêu tên trong đối tượng hưởng khuyến công."
        return _about_kind("kind_not_named_yet", Verdict.CHECK, sentence, OLD_ARTICLE)
    if query.kind == "artisan":
        sentence = "Nghệ nhân nhân dân, nghệ nhân ưu tú được hỗ trợ (theo báo chí); điều kiện riêng chưa đọc được trong văn bản."
        return _about_kind(
            "kind_conditions_unread", Verdict.CHECK, sentence, OTHERS_ARTICLE, verified=False, advice=True
        )
    article = OTHERS_ARTICLE if query.kind == "cluster_investor" else NEW_ARTICLE
    return _about_kind("kind", Verdict.YES, "Loại hình này thuộc đối tượng được hỗ trợ.", article)


def _trade(query: EligibilityQuery) -> Answer:
    if query.activity in CLEANER_PRODUCTION | POLLUTION:
        sentence = "Sản xuất sạch hơn và xử lý ô nhiễm môi trường được hỗ trợ trong mọi ngành sản xuất công nghiệp."
        read = query.activity != SUSTAINABLE_PRODUCTION
        return _about_trade("any_trade", Verdict.YES, sentence, CLEANER_TRADE, verified=read)
    if not query.sector:
        return _about_trade("trade_unknown", Verdict.CHECK, "Chưa ghi ngành nghề của cơ sở.", TRADES, advice=True)
    found = catalogue().sectors.get(query.sector)
    if found is None:
        sentence = f"Ngành nghề mã «{query.sector}» không có trong danh mục được hưởng chính sách khuyến công."
        return _about_trade("trade_not_listed", Verdict.NO, sentence, TRADES)
    return _listed_trade(found, query)


def _listed_trade(found: Entry, query: EligibilityQuery) -> Answer:
    verified = found.verified and UNREAD_ARTICLE not in found.article
    if not found.in_force(query.on):
        sentence = (
            f"Ngày {format_date(query.on)} ngành «{found.name}» chưa thuộc danh mục được hưởng chính sách khuyến công."
        )
        return _about_trade("trade_not_in_force", Verdict.NO, sentence, found.article, verified=verified)
    if found.code == MINERALS and not query.difficult_area:
        unknown = query.difficult_area is None
        sentence = "Khai thác, chế biến khoáng sản chỉ được hỗ trợ ở địa bàn khó khăn và đặc biệt khó khăn"
        sentence = f"{sentence}: kiểm tra địa bàn." if unknown else f"{sentence}."
        return _about_trade("minerals_elsewhere", Verdict.CHECK if unknown else Verdict.NO, sentence, found.article)
    if found.code == BUILDING_MATERIALS and query.on >= (regulations().documents["tt-46-2012"].valid_from or date.min):
        sentence = (
            "Không hỗ trợ sản xuất gạch đất sét nung bằng lò thủ công cải tiến, lò vòng gây ô nhiễm môi trường: "
            "kiểm tra công nghệ của cơ sở."
        )
        return _about_trade("brick_kiln", Verdict.CHECK, sentence, KILNS, advice=True)
    sentence = f"«{found.name}» thuộc danh mục ngành nghề được hưởng chính sách khuyến công."
    return _about_trade("trade", Verdict.YES, sentence, found.article, verified=verified)


def _own_capital(query: EligibilityQuery) -> Answer:
    article, verified = _condition_article("khoản 3", query.on)
    code, verdict = "own_capital", Verdict.YES
    sentence = "Cơ sở đã đầu tư hoặc cam kết đầu tư đủ phần kinh phí ngoài hỗ trợ của Nhà nước."
    if query.commits_own_capital is None:
        code, verdict = "own_capital_unknown", Verdict.CHECK
        sentence = "Kiểm tra cam kết đầu tư đủ phần kinh phí ngoài hỗ trợ của Nhà nước."
    elif not query.commits_own_capital:
        code, verdict = "own_capital_missing", Verdict.NO
        sentence = "Chưa có cam kết đầu tư đủ phần kinh phí ngoài hỗ trợ của Nhà nước."
    return Answer("own_capital", code, "Vốn của cơ sở", verdict, sentence, article, verified=verified)


def _earlier_support(query: EligibilityQuery) -> Answer:
    """The same content of cost is paid by the State once; where the records do not tell, a person looks."""
    article, verified = _condition_article("khoản 4", query.on)
    code, verdict, sentence = _about_earlier_support(query)
    return Answer("earlier_support", code, "Hỗ trợ trùng", verdict, sentence, article, verified=verified)


def _about_earlier_support(query: EligibilityQuery) -> tuple[str, Verdict, str]:
    """Code, verdict and sentence."""
    same, unsure, other = (
        "; ".join(one.phrase for one in query.earlier_support if one.match is match) for match in Match
    )
    declared = query.declares_no_other_support
    known = f" Hồ sơ ghi: {unsure}." if unsure else ""
    known += f" Cho nội dung khác: {other}." if other else ""
    if same:
        sentence = f"Nhà nước đã hỗ trợ, hoặc đang được đề nghị hỗ trợ, cho cùng nội dung chi: {same}."
        sentence += " Cũng chưa có cam kết chưa được hỗ trợ." if declared is False else ""
        advice = "Nếu là hạng mục khác, hãy ghi rõ tên, ký hiệu, số máy trong dự toán."
        return "double_support", Verdict.NO, f"{sentence} {advice}"
    if declared is False:
        sentence = "Chưa có cam kết chưa được Nhà nước hỗ trợ cho cùng nội dung chi."
        return "no_declaration", Verdict.NO, f"{sentence}{known}"
    if unsure:
        sentence = "Kiểm tra các lần hỗ trợ khác có cùng nội dung chi không."
        return "earlier_support", Verdict.CHECK, f"{sentence}{known}"
    if declared is None:
        sentence = "Kiểm tra cam kết chưa được Nhà nước hỗ trợ cho cùng nội dung chi."
        return "declaration_unknown", Verdict.CHECK, f"{sentence}{known}"
    sentence = "Cơ sở cam kết chưa được Nhà nước hỗ trợ cho cùng nội dung chi; hồ sơ chưa ghi lần nào cho nội dung này."
    return "no_earlier_support", Verdict.YES, f"{sentence}{known}"


def _condition_article(clause: str, on: date) -> tuple[str, bool]:
    """Where the conditions of Đ7 TTLT 26/2014 stood on a day, and whether that text was read."""
    documents = regulations().documents
    read, after = documents["ttlt-26-2014"], documents["tt-28-2018"]
    if read.valid_from is not None and on < read.valid_from:
        return f"Thông tư liên tịch 125/2009/TTLT-BTC-BCT (điều, khoản {UNREAD_ARTICLE})", False
    if after.valid_from is not None and on >= after.valid_from:
        return f"Điều 5 {after.name} ({UNREAD_ARTICLE}; trước đó {clause} Điều 7 {read.name})", False
    return f"{clause} Điều 7 {read.name}", True


def _about_kind(
    code: str, verdict: Verdict, sentence: str, article: str, *, verified: bool = True, advice: bool = False
) -> Answer:
    return Answer("kind", code, "Loại hình cơ sở", verdict, sentence, article, verified=verified, advice=advice)


def _about_trade(
    code: str, verdict: Verdict, sentence: str, article: str, *, verified: bool = True, advice: bool = False
) -> Answer:
    return Answer("trade", code, "Ngành nghề", verdict, sentence, article, verified=verified, advice=advice)
