"""The page: paste or send a report; nothing is stored; the records stand beside it for who may see them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from khuyencong.core.dates import today
from khuyencong.testing import make_project
from tests.looking import signed_in, whole_database

URL = "/kiem-tra-bao-cao/"
WRONG = "Tổng kinh phí hỗ trợ 3.108,129 triệu đồng, trong đó KCQG 600 triệu đồng, KCĐP 986,629 triệu đồng. <b>Tối đa 5 cơ sở.</b>"


def text(answer):
    return " ".join(answer.content.decode().split())


def test_contradictions_come_first_and_nothing_is_stored(world):
    client = signed_in(world.actor("dong-thap-commune", "collaborator"))
    before = whole_database()
    page = text(client.post(URL, {"text": WRONG}))
    assert page.index("600 + 986,629 = 1.586,629 triệu đồng, không phải 3.108,129.") < page.index("Các con số đã đọc")
    assert "trong đó KCQG <mark>600 triệu đồng</mark>, KCĐP" in page
    assert "&lt;b&gt;Tối đa" in page
    assert "mức giới hạn" in page
    assert 'name="province"' not in page  # who has no results to see compares with none
    assert whole_database() == before


def test_a_file_is_read_like_a_text(world):
    client = signed_in(world.actor("dong-thap", "officer"))
    sent = SimpleUploadedFile("bao-cao.txt", "Có 5 đề án và 3 lớp.".encode("utf-16"))
    page = text(client.post(URL, {"file": sent}))
    assert "Không thấy mâu thuẫn" in page
    assert "Đã đọc 2 con số" in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Hãy dán văn bản hoặc chọn tệp."),
        ({"text": " \n "}, "Hãy dán văn bản hoặc chọn tệp."),
        ({"text": "a", "file": b"a"}, "không cả hai"),
        ({"file": b"MZ"}, "Chỉ nhận tệp"),
        ({"file": b""}, "Tệp rỗng"),
        ({"text": "a" * 1_000_001}, "1 triệu ký tự"),
        ({"text": "5 đề án", "province": "99"}, "Lựa chọn này không có"),
    ],
)
def test_what_cannot_be_checked_is_said_at_the_form(world, data, sentence):
    make_project(world, state="settled")
    data = {name: SimpleUploadedFile("a.exe", one) if name == "file" else one for name, one in data.items()}
    answer = signed_in(world.actor("dong-thap", "officer")).post(URL, data)
    assert answer.status_code == 422
    assert "Chưa kiểm tra được" in text(answer)
    assert sentence in text(answer)


def test_the_records_stand_beside_the_report(world):
    million = 10**6
    for _ in range(2):
        make_project(world, state="settled", support=180 * million, total=500 * million)
    year = today().year
    said = f"Năm {year}, tỉnh thực hiện 3 đề án với tổng kinh phí hỗ trợ 360 triệu đồng, đạt 100% kế hoạch. Năm {year - 1} có 9 đề án."
    client = signed_in(world.actor("dong-thap", "leader"))
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(URL, {"text": said, "province": "82", "year": year})
    rows = {one.label: (one.said, one.held, one.agrees) for one in answer.context["compared"]}
    assert rows == {
        "Số đề án": ("3 đề án", "2 đề án", False),
        "Kinh phí khuyến công hỗ trợ": ("360 triệu đồng", "360 triệu đồng", True),
        "Quyết toán so với kế hoạch": ("100%", "100,0 %", True),
    }
    assert "Khác nhau chưa phải là sai" in text(answer)
    assert len(queries) < 25
    opened = client.get(answer.context["compared"][0].url)
    assert opened.status_code == 200
    # Another province's officer cannot choose this one, and without the choice nothing is compared.
    other = signed_in(world.actor("phu-tho", "officer"))
    answer = other.post(URL, {"text": said, "province": "82", "year": year})
    assert "compared" not in answer.context
    assert "360 triệu đồng</a>" not in text(answer)


def test_visitors_sign_in_first(world):
    assert Client().get(URL).status_code == 302
    assert Client().post(URL, {"text": WRONG}).status_code == 302
