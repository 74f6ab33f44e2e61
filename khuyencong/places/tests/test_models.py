"""What the database itself refuses."""

import pytest
from django.db import IntegrityError, transaction

from khuyencong.places.models import Commune, Province, RegionMembership

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.mark.parametrize(
    ("model", "key", "change"),
    [
        (Province, {"key": "17@2025"}, {"valid_from": "2026-01-01"}),
        (Province, {"key": "17@2025"}, {"key": "25"}),
        (Province, {"key": "15@2025"}, {"valid_to": None}),
        (Commune, {"code": "00004"}, {"latitude": 105.8, "longitude": 21.0}),
        (Commune, {"code": "00004"}, {"valid_to": "2025-06-30"}),
        (RegionMembership, {"province__key": "01", "to_on": None}, {"region": "nowhere"}),
        (RegionMembership, {"province__key": "01", "to_on": None}, {"from_on": None}),
        (RegionMembership, {"province__key": "01", "from_on": None}, {"to_on": None}),
        (RegionMembership, {"province__key": "01", "to_on": None}, {"to_on": "2025-06-01"}),
    ],
)
def test_database_refuses(model, key, change):
    rows = model.objects.filter(pk=model.objects.get(**key).pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**change)
