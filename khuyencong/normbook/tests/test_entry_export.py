"""Confirmed documents as law files: written beside the shipped ones they load, and say what the book says."""

import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.errors import Refused
from khuyencong.law.norms import NormBook
from khuyencong.law.regulations import REGULATIONS_FOLDER, load_regulations
from khuyencong.normbook.book import current_book
from khuyencong.normbook.entering.export import document_yaml, law_files
from khuyencong.normbook.tests.entering import enter, enter_national, norm, tiered

DAYS = (date(2017, 6, 1), date(2025, 1, 1), date(2029, 12, 31), date(2030, 1, 1), date(2031, 1, 1))


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped files."""
    for path in REGULATIONS_FOLDER.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def load(folder, files):
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load_regulations(folder)


def plain(norm):
    """A norm without the id of its document, by which alone a file and the database differ."""
    return replace(norm, document_id="") if hasattr(norm, "article") else norm


def assert_same_book(loaded, scopes):
    """Every norm of every activity of these scopes, field by field, and the answers on days around the changes."""
    book, ours = NormBook(loaded.norms, loaded.documents.values()), current_book()
    activities = {one.activity for one in loaded.norms}
    for scope in scopes:
        for activity in sorted(activities):
            theirs = sorted(map(plain, book.all_of(activity, scope)), key=repr)
            assert theirs == sorted(map(plain, ours.all_of(activity, scope)), key=repr), (scope, activity)
            for day in DAYS:
                given = {
                    "source": "local" if scope else "national",
                    "province_keys": [scope] if scope else [],
                    "on": day,
                }
                assert plain(book.norm_on(activity, **given)) == plain(ours.norm_on(activity, **given))


def test_a_new_document_loads_beside_the_shipped_files(world, folder):
    document = enter(
        world,
        norm(percent="12.50", cost_base="Máy móc: «mới» # 100 %", note="- không", recoverable=True),
        tiered(note="yes"),
        norm("conference", None, None, by_price=True),
        state="confirmed",
        title="Quy định: mức chi, «khuyến công»",
        note="Dòng một\ndòng hai",
        valid_to=date(2035, 12, 31),
    )
    files = law_files(document)
    assert list(files) == [f"{document.number.split('/')[0]}-2029-nq-hdnd-82.yaml"]
    loaded = load(folder, files)
    assert_same_book(loaded, ["82", "87@2025", None])
    found = loaded.documents[next(iter(files)).removesuffix(".yaml")]
    assert (found.number, found.title, found.issued_on) == (document.number, document.title, document.issued_on)
    assert (found.valid_from, found.valid_to, found.note) == (date(2030, 1, 1), date(2035, 12, 31), "Dòng một dòng hai")
    assert document_yaml(document) == next(iter(files.values()))


def test_a_document_that_replaces_shipped_ones_brings_their_last_day(world, folder):
    document = enter_national(
        world, norm(cap=400), norm("demonstration_model", 30, 900), state="confirmed", replaces=["tt-28-2018"]
    )
    files = law_files(document)
    assert len(files) == 2
    assert "to: 2029-12-31\n" in files["tt-28-2018.yaml"]
    loaded = load(folder, files)
    assert_same_book(loaded, [None, "87@2025", "82"])


def test_a_document_that_replaces_an_entered_one_brings_it_along(world, folder):
    first = enter(world, norm(), norm("conference", None, 9), state="confirmed", replaces=["dong-thap-08-2024"])
    second = enter(world, norm(cap=260), state="confirmed", replaces=[first.document_id], valid_from=date(2031, 1, 1))
    files = law_files(first) | law_files(second)
    assert_same_book(load(folder, files), ["82", "87@2025"])


@pytest.mark.parametrize(
    ("province", "key"),
    [("87@2025", "dong-thap-08-2024"), ("87@2025", "dong-thap-29-2014"), ("", "tt-28-2018"), ("", "ttlt-26-2014")],
)
def test_a_correction_is_the_corrected_file(world, folder, province, key):
    agency = "dong-thap" if province else "national"
    shipped = load_regulations().documents[key]
    document = enter(
        world,
        norm(cap=280),
        tiered(),
        norm("information", None, 77),
        agency=agency,
        province=province,
        state="confirmed",
        corrects=key,
        number=shipped.number,
        kind="Nghị quyết" if key == "dong-thap-08-2024" else "Quyết định" if province else "Thông tư",
        issuer=shipped.issuer,
    )
    files = law_files(document)
    assert list(files) == [f"{key}.yaml"]
    loaded = load(folder, files)
    assert loaded.documents[key].name == shipped.name
    if key == "ttlt-26-2014":  # its kind is not one that a user chooses, so that the name of the text differs
        assert [one.cap for one in loaded.documents[key].norms if one.activity == "machinery"] == [280_000_000]
    else:
        assert_same_book(loaded, [province or None])


def test_a_correction_of_a_document_whose_norms_nobody_had_read(world, folder):
    document = enter(
        world, norm(), tiered(), agency="phu-tho", province="25", state="confirmed", corrects="phu-tho-23-2025",
        number="23/2025/NQ-HĐND", issuer="Hội đồng nhân dân tỉnh Phú Thọ",
    )  # fmt: skip
    assert_same_book(load(folder, law_files(document)), ["25", "17@2025"])


def test_a_correction_of_an_entered_document_is_that_document(world, folder):
    first = enter(world, norm(), norm("conference", None, 9), state="confirmed")
    second = enter(
        world, norm(cap=260), state="confirmed", corrects=first.document_id, number=first.number, issuer=first.issuer
    )
    assert law_files(first) == law_files(second)
    assert_same_book(load(folder, law_files(second)), ["82"])


@pytest.mark.parametrize("state", ["draft", "sent", "revoked"])
def test_only_confirmed_documents_are_exported(world, state):
    with pytest.raises(Refused, match="đã xác nhận"):
        law_files(enter(world, state=state))


def test_the_download_is_audited_and_open_to_every_place(world, visit):
    document = enter(world, state="confirmed")
    for agency, role in (("dong-thap", "leader"), ("phu-tho-centre", "officer")):
        answer = visit(world.actor(agency, role)).get(reverse("norm_entry_yaml", args=[document.pk]))
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/yaml; charset=utf-8"
        assert answer.content.decode() == document_yaml(document)
        event = AuditEvent.objects.latest("seq")
        assert (event.action, event.actor_id) == ("norm.export", world.actor(agency, role).user.pk)


def test_several_files_come_as_one_archive(world, visit):
    document = enter(world, state="confirmed", replaces=["dong-thap-08-2024"])
    answer = visit(world.actor("dong-thap", "leader")).get(reverse("norm_entry_yaml", args=[document.pk]))
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == law_files(document)


@pytest.mark.parametrize("state", ["draft", "revoked"])
def test_what_does_not_count_is_not_handed_out(world, visit, state):
    document = enter(world, state=state)
    answer = visit(world.actor("dong-thap", "leader")).get(reverse("norm_entry_yaml", args=[document.pk]))
    assert answer.status_code == 409
    assert not AuditEvent.objects.filter(action="norm.export").exists()
