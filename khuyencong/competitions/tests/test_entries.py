"""A product on its way into a round: eligibility, dossier, look-alikes, the level below, checking, withdrawing."""

import hashlib
from datetime import date, timedelta
from uuid import uuid4

import pytest

from khuyencong.competitions import actions
from khuyencong.competitions.eligibility import findings_of
from khuyencong.competitions.likeness import alike_percent, are_alike, photo_hash, photos_alike
from khuyencong.competitions.models import Certificate, Decision, Entry, EntryState, Round
from khuyencong.competitions.queries import Filters, earlier_products, entries_of, rounds_for
from khuyencong.competitions.tests.making import (
    LEADER,
    OFFICER,
    OWNER,
    SETTINGS,
    accepted,
    begun,
    called,
    completed,
    fresh,
    opened,
    picture,
    round_of,
    scaled,
    submitted,
)
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.findings import NeedsApproval, blockers
from khuyencong.testing import make_establishment

STRANGER = ("phu-tho", "officer")


def codes(findings):
    return {one.code for one in blockers(findings)}


def doubts(findings):
    return {one.code for one in findings if isinstance(one, NeedsApproval)}


# --- looking alike ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Bộ ấm chén men tro", "Ấm chén men tro", True),
        ("Ấm chén men tro", "am chen MEN TRO cao cấp", True),
        ("Nước mắm Thử 40 độ đạm", "Nước mắm Thử 40 độ", True),
        ("Ấm chén men tro", "Bình hoa men tro", False),
        ("Máy sấy lúa", "Máy ấp trứng", False),
        ("", "Máy sấy", False),
    ],
)
def test_names_are_compared_by_their_telling_words(one, other, alike):
    assert are_alike(one, other) is alike is are_alike(other, one)
    assert 0 <= alike_percent(one, other) <= 100


def test_the_same_photo_in_another_size_looks_alike_and_another_does_not():
    first, smaller, other = (photo_hash(picture(*one).read()) for one in ((1,), (1,), (2,)))
    shrunk = photo_hash(picture(1, size=200).read())
    assert first == smaller
    assert photos_alike(first, shrunk)
    assert not photos_alike(first, other)
    assert not photos_alike("0" * 16, "0" * 16)


# --- the dossier -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_dossier_says_what_is_missing_until_nothing_is(world):
    round_ = called(world)
    entry = begun(world, round_, own_production=None, not_copied=False, consents=False, features="")
    found = findings_of(entry, today())
    assert codes(found) == {
        "own_production_open", "not_copied", "no_consent", "no_features", "photos", "no_registration",
    }  # fmt: skip
    by = world.actor(*OWNER)
    with pytest.raises(Refused):
        actions.submit_entry(entry_id=entry.pk, by=by, version=entry.version)
    actions.write_entry(
        entry_id=entry.pk, by=by, version=entry.version,
        fields={"product": "Ấm chén", "own_production": True, "not_copied": True, "consents": True, "features": "Gốm"},
    )  # fmt: skip
    entry = completed(world, entry)
    assert codes(findings_of(entry, today())) == set()
    with pytest.raises(Stale):
        actions.submit_entry(entry_id=entry.pk, by=by, version=1)
    actions.submit_entry(entry_id=entry.pk, by=by, version=entry.version)
    entry = fresh(entry)
    assert (entry.state, entry.number) == (EntryState.SUBMITTED, 1)
    with pytest.raises(Refused, match="không sửa được"):
        actions.write_entry(entry_id=entry.pk, by=by, version=entry.version, fields={"product": "Khác"})


@pytest.mark.django_db
def test_photos_keep_no_note_of_the_camera(world):
    entry = begun(world, called(world))
    upload = picture(3)
    plain = upload.read()
    # A segment APP1 as cameras write it, between the start of the image and its first table.
    noted = plain[:2] + b"\xff\xe1\x00\x10Exif\x00\x00SECRET12" + plain[2:]
    upload.file.seek(0)
    upload.file.truncate()
    upload.file.write(noted)
    upload.size = len(noted)
    upload.seek(0)
    by = world.actor(*OWNER)
    actions.add_photos(entry_id=entry.pk, by=by, version=entry.version, angle="front", uploads=[upload])
    kept = entry.photos.get()
    with kept.file.open("rb") as stream:
        content = stream.read()
    assert b"SECRET12" not in content
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    entry = fresh(entry)
    with pytest.raises(Refused, match="đã có trong hồ sơ"):
        actions.add_photos(entry_id=entry.pk, by=by, version=entry.version, angle="side", uploads=[picture(3)])
    actions.remove_file(entry_id=entry.pk, by=by, version=entry.version, file_id=kept.pk, photo=True)
    assert not entry.photos.exists()


