"""Which version of the program this is; the number itself stands in `pyproject.toml` alone."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version


@cache
def program_version() -> str:
    """The version as it was installed, for example «0.1.0»."""
    return version("khuyencong")
