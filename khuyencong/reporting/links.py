"""Addresses of the list behind a figure: the list shows exactly the đề án that the figure counts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.urls import reverse

COMMITTED, OPEN = "committed", "open"  # the groups of states that the list knows


@dataclass(frozen=True, kw_only=True)
class ProjectList:
    """Filters of the list of đề án, as they stand in its address.

    `province` is the key of a province of today, `province_then` of one as it was; `unit` is the id of an agency.
    """

    province: str = ""
    province_then: str = ""
    year: int
    source: str = ""
    activity: str = ""
    unit: int | None = None
    group: str = ""
    state: str = ""

    @property
    def url(self) -> str:
        """The address; filters that are not set are left out."""
        return _address("projects", asdict(self))


def results_url(*, year: int, province: str = "", source: str = "", activity: str = "", name: str = "results") -> str:
    """The page of results with these filters, or with `name="results_xlsx"` the same as a file.

    The province is always named, since without it the page takes the reader's own.
    """
    address = _address(name, {"year": year, "source": source, "activity": activity})
    return f"{address}&{urlencode({'province': province})}"


def _address(name: str, values: dict[str, object]) -> str:
    return f"{reverse(name)}?{urlencode({key: value for key, value in values.items() if value})}"
