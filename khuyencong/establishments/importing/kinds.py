"""What people write for the kind of an establishment, beside its code and its label in the list."""

from __future__ import annotations

from functools import lru_cache

from khuyencong.core.text import fold
from khuyencong.establishments.models import EstablishmentKind

# Folded; the abbreviations are those of the law and of the registers of the provinces.
ALSO_WRITTEN: dict[EstablishmentKind, tuple[str, ...]] = {
    EstablishmentKind.SME: (
        "dnnvv", "dnvvn", "doanh nghiep", "dn", "cong ty", "cty", "cong ty tnhh", "cty tnhh", "tnhh", "cong ty cp",
        "cong ty co phan", "ctcp", "cong ty tnhh mtv", "cong ty tnhh mot thanh vien", "cong ty hop danh",
        "doanh nghiep tu nhan", "dntn", "doanh nghiep vua va nho", "doanh nghiep sieu nho",
    ),
    EstablishmentKind.COOPERATIVE: ("htx",),
    EstablishmentKind.COOPERATIVE_GROUP: ("tht", "to hop tac san xuat", "to san xuat"),
    EstablishmentKind.COOPERATIVE_UNION: ("lien hiep htx", "lhhtx", "lien hiep cac htx", "lien hiep cac hop tac xa"),
    EstablishmentKind.HOUSEHOLD: (
        "hkd", "ho kd", "ho", "ho kinh doanh ca the", "ho ca the", "ho kinh doanh gia dinh", "ho gia dinh",
        "ho san xuat", "ho san xuat kinh doanh", "ho sxkd", "co so ca the",
    ),
    EstablishmentKind.INDUSTRIAL: ("san xuat sach hon", "co so san xuat sach hon", "sxsh"),
    EstablishmentKind.CLUSTER_INVESTOR: ("chu dau tu ha tang ccn", "chu dau tu cum cong nghiep", "chu dau tu ccn"),
    EstablishmentKind.ARTISAN: ("nghe nhan uu tu", "nghe nhan nhan dan", "nghe nhan lang nghe"),
}  # fmt: skip


@lru_cache(maxsize=500)
def kind_of(text: str) -> EstablishmentKind | None:
    """The kind that a cell means: its code, its label, or a usual way to write it; case, marks and dots do not count."""
    return _BY_WORDS.get(_bare(text))


def _bare(text: str) -> str:
    return " ".join(fold(text).replace(".", "").replace("-", " ").replace("_", " ").split())


_BY_WORDS: dict[str, EstablishmentKind] = {
    **{_bare(kind.value): kind for kind in EstablishmentKind},
    **{_bare(kind.label): kind for kind in EstablishmentKind},
    **{words: kind for kind, all_words in ALSO_WRITTEN.items() for words in all_words},
}
