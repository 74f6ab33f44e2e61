"""Two at once: the same package is one, and it is accepted once."""

import pytest

from khuyencong.federation.models import IncomingPackage
from khuyencong.federation.tests.making import accepted, received, trust
from khuyencong.periods.models import ReportVersion
from khuyencong.testing import at_once, build_world, kinds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def test_the_same_package_at_once_is_one():
    world = build_world()
    trust(world)
    assert at_once(*[lambda: received(world)] * 2) == [None, None]
    found = IncomingPackage.objects.get()
    # The second finds it changed, or decided already.
    assert kinds(at_once(*[lambda: accepted(world, IncomingPackage.objects.get())] * 2))[0] == "NoneType"
    assert ReportVersion.objects.count() == 1
    assert IncomingPackage.objects.get().report_version.report.agency_id == found.agency_id
