"""Everything that happens in this room."""

from khuyencong.delivery.actions.accepting import Spot, accept
from khuyencong.delivery.actions.annulling import annul_acceptance
from khuyencong.delivery.actions.files import attach_to_acceptance
from khuyencong.delivery.actions.handing_over import Signatory, hand_over
from khuyencong.delivery.found import ItemInput, TrialInput
from khuyencong.delivery.invoices import InvoiceInput
from khuyencong.delivery.minutes import ParticipantInput
from khuyencong.delivery.payable import frozen_sheet, lines_of_part, payable_for, waiting_for_acceptance
from khuyencong.delivery.serials import refuse_supported

__all__ = [
    "InvoiceInput",
    "ItemInput",
    "ParticipantInput",
    "Signatory",
    "Spot",
    "TrialInput",
    "accept",
    "annul_acceptance",
    "attach_to_acceptance",
    "frozen_sheet",
    "hand_over",
    "lines_of_part",
    "payable_for",
    "refuse_supported",
    "waiting_for_acceptance",
]
