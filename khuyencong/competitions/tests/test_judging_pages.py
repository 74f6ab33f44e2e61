"""The desk of a judge, the pages of the jury, the result and the sheets as files, as browsers ask for them."""

import io
import json
from decimal import Decimal
from uuid import uuid4

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from khuyencong.audit.models import AuditEvent
from khuyencong.competitions.judging import background
from khuyencong.competitions.judging.actions import close_scoring, declare_conflict, printing
from khuyencong.competitions.models import Conflict, RoundState, Sheet, SheetPrint
from khuyencong.competitions.tests.judging import LEADER, ORGANISER, being_scored, points
from khuyencong.papers.models import Paper
from tests.looking import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def scored(world):
    return being_scored(world)


def sent(scored, values, **more):
    """What the browser sends of a sheet: points by the place of their criterion."""
    data = {f"c{one.pk}": value for one, value in zip(scored.criteria, values, strict=False)}
    return {"version": 1, "page": str(uuid4()), "turn": 0, **data, **more}


def address(scored, name="scoring_sheet", entry=0):
    return reverse(name, args=[scored.round.pk, scored.entries[entry].pk])


def test_what_is_typed_is_kept_and_what_is_not_understood_is_told(scored):
    client, page = signed_in(scored.actor(2)), str(uuid4())
    keep = address(scored, "scoring_keep")
    told = client.post(keep, sent(scored, ["25", "chín", "100.5", "", "9,25"], page=page, turn=1)).json()
    assert told["version"] == 2
    names = {
        name: told["errors"][f"c{one.pk}"]
        for name, one in zip("abcdef", scored.criteria, strict=True)
        if f"c{one.pk}" in told["errors"]
    }
    assert set(names) == {"b", "c", "e"}
    assert "chữ số" in names["b"]
    assert "tối đa 25" in names["c"]
    assert "bước 0,5" in names["e"]
    sheet = Sheet.objects.get()
    assert [one.points for one in sheet.scores.order_by("criterion__order")] == [Decimal(25)] + [
        None
    ] * 5  # blank is not nought
    late = client.post(keep, sent(scored, ["1"], version=1))
    assert late.status_code == 409
    assert "trang khác" in late.json()["error"]
    shown = client.get(address(scored)).content.decode()
    assert 'value="25"' in shown
    # The button: a form with a mistake comes back as it was typed, and nothing of it is written.
    answer = client.post(address(scored), sent(scored, ["24", "chín"], version=2))
    assert answer.status_code == 422
    assert 'value="chín"' in answer.content.decode()
    assert sheet.scores.get(criterion=scored.criteria[0]).points == 25
    # An older page sent by the button: both values are shown, and the page decides.
    answer = client.post(address(scored), sent(scored, ["20"], version=1, **{f"initial-c{scored.criteria[0].pk}": ""}))
    assert answer.status_code == 422
    assert "Những chỗ người khác vừa sửa" in answer.content.decode()
    assert client.post(address(scored), sent(scored, ["20"], version=2)).status_code == 302
    assert sheet.scores.get(criterion=scored.criteria[0]).points == 20


def test_signing_asks_once_more_and_shows_what_is_missing(scored):
    client = signed_in(scored.actor(2))
    answer = client.post(address(scored), sent(scored, ["25", "15", "25", "15", "10"], then="sign"))
    assert answer["Location"] == address(scored, "scoring_sign")
    assert "Còn 1 tiêu chí chưa có điểm" in client.get(answer["Location"]).content.decode()
    client.post(address(scored), sent(scored, ["25", "15", "25", "15", "10", "0"], version=2))
    version = Sheet.objects.get().version
    assert client.post(address(scored, "scoring_sign"), {"version": version - 1}).status_code == 422
    assert client.post(address(scored, "scoring_sign"), {"version": version}).status_code == 302
    page = client.get(address(scored)).content.decode()
    assert "Bạn đã ký phiếu này" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    pdf = client.get(reverse("score_sheet_pdf", args=[Sheet.objects.get().pk]))
    assert pdf.content.startswith(b"%PDF-")
    text = pypdfium2.PdfDocument(pdf.content)[0].get_textpage().get_text_bounded()
    for part in ("PHIẾU CHẤM ĐIỂM", "SP-001", "Vũ Thử Nghiệm", "Khô cá lóc Bà Tám 1", "Tổng điểm", "90"):
        assert part in text
    # Nobody else reads it before the scoring is closed, and the attempt is written down.
    for who in (scored.actor(0), scored.world.actor(*ORGANISER)):
        assert signed_in(who).get(reverse("score_sheet_pdf", args=[Sheet.objects.get().pk])).status_code == 403


