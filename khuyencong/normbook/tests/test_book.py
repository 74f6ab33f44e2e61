"""The book in use: shipped and confirmed, and never that of a transaction that was rolled back."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from khuyencong.core.money import MILLION
from khuyencong.law.norms import NoNorm
from khuyencong.law.values import Tier
from khuyencong.normbook import actions
from khuyencong.normbook.book import all_documents, current_book
from khuyencong.normbook.models import EnteredDocument
from khuyencong.normbook.tests.entering import START, enter, enter_national, norm, tiered, version

KEYS = ["82", "87@2025"]


def local(activity="machinery", on=START, keys=KEYS):
    return current_book().norm_on(activity, source="local", province_keys=keys, on=on)


def queries(call):
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def test_only_confirmed_documents_count(world):
    for state in ("empty", "draft", "sent", "returned", "revoked"):
        enter(world, state=state)
        assert local().cap == 300 * MILLION  # that of the old province, as shipped
    confirmed = enter(world, state="confirmed")
    found = local()
    assert (found.rate, found.cap, found.verified) == (Fraction(40, 100), 250 * MILLION, True)
    assert (found.document_id, found.article, found.scope) == (confirmed.document_id, "khoản 1 Điều 4", "82")
    assert found.document == f"Nghị quyết {confirmed.number} của Hội đồng nhân dân tỉnh Đồng Tháp"
    assert local(on=date(2029, 12, 31)).cap == 300 * MILLION
    assert isinstance(local("demonstration_model"), NoNorm)


def test_a_confirmation_is_seen_at_the_next_call_and_costs_nothing_after(world):
    current_book()
    assert queries(current_book) == 1
    document = enter(world, state="sent")
    before = current_book()
    actions.confirm_document(document_id=document.pk, by=world.actor("dong-thap", "leader"), version=version(document))
    assert queries(current_book) == 4  # the question, then documents, norms and tiers
    assert current_book() is not before
    assert queries(current_book) == queries(all_documents) == 1
    enter(world, norm("demonstration_model"), state="confirmed", valid_from=date(2031, 1, 1))
    assert queries(current_book) == 4
    assert queries(current_book) == 1


def test_a_rolled_back_confirmation_leaves_nothing_behind(world):
    before = current_book()
    for _ in range(3):
        with transaction.atomic():
            enter(world, state="confirmed")
            assert local().cap == 250 * MILLION
            transaction.set_rollback(True)
        assert local().cap == 300 * MILLION
    assert [one.id for one in all_documents() if one.id.startswith("e")] == []
    assert current_book().all_of("machinery", "82") == before.all_of("machinery", "82") == ()


def test_revoking_is_seen_at_the_next_call(world):
    document = enter(world, state="confirmed")
    assert local().cap == 250 * MILLION
    actions.revoke_document(
        document_id=document.pk, by=world.actor("dong-thap", "leader"), version=version(document), reason="Nhập nhầm."
    )
    assert local().cap == 300 * MILLION
    assert isinstance(local(keys=["82"]), NoNorm)


def test_everything_entered_arrives(world):
    tiers = tiered(recoverable=True, cost_base="Chi phí  đăng ký", note="Một lần.")
    document = enter(
        world,
        tiers,
        norm(percent=Decimal("12.50"), cap=None),
        norm("conference", None, None, by_price=True),
        state="confirmed",
        valid_to=date(2030, 12, 31),
        replaces=["dong-thap-08-2024"],
    )
    founding = local("enterprise_founding")
    assert founding.tiers == (
        Tier("đến 10 tỷ đồng", None, 5 * MILLION, None, 10_000 * MILLION),
        Tier("trên 10 tỷ đồng", None, 10 * MILLION, 10_000 * MILLION, None),
    )
    assert (founding.tier_by, founding.recoverable, founding.note) == ("charter_capital", True, "Một lần.")
    assert founding.cost_base == "Chi phí đăng ký"
    assert founding.valid_to == date(2030, 12, 31)
    assert local().rate == Fraction(1, 8)
    assert local("conference").by_price
    law = next(one for one in all_documents() if one.id == document.document_id)
    assert (law.scope, law.replaces, law.dates_verified) == ("82", ("dong-thap-08-2024",), True)
    assert law.source == "tệp «nghi-quyet.pdf»"


def test_tiers_go_up_whatever_the_order_they_were_typed_in(world):
    found = tiered()
    enter(world, tiered(tiers=found.tiers[::-1]), state="confirmed")
    assert [tier.above for tier in local("enterprise_founding").tiers] == [None, 10_000 * MILLION]


def test_national_norms_are_the_nations(world):
    enter_national(world, norm(cap=400), state="confirmed", replaces=["tt-28-2018"])
    found = current_book().norm_on("machinery", source="national", on=START)
    assert (found.cap, found.scope, found.source) == (400 * MILLION, None, "national")
    assert local().cap == 300 * MILLION


def test_a_release_that_brings_the_same_norm_does_not_stop_everything(world):
    """What was confirmed clashes with what a later release ships: said for that activity, all others go on."""
    enter_national(world, norm(cap=400), norm("demonstration_model"), state="confirmed", replaces=["tt-28-2018"])
    EnteredDocument.objects.update(replaces=[], version=99)
    book = current_book()
    assert len(book.clashes) == 2
    assert book.norm_on("machinery", source="national", on=START).code == "two_norms"
    assert book.norm_on("machinery", source="national", on=date(2029, 12, 31)).cap == 300 * MILLION
    assert book.norm_on("technology_line", source="national", on=START).cap == 450 * MILLION


@pytest.mark.parametrize("gone", ["khong-con", "e999999"])
def test_a_correction_whose_document_is_gone_still_counts(world, gone):
    enter(world, norm(cap=280), state="confirmed", province="87@2025", corrects="dong-thap-08-2024")
    assert local(on=date(2025, 1, 1)).cap == 280 * MILLION
    EnteredDocument.objects.update(corrects=gone, version=99)
    assert isinstance(local(), NoNorm)
    assert local().code == "two_norms"
