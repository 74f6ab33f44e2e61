"""Whether the preferred place that a đề án claims stands on the province's list, for the site of one beneficiary.

The claim is the officer's and stays as it is; where it and the list disagree, a person looks (NĐ 45/2012 Đ6.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from khuyencong.areas.models import PreferredArea
from khuyencong.areas.queries import PreferredBook, Site, site_of
from khuyencong.core.dates import format_date
from khuyencong.establishments.models import Establishment
from khuyencong.law.catalogue import catalogue
from khuyencong.law.eligibility import Answer, Verdict

TOPIC, LABEL = "priority_place", "Địa bàn ưu tiên"
DIFFICULT_AREA = "difficult_area"  # code of law/catalogue.yaml, priority_places


def site_of_establishment(establishment: Establishment) -> Site:
    """Where it lies; needs `commune` and `province` loaded."""
    return site_of(establishment.province, establishment.province_before_id, establishment.commune)


def preferred_answer(claim: str, site: Site, book: PreferredBook) -> Answer | None:
    """What the list says about the claimed code ("" = none); None where there is neither a claim nor a row."""
    rows = book.of(site)
    if not claim:
        return _unclaimed(rows) if rows else None
    known = catalogue().priority_places.get(claim)
    name, article = (known.name, known.article) if known else (claim, "")
    standing = [row for row in rows if row.priority_place == claim]
    if standing:
        sentence = f"Đề án ghi «{name}»; danh sách của tỉnh có {_cited(standing)}."
        return Answer(TOPIC, "priority_place_listed", LABEL, Verdict.YES, sentence, article)
    if not book.keeps(claim, site):
        sentence = f"Đề án ghi «{name}»; tỉnh chưa ghi danh sách loại địa bàn này để đối chiếu: kiểm tra bằng hồ sơ."
        return Answer(TOPIC, "priority_place_no_list", LABEL, Verdict.CHECK, sentence, article, advice=True)
    others = f" Nơi này có trong danh sách khác: {_cited(rows)}." if rows else ""
    sentence = f"Đề án ghi «{name}» nhưng danh sách của tỉnh không có nơi đặt cơ sở.{others}"
    return Answer(TOPIC, "priority_place_not_listed", LABEL, Verdict.CHECK, sentence, article)


def _unclaimed(rows: Sequence[PreferredArea]) -> Answer:
    sentence = f"Nơi đặt cơ sở có trong danh sách: {_cited(rows)}; đề án chưa ghi địa bàn ưu tiên."
    articles = "; ".join(dict.fromkeys(row.place_article for row in rows))
    return Answer(TOPIC, "priority_place_unclaimed", LABEL, Verdict.CHECK, sentence, articles, advice=True)


def _cited(rows: Iterable[PreferredArea]) -> str:
    return "; ".join(
        f"{row.commune or row.province.name} – {row.place_name} ({row.document}, từ {format_date(row.from_on)})"
        for row in rows
    )


def is_difficult(claim: str, site: Site, book: PreferredBook) -> bool | None:
    """Whether the site is a difficult area by the claim or by the list; None where neither says so."""
    listed = any(row.priority_place == DIFFICULT_AREA for row in book.of(site))
    return True if listed or claim == DIFFICULT_AREA else None


def suggestion_for(rows: Sequence[PreferredArea]) -> str:
    """What the form says beside the claim: the rows in which the place of the đề án lies; "" without one."""
    return f"Danh sách của tỉnh có: {_cited(rows)}." if rows else ""
