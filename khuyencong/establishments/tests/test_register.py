"""The register of companies by its recorded answers: shown first, written into the form on a second button, never saved by itself."""

import pytest
from django.urls import reverse

from khuyencong.config_outside import Outside, Service
from khuyencong.core.errors import Refused
from khuyencong.core.outside import NOT_JSON, TOO_SLOW, OutsideError, answered_by
from khuyencong.core.tests.recorded import recorded
from khuyencong.establishments import register
from khuyencong.establishments.models import Establishment
from khuyencong.establishments.register import Company, look_up


@pytest.fixture
def _on(settings):
    settings.OUTSIDE = Outside(register=Service("https://so-dang-ky.example/dn/{ma}", "ma-thu"))


@pytest.mark.usefixtures("_on")
def test_what_the_register_says():
    with recorded(__file__, "register") as played:
        found = look_up(" 0000 000 017 ")
        assert found == Company(
            "0000000017", "CÔNG TY TNHH CƠ KHÍ MẪU", "Ấp Mẫu, Xã Thử, Tỉnh Đồng Tháp", "Đang hoạt động"
        )
        assert played.asked[0].headers["Authorization"] == "Bearer ma-thu"
        for code, sentence in (
            ("0000000024", register.UNKNOWN),
            ("0000000031", register.BUSY.format(status=503)),
            ("0000000049", NOT_JSON),
            ("0000000056", NOT_JSON),  # of another company than was asked for
        ):
            with pytest.raises(Refused) as refused:
                look_up(code)
            assert refused.value.sentence == sentence, code
        asked = len(played.asked)
        for code in ("012345678901", "1234567890", ""):  # a person's number, one that cannot be, none
            with pytest.raises(Refused):
                look_up(code)
        assert len(played.asked) == asked

    def silent(_question):
        raise OutsideError(TOO_SLOW, "too slow")

    with answered_by(silent), pytest.raises(Refused, match="không trả lời xong"):
        look_up("0000000017")


def test_without_an_address_there_is_no_button(world, visit):
    with pytest.raises(Refused, match="chưa nối"):
        look_up("0000000017")
    page = visit(world.actor("dong-thap", "officer")).get(reverse("establishment_new")).content.decode()
    assert "Tra mã số thuế" not in page


@pytest.mark.usefixtures("_on")
def test_a_person_looks_before_anything_is_written(world, visit):
    browser, address = visit(world.actor("dong-thap", "officer")), reverse("establishment_new")
    typed = {"name": "Cơ khí Mẫu", "tax_code": "0000000017", "kind": "sme"}
    with recorded(__file__, "register"):
        shown = browser.post(address, typed | {"look_up": "1"}).content.decode()
        assert "CÔNG TY TNHH CƠ KHÍ MẪU" in shown
        assert 'value="Cơ khí Mẫu"' in shown  # what was typed is still there
        filled = browser.post(address, typed | {"fill_in": "1"}).content.decode()
        assert 'value="CÔNG TY TNHH CƠ KHÍ MẪU"' in filled
        assert "chưa lưu" in filled
        refused = browser.post(address, typed | {"tax_code": "0000000024", "look_up": "1"}).content.decode()
        assert register.UNKNOWN in refused
    assert not Establishment.objects.exists()
