"""A hundred and fifty thousand establishments, made up in bulk: what the registry holds when all provinces have entered theirs.

Names are put together as Vietnamese ones are: a few words («công ty», «cơ khí», «Thành») stand in very many of them, so
that a search meets both the commonest word and the rarest.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate, islice
from random import Random

from django.db import connection

from khuyencong.core.money import MILLION
from khuyencong.core.text import fold
from khuyencong.establishments.keys import name_key
from khuyencong.establishments.models import Certificate, Establishment, FormerName, Need, Paper
from khuyencong.law.catalogue import sector_choices
from khuyencong.people.models import Agency, User
from khuyencong.places.models import Commune, Province

BATCH = 2_000
RARE_NAME = "Công ty TNHH cơ khí đúc Thành Phương"
RARE_WORD = "xuxulabaxi"  # stands in one name only
FIRST_TAX_CODE = 300_000_000
FIRST_PHONE = 900_000_000

# (how a name begins, kind, how often)
FORMS = (
    ("Công ty TNHH", "sme", 30), ("Công ty TNHH MTV", "sme", 14), ("Công ty cổ phần", "sme", 10),
    ("Doanh nghiệp tư nhân", "sme", 7), ("Hợp tác xã", "cooperative", 9), ("Tổ hợp tác", "cooperative_group", 2),
    ("Hộ kinh doanh", "household", 20), ("Cơ sở", "household", 8),
)  # fmt: skip
TRADES = (
    ("sản xuất thương mại", 14), ("cơ khí", 12), ("chế biến nông sản", 10), ("cơ khí đúc", 3), ("đồ gỗ", 8),
    ("may mặc", 8), ("thực phẩm", 9), ("gốm sứ", 4), ("mây tre đan", 4), ("bánh tráng", 3), ("nước mắm", 3),
    ("vật liệu xây dựng", 8), ("dịch vụ kỹ thuật", 5), ("chế biến thủy sản", 6), ("bao bì", 3), ("trà và cà phê", 3),
    ("thủ công mỹ nghệ", 4), ("xay xát lúa gạo", 5), ("dệt thổ cẩm", 1), ("đúc đồng", 1), ("", 12),
)  # fmt: skip
FAMILIES = (
    ("Nguyễn", 38), ("Trần", 11), ("Lê", 10), ("Phạm", 7), ("Hoàng", 5), ("Huỳnh", 5), ("Phan", 5), ("Vũ", 4),
    ("Võ", 4), ("Đặng", 3), ("Bùi", 3), ("Đỗ", 2), ("Hồ", 2), ("Ngô", 1), ("Dương", 1), ("Lý", 1),
)  # fmt: skip
SYLLABLES = (
    ("Thành", 30), ("Phát", 26), ("An", 24), ("Phú", 22), ("Minh", 22), ("Đức", 18), ("Hưng", 18), ("Thịnh", 16),
    ("Phương", 14), ("Hòa", 14), ("Tân", 14), ("Việt", 14), ("Nam", 14), ("Long", 12), ("Đại", 12), ("Lợi", 12),
    ("Hải", 10), ("Bình", 10), ("Sơn", 10), ("Thanh", 10), ("Anh", 9), ("Quang", 9), ("Ngọc", 9), ("Hà", 8),
    ("Kim", 8), ("Gia", 8), ("Cường", 7), ("Tiến", 7), ("Dũng", 6), ("Tùng", 5), ("Xuân", 5), ("Hương", 5),
    ("Trường", 4), ("Ánh", 4), ("Đông", 4), ("Á", 3), ("Châu", 3), ("Khang", 3), ("Yến", 2), ("Ưu", 1), ("Ích", 1),
    ("Quỳnh", 1), ("Khuê", 1), ("Nghiêm", 1), ("Thuyên", 1),
)  # fmt: skip


def make_registry(count: int, *, seed: int = 235) -> None:
    """Add `count` establishments of all provinces, with former names, certificates, needs and papers of some of them.

    Needs places, agencies and one user (the demo has them).
    """
    chance = Random(seed)  # noqa: S311  # made-up data, the same at every run
    rows = _entries(count, chance)
    while batch := list(islice(rows, BATCH)):
        _details(Establishment.objects.bulk_create(batch), chance)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as the server does by itself where it is not one to be thrown away


@lru_cache
def _weights(weighted: tuple[tuple[str, int], ...]) -> tuple[list[str], list[int]]:
    """The words, and the sums of their weights up to each."""
    return [word for word, _ in weighted], list(accumulate(weight for _, weight in weighted))


def _pick(chance: Random, weighted: tuple[tuple[str, int], ...]) -> str:
    words, weights = _weights(weighted)
    return chance.choices(words, cum_weights=weights)[0]


def _own_name(chance: Random, *, person: bool) -> str:
    if person:
        return " ".join([_pick(chance, FAMILIES), _pick(chance, SYLLABLES), _pick(chance, SYLLABLES)])
    return " ".join(_pick(chance, SYLLABLES) for _ in range(chance.choice((1, 2, 2, 2, 3))))


def _name(chance: Random) -> tuple[str, str]:
    """A name and its kind."""
    form, kind, _ = chance.choices(FORMS, [weight for *_, weight in FORMS])[0]
    person = kind == "household" and chance.random() < 0.7  # most households bear a person's name
    parts = [form, _pick(chance, TRADES), _own_name(chance, person=person)]
    return " ".join(part for part in parts if part), kind


def _entries(count: int, chance: Random) -> Iterator[Establishment]:
    user, agency = User.objects.order_by("pk")[0], Agency.objects.order_by("pk")[0]
    communes = list(Commune.objects.filter(valid_to=None, province__valid_to=None).order_by("key"))
    provinces = list(Province.objects.filter(valid_to=None).order_by("key"))
    # Provinces differ in size as they do in communes; a sixth of all entries do not say where in the province they are.
    known = chance.choices(communes, k=count)
    sectors = [code for code, _ in sector_choices()]
    for number in range(count):
        name, kind = _name(chance)
        if number == count // 2 + 1:
            name = RARE_NAME
        elif number == count // 3:
            name = f"{name} {RARE_WORD}"
        commune = known[number] if number % 6 else None
        phone = f"0{FIRST_PHONE + number}"
        one = Establishment(
            name=name, kind=kind,
            tax_code=f"0{FIRST_TAX_CODE + number}" if number % 10 < 7 else "",  # seven of ten have one
            province_id=commune.province_id if commune else provinces[number % len(provinces)].pk, commune=commune,
            place_text=f"Số {number % 400 + 1} đường Nguyễn Huệ", sector=sectors[number % len(sectors)],
            workers=chance.randrange(2, 300), charter_capital=chance.randrange(1, 300) * 100 * MILLION,
            contact=_own_name(chance, person=True), phone=phone,
            registered_by=user, registered_for=agency,
        )  # fmt: skip
        one.derive()
        yield one


def _details(made: list[Establishment], chance: Random) -> None:
    """One of twenty was renamed, one of twelve has a certificate, one of eight a need, one of ten a paper."""
    user = User.objects.order_by("pk")[0]
    day = date(2026, 1, 1)
    former, certificates, needs, papers = [], [], [], []
    for number, one in enumerate(made):
        on = day + timedelta(days=chance.randrange(-400, 800))
        if number % 20 == 0:
            name, _ = _name(chance)
            former.append(FormerName(establishment=one, name=name, folded=fold(name), match_key=name_key(name)))
        if number % 12 == 0:
            certificates.append(Certificate(establishment=one, kind="product", level="province", valid_until=on))
        if number % 8 == 0:
            needs.append(Need(establishment=one, description="Máy sấy", found_on=day, activity="machinery"))
        if number % 10 == 0:
            papers.append(Paper(establishment=one, title="Giấy phép môi trường", expires_on=on, uploaded_by=user))
    FormerName.objects.bulk_create(former)
    Establishment.objects.filter(pk__in=[one.establishment_id for one in former]).refresh_haystacks()
    Certificate.objects.bulk_create(certificates)
    Need.objects.bulk_create(needs)
    Paper.objects.bulk_create(papers)
