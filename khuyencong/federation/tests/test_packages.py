"""A package is believed when its signature, sums and order are right, and then is the report of its agency."""

import copy
import json

import jsonschema_rs
import pytest

from khuyencong.api.scopes import Scope
from khuyencong.api.tests.making import caller_for
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.federation import actions
from khuyencong.federation.differences import cells_of, differences, held_version, recorded_cells
from khuyencong.federation.keys import is_signed, own_public_key
from khuyencong.federation.models import IncomingPackage, IncomingState, OutgoingPackage
from khuyencong.federation.package import SCHEMA_FILE, build, load, read
from khuyencong.federation.queries import senders_for
from khuyencong.federation.rules import before_accepting, findings_of
from khuyencong.federation.tests.making import PUBLIC, accepted, package, plain_package, received, row, trust
from khuyencong.periods.content import canonical, content_of
from khuyencong.periods.models import PeriodReport, PeriodReportState
from khuyencong.periods.tests import making as periods
from khuyencong.reporting.figures import value_of
from khuyencong.reporting.period import Period, PeriodKind, closing_day
from khuyencong.testing import make_project
from tests.looking import whole_database

SCHEMA = json.loads(SCHEMA_FILE.read_text())
YEAR = Period(PeriodKind.YEAR, 2025)


def test_a_locked_report_becomes_a_package_that_reads_by_itself(world):
    make_project(world, state="approved")
    report = periods.begin(world)
    periods.submit(world, report)
    officer = world.actor("dong-thap", "officer")
    with pytest.raises(Refused, match="đã khóa"):
        actions.make_package(report_id=report.pk, by=officer)
    report = periods.lock(world, report)
    made = actions.make_package(report_id=report.pk, by=officer)
    assert actions.make_package(report_id=report.pk, by=officer) == made
    with pytest.raises(NotAllowed):
        actions.make_package(report_id=report.pk, by=world.actor("phu-tho", "officer"))

    found = load(made.text.encode())
    assert build(made.report_version) == made.text == found.text
    assert is_signed(found.signed_text, found.signature, own_public_key())
    assert not is_signed(found.signed_text + " ", found.signature, own_public_key())
    assert found.content_sha256 == found.stated_sha256 == made.report_version.sha256
    assert found.total == found.stated_total == content_of(report).total
    jsonschema_rs.validator_for(SCHEMA).validate(json.loads(made.text))
    # Opened and locked again it is another version, with a package of its own.
    leader = world.actor("national", "leader")
    periods.actions.unlock(report_id=report.pk, by=leader, version=report.version, reason="Ghi sót.")
    periods.submit(world, report)
    again = actions.make_package(report_id=periods.lock(world, report).pk, by=officer)
    assert load(again.text.encode()).number == 2
    assert OutgoingPackage.objects.count() == 2


def test_received_accepted_and_counted(world):
    trust(world)
    found = received(world, row(counterpart=100), row(source="national", planned=50, approved=50))
    assert received(world, row(counterpart=100), row(source="national", planned=50, approved=50)) == found
    before = whole_database()
    assert received(world, row(counterpart=100), row(source="national", planned=50, approved=50)) == found
    assert whole_database() == before  # the same package twice changes nothing
    assert held_version(found) is None
    assert {(one.where, one.figure.code, one.sent) for one in differences(package(row()), {}) if not one.where} >= {
        ("", "planned", 500)
    }

    done = accepted(world, found)
    report = PeriodReport.objects.get()
    assert (report.agency.code, report.state, report.by_hand) == ("phu-tho", PeriodReportState.LOCKED, True)
    assert done.report_version.report_id == report.pk
    assert "Hệ thống của Sở Công Thương Phú Thọ, lần nộp 1" in done.report_version.made_as
    content = content_of(report)
    assert value_of(content.total, "approved") == 450
    assert value_of(content.total, "total") == 550
    # It rolls up into the report of the nation as any table does.
    nation = periods.begin(world, "national", by=("national", "officer"), period=YEAR)
    assert value_of(content_of(nation).total, "approved") == 450

    later = received(world, row(approved=300, planned=500), number=2)
    held = held_version(later)
    told = {
        (one.where, one.figure.code): one.change
        for one in differences(package(row(approved=300)), cells_of(report, held))
    }
    assert told["", "approved"] == -150
    assert accepted(world, later).report_version.number == 2
    report.refresh_from_db()
    assert value_of(content_of(report).total, "approved") == 300
    assert report.versions.count() == 2
    with pytest.raises(Refused, match="nội dung khác"):
        received(world, row(approved=1, planned=1), number=1)


