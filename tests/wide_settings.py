"""Settings of the servers of `tests/wide.py`: two people there read faster than any hand could."""

from dataclasses import replace

from khuyencong.core import rates
from khuyencong.settings import *  # noqa: F403

rates.READS = replace(rates.READS, most=1_000_000)
