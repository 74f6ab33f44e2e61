"""What was found, as plain data for the page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its name, its page, and a line that tells it from others of that name."""

    title: str
    url: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The first hits of one kind; `all_url` leads to all of them, "" where these are all."""

    key: str
    label: str
    icon: str
    hits: tuple[Hit, ...]
    all_url: str = ""
