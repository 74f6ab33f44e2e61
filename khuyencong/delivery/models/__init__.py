"""The records of this room: acceptances with their items, what was handed over, and what took an acceptance back."""

from khuyencong.delivery.models.acceptance import (
    Acceptance,
    AcceptanceFile,
    Annulment,
    MinutesForm,
    Participant,
    ParticipantRole,
)
from khuyencong.delivery.models.handover import Handover, HandoverItem
from khuyencong.delivery.models.items import AcceptanceItem, AcceptedInvoice, AcceptedSerial, Condition, TrialResult

__all__ = [
    "Acceptance",
    "AcceptanceFile",
    "AcceptanceItem",
    "AcceptedInvoice",
    "AcceptedSerial",
    "Annulment",
    "Condition",
    "Handover",
    "HandoverItem",
    "MinutesForm",
    "Participant",
    "ParticipantRole",
    "TrialResult",
]
