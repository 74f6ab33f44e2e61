"""Two entries of one establishment become one, and two again, exactly as before."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from khuyencong.audit.models import AuditEvent
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.establishments import actions
from khuyencong.establishments.actions.merging import digest_of
from khuyencong.establishments.models import Establishment, Merge, Suspicion, SuspicionState
from khuyencong.establishments.tax_code import made_up_tax_code
from khuyencong.testing import at_once, kinds, make_establishment, owned_establishment
from tests.looking import whole_database

EVENTS = ("establishments.Merge", "audit")  # what happened stays written


@pytest.fixture
def officer(world):
    return world.actor("dong-thap", "officer")


@pytest.fixture
def pair(world):
    commune = world.agencies["dong-thap-commune"].commune
    return [make_establishment(world, name=name, commune=commune) for name in ("Cty Đúc Ba", "Công ty Đúc Ba")]


def merge(kept, dropped, by, **changed):
    for one in (kept, dropped):
        one.refresh_from_db()
    values = {"version": actions.pair_version(kept, dropped), "reason": "Cùng chủ, cùng xưởng.", **changed}
    return actions.merge(kept_id=kept.pk, dropped_id=dropped.pk, by=by, **values)


def undo(dropped, by, reason="Gộp nhầm."):
    dropped.refresh_from_db()
    return actions.undo_merge(dropped_id=dropped.pk, by=by, version=dropped.version, reason=reason)


def dismiss(pair, by):
    return actions.dismiss_suspicion(
        first_id=pair[0].pk, second_id=pair[1].pk, version=actions.pair_version(*pair), by=by
    )


def rest_of_the_database():
    return {name: rows for name, rows in whole_database().items() if not name.startswith(EVENTS)}


def test_merged_entry_is_read_through_the_other(world, officer, pair):
    kept, dropped = pair
    made = merge(kept, dropped, officer)
    dropped.refresh_from_db()
    assert (dropped.identity_id, dropped.version) == (kept.pk, 1)
    assert list(Establishment.objects.current()) == [kept]
    assert (made.carried, made.copied, made.merged_by) == ([], {}, officer.user)
    suspicion = Suspicion.objects.get()
    assert (suspicion.state, suspicion.decided_by) == (SuspicionState.MERGED, officer.user)
    threads = AuditEvent.objects.filter(action="establishment.merge").values_list("thread", "note")
    assert set(threads) == {(f"establishment:{one.pk}", "Cùng chủ, cùng xưởng.") for one in pair}


@pytest.mark.parametrize("copy", [(), ("phone", "tax_code", "point", "workers")])
def test_undoing_restores_everything(world, officer, pair, copy):
    kept, dropped = pair
    actions.update_establishment(
        establishment_id=dropped.pk, by=officer, version=1,
        fields={"kind": "sme", "phone": "0912345678", "tax_code": made_up_tax_code(1), "workers": 7, "latitude": 10.5, "longitude": 105.5},
    )  # fmt: skip
    kept.refresh_from_db()
    before = rest_of_the_database()
    merge(kept, dropped, officer, copy=copy)
    assert rest_of_the_database() != before
    kept.refresh_from_db()
    assert (kept.phone, kept.workers) == (("0912345678", 7) if copy else ("", None))
    undo(dropped, officer)
    if copy:  # counted, so that a form opened meanwhile is refused
        assert Establishment.objects.filter(pk=kept.pk, version=kept.version + 1).update(version=1) == 1
    assert rest_of_the_database() == before
    made = Merge.objects.get()
    assert (made.undone_by, made.undone_reason) == (officer.user, "Gộp nhầm.")
    with pytest.raises(Refused, match="không còn gộp"):
        undo(dropped, officer)
    merge(kept, dropped, officer)


def test_what_was_written_since_is_not_undone(officer, pair):
    kept, dropped = pair
    actions.update_establishment(
        establishment_id=dropped.pk, by=officer, version=1, fields={"workers": 7, "contact": "A"}
    )
    made = merge(kept, dropped, officer, copy=("workers", "contact"))
    assert made.copied == {"workers": digest_of(7), "contact": digest_of("A")}, "no name and no number stays here"
    kept.refresh_from_db()
    actions.update_establishment(establishment_id=kept.pk, by=officer, version=kept.version, fields={"workers": 9})
    undo(dropped, officer)
    kept.refresh_from_db()
    assert (kept.workers, kept.contact) == (9, "")


def test_what_was_kept_in_clear_before_becomes_digests_and_is_given_back_all_the_same(officer, pair):
    kept, dropped = pair
    actions.update_establishment(
        establishment_id=dropped.pk, by=officer, version=1, fields={"workers": 7, "contact": "A"}
    )
    made = merge(kept, dropped, officer, copy=("workers", "contact"))
    Merge.objects.filter(pk=made.pk).update(copied={"workers": 7, "contact": "A"})
    migration = import_module("khuyencong.establishments.migrations.0003_digests_of_merges")
    for _ in range(2):  # there, back and there again
        migration.to_digests(apps, connection.schema_editor())
        assert Merge.objects.get().copied == made.copied
    undo(dropped, officer)
    kept.refresh_from_db()
    assert (kept.workers, kept.contact) == (None, "")


def test_chain_is_flat_and_given_back(world, officer, pair):
    first, second = pair
    third = make_establishment(world)
    merge(second, first, officer)
    made = merge(third, second, officer)
    assert made.carried == [first.pk]
    assert set(Establishment.objects.filter(merged_into=third)) == {first, second}
    undo(second, officer)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.merged_into_id, second.merged_into_id) == (second.pk, None)


def test_entry_freed_on_its_own_stays_free(world, officer, pair):
    first, second = pair
    third = make_establishment(world)
    merge(second, first, officer)
    merge(third, second, officer)
    undo(first, officer)
    undo(second, officer)
    assert Establishment.objects.current().count() == 3


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reason": " "}, "vì sao"),
        ({"copy": ("name",)}, "hồ sơ được giữ chưa có"),
        ({"copy": ("place_text",)}, "hồ sơ được giữ chưa có"),
    ],
)
def test_merge_that_cannot_be_is_refused(officer, pair, changed, sentence):
    before = whole_database()
    with pytest.raises(Refused, match=sentence):
        merge(*pair, officer, **changed)
    assert whole_database() == before


def test_old_comparison_is_refused(officer, pair):
    with pytest.raises(Stale):
        merge(*pair, officer, version=9)


def test_merged_entry_is_neither_merged_nor_changed_again(world, officer, pair):
    kept, dropped = pair
    merge(kept, dropped, officer)
    with pytest.raises(Refused, match="đã được gộp rồi"):
        merge(make_establishment(world), dropped, officer)
    with pytest.raises(Refused, match="đã được gộp vào"):
        actions.update_establishment(establishment_id=dropped.pk, by=officer, version=1, fields={"workers": 1})


def test_entry_that_an_owner_signs_in_to_stays(world, officer):
    owned = owned_establishment(world)
    with pytest.raises(Refused, match="đăng nhập"):
        merge(make_establishment(world), owned, officer)
    merge(owned, make_establishment(world), officer)


def test_tax_code_of_a_merged_entry_is_not_given_away(world, officer, pair):
    kept, dropped = pair
    code = made_up_tax_code(1)
    actions.update_establishment(
        establishment_id=dropped.pk, by=officer, version=1, fields={"kind": "sme", "tax_code": code}
    )
    merge(kept, dropped, officer)
    with pytest.raises(Refused, match="mã số thuế"):
        make_establishment(world, kind="sme", tax_code=code)
    kept.refresh_from_db()
    actions.update_establishment(
        establishment_id=kept.pk, by=officer, version=kept.version, fields={"kind": "sme", "tax_code": code}
    )
    with pytest.raises(Refused, match="cho một cơ sở khác"):
        undo(dropped, officer)


# --- who ---------------------------------------------------------------------------------------------------------------


def test_two_provinces_are_merged_by_the_national_agency(world):
    here, there = make_establishment(world), make_establishment(world, province="25")
    for agency in ("dong-thap", "phu-tho"):
        with pytest.raises(NotAllowed):
            merge(here, there, world.actor(agency, "officer"))
    national = world.actor("national", "officer")
    merge(here, there, national)
    for agency in ("dong-thap", "phu-tho"):
        with pytest.raises((NotAllowed, Refused)):
            undo(there, world.actor(agency, "officer"))
    undo(there, national)


@pytest.mark.parametrize("role", ["leader", "accountant", "auditor", "administrator"])
def test_other_roles_decide_nothing(world, pair, role):
    actor = world.actor("dong-thap", role)
    with pytest.raises(NotAllowed):
        merge(*pair, actor)
    with pytest.raises(NotAllowed):
        dismiss(pair, actor)


def test_dismissed_once(world, officer, pair):
    dismiss(pair, officer)
    assert AuditEvent.objects.filter(action="establishment.not_the_same").count() == 2
    with pytest.raises(Refused, match="đã được xử lý"):
        dismiss(pair, officer)
    merge(*pair, officer)  # somebody has learned better
    undo(pair[1], officer)
    assert Suspicion.objects.get().state == SuspicionState.DISMISSED


# --- at once -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_merged_at_once_each_into_the_other(world, officer, pair):
    outcome = at_once(lambda: merge(*pair, officer), lambda: merge(*reversed(pair), officer))
    assert kinds(outcome) == ["NoneType", "Refused"]
    assert Establishment.objects.current().count() == 1


@pytest.mark.django_db(transaction=True)
def test_chain_made_at_once_is_flat(world, officer, pair):
    first, second = pair
    third = make_establishment(world)
    at_once(lambda: merge(second, first, officer), lambda: merge(third, second, officer))
    roots = set(Establishment.objects.filter(merged_into__isnull=False).values_list("merged_into_id", flat=True))
    assert roots <= set(Establishment.objects.current().values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_merged_while_it_is_corrected(world, officer, pair):
    kept, dropped = pair
    outcome = at_once(
        lambda: merge(kept, dropped, officer),
        lambda: actions.update_establishment(establishment_id=dropped.pk, by=officer, version=1, fields={"workers": 5}),
    )
    assert kinds(outcome) in (["NoneType", "Refused"], ["NoneType", "Stale"], ["NoneType", "NoneType"])
