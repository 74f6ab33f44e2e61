"""The address at the door and the code of a certificate: what they open, for how long, and how often."""

from __future__ import annotations

import datetime as dt
import re

import segno
from django.urls import reverse

from khuyencong.core.dates import today
from khuyencong.notices.letters import public_address
from khuyencong.signin.limits import Limit, count, reached
from khuyencong.training.models import SECRET_LENGTH, Course, CourseState, LearnerCertificate

SHAPE = re.compile(f"[a-z2-9]{{{SECRET_LENGTH}}}")
MISSED = Limit("course_missed", 20, dt.timedelta(minutes=10), "Quá nhiều địa chỉ sai. Hãy thử lại sau 10 phút.")
# A hall of people behind one address of the network writes within an hour; a machine writes more.
WRITTEN = Limit(
    "course_written", 400, dt.timedelta(hours=1), "Lớp này nhận quá nhiều lượt ghi. Hãy thử lại sau một giờ."
)
ENTERED_FOR = dt.timedelta(days=7)
EVALUATED_FOR = dt.timedelta(days=30)


def course_of(secret: str) -> Course | None:
    """The class whose address this is; None for anything else."""
    if not SHAPE.fullmatch(secret):
        return None
    return Course.objects.with_all().filter(secret=secret).first()


def certificate_of(secret: str) -> LearnerCertificate | None:
    """The certificate whose QR code leads here; None for anything else."""
    if not SHAPE.fullmatch(secret):
        return None
    rows = LearnerCertificate.objects.select_related("learner", "decision__course__project__implementing_unit")
    return rows.filter(secret=secret).first()


def may_enter(course: Course) -> bool:
    """Whether people may still enter themselves: while the class is open, until a week after its last day.

    What somebody wrote at the door without network arrives when the telephone has network again.
    """
    told = course.told_people is not None
    return course.state == CourseState.RUNNING and not told and today() <= course.ends_on + ENTERED_FOR


def may_evaluate(course: Course) -> bool:
    """From the first day until a month after the last."""
    held = course.state in {CourseState.RUNNING, CourseState.DONE}
    return held and course.starts_on <= today() <= course.ends_on + EVALUATED_FOR


def too_many_misses(address: str) -> bool:
    """Whether this network has tried too many addresses that lead nowhere."""
    return reached(MISSED, address)


def note_miss(address: str, secret: str) -> None:
    """Count an address that leads nowhere; the same one again counts once, and what is no secret is not counted."""
    if SHAPE.fullmatch(secret):
        count(MISSED, address, what=secret)


def note_writing(course: Course, address: str) -> bool:
    """Count a form that was sent from this network to this class; False where there were too many within the hour."""
    key = f"{course.pk}:{address}"
    if reached(WRITTEN, key):
        return False
    count(WRITTEN, key)
    return True


def door_address(course: Course) -> str:
    """The whole address at the door, as the poster shows it."""
    return public_address(reverse("course_door", args=[course.secret]))


def certificate_address(certificate: LearnerCertificate) -> str:
    """The whole address behind the QR code of a certificate."""
    return public_address(reverse("course_certificate_page", args=[certificate.secret]))


def qr_of(address: str) -> str:
    """The QR code as a `data:` address for <img>."""
    return segno.make(address, error="m").svg_data_uri(scale=6, border=4)
