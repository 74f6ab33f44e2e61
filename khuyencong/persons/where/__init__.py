"""All places where persons stand, declared once. A test holds this table against every model of every room."""

from __future__ import annotations

from collections.abc import Mapping

from khuyencong.persons.holding import Holding
from khuyencong.persons.where import accounts, establishments, outside, projects

HOLDINGS: tuple[Holding, ...] = (
    *accounts.HOLDINGS,
    *establishments.HOLDINGS,
    *projects.HOLDINGS,
    *outside.HOLDINGS,
)
BY_KEY: Mapping[str, Holding] = {one.key: one for one in HOLDINGS}
