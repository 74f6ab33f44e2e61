"""What administrators do to agencies and accounts, and leaders to their hats; one module for each subject."""

from khuyencong.accounts.actions.agencies import create_commune_agency, create_service
from khuyencong.accounts.actions.delegation import delegate, end_delegation
from khuyencong.accounts.actions.invitations import accept, accept_as, invite, resend, revoke
from khuyencong.accounts.actions.names import correct_name, rename, write_contact
from khuyencong.accounts.actions.persons import switch_off, switch_on, update_account
from khuyencong.accounts.actions.roles import give_role, take_role
from khuyencong.accounts.actions.tree import close, merge, move

__all__ = [
    "accept",
    "accept_as",
    "close",
    "correct_name",
    "create_commune_agency",
    "create_service",
    "delegate",
    "end_delegation",
    "give_role",
    "invite",
    "merge",
    "move",
    "rename",
    "resend",
    "revoke",
    "switch_off",
    "switch_on",
    "take_role",
    "update_account",
    "write_contact",
]
