"""Numbers from the document system by its recorded answers."""

import json

import pytest
from django.urls import reverse

from khuyencong.config_outside import Outside, Service
from khuyencong.core.errors import Refused
from khuyencong.core.outside import NOT_JSON
from khuyencong.core.tests.recorded import recorded
from khuyencong.finance.tests import contracts
from khuyencong.papers import numbering
from khuyencong.papers.numbering import ask_number
from khuyencong.papers.tests.making import OFFICER, make
from tests.looking import signed_in


def test_a_number_is_asked_for_and_written_by_a_person(world, settings):
    paper = make(world, contracts.prepare(world, contracts.approved(world)))
    client, address = signed_in(world.actor(*OFFICER)), reverse("paper_number", args=[paper.pk])
    before = paper.number
    assert "Lấy số" not in client.get(address).content.decode()
    with pytest.raises(Refused, match="chưa nối"):
        ask_number(paper)

    settings.OUTSIDE = Outside(numbering=Service("https://van-ban.example/so", "ma-thu"))
    with recorded(__file__, "numbering") as played:
        page = client.post(address, {"ask_number": "1", "version": paper.version}).content.decode()
        assert 'value="125/SCT-QLCN"' in page
        (question,) = played.asked
        assert json.loads(question.body)["ma_giay"] == question.headers["Idempotency-Key"] == paper.token
        paper.refresh_from_db()
        assert paper.number == before  # nobody has saved it
        for url, sentence in (
            ("https://van-ban-ban.example/so", numbering.BUSY.format(status=503)),
            ("https://van-ban-la.example/so", NOT_JSON),
        ):
            settings.OUTSIDE = Outside(numbering=Service(url))
            with pytest.raises(Refused) as refused:
                ask_number(paper)
            assert refused.value.sentence == sentence
        page = client.post(address, {"ask_number": "1", "version": paper.version}).content.decode()
        assert NOT_JSON in page