@pytest.mark.django_db
def test_a_product_is_entered_once_also_under_another_name(world):
    round_ = called(world)
    key = uuid4()
    first = begun(world, round_, key=key)
    assert begun(world, round_, key=key).pk == first.pk
    with pytest.raises(Refused, match="đã có trong kỳ bình chọn"):
        begun(world, round_, earlier=first)
    first = completed(world, first, seed=1)
    actions.submit_entry(entry_id=first.pk, by=world.actor(*OWNER), version=first.version)
    renamed = submitted(world, round_, product="Ấm chén men tro", seed=2)
    assert doubts(findings_of(renamed, today())) == {"same_name"}
    other = make_establishment(world, province="82")
    copied = submitted(world, round_, other, who=OFFICER, product="Lọ hoa", seed=1)
    found = findings_of(copied, today(), checking=True)
    assert doubts(found) == {"same_photo"}
    # Its maker is told that there is another, not whose and what.
    assert first.product in " ".join(one.sentence for one in found)
    assert first.product not in " ".join(one.sentence for one in findings_of(copied, today()))
    by = world.actor(*OFFICER)
    with pytest.raises(Refused, match="Ảnh giống ảnh"):
        actions.accept_entry(entry_id=copied.pk, by=by, version=copied.version)
    actions.accept_entry(entry_id=copied.pk, by=by, version=copied.version, looked_at="Hai sản phẩm khác nhau.")
    copied = fresh(copied)
    assert (copied.state, copied.accepted_despite) == (EntryState.ACCEPTED, "Hai sản phẩm khác nhau.")
    assert len(copied.code) == 4


@pytest.mark.django_db
def test_checking_asks_accepts_refuses_and_the_maker_withdraws(world):
    round_ = called(world)
    entry, by, owner = submitted(world, round_), world.actor(*OFFICER), world.actor(*OWNER)
    with pytest.raises(NotAllowed):
        actions.ask_to_complete(
            entry_id=entry.pk, by=owner, version=entry.version, asked="Thiếu ảnh", complete_by=today()
        )
    actions.ask_to_complete(
        entry_id=entry.pk, by=by, version=entry.version, asked="Thiếu giấy chất lượng", complete_by=today()
    )
    entry = fresh(entry)
    assert (entry.state, entry.may_be_changed) == (EntryState.INCOMPLETE, True)
    assert codes(findings_of(entry, today() + timedelta(days=1))) == {"too_late"}
    actions.submit_entry(entry_id=entry.pk, by=owner, version=entry.version)
    entry = fresh(entry)
    assert (entry.number, entry.asked) == (1, "")
    actions.refuse_entry(entry_id=entry.pk, by=by, version=entry.version, reason="Sản phẩm độc bản")
    assert fresh(entry).state == EntryState.REFUSED
    second = accepted(world, round_, product="Bình vôi Thử", seed=5)
    scaled(world, round_)
    opened(world, round_)
    actions.withdraw_entry(entry_id=second.pk, by=owner, version=second.version)
    assert fresh(second).state == EntryState.WITHDRAWN


@pytest.mark.django_db
def test_products_come_in_their_days_and_from_their_place(world):
    early = called(world, entries_from=today() + timedelta(days=1), entries_until=today() + timedelta(days=2))
    with pytest.raises(Refused, match="không nhận hồ sơ hôm nay"):
        begun(world, early)
    round_ = called(world, round_of(world, name="Kỳ khác"))
    entry = completed(world, begun(world, round_))
    Round.objects.filter(pk=round_.pk).update(
        entries_from=today() - timedelta(days=3), entries_until=today() - timedelta(days=1)
    )
    assert codes(findings_of(fresh(entry), today())) == {"not_receiving"}
    far = make_establishment(world, province="25")
    stranger = Entry(round=round_, establishment=far, written_by=entry.written_by, written_for=entry.written_for)
    assert "elsewhere" in codes(findings_of(_kept(stranger), today()))
    with pytest.raises(NotAllowed):
        begun(world, called(world, round_of(world, name="Kỳ ba")), far)


