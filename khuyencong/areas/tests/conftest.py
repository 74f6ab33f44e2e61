"""The test world with its regions."""

from datetime import date

import pytest

from khuyencong.places.models import Commune, Region, RegionMembership


@pytest.fixture
def regions(world):
    """Unverified regions of both provinces since their first day, as the files give them."""
    for code, region in (("82", Region.SOUTH), ("25", Region.NORTH)):
        RegionMembership.objects.create(province=world.provinces[code], region=region, from_on=date(2025, 7, 1))


@pytest.fixture
def officer(world):
    return world.actor("dong-thap", "officer")


@pytest.fixture
def commune():
    return Commune.objects.select_related("province").get(code="29869")
