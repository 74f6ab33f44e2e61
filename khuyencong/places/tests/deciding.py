"""Made-up decisions about the made-up units of the test world: nothing here was ever decided by anybody."""

from khuyencong.places.decision import Decision, read_decision
from khuyencong.places.models import Commune, CommuneKind

FIRST_DAY = "2026-03-01"
LAST_DAY_BEFORE = "2026-02-28"


def decided(*changes, **fields) -> Decision:
    """A decision with these entries."""
    return read_decision(as_data(*changes, **fields))


def as_data(*changes, **fields):
    """The same as plain data, as a file would hold it."""
    return {
        "document": "Nghị quyết 00/VÍ-DỤ (không có thật)",
        "passed_on": "2026-02-01",
        "in_force_on": FIRST_DAY,
        "source": "Văn bản ví dụ",
        "changes": list(changes),
        **fields,
    }


def make_commune(province, code, name, **fields):
    """A commune of today in a province."""
    kind = next(one for one in CommuneKind if name.startswith(one.label.capitalize()))
    row = Commune(
        code=code, key=code, name=name, kind=kind, province=province, **{"latitude": 10, "longitude": 105, **fields}
    )
    row.index()
    row.save()
    row.current = row
    row.save()
    return row


MERGER = {"merge_provinces": ["82", "25"], "into": {"code": "82", "name": "Tỉnh Gộp Thử", "region": "south"}}