def _kept(entry):
    entry.product, entry.group = "Sản phẩm xa", "food"
    entry.save()
    return fresh(entry)


# --- the level below -------------------------------------------------------------------------------------------------


def certified(world, *, level_round, establishment_entry, issued_on, until):
    """A certificate of the level below; results have their own tests."""
    by = world.actor(*LEADER).user
    decision = Decision.objects.create(
        round=level_round, number=f"{uuid4()}"[:20], decided_on=issued_on, signed_by="Chủ tịch Thử",
        minutes_on=issued_on, by=by,
    )  # fmt: skip
    return Certificate.objects.create(
        entry=establishment_entry, decision=decision, number="01/GCN", issued_on=issued_on, valid_until=until,
        secret=uuid4().hex,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_higher_level_asks_for_a_certificate_that_still_holds_or_the_letter(world):
    commune = world.agencies["dong-thap-commune"].commune
    below = called(world, round_of(world, level="commune", commune=commune, name="Kỳ xã"))
    entry = begun(world, below)
    certificate = certified(
        world, level_round=below, establishment_entry=entry, issued_on=date(today().year - 2, 1, 1),
        until=date(today().year, 12, 31),
    )  # fmt: skip
    province = called(world, round_of(world, name="Kỳ tỉnh"))
    bare = begun(world, province, no_lower_round=False)
    assert "no_certificate" in codes(findings_of(bare, today()))
    raised = begun(world, province, product="Ấm chén khác", no_lower_round=False, lower=certificate)
    assert raised.product_key == entry.product_key
    on = today()
    assert not {"no_certificate", "expired", "of_another", "wrong_level"} & codes(findings_of(raised, on))
    assert "expired" in codes(findings_of(raised, date(on.year + 1, 1, 1)))
    certificate.withdrawn_on, certificate.state = on, "withdrawn"
    certificate.withdrawal_number, certificate.withdrawal_reason = "1/QĐ", "Sai"
    certificate.save()
    assert "expired" in codes(findings_of(fresh(raised), on))
    # The letter alone stands for it, but not against a round that was held there.
    by_letter = begun(world, province, product="Bình vôi")
    assert "no_certificate" not in codes(findings_of(by_letter, on))
    Round.objects.filter(pk=below.pk).update(state="closed")
    assert "round_below_held" in doubts(findings_of(by_letter, on))
    by_letter.letter_number = ""
    assert "no_letter" in codes(findings_of(by_letter, on))


@pytest.mark.django_db
def test_a_certificate_counts_by_the_day_on_which_the_dossier_was_handed_in(world, monkeypatch):
    """Handed in on the last day of the year and checked in January: it held when it was asked for."""
    commune = world.agencies["dong-thap-commune"].commune
    below = called(world, round_of(world, level="commune", commune=commune, name="Kỳ xã"))
    entry = begun(world, below)
    on, last = today(), today() - timedelta(days=3)
    certificate = certified(world, level_round=below, establishment_entry=entry, issued_on=last, until=last)
    province = called(world, round_of(world, name="Kỳ tỉnh"))
    raised = begun(world, province, no_lower_round=False, lower=certificate)
    assert "expired" in codes(findings_of(raised, on))
    Entry.objects.filter(pk=raised.pk).update(handed_in_on=last)
    raised = fresh(raised)
    assert "expired" not in codes(findings_of(raised, on, checking=True))
    Entry.objects.filter(pk=raised.pk).update(handed_in_on=last + timedelta(days=1))
    assert "expired" in codes(findings_of(fresh(raised), on))
    Entry.objects.filter(pk=raised.pk).update(handed_in_on=last)
    certificate.withdrawn_on, certificate.state = on, "withdrawn"
    certificate.withdrawal_number, certificate.withdrawal_reason = "1/QĐ", "Sai"
    certificate.save()
    assert "expired" in codes(findings_of(fresh(raised), on))
    assert fresh(submitted(world, province, product="Bình vôi")).handed_in_on == on


@pytest.mark.django_db
def test_one_certificate_brings_a_product_into_a_round_once(world):
    commune = world.agencies["dong-thap-commune"].commune
    below = called(world, round_of(world, level="commune", commune=commune, name="Kỳ xã"))
    entry = begun(world, below)
    certificate = certified(world, level_round=below, establishment_entry=entry, issued_on=today(), until=today())
    province = called(world, round_of(world, name="Kỳ tỉnh"))
    begun(world, province, no_lower_round=False, lower=certificate)
    with pytest.raises(Refused, match="đã có trong kỳ bình chọn"):
        begun(world, province, product="Tên khác", no_lower_round=False, lower=certificate)
    other = begun(world, province, product="Tên khác")
    with pytest.raises(Refused, match="đã có trong kỳ bình chọn"):
        actions.write_entry(
            entry_id=other.pk, by=world.actor(*OWNER), version=other.version,
            fields={"lower": certificate, "no_lower_round": False},
        )  # fmt: skip


@pytest.mark.django_db
def test_the_same_description_under_another_name_is_looked_at(world):
    round_ = called(world)
    told = "Gốm nung củi bằng đất sét ven sông, phủ men tro trấu, vẽ tay hoa sen và cá."
    begun(world, round_, features=told)
    again = begun(world, round_, product="Lọ cắm hoa", features=f"{told} Mẫu mới.")
    assert "same_text" in doubts(findings_of(again, today()))
    other = begun(
        world, round_, product="Bình vôi", features="Chiếu dệt khung tay từ cói, nhuộm màu tự nhiên, viền vải."
    )
    assert not doubts(findings_of(other, today()))


@pytest.mark.django_db
def test_names_are_found_without_their_marks(world):
    round_ = called(world)
    entry = submitted(world, round_)
    by = world.actor(*OFFICER)
    for asked in ("am chen", "MEN tro bo", f"men {entry.establishment.name}", entry.product):
        assert list(entries_of(round_, by, text=asked)) == [entry], asked
    assert not entries_of(round_, by, text="am chen sat")
    assert list(rounds_for(by, Filters(text="binh chon thu"))) == [round_]


@pytest.mark.django_db
def test_a_name_is_taken_once_also_when_it_is_changed(world):
    round_of(world, name="Kỳ một")
    other = round_of(world, name="Kỳ hai")
    fields = {"name": "Kỳ một", "year": other.year, **SETTINGS, "entries_from": None, "entries_until": None}
    with pytest.raises(Refused, match="Đã có kỳ bình chọn"):
        actions.change_round(round_id=other.pk, by=world.actor(*OFFICER), version=other.version, fields=fields)


# --- who sees what ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_blind_judge_sees_no_maker_and_a_stranger_nothing(world):
    round_ = called(world)
    entry = accepted(world, round_)
    draft = begun(world, round_, product="Bình vôi")
    people = {
        OWNER: {entry, draft}, OFFICER: {entry}, ("dong-thap-centre", "leader"): {entry}, STRANGER: set(),
        ("dong-thap", "appraiser"): set(), ("dong-thap-centre", "officer"): set(), ("national", "officer"): {entry},
        ("dong-thap-commune", "collaborator"): set() if entry.establishment.commune is None else {entry},
    }  # fmt: skip
    for who, seen in people.items():
        actor = world.actor(*who)
        assert set(Entry.objects.visible_to(actor)) == seen, who
        assert {one for one in (entry, draft) if one.is_in_scope(actor)} == seen, who
    # Nor on the form that offers to go on with an earlier product.
    later, judge = called(world, round_of(world, name="Kỳ sau")), world.actor("dong-thap-centre", "officer")
    assert earlier_products(entry.establishment, later, judge) == []
    assert earlier_products(entry.establishment, later, world.actor(*OFFICER)) == [entry]
    Round.objects.filter(pk=round_.pk).update(scoring_mode="on_site")
    assert set(Entry.objects.visible_to(world.actor("dong-thap", "appraiser"))) == {entry}
    assert not Round.objects.visible_to(world.actor(*STRANGER)).filter(pk=round_.pk).exists()
    region = round_of(world, who=("national", "officer"), level="region", region="south", name="Khu vực")
    assert not region.is_in_scope(world.actor(*STRANGER))
    Round.objects.filter(pk=region.pk).update(state="called", call_number="1", call_on=today())
    assert region.is_in_scope(world.actor(*STRANGER))
