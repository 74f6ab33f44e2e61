"""Suspected duplicates, two entries side by side, a merged entry, a new name: what the pages show and do."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.establishments import actions
from khuyencong.establishments.models import Establishment, FormerName, Suspicion
from khuyencong.testing import make_establishment

LIST = "/co-so/trung/"


@pytest.fixture
def officer(world):
    return world.actor("dong-thap", "officer")


@pytest.fixture
def pair(world):
    return [make_establishment(world, phone="0912345678", workers=workers) for workers in (None, 7)]


def address(pair):
    return reverse("establishment_compare", args=[one.pk for one in pair])


def test_list_shows_both_sides_in_scope(visit, officer, pair):
    page = visit(officer).get(LIST).content.decode()
    assert all(one.name in page for one in pair)
    assert "Cùng số điện thoại" in page
    assert address(pair) in page
    assert "0912345678" not in page


def test_list_hides_the_side_of_another_province(world, visit):
    here = make_establishment(world, phone="0912345678")
    there = make_establishment(world, province="25", phone="0912345678", name="Cơ sở Bí Mật")
    page = visit(world.actor("dong-thap", "officer")).get(LIST).content.decode()
    assert here.name in page
    assert "Bí Mật" not in page
    assert "Phú Thọ" in page
    assert "Liên hệ Sở Công Thương Phú Thọ" in page
    client = visit(world.actor("dong-thap", "officer"))
    assert client.get(address((here, there))).status_code == 404
    assert client.post(reverse("suspicion_dismiss", args=[here.pk, there.pk]), {"version": 2}).status_code == 404
    national = visit(world.actor("national", "officer")).get(LIST).content.decode()
    assert "Bí Mật" in national


@pytest.mark.parametrize("number", [1, 3])
def test_list_takes_the_same_queries(world, visit, officer, number):
    for row in range(number):
        make_establishment(world, phone=f"091234567{row}")
        make_establishment(world, province="25", phone=f"091234567{row}")
    client = visit(officer)
    client.get(LIST)
    with CaptureQueriesContext(connection) as captured:
        assert len(client.get(LIST).context["doubts"]) == number
    assert len(captured) <= 12
    counts = [one["sql"] for one in captured if "suspicion" in one["sql"]]
    assert len(counts) == 2  # how many, and this page


def test_comparison_marks_what_differs(visit, officer, pair):
    rows = {row.label: row for row in visit(officer).get(address(pair)).context["rows"]}
    assert rows["Tên"].differs
    assert not rows["Điện thoại"].differs
    assert rows["Số lao động"].one_sided
    assert "Thư điện tử" not in rows


def test_merged_on_the_page_and_undone(visit, officer, pair):
    kept, dropped = pair
    client = visit(officer)
    form = client.get(address(pair)).context["form"]
    data = {"keep": kept.pk, "copy": ["workers"], "reason": "Cùng chủ.", "version": form.initial["version"]}
    assert client.post(address(pair), data).url == reverse("establishment", args=[kept.pk])
    kept.refresh_from_db()
    assert (kept.workers, Establishment.objects.get(pk=dropped.pk).identity_id) == (7, kept.pk)
    page = client.get(reverse("establishment", args=[dropped.pk])).content.decode()
    assert "đã được gộp vào" in page
    undo = reverse("establishment_unmerge", args=[dropped.pk])
    assert undo in page
    shown = client.get(undo)
    assert "Cùng chủ." in shown.content.decode()
    assert client.post(undo, {"version": dropped.version, "reason": "Nhầm."}).status_code == 302
    kept.refresh_from_db()
    assert (kept.workers, Establishment.objects.current().count()) == (None, 2)
    assert LIST in client.get(LIST).request["PATH_INFO"]
    assert Suspicion.objects.get().state == "open"


def test_dismissed_on_the_page(visit, officer, pair):
    client = visit(officer)
    assert client.post(reverse("suspicion_dismiss", args=[one.pk for one in pair]), {"version": 2}).status_code == 302
    assert client.get(LIST).context["doubts"] == []


def test_merge_by_the_nation_is_not_told_by_name(world, visit):
    here, there = make_establishment(world), make_establishment(world, province="25", name="Cơ sở Bí Mật")
    actions.merge(
        kept_id=there.pk, dropped_id=here.pk, version=2, by=world.actor("national", "officer"), reason="Một cơ sở."
    )
    page = visit(world.actor("dong-thap", "officer")).get(reverse("establishment", args=[here.pk])).content.decode()
    assert "Bí Mật" not in page
    assert "đã được Cục gộp vào một hồ sơ của" in page


def test_script_in_a_name_stays_text(world, visit, officer):
    name = "<script>alert(1)</script>"
    pair = [make_establishment(world, name=name, phone="0912345678") for _ in range(2)]
    for place in (LIST, address(pair)):
        page = visit(officer).get(place).content.decode()
        assert name not in page
        assert "&lt;script&gt;alert(1)" in page


# --- a new name --------------------------------------------------------------------------------------------------------


def rename(place, by, name="Cơ sở Tên Mới", **changed):
    place.refresh_from_db()
    values = {"version": place.version, "name": name, "document": "GCN 2/2026", "on": today(), **changed}
    return actions.rename_establishment(establishment_id=place.pk, by=by, **values)


def test_old_name_is_kept_and_found(officer, pair):
    place = pair[0]
    old = place.name
    rename(place, officer)
    found = FormerName.objects.get()
    assert (found.name, found.until_on, found.document) == (old, today(), "GCN 2/2026")
    assert place in Establishment.objects.search(old)
    rename(place, officer, name=old)
    assert list(FormerName.objects.values_list("name", flat=True)) == ["Cơ sở Tên Mới"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": " "}, "tên mới"),
        ({"document": " "}, "giấy tờ"),
        ({"on": today() + timedelta(days=1)}, "tương lai"),
    ],
)
def test_new_name_that_cannot_be_is_refused(officer, pair, changed, sentence):
    with pytest.raises(Refused, match=sentence):
        rename(pair[0], officer, **changed)


def test_names_follow_each_other(officer, pair):
    rename(pair[0], officer)
    with pytest.raises(Refused, match=format_date(today())):
        rename(pair[0], officer, name="Tên Khác", on=today() - timedelta(days=1))
