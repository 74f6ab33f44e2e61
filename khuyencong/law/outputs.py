"""What an activity delivers and what is counted of it: dated data, beside the papers that prove it (TT 36/2013 Đ14, Đ15).

`outputs.yaml` says which article asks for the proof; where none could be read the way to count is this system's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from khuyencong.law.catalogue import Catalogue, catalogue
from khuyencong.law.values import in_force
from khuyencong.law.yamlfile import Item, read

OUTPUTS_FILE = Path(__file__).with_name("outputs.yaml")


@dataclass(frozen=True, slots=True)
class Output:
    """One thing that is delivered and counted in `unit`; `article` "" where no provision that was read asks for it."""

    code: str
    name: str
    unit: str
    activities: tuple[str, ...]
    article: str
    proof: str
    valid_from: date
    valid_to: date | None

    def in_force(self, on: date) -> bool:
        return in_force(self.valid_from, self.valid_to, on)

    @property
    def basis(self) -> str:
        """The article, or that the count is our own."""
        return self.article or "cách đếm của hệ thống, chưa đọc được điều nào nêu"


def load_outputs(path: Path = OUTPUTS_FILE, *, activities: Catalogue | None = None) -> dict[str, Output]:
    """Read and check a file of outputs. Raises LawFileError with the line of the first mistake."""
    known = (activities or catalogue()).activities
    top = read(path)
    found: dict[str, Output] = {}
    for item in top.items("outputs"):
        one = _output(item)
        if one.code in found:
            raise item.error(f"đầu ra «{one.code}» viết hai lần.", key="code")
        for code in one.activities:
            if code not in known:
                raise item.error(f"hoạt động «{code}» không có trong danh mục.", key="activities")
        found[one.code] = one
    top.finish()
    return found


@cache
def outputs() -> dict[str, Output]:
    """The shipped outputs by code, read once."""
    return load_outputs()


def outputs_for(activity: str, on: date) -> tuple[Output, ...]:
    """What the activity delivers on a day, the main figure first; empty for an unknown activity."""
    return tuple(one for one in outputs().values() if activity in one.activities and one.in_force(on))


def _output(item: Item) -> Output:
    valid_from, valid_to = item.day("from"), item.day("to")
    if valid_from is None:
        raise item.error("«from» phải là một ngày.", key="from")
    activities = item.texts("activities")
    if not activities:
        raise item.error("thiếu «activities».", key="activities")
    found = Output(
        code=item.text("code"),
        name=item.text("name"),
        unit=item.text("unit"),
        activities=activities,
        article=item.text("article", default=""),
        proof=item.text("proof", default=""),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    item.finish()
    return found