def test_order_of_versions(world):
    trust(world)
    second = received(world, number=2)
    with pytest.raises(Refused, match="lần nộp 1 cũ hơn"):
        received(world, number=1)
    with pytest.raises(Refused, match="nội dung khác"):
        received(world, row(planned=501), number=2)
    third = received(world, number=3)
    second.refresh_from_db()
    assert (second.state, third.state) == (IncomingState.REPLACED, IncomingState.WAITING)
    with pytest.raises(Refused, match="Đã có lần nộp sau"):
        accepted(world, second)
    leader = world.actor("national", "leader")
    with pytest.raises(Stale):
        actions.return_package(package_id=third.pk, by=leader, version=9, reason="Sai.")
    with pytest.raises(Refused, match="lý do"):
        actions.return_package(package_id=third.pk, by=leader, version=third.version, reason=" ")
    returned = actions.return_package(package_id=third.pk, by=leader, version=third.version, reason="Thiếu huyện.")
    assert (returned.state, returned.answer) == (IncomingState.RETURNED, "Thiếu huyện.")
    assert not PeriodReport.objects.exists()


def test_nobody_else_signs_or_decides(world):
    with pytest.raises(Refused, match="Chưa tin khóa"):
        received(world)
    with pytest.raises(NotAllowed):
        trust(world, by=("national", "officer"))
    with pytest.raises(Refused, match="không nộp báo cáo"):
        trust(world, by=("dong-thap", "administrator"))
    with pytest.raises(Refused, match="44 ký tự"):
        trust(world, public_key="abc")
    with pytest.raises(Refused, match="chính hệ thống này"):
        trust(world, public_key=own_public_key())
    key = trust(world)
    with pytest.raises(Refused, match="Đã có khóa này"):
        trust(world)

    forged = plain_package()
    forged["content"]["cells"][0][6][0] += 1
    officer = world.actor("national", "officer")
    with pytest.raises(Refused, match="Chữ ký"):
        actions.receive_package(by=officer, package=read(forged), how="tệp")
    for changed, sentence in (
        ({"checksums": {"content": "0" * 64}}, "Mã kiểm tra"),
        ({"checksums": {"cells": 7}}, "Tổng ghi trong gói"),
        ({"closing_on": "2099-12-31"}, "Ngày chốt|chưa đến"),
        ({"sender": {"code": "dong-thap", "name": "Sở"}}, "Chưa tin khóa"),
    ):
        with pytest.raises(Refused, match=sentence):
            received(world, **changed)
    with pytest.raises(Refused, match="tỉnh khác"):
        received(world, row(province="82"))
    with pytest.raises(Refused, match="không bằng phê duyệt"):
        received(world, row(total=1))
    for stranger in (("dong-thap", "officer"), ("national", "accountant"), ("phu-tho", "leader")):
        with pytest.raises((NotAllowed, Refused)):
            received(world, by=stranger)
    assert not IncomingPackage.objects.exists()

    own = received(world, by=("phu-tho", "officer"))  # through the API it is the sender's own system that brings it
    with pytest.raises(NotAllowed):
        accepted(world, own, by=("phu-tho", "leader"))
    with pytest.raises(NotAllowed):
        accepted(world, own, by=("national", "officer"))
    actions.revoke_key(
        key_id=key.pk, by=world.actor("national", "administrator"), version=key.version, reason="Lộ khóa."
    )
    with pytest.raises(Refused, match="Chưa tin khóa"):
        received(world, number=2)
    assert trust(world).public_key == PUBLIC  # taken down anew


def test_an_agency_with_records_here_sends_none(world):
    trust(world)
    periods.begin(world, "phu-tho", by=("phu-tho", "officer"), period=YEAR)
    with pytest.raises(Refused, match="tính từ hồ sơ"):
        received(world)


def test_records_here_are_shown_and_never_replaced_in_silence(world, visit):
    """A package outvotes all that records say of its province and source: whoever accepts sees it, and says why."""
    trust(world)
    make_project(world, province="25", state="approved")
    period = Period(PeriodKind.YEAR, today().year)
    values = {"period": {"kind": "nam", "year": period.year, "number": 1}, "closing_on": str(closing_day(period))}
    found = received(world, row(planned=400, approved=400), **values)
    recorded = recorded_cells(found)
    held = {one.figure.code: one.held for one in differences(package(row()), recorded) if not one.where}
    assert held["approved"] > 1_000_000

    (warning,) = before_accepting(found, package(row()), recorded)
    assert (warning.kind, warning.code) == ("warning", "over_records")
    # Of the money that the package does not speak of nothing is replaced.
    assert before_accepting(found, package(row(source="national")), recorded) == []
    page = visit(world.actor("national", "leader")).get(found.get_absolute_url()).content.decode()
    assert "Đang giữ: số tính từ hồ sơ" in page
    assert "thay mọi số tính từ các hồ sơ" in page
    before = whole_database()
    with pytest.raises(Refused, match="thay mọi số tính từ các hồ sơ") as caught:
        accepted(world, found)
    assert [one.code for one in caught.value.findings] == ["over_records"]
    assert whole_database() == before
    assert accepted(world, found, note="Tỉnh đã đối chiếu.").report_version is not None


