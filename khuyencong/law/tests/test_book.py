"""Documents entered by users, put together with the shipped ones."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from khuyencong.core.errors import DomainError
from khuyencong.core.money import MILLION
from khuyencong.law.book import book_of, combine, target_of
from khuyencong.law.norms import NoNorm, Norm, shipped_norms
from khuyencong.law.regulations import Regulations, regulations
from khuyencong.law.values import LOCAL, NATIONAL, Document

MACHINES, MODEL = "machinery", "demonstration_model"
START = date(2030, 1, 1)


def document(key, *norms, scope=None, number="1/2030/TT-BTC", valid_from=START, valid_to=None, **more):
    """A document with norms given as (activity, percent, cap in triệu)."""
    name = f"Thông tư {number}"
    return Document(
        id=key,
        number=number,
        kind="Thông tư",
        title="Thử",
        issuer="Bộ Tài chính",
        issued_on=valid_from,
        valid_from=valid_from,
        valid_to=valid_to,
        dates_verified=True,
        scope=scope,
        source="thử",
        name=name,
        norms=tuple(
            Norm(
                activity=activity,
                rate=Fraction(percent, 100),
                cap=cap * MILLION,
                unit="cơ sở" if activity == MACHINES else "mô hình",
                document=name,
                article="Điều 1",
                verified=True,
                cost_base="",
                source=LOCAL if scope else NATIONAL,
                scope=scope,
                valid_from=valid_from,
                valid_to=valid_to,
                document_id=key,
            )
            for activity, percent, cap in norms
        ),
        **more,
    )


def compose(shipped, entered, **options):
    return book_of(combine(shipped.documents.values(), entered), **options)


def national(book, activity=MACHINES, on=START):
    return book.norm_on(activity, source=NATIONAL, on=on)


def local(book, keys, activity=MACHINES, on=START):
    return book.norm_on(activity, source=LOCAL, province_keys=keys, on=on)


def test_nothing_entered_is_the_shipped_book():
    book = compose(regulations(), [])
    for on in (date(2013, 1, 1), date(2017, 6, 1), date(2019, 6, 1), START):
        for activity in (MACHINES, MODEL, "technology_line", "fair_domestic_join"):
            assert national(book, activity, on) == national(shipped_norms(), activity, on)
            assert local(book, ["82", "87@2025"], activity, on) == local(
                shipped_norms(), ["82", "87@2025"], activity, on
            )


def test_replacing_ends_the_open_norms_the_day_before():
    book = compose(regulations(), [document("e1", (MACHINES, 60, 500), replaces=("tt-28-2018",))])
    assert national(book, on=date(2029, 12, 31)).cap == 300 * MILLION
    assert national(book).cap == 500 * MILLION
    assert national(book).document_id == "e1"
    # What the new document does not have, nobody has any more.
    assert isinstance(national(book, MODEL), NoNorm)
    assert national(book, MODEL, date(2029, 12, 31)).cap == 1000 * MILLION


def test_replacing_leaves_what_had_ended_before():
    book = compose(regulations(), [document("e1", (MACHINES, 60, 500), replaces=("ttlt-26-2014", "tt-28-2018"))])
    assert national(book, on=date(2017, 6, 1)).valid_to == date(2018, 5, 10)


def test_replaced_before_it_began_it_never_counts():
    early = document("e1", (MACHINES, 60, 500), valid_from=date(2018, 5, 11), replaces=("tt-28-2018",))
    book = compose(regulations(), [early])
    assert national(book, on=date(2019, 1, 1)).cap == 500 * MILLION
    assert isinstance(national(book, MODEL, date(2019, 1, 1)), NoNorm)
    documents = {one.id: one for one in combine(regulations().documents.values(), [early])}
    assert documents["tt-28-2018"].valid_to == date(2018, 5, 10)
    assert documents["tt-28-2018"].norms == ()


def test_entered_document_ends_by_itself():
    book = compose(regulations(), [document("e1", (MACHINES, 60, 500), scope="82", valid_to=date(2030, 12, 31))])
    assert local(book, ["82"], on=date(2030, 12, 31)).cap == 500 * MILLION
    assert isinstance(local(book, ["82"], on=date(2031, 1, 1)), NoNorm)


def test_a_chain_of_replacements():
    second = document("e2", (MACHINES, 70, 600), number="2/2031", valid_from=date(2031, 1, 1), replaces=("e1",))
    first = document("e1", (MACHINES, 60, 500), replaces=("tt-28-2018",))
    for order in ([first, second], [second, first]):
        book = compose(regulations(), order)
        assert national(book, on=date(2030, 12, 31)).cap == 500 * MILLION
        assert national(book, on=date(2031, 1, 1)).cap == 600 * MILLION


def test_correcting_keeps_the_days_of_the_corrected_document():
    book = compose(regulations(), [document("e1", (MACHINES, 45, 250), number="28/2018/TT-BTC", corrects="tt-28-2018")])
    found = national(book, on=date(2018, 5, 11))
    assert (found.rate, found.cap, found.document_id) == (Fraction(45, 100), 250 * MILLION, "e1")
    assert (found.valid_from, found.valid_to) == (date(2018, 5, 11), None)
    assert national(book, on=date(2018, 5, 10)).cap == 200 * MILLION
    # The rest of the document stands.
    assert national(book, MODEL, date(2019, 1, 1)).cap == 1000 * MILLION


def test_correcting_adds_what_the_document_had_not():
    corrected = document("e1", (MACHINES, 40, 200), scope="25", corrects="phu-tho-23-2025")
    book = compose(regulations(), [corrected])
    assert local(book, ["25"], on=date(2026, 1, 1)).cap == 200 * MILLION
    assert isinstance(local(book, ["25", "17@2025"], MODEL, date(2026, 1, 1)), NoNorm)


def test_a_correction_of_a_correction_counts_in_the_document():
    first = document("e1", (MACHINES, 45, 250), (MODEL, 30, 900), corrects="tt-28-2018")
    second = document("e2", (MACHINES, 45, 260), corrects="e1")
    documents = {one.id: one for one in combine(regulations().documents.values(), [first, second])}
    assert target_of(second, documents) == "tt-28-2018"
    book = compose(regulations(), [first, second])
    assert national(book).cap == 260 * MILLION
    assert national(book, MODEL).cap == 900 * MILLION
    # What of each of them still stands.
    assert [norm.activity for norm in documents["e1"].norms] == [MODEL]
    assert [norm.activity for norm in documents["e2"].norms] == [MACHINES]
    assert documents["e2"].valid_from == date(2018, 5, 11)


def test_a_corrected_document_is_replaced_whole():
    correction = document("e1", (MACHINES, 45, 250), corrects="tt-28-2018")
    successor = document("e2", (MACHINES, 60, 500), number="2/2030", replaces=("tt-28-2018",))
    for order in ([correction, successor], [successor, correction]):
        book = compose(regulations(), order)
        assert national(book, on=date(2029, 12, 31)).cap == 250 * MILLION
        assert national(book).cap == 500 * MILLION


@pytest.mark.parametrize("corrects", ["gone", "e1", "e2"])
def test_a_correction_of_nothing_stands_alone(corrects):
    """A file was renamed, or two corrections name each other: values that two people read are not dropped."""
    first = document("e1", (MACHINES, 45, 250), scope="82", corrects=corrects)
    second = document("e2", scope="82", corrects="e1")
    book = compose(regulations(), [first, second])
    assert local(book, ["82"]).cap == 250 * MILLION


def test_two_norms_in_force_at_once_are_refused_with_both_citations():
    with pytest.raises(DomainError, match=r"Hai định mức cùng hiệu lực") as refused:
        compose(regulations(), [document("e1", (MACHINES, 60, 500))])
    assert "Điều 1 Thông tư 1/2030/TT-BTC" in str(refused.value)
    assert "khoản 4 Điều 8 Thông tư 28/2018/TT-BTC" in str(refused.value)


def test_two_norms_in_a_book_that_is_not_strict_answer_for_themselves():
    book = compose(regulations(), [document("e1", (MACHINES, 60, 500))], strict=False)
    assert len(book.clashes) == 1
    assert national(book).code == "two_norms"
    assert national(book, on=date(2029, 12, 31)).cap == 300 * MILLION
    assert national(book, MODEL).cap == 1000 * MILLION


def test_the_old_province_counts_until_it_is_replaced():
    old, new = ["82", "87@2025"], ["82"]
    assert local(compose(regulations(), []), old).cap == 300 * MILLION
    entered = document("e1", (MACHINES, 40, 350), scope="82")
    book = compose(regulations(), [entered])
    assert local(book, old, on=date(2029, 12, 31)).cap == 300 * MILLION
    assert local(book, old).cap == local(book, new).cap == 350 * MILLION
    # Its own document ends the search, as a shipped one does.
    found = local(book, old, MODEL)
    assert isinstance(found, NoNorm)
    assert found.document == entered.name


def test_an_old_province_that_is_replaced_by_name_has_no_norm_after():
    book = compose(regulations(), [document("e1", (MODEL, 40, 350), scope="82", replaces=("dong-thap-08-2024",))])
    assert isinstance(local(book, ["87@2025"]), NoNorm)
    assert local(book, ["87@2025"], on=date(2029, 12, 31)).cap == 300 * MILLION


def test_norms_made_under_a_replaced_document_are_questioned():
    book = compose(regulations(), [document("e1", (MACHINES, 60, 500), replaces=("tt-28-2018",))])
    found = local(book, ["82", "87@2025"])
    assert not found.verified
    assert "31/12/2029" in found.pending
    assert local(book, ["82", "87@2025"], on=date(2029, 12, 31)).verified


def test_a_reference_without_numbers_stays_common_only_without_numbers():
    """`common` references hold for local money; a value that somebody read for the nation does not."""
    base = Regulations({"a": document("a", (MACHINES, 50, 300))})
    norm = replace(base.norms[0], rate=None, cap=None, common=True)
    base = Regulations({"a": replace(base.documents["a"], norms=(norm,))})
    assert isinstance(local(compose(base, []), ["82"]), Norm)
    read = document("e1", (MACHINES, 50, 300), corrects="a")
    assert isinstance(local(compose(base, [read]), ["82"]), NoNorm)
    again = replace(read, norms=(replace(read.norms[0], rate=None, cap=None, by_price=True),))
    assert local(compose(base, [again]), ["82"]).by_price


def test_what_goes_in_is_not_changed():
    entered = document("e1", (MACHINES, 60, 500), replaces=("tt-28-2018",))
    before = regulations().documents["tt-28-2018"]
    compose(regulations(), [entered])
    assert regulations().documents["tt-28-2018"] == before
    assert before.valid_to is None
