"""Consulting that the centre sells, and consulting that khuyến công pays for."""

from khuyencong.consulting.models.advice import Advice
from khuyencong.consulting.models.clients import Client, JobKind, Target
from khuyencong.consulting.models.files import ConsultingFile
from khuyencong.consulting.models.jobs import Booking, BookingKind, Job, JobAnnex, JobState, Phase

__all__ = [
    "Advice",
    "Booking",
    "BookingKind",
    "Client",
    "ConsultingFile",
    "Job",
    "JobAnnex",
    "JobKind",
    "JobState",
    "Phase",
    "Target",
]
