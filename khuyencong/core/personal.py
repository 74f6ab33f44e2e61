"""Personal data as shown to those who need not see the whole: enough to recognise, not enough to use."""

KEPT = 3
HIDDEN = "•"


def masked(text: str) -> str:
    """A telephone or identity number with its last three digits: «••• ••• •23» from «0912 345 623»; "" stays ""."""
    digits = [sign for sign in text if sign.isalnum()]
    if not digits:
        return ""
    if len(digits) <= KEPT:
        return HIDDEN * len(digits)
    hidden = len(digits) - KEPT
    shown = ""
    for sign in text:
        if not sign.isalnum():
            shown += sign
            continue
        shown += HIDDEN if hidden > 0 else sign
        hidden -= 1
    return shown


def masked_email(text: str) -> str:
    """An address with its first letter and its domain: «l•••@soct.vn»; "" stays ""."""
    name, at, domain = text.partition("@")
    return f"{name[:1]}{HIDDEN * 3}{at}{domain}" if text else ""
