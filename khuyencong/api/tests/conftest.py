"""What a process took of a minute belongs to tokens of another test."""

import pytest

from khuyencong.api import limits


@pytest.fixture(autouse=True)
def _nothing_taken():
    limits._taken.clear()
