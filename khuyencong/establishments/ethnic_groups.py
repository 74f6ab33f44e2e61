"""The peoples of Việt Nam, as a form suggests them; read once from `ethnic_groups.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from khuyencong.core.text import fold

FILE = Path(__file__).with_name("ethnic_groups.yaml")


@dataclass(frozen=True)
class EthnicGroups:
    """The names in the order of the official list, and the one that is no minority."""

    names: tuple[str, ...]
    majority: str
    source: str


@cache
def ethnic_groups() -> EthnicGroups:
    """The shipped list."""
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return EthnicGroups(tuple(read["names"]), read["majority"], read["source"])


def is_minority(name: str) -> bool | None:
    """Whether somebody of this people belongs to a minority; None where no people is named."""
    folded = fold(name)
    return folded != fold(ethnic_groups().majority) if folded else None
