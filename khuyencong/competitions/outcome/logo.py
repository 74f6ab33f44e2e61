"""The logo of the programme, which holders may print and which stands on the certificate (TT 26/2014 Đ21.1).

No document at hand shows it: it is what the organising agency has uploaded, of this round or else of its latest.
"""

from __future__ import annotations

import io

from PIL import Image

from khuyencong.competitions.models import Round, RoundPaper, RoundPaperKind
from khuyencong.core.files import held_among

SIDE = 320  # pixels of the longer side as printed: 2 cm at 400 dots per inch


def logo_of(round_: Round) -> RoundPaper | None:
    """The newest logo of the round, else of any round of its organiser; at most two queries."""
    logos = RoundPaper.objects.filter(kind=RoundPaperKind.LOGO).select_related("round")
    own = logos.filter(round=round_).order_by("-pk").first()
    return own or logos.filter(round__agency=round_.agency_id).order_by("-pk").first()


def logo_png(round_: Round) -> bytes:
    """The picture as it is printed, drawn anew so that nothing else of the file goes with it; b"" where there is none."""
    found = logo_of(round_)
    if found is None or held_among([found.file.name or ""]):
        return b""
    try:
        with found.file.open("rb") as stream, Image.open(stream, formats=("PNG", "JPEG")) as picture:
            small = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError):
        return b""
    small.thumbnail((SIDE, SIDE))
    made = io.BytesIO()
    small.save(made, "PNG")
    return made.getvalue()
