"""Files that are two in one, and pictures that are pictures."""

import io

import pytest
from PIL import Image

from khuyencong.core import inside
from khuyencong.core.errors import Refused
from khuyencong.core.inside import doubts
from khuyencong.core.tests.test_inside_office import DOCX, office

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"


def picture(kind):
    made = io.BytesIO()
    Image.new("RGB", (2, 2)).save(made, kind)
    return made.getvalue()


TWO_IN_ONE = {
    "a PDF that is a zip": (b"%PDF-1.4\n" + office(), PDF),
    "a picture that is a zip": (picture("PNG") + office(), PNG),
    "a picture that is a PDF": (picture("JPEG")[:20] + b"%PDF-1.4" + picture("JPEG")[20:], JPEG),
    "a Word file that is a PDF": (office(**{"%PDF-1.4": ""}), DOCX),
}
HONEST = {
    "a PNG": (picture("PNG"), PNG),
    "a JPEG with a second picture behind it": (picture("JPEG") * 2, JPEG),
}


@pytest.mark.parametrize(("content", "kind"), TWO_IN_ONE.values(), ids=TWO_IN_ONE)
def test_two_in_one_is_refused(content, kind):
    with pytest.raises(Refused) as refusal:
        doubts(io.BytesIO(content), kind)
    assert refusal.value.sentence == inside.TWO_IN_ONE


@pytest.mark.parametrize(("content", "kind"), HONEST.values(), ids=HONEST)
def test_a_picture_is_honest(content, kind):
    stream = io.BytesIO(content)
    assert doubts(stream, kind) == ()
    assert stream.tell() == 0