def test_the_head_reads_no_score_before_closing_and_the_attempt_is_written_down(scored):
    scored.sign(0, 0, points(71))
    scored.sign(2, 0, points("96.5"))
    scored.sign(0, 1, points(83))
    scored.sign(1, 1, points("96.5"))
    head = signed_in(scored.actor(0))
    names = ("competition_scores", "competition_scores_xlsx")
    for name in names:
        before = AuditEvent.objects.count()
        answer = head.get(reverse(name, args=[scored.round.pk]))
        assert answer.status_code == 403
        assert "96,5" not in answer.content.decode()
        event = AuditEvent.objects.latest("seq")
        assert AuditEvent.objects.count() == before + 1
        assert (event.action, event.actor, event.note) == (
            "access.refused", scored.actor(0).user, f"GET {reverse(name, args=[scored.round.pk])}",
        )  # fmt: skip
    assert head.post(reverse("sheet_print_new", args=[scored.round.pk]), {"creation_key": uuid4()}).status_code == 403
    for name in ("scoring_progress", "scoring_signed", "competition_conflicts", "scoring_round", "competition"):
        answer = head.get(reverse(name, args=[scored.round.pk]))
        assert answer.status_code == 200, name
        assert "96,5" not in answer.content.decode(), name
    close_scoring(round_id=scored.round.pk, by=scored.actor(0), version=scored.round.version)
    for who in (scored.actor(0), scored.world.actor(*ORGANISER), scored.world.actor(*LEADER)):
        page = signed_in(who).get(reverse("competition_scores", args=[scored.round.pk]))
        assert page.status_code == 200
        assert "89,75" in page.content.decode()
        assert "83,75" in page.content.decode()
    for judge in (1, 2):
        assert (
            signed_in(scored.actor(judge)).get(reverse("competition_scores", args=[scored.round.pk])).status_code == 403
        )
    file = head.get(reverse("competition_scores_xlsx", args=[scored.round.pk]))
    assert file["Content-Disposition"] == f'attachment; filename="ket-qua-cham-{scored.round.pk}.xlsx"'


def test_blind_judges_see_no_maker(scored):
    scored.round.scoring_mode = "blind"
    scored.round.save()
    client = signed_in(scored.actor(2))
    for url in (reverse("scoring_round", args=[scored.round.pk]), address(scored), address(scored, "scoring_conflict")):
        page = client.get(url).content.decode()
        assert "SP-001" in page
        for name in ("Bà Tám", "Đỗ Thị Tám", "ấp Thử", "Cơ sở Bà"):
            assert name not in page, (url, name)
    assert "Khô cá lóc ●●●" in client.get(address(scored)).content.decode()
    # What one judge says of the maker is no word for the others, whatever else they are at the organiser.
    declare_conflict(member=scored.judges[1], entry=scored.entries[0], by=scored.actor(1), note="Em dâu bà Đỗ Thị Tám")
    conflicts = reverse("competition_conflicts", args=[scored.round.pk])
    for judge in (0, 2):
        assert "Đỗ Thị Tám" not in signed_in(scored.actor(judge)).get(conflicts).content.decode()
    assert "Đỗ Thị Tám" in signed_in(scored.world.actor(*LEADER)).get(conflicts).content.decode()
    # «Same family name» beside another judge tells the name of the maker; each sees the own pairs.
    near = Conflict.objects.create(member=scored.judges[1], entry=scored.entries[1], found_by="family_name")
    assert "SP-002" in signed_in(scored.actor(1)).get(conflicts).content.decode()
    for judge in (0, 2):
        assert "SP-002" not in signed_in(scored.actor(judge)).get(conflicts).content.decode()
    leader = signed_in(scored.world.actor(*LEADER))
    leader.post(conflicts, {"keys": [near.pk], "decision": "allowed", "reason": "Không họ hàng với bà Đỗ Thị Tám"})
    assert "Không họ hàng" in leader.get(scored.round.get_absolute_url()).content.decode()
    # The head of the jury works at the organiser: the timeline of the round is not for those who still judge blind.
    assert "Không họ hàng" not in signed_in(scored.actor(0)).get(scored.round.get_absolute_url()).content.decode()
    scored.round.scoring_mode = "on_site"
    scored.round.save()
    assert "Cơ sở Bà Tám 1" in client.get(address(scored)).content.decode()


