"""Two at the same moment: nobody is paid by two classes for one day, and nobody stands twice in a list."""

from datetime import timedelta
from uuid import uuid4

import pytest

from khuyencong.core.dates import today
from khuyencong.testing import at_once, build_world, kinds
from khuyencong.training import actions
from khuyencong.training.models import Allowance, Learner
from khuyencong.training.tests.making import OFFICER, attended, enter, fresh, project_of, running, set_rate

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
CARD = "087090000001"


def test_two_classes_do_not_pay_one_person_for_one_day():
    world = build_world()
    project, by = project_of(world), world.actor(*OFFICER)
    courses = [running(world, project, name=f"Lớp {number}") for number in range(2)]
    for course in courses:
        attended(world, course, enter(world, course, "Trần Thử", identity_number=CARD))
        set_rate(world, course)

    def pay(course):
        version = fresh(course).version
        return lambda: actions.prepare_list(
            course_id=course.pk, by=by, version=version, creation_key=uuid4(), kind="meal"
        )

    def enters():
        actions.enter_at_the_door(
            course_id=courses[0].pk, creation_key=uuid4(), origin="thử",
            fields={"name": "Lê Thử", "identity_number": "087090000009"},
        )  # fmt: skip

    assert kinds(at_once(*(pay(one) for one in courses))) == ["NoneType", "Refused"]
    assert Allowance.objects.filter(stands=True).count() == 1
    # Paid once by a class of three days, and by the day of its third: the days that are written differ.
    first = today() - timedelta(days=2)
    courses = [
        running(world, project, name="Lớp ba ngày", starts_on=first, days=[first, today()]),
        running(world, project, name="Lớp ngày thứ ba"),
    ]
    for course, unit in zip(courses, ("person", "person_day"), strict=True):
        attended(world, course, enter(world, course, "Phan Thử", identity_number="087090000008"))
        set_rate(world, course, unit=unit)
    assert kinds(at_once(*(pay(one) for one in courses))) == ["NoneType", "Refused"]
    assert kinds(at_once(enters, enters)) == ["NoneType", "NoneType"]
    assert Learner.objects.filter(name="Lê Thử").count() == 1
