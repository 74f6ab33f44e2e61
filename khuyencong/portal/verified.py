"""«Kiểm tra giấy»: what a code that somebody reads from a paper, or types, leads to.

A code is a secret of eighty bits or more on the paper itself: whoever holds the paper may know that it is real. Whoever tries
many waits, as behind the QR codes themselves.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from khuyencong.competitions.outcome.public import certificate_of as product_certificate_of
from khuyencong.core.dates import format_date
from khuyencong.core.text import clean
from khuyencong.papers.catalogue import FORMS
from khuyencong.papers.codes import token_in
from khuyencong.papers.models import Paper
from khuyencong.signin.limits import Limit, count, reached
from khuyencong.training.public import certificate_of as course_certificate_of

MISSED = Limit("portal_code_missed", 20, dt.timedelta(minutes=10), "Quá nhiều mã sai. Hãy thử lại sau 10 phút.")


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: `url` leads to the page of a certificate; of an agency's paper `facts` say what may be told."""

    title: str
    url: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def secret_in(text: str) -> str:
    """The last part of an address, or the text itself: people paste what their telephone has read."""
    return clean(text).rstrip("/").rpartition("/")[2].strip()


def verify(text: str) -> Verified | None:
    """The paper of this code; None where there is none. At most five queries."""
    secret = secret_in(text)
    if product_certificate_of(secret) is not None:
        return Verified("Giấy chứng nhận sản phẩm", reverse("certificate_page", args=[secret]))
    if course_certificate_of(secret) is not None:
        return Verified("Giấy chứng nhận học", reverse("course_certificate_page", args=[secret]))
    token = token_in(text)
    paper = Paper.objects.select_related("agency").filter(token=token).first() if token else None
    return None if paper is None else _paper(paper)


def too_many_misses(address: str) -> bool:
    """Whether this network has tried too many codes that lead nowhere."""
    return reached(MISSED, address)


def note_miss(address: str, text: str) -> None:
    """Count a code that leads nowhere; the same one again counts once."""
    count(MISSED, address, what=secret_in(text))


def _paper(paper: Paper) -> Verified:
    """That the paper is real, of which office and day; about what it is only the paper itself says."""
    facts = [("Cơ quan lập", paper.agency.name), ("Ngày lập", format_date(timezone.localdate(paper.created_at)))]
    form = FORMS.get(paper.form)
    if form is not None and not form.subject.private:
        facts = [("Tên giấy tờ", paper.title), ("Số", paper.number or "chưa ghi số"), *facts]
    facts.append(
        ("Bản ký", "đã có trên hệ thống" if paper.pages.exists() else "chưa có trên hệ thống: hỏi cơ quan lập")
    )
    later = Paper.objects.filter(form=paper.form, key=paper.key, pk__gt=paper.pk).order_by("-pk").first()
    if later is not None:
        day = format_date(timezone.localdate(later.created_at))
        facts.append(("Lưu ý", f"cùng hồ sơ có bản lập sau, ngày {day}: bản này có thể đã được thay"))
    return Verified("Giấy tờ do hệ thống lập", facts=tuple(facts))