def test_papers_of_a_blind_round_name_no_maker_to_its_jury(scored, world):
    """The sheet bears the name that was scored, and no form of the organiser lists the products before they are told."""
    for judge in range(3):
        for entry in range(2):
            scored.sign(judge, entry, points(80))
    scored.round.scoring_mode = "blind"
    scored.round.save()
    own = Sheet.objects.get(member=scored.judges[2], entry=scored.entries[0])
    client, head = signed_in(scored.actor(2)), signed_in(scored.actor(0))

    def text(answer):
        return pypdfium2.PdfDocument(answer.content)[0].get_textpage().get_text_bounded()

    url = reverse("score_sheet_pdf", args=[own.pk])
    assert "Khô cá lóc ●●●" in text(client.get(url))
    # The head of the jury works at the organiser and holds its rights besides.
    answer = head.get(reverse("award_complaint_new", args=[scored.round.pk]))
    assert answer.status_code == 409
    assert "Bà Tám" not in answer.content.decode()
    for code in ("phu-luc-5", "de-nghi-binh-chon"):
        assert head.get(reverse("paper_new", args=[code, scored.round.pk])).status_code == 403, code
    assert head.get(reverse("paper_new", args=["phu-luc-1", scored.entries[0].pk])).status_code == 404
    # A paper that a colleague has made is not opened either, though it is of the own agency.
    officer = signed_in(world.actor(*ORGANISER))
    officer.post(reverse("paper_new", args=["phu-luc-1", scored.entries[0].pk]), {"creation_key": uuid4()})
    paper = Paper.objects.get()
    assert "Bà Tám" in str(paper.data)
    assert "Bà Tám" not in f"{paper.about} {paper.title}"
    assert officer.get(reverse("paper", args=[paper.pk])).status_code == 200
    for name in ("paper", "paper_file"):
        assert head.get(reverse(name, args=[paper.pk])).status_code == 404, name
    close_scoring(round_id=scored.round.pk, by=scored.actor(0), version=scored.round.version)
    head.post(reverse("sheet_print_new", args=[scored.round.pk]), {"creation_key": uuid4()})
    found = SheetPrint.objects.get()
    for turn in (1, 2):
        printing.print_next(print_id=found.pk, by=scored.actor(0), version=turn)
    assert "Bà Tám" not in text(head.get(reverse("sheet_print_pdf", args=[found.pk])))


def test_who_is_no_judge_finds_no_desk(scored, world):
    for who in (world.actor(*LEADER), world.actor("national", "officer")):
        assert signed_in(who).get(address(scored)).status_code == 404
        assert signed_in(who).post(address(scored, "scoring_keep"), sent(scored, ["1"])).status_code == 404
    assert (
        signed_in(world.actor("phu-tho", "leader")).get(reverse("scoring_progress", args=[scored.round.pk])).status_code
        == 404
    )
    assert (
        signed_in(world.actor("dong-thap", "accountant"))
        .get(reverse("scoring_progress", args=[scored.round.pk]))
        .status_code
        == 403
    )
    assert not Sheet.objects.exists()


