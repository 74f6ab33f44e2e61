"""A hundred and fifty thousand establishments, made up in bulk: what the registry holds when all provinces have entered theirs.

Their names are those of `demo.national.words`.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random

from django.db import connection

from khuyencong.core.money import MILLION
from khuyencong.core.text import fold
from khuyencong.demo.national.words import business_name, own_name
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


def _entries(count: int, chance: Random) -> Iterator[Establishment]:
    user, agency = User.objects.order_by("pk")[0], Agency.objects.order_by("pk")[0]
    communes = list(Commune.objects.filter(valid_to=None, province__valid_to=None).order_by("key"))
    provinces = list(Province.objects.filter(valid_to=None).order_by("key"))
    # Provinces differ in size as they do in communes; a sixth of all entries do not say where in the province they are.
    known = chance.choices(communes, k=count)
    sectors = [code for code, _ in sector_choices()]
    for number in range(count):
        name, kind = business_name(chance)
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
            contact=own_name(chance, person=True), phone=phone,
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
            name, _ = business_name(chance)
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
