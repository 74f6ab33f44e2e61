"""Addresses of the list behind a figure: the list shows exactly the đề án that the figure counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from khuyencong.reporting.borders import Borders

COMMITTED, OPEN = "committed", "open"  # the groups of states that the list knows


@dataclass(frozen=True, kw_only=True)
class ProjectList:
    """Filters of the list of đề án, as they stand in its address.

    `province` is the key of a province of today, `province_then` of one as it was; `provinces` and `provinces_then` are
    several of them, with commas. `unit` is the id of an agency. Without a year, all years.
    """

    province: str = ""
    province_then: str = ""
    provinces: str = ""
    provinces_then: str = ""
    year: int | None = None
    source: str = ""
    activity: str = ""
    unit: int | None = None
    group: str = ""
    state: str = ""

    @property
    def url(self) -> str:
        """The address; filters that are not set are left out."""
        return _address("projects", asdict(self))


def results_url(
    *,
    year: int,
    province: str = "",
    source: str = "",
    activity: str = "",
    borders: Borders = Borders.TODAY,
    name: str = "results",
) -> str:
    """The page of results with these filters, or with `name="results_xlsx"` the same as a file.

    The province is always named, since without it the page takes the reader's own.
    """
    then = borders.value if borders is Borders.THEN else ""
    address = _address(name, {"year": year, "source": source, "activity": activity, "dia-gioi": then})
    return f"{address}&{urlencode({'province': province})}"


def in_borders(behind: ProjectList, borders: Borders, keys: Sequence[str]) -> ProjectList:
    """The list narrowed to provinces by their keys, in those borders."""
    one, several = (keys[0], "") if len(keys) == 1 else ("", ",".join(keys))
    if borders is Borders.TODAY:
        return replace(behind, province=one, provinces=several)
    return replace(behind, province_then=one, provinces_then=several)


def _address(name: str, values: dict[str, object]) -> str:
    return f"{reverse(name)}?{urlencode({key: value for key, value in values.items() if value})}"