@pytest.mark.parametrize("state", [RoundState.CALLED, RoundState.SCORED])
def test_outside_scoring_nothing_is_kept(scored, state):
    scored.round.state = state
    scored.round.save()
    client = signed_in(scored.actor(2))
    assert "không chấm điểm được" in client.get(address(scored)).content.decode()
    answer = client.post(address(scored, "scoring_keep"), sent(scored, ["1"]))
    assert answer.status_code == 409
    assert "không chấm điểm được" in json.loads(answer.content)["error"]


def test_all_sheets_come_as_one_file_made_turn_by_turn(scored, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(printing, "SHEETS_AT_ONCE", 2)
    for judge in range(3):
        for entry in range(2):
            scored.sign(judge, entry, points(70 + 3 * judge + entry))
    close_scoring(round_id=scored.round.pk, by=scored.actor(0), version=scored.round.version)
    client, key = signed_in(scored.actor(0)), uuid4()
    new = reverse("sheet_print_new", args=[scored.round.pk])
    first = client.post(new, {"creation_key": key})
    assert client.post(new, {"creation_key": key})["Location"] == first["Location"]
    found = SheetPrint.objects.get()
    assert "Đã lập <strong>0</strong> trong 6 phiếu" in client.get(first["Location"]).content.decode()
    go_on = reverse("sheet_print_go_on", args=[found.pk])
    assert client.get(reverse("sheet_print_pdf", args=[found.pk])).status_code == 409
    for turn, made in enumerate((2, 4, 6), start=1):
        assert client.post(go_on, {"version": turn}).status_code == 302
        found.refresh_from_db()
        assert (found.made, found.runs) == (made, True)
    client.post(go_on, {"version": 1})  # an older page makes nothing twice
    found.refresh_from_db()
    assert found.parts.count() == 3
    assert not background.go_on()  # its page has just asked
    SheetPrint.objects.update(moved_at=timezone.now() - 2 * background.STILL)  # and was closed
    assert background.go_on()
    found.refresh_from_db()
    assert not found.runs
    assert not found.parts.exists()
    content = client.get(reverse("sheet_print_pdf", args=[found.pk])).content
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    assert len(document) == 6
    texts = [page.get_textpage().get_text_bounded() for page in document]
    assert ["SP-001" in text for text in texts] == [True] * 3 + [False] * 3
    assert AuditEvent.objects.filter(action="competition.sheets_download").count() == 1
    for who in (scored.actor(2), scored.world.actor("phu-tho", "leader")):
        assert signed_in(who).get(reverse("sheet_print", args=[found.pk])).status_code in {403, 404}


def test_pages_ask_the_same_number_of_questions_for_one_product_and_three(world, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    small, large = being_scored(world, entries=1), being_scored(world, entries=3)
    counts = []
    for scored in (small, large):
        for judge in range(3):
            for entry in range(len(scored.entries)):
                if judge or entry:
                    scored.sign(judge, entry, points(80))
                else:
                    scored.keep(judge, entry, [Decimal(1)])
        head = signed_in(scored.actor(0))
        urls = [
            reverse(name, args=[scored.round.pk])
            for name in ("scoring_round", "scoring_progress", "scoring_signed", "competition_conflicts", "competition")
        ]
        urls += [reverse("scoring"), address(scored)]
        counts.append([_count(head, url, connection, CaptureQueriesContext) for url in urls])
        close_scoring(round_id=scored.round.pk, by=scored.actor(0), version=scored.round.version)
        counts[-1].append(
            _count(head, reverse("competition_scores", args=[scored.round.pk]), connection, CaptureQueriesContext)
        )
    assert counts[0] == counts[1]


def _count(client, url, connection, capture):
    client.get(url)
    with capture(connection) as found:
        assert client.get(url).status_code == 200, url
    return len(found)
