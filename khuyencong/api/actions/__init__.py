"""What happens to tokens and subscriptions."""

from khuyencong.api.actions.subscriptions import resend, subscribe, unsubscribe
from khuyencong.api.actions.tokens import make_token, revoke_token

__all__ = ["make_token", "resend", "revoke_token", "subscribe", "unsubscribe"]
