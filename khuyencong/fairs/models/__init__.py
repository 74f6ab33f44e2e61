"""Fairs, who takes part, booths and what came of it."""

from khuyencong.fairs.models.booths import PER_MILLE, Booth, BoothContract
from khuyencong.fairs.models.fair import (
    ARRANGED,
    COUNTED,
    LONGEST_DAYS,
    MOST_SIDE,
    Fair,
    FairFile,
    FairFileKind,
    FairQuerySet,
    FairState,
    Layout,
)
from khuyencong.fairs.models.participants import (
    DayResult,
    FairDay,
    LinkOutcome,
    Participant,
    ParticipantQuerySet,
    ParticipantState,
    PartnerLink,
)

__all__ = [
    "ARRANGED",
    "COUNTED",
    "LONGEST_DAYS",
    "MOST_SIDE",
    "PER_MILLE",
    "Booth",
    "BoothContract",
    "DayResult",
    "Fair",
    "FairDay",
    "FairFile",
    "FairFileKind",
    "FairQuerySet",
    "FairState",
    "Layout",
    "LinkOutcome",
    "Participant",
    "ParticipantQuerySet",
    "ParticipantState",
    "PartnerLink",
]
