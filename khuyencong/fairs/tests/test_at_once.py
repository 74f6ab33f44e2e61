"""Two people at one moment: the money of a đề án is taken once, an establishment registers once."""

from functools import partial
from uuid import uuid4

import pytest

from khuyencong.core.dates import today
from khuyencong.fairs import actions
from khuyencong.fairs.models import Fair
from khuyencong.fairs.tests.making import (
    LEADER,
    MILLION,
    OFFICER,
    REGISTERED,
    accepted,
    called,
    fair_of,
    fair_project,
    ready,
    registered,
)
from khuyencong.testing import at_once, build_world, kinds, make_establishment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def test_two_fairs_do_not_take_the_same_money_nor_one_establishment_two_places():
    world = build_world()
    project = fair_project(world, support=8 * MILLION, total=10 * MILLION)
    fairs = [ready(world, fair_of(world, project, name=f"Hội chợ {number}"))[0] for number in (1, 2)]
    outcome = at_once(
        *(
            partial(
                actions.confirm_list, fair_id=fair.pk, by=world.actor(*LEADER), version=fair.version, number="1/XN",
                on=today(), norm_read=True,
            )
            for fair in fairs
        )
    )  # fmt: skip
    assert kinds(outcome) == ["NoneType", "Refused"]
    assert Fair.objects.filter(state="confirmed").count() == 1
    fair, place = called(world, fair_of(world, project, name="Hội chợ 3")), make_establishment(world)
    outcome = at_once(
        *(
            partial(
                actions.register, fair_id=fair.pk, by=world.actor(*OFFICER), creation_key=uuid4(), establishment=place,
                fields=REGISTERED,
            )
            for _ in range(2)
        )
    )  # fmt: skip
    assert kinds(outcome) == ["NoneType", "Refused"]
    assert fair.participants.count() == 1


def test_two_officers_do_not_contract_one_booth_nor_two_fairs_abroad_take_a_third_time():
    world = build_world()
    by, (fair, _) = world.actor(*OFFICER), ready(world)
    booths = list(fair.booths.all())
    outcome = at_once(
        *(
            partial(
                actions.keep_contract, fair_id=fair.pk, by=by, creation_key=uuid4(), booths=booths,
                number=f"{number}/HĐ", signed_on=today(), party="Công ty Thử",
            )
            for number in (1, 2)
        )
    )  # fmt: skip
    assert kinds(outcome) == ["NoneType", "Refused"]
    project, place = fair_project(world, activity="fair_abroad"), make_establishment(world)
    days = {"starts_on": today(), "ends_on": today(), "country": "Lào"}
    fairs = [called(world, fair_of(world, project, name=f"Hội chợ Lào {number}", **days)) for number in range(3)]
    accepted(world, fairs[0], place)
    waiting = [registered(world, one, place) for one in fairs[1:]]
    outcome = at_once(*(partial(actions.accept, participant_id=one.pk, by=by, version=one.version) for one in waiting))
    assert kinds(outcome) == ["NoneType", "Refused"]