def test_a_key_that_leaked_accepts_nothing_any_more(world, visit):
    key = trust(world)
    found = received(world)
    by = world.actor("national", "administrator")
    actions.revoke_key(key_id=key.pk, by=by, version=key.version, reason="Lộ khóa.")
    with pytest.raises(Refused, match=r"thôi được tin .*Lộ khóa"):
        accepted(world, found, note="Vẫn nhận.")
    page = visit(world.actor("national", "leader")).get(found.get_absolute_url()).content.decode()
    assert "khóa này đã thôi được tin từ" in page
    assert not PeriodReport.objects.exists()


def test_an_agency_of_no_province_is_refused_before_it_sends(world):
    with pytest.raises(Refused, match="không thuộc một tỉnh"):
        trust(world, "region")
    assert world.agencies["region"] not in senders_for(world.actor("national", "administrator"))
    (finding,) = [one for one in findings_of(package(), world.agencies["region"]) if one.code == "no_province"]
    assert finding.kind == "blocker"


def test_a_key_of_the_wrong_agency_hinders_no_package(world):
    """Taken down for another one first: the same text comes again, to the right one."""
    wrong = trust(world, "phu-tho-centre", by=("phu-tho", "administrator"), code="phu-tho")
    mistaken = received(world, by=("phu-tho", "officer"))
    by = world.actor("phu-tho", "administrator")
    actions.revoke_key(key_id=wrong.pk, by=by, version=wrong.version, reason="Nhầm cơ quan.")
    type(mistaken).objects.filter(pk=mistaken.pk).update(receiver=world.agencies["national"])
    trust(world)
    right = received(world)
    assert (right.sha256, right.agency.code) == (mistaken.sha256, "phu-tho")
    told = caller_for(world, "phu-tho", scopes=[Scope.FEDERATION]).get(f"/federation/packages/{right.sha256}")
    assert told.json()["agency"] == "phu-tho"


def _changed(path, value):
    data = copy.deepcopy(plain_package())
    at = data
    for name in path[:-1]:
        at = at[name]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["schema"], "khuyencong/period-package/2"),
        (["more"], 1),
        (["version"], 0),
        (["version"], "1"),
        (["version"], True),
        (["period", "kind"], "tuan"),
        (["period", "year"], 1999),
        (["closing_on"], "31/12/2025"),
        (["sender"], "phu-tho"),
        (["sender", "code"], "x" * 41),
        (["content"], []),
        (["content", "cells"], {}),
        (["content", "cells", 0], "dong"),
        (["content", "cells", 0, 2], "khac"),
        (["content", "cells", 0, 3], ["machinery"]),
        (["content", "cells", 0, 6], [1, 2]),
        (["content", "cells", 0, 6, 0], 1.5),
        (["content", "cells", 0, 6, 0], 10**16),
        (["content", "figures"], ["planned", "planned"]),
        (["content", "explanation"], 5),
        (["checksums", "content"], "abc"),
        (["signature", "algorithm"], "none"),
        (["signature", "value"], None),
        (["checksums"], None),
    ],
)
def test_a_package_of_another_form_is_refused(path, value):
    with pytest.raises(Refused):
        read(_changed(path, value))


def test_the_published_schema_says_the_same():
    validator = jsonschema_rs.validator_for(SCHEMA)
    assert validator.is_valid(plain_package())
    for path, value in ((["version"], 0), (["more"], 1), (["closing_on"], "31/12/2025"), (["checksums"], None)):
        assert not validator.is_valid(_changed(path, value))


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\xef\xbb\xbf" + canonical(plain_package()).encode(), b"[]", b"{", b"\xff\xfe{}", b'{"schema": NaN}', b'{"schema": 1, "schema": 2}', b"[" * 200_000, b'"\\ud800"',
        canonical({"schema": "x" * (1024 * 1024)}).encode(), b'{"a":' * 40 + b"1" + b"}" * 40,
    ],
)  # fmt: skip
def test_a_file_that_is_no_package_is_refused(raw):
    with pytest.raises(Refused):
        load(raw)
