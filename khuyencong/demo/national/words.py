"""Names put together as Vietnamese ones are.

A few words («công ty», «cơ khí», «Thành») stand in very many of them, so that a search meets both the commonest word and
the rarest.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate
from random import Random

Weighted = tuple[tuple[str, int], ...]

# (how a name begins, kind, how often)
FORMS = (
    ("Công ty TNHH", "sme", 30), ("Công ty TNHH MTV", "sme", 14), ("Công ty cổ phần", "sme", 10),
    ("Doanh nghiệp tư nhân", "sme", 7), ("Hợp tác xã", "cooperative", 9), ("Tổ hợp tác", "cooperative_group", 2),
    ("Hộ kinh doanh", "household", 20), ("Cơ sở", "household", 8),
)  # fmt: skip
TRADES: Weighted = (
    ("sản xuất thương mại", 14), ("cơ khí", 12), ("chế biến nông sản", 10), ("cơ khí đúc", 3), ("đồ gỗ", 8),
    ("may mặc", 8), ("thực phẩm", 9), ("gốm sứ", 4), ("mây tre đan", 4), ("bánh tráng", 3), ("nước mắm", 3),
    ("vật liệu xây dựng", 8), ("dịch vụ kỹ thuật", 5), ("chế biến thủy sản", 6), ("bao bì", 3), ("trà và cà phê", 3),
    ("thủ công mỹ nghệ", 4), ("xay xát lúa gạo", 5), ("dệt thổ cẩm", 1), ("đúc đồng", 1), ("", 12),
)  # fmt: skip
FAMILIES: Weighted = (
    ("Nguyễn", 38), ("Trần", 11), ("Lê", 10), ("Phạm", 7), ("Hoàng", 5), ("Huỳnh", 5), ("Phan", 5), ("Vũ", 4),
    ("Võ", 4), ("Đặng", 3), ("Bùi", 3), ("Đỗ", 2), ("Hồ", 2), ("Ngô", 1), ("Dương", 1), ("Lý", 1),
)  # fmt: skip
SYLLABLES: Weighted = (
    ("Thành", 30), ("Phát", 26), ("An", 24), ("Phú", 22), ("Minh", 22), ("Đức", 18), ("Hưng", 18), ("Thịnh", 16),
    ("Phương", 14), ("Hòa", 14), ("Tân", 14), ("Việt", 14), ("Nam", 14), ("Long", 12), ("Đại", 12), ("Lợi", 12),
    ("Hải", 10), ("Bình", 10), ("Sơn", 10), ("Thanh", 10), ("Anh", 9), ("Quang", 9), ("Ngọc", 9), ("Hà", 8),
    ("Kim", 8), ("Gia", 8), ("Cường", 7), ("Tiến", 7), ("Dũng", 6), ("Tùng", 5), ("Xuân", 5), ("Hương", 5),
    ("Trường", 4), ("Ánh", 4), ("Đông", 4), ("Á", 3), ("Châu", 3), ("Khang", 3), ("Yến", 2), ("Ưu", 1), ("Ích", 1),
    ("Quỳnh", 1), ("Khuê", 1), ("Nghiêm", 1), ("Thuyên", 1),
)  # fmt: skip


@lru_cache
def _weights(weighted: Weighted) -> tuple[list[str], list[int]]:
    """The words, and the sums of their weights up to each."""
    return [word for word, _ in weighted], list(accumulate(weight for _, weight in weighted))


def pick(chance: Random, weighted: Weighted) -> str:
    """One of the words, each as often as its weight says."""
    words, weights = _weights(weighted)
    return chance.choices(words, cum_weights=weights)[0]


def own_name(chance: Random, *, person: bool) -> str:
    """A person's name, or what a business calls itself."""
    if person:
        return " ".join([pick(chance, FAMILIES), pick(chance, SYLLABLES), pick(chance, SYLLABLES)])
    return " ".join(pick(chance, SYLLABLES) for _ in range(chance.choice((1, 2, 2, 2, 3))))


def business_name(chance: Random) -> tuple[str, str]:
    """A name of an establishment and its kind."""
    form, kind, _ = chance.choices(FORMS, [weight for *_, weight in FORMS])[0]
    person = kind == "household" and chance.random() < 0.7  # most households bear a person's name
    parts = [form, pick(chance, TRADES), own_name(chance, person=person)]
    return " ".join(part for part in parts if part), kind
