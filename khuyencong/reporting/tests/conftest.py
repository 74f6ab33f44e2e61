"""A small year in Phú Thọ, whose sums can be made by hand."""

from types import SimpleNamespace

import pytest

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.projects.models import Project
from khuyencong.testing import make_project


def m(amount):
    """Triệu đồng in đồng."""
    return amount * MILLION


@pytest.fixture
def year():
    return today().year


@pytest.fixture
def phu_tho_year(world):
    """Four committed đề án in Phú Thọ, one on the way, one stopped, one drafted, and one elsewhere."""
    made = SimpleNamespace(
        fish=make_project(world, province="25", state="settled", support=m(290), total=m(616)),
        tin=make_project(world, province="25", state="in_progress", support=m(200), total=m(600), beneficiaries=2),
        herbs=make_project(
            world, province="25", source="national", state="accepted", support=m(250), total=m(875), beneficiaries=2
        ),
        centre=make_project(
            world, province="25", source="national", unit="region", state="settled", support=m(300), total=m(700)
        ),
        waiting=make_project(world, province="25", state="submitted", support=m(100), total=m(300)),
        stopped=make_project(world, province="25", state="stopped", support=m(150), total=m(400)),
        draft=make_project(world, province="25", support=m(50), total=m(100)),
        elsewhere=make_project(world, province="82", state="settled", support=m(180), total=m(500)),
    )
    # The fish was carried out in Hòa Bình, which is part of Phú Thọ today.
    Project.objects.filter(pk=made.fish.pk).update(province=world.provinces["17@2025"], figures_approximate=True)
    made.world = world
    return made
