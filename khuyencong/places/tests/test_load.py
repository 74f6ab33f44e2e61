"""Loading: everything is there, and a second load changes nothing."""

import pytest
from django.core.management import call_command
from django.forms.models import model_to_dict

from khuyencong.places import sources
from khuyencong.places.actions import load_places
from khuyencong.places.models import CityStatus, Commune, PlacesLoad, Province, RegionMembership

pytestmark = pytest.mark.django_db


def everything():
    models = (Province, CityStatus, RegionMembership, Commune)
    return {model.__name__: [model_to_dict(row) for row in model.objects.order_by("pk")] for model in models}


def test_load_again_changes_nothing_and_asks_once(django_assert_num_queries):
    assert load_places().skipped is False
    before = everything()
    with django_assert_num_queries(3):  # a savepoint around one question
        assert load_places().skipped is True
    assert everything() == before


def test_load_of_a_newer_file_changes_nothing_that_is_the_same():
    load_places()
    before = everything()
    PlacesLoad.objects.all().delete()  # as if the files had another digest
    result = load_places()
    assert (result.skipped, result.provinces, result.communes) == (False, 86, 3321)
    assert everything() == before


def test_load_of_a_newer_file_keeps_what_a_user_corrected():
    load_places()
    membership = RegionMembership.objects.get(province__key="38", to_on=None)
    membership.region, membership.verified = "central", True
    membership.save()
    CityStatus.objects.filter(province__key="75").update(from_on="2026-06-01", verified=True)
    PlacesLoad.objects.all().delete()
    load_places()
    membership.refresh_from_db()
    assert (membership.region, membership.verified) == ("central", True)
    assert CityStatus.objects.get(province__key="75").verified is True


def test_command_says_what_it_did(capsys):
    call_command("load_places")
    call_command("load_places")
    first, second = capsys.readouterr().out.splitlines()
    assert first == "Địa bàn: 86 tỉnh (cũ và mới), 3321 xã, phường, đặc khu."
    assert second == "Địa bàn: dữ liệu này đã được nạp."


def test_digest_covers_each_table(tmp_path, monkeypatch):
    for name in (sources.PROVINCES, sources.OLD_PROVINCES, sources.COMMUNES):
        (tmp_path / name).write_bytes((sources.DATA_DIR / name).read_bytes())
    monkeypatch.setattr(sources, "DATA_DIR", tmp_path)
    seen = {sources.digest()}
    for name in (sources.PROVINCES, sources.OLD_PROVINCES, sources.COMMUNES):
        with (tmp_path / name).open("ab") as file:
            file.write(b"\n")
        seen.add(sources.digest())
    assert len(seen) == 4


def test_unreadable_resolution_is_refused(tmp_path, monkeypatch):
    text = (sources.DATA_DIR / sources.PROVINCES).read_text(encoding="utf-8")
    (tmp_path / sources.PROVINCES).write_text(text.replace("30/2026/QH16 (24/04/2026)", "soon"), encoding="utf-8")
    monkeypatch.setattr(sources, "DATA_DIR", tmp_path)
    with pytest.raises(ValueError, match="soon"):
        sources.read_provinces()
