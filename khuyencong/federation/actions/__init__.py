"""What happens to packages of figures and to the keys under which they are believed."""

from khuyencong.federation.actions.incoming import accept_package, receive_package, return_package
from khuyencong.federation.actions.keys import revoke_key, trust_key
from khuyencong.federation.actions.outgoing import make_package, note_answer, take_away_package

__all__ = [
    "accept_package",
    "make_package",
    "note_answer",
    "receive_package",
    "return_package",
    "revoke_key",
    "take_away_package",
    "trust_key",
]
