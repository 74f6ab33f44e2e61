"""Five đề án of Đồng Tháp whose results with another norm can be worked out by hand."""

from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

import pytest

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.testing import make_project
from khuyencong.whatif.actions import count_on, make_trial, version_of_count
from khuyencong.whatif.changes import Change
from khuyencong.whatif.models import TrialState

OFFICER = ("dong-thap", "officer")
# Local money of Đồng Tháp: 50 % and 300 triệu for a machine (Nghị quyết 08/2024); tried: 50 % and 240 triệu.
LOWER_CAP = Change("machinery", "82", Decimal(50), 240 * MILLION)


@pytest.fixture
def five(world):
    """By what 240 triệu does: still enough, too little, no matter, too little for two, another activity."""
    return SimpleNamespace(
        enough=make_project(world, total=600 * MILLION, support=200 * MILLION),
        too_little=make_project(world, total=600 * MILLION, support=280 * MILLION),
        no_matter=make_project(world, total=400 * MILLION, support=200 * MILLION),
        two=make_project(world, total=560 * MILLION, support=250 * MILLION, beneficiaries=2),
        other=make_project(world, total=1500 * MILLION, support=300 * MILLION, activity="demonstration_model"),
    )


@pytest.fixture
def trial_of(world):
    """`trial_of(*changes)`: a trial of this year by an officer of the Sở, not yet counted."""

    def make(*changes, who=OFFICER, **more):
        values = {"name": "Hạ mức trần", "first_year": today().year, "last_year": today().year, **more}
        return make_trial(by=world.actor(*who), creation_key=uuid4(), changes=changes or [LOWER_CAP], **values)

    return make


@pytest.fixture
def count(world):
    """`count(trial)`: count it to its end."""

    def to_the_end(trial, who=OFFICER, **more):
        while trial.state == TrialState.RUNNING:
            trial = count_on(trial_id=trial.pk, by=world.actor(*who), version=version_of_count(trial), **more)
        return trial

    return to_the_end
