"""A process of its own that marks payments paid, to be killed: `python -m … <user> <agency> <mode> <payment>…`.

It says on its output where it is: "mid <key>" between the first row written and the end of the transaction (mode `mid`, then
it waits to be killed), "done <key>" after each payment.
"""

import os
import sys
import time

import django


def main(user_id: str, agency_id: str, mode: str, *payments: str) -> None:
    """Mark the payments paid, one after another, each with a voucher of its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")
    django.setup()
    from khuyencong.core.dates import today
    from khuyencong.finance import actions, ledger
    from khuyencong.people.actors import Actor
    from khuyencong.people.models import Agency, User
    from khuyencong.people.roles import Role

    by = Actor(User.objects.get(pk=user_id), Agency.objects.get(pk=agency_id), Role.ACCOUNTANT, "thử")
    enforce = ledger.enforce

    def wait_here(**given: object) -> None:
        enforce(**given)  # type: ignore[arg-type]  # handed on as they came
        tell("mid")
        time.sleep(60)

    def tell(word: str) -> None:
        sys.stdout.write(f"{word} {key}\n")
        sys.stdout.flush()

    if mode == "mid":
        ledger.enforce = wait_here
    for key in payments:
        actions.mark_paid(payment_id=int(key), by=by, version=None, voucher_number=f"KILL-{key}", voucher_on=today())
        tell("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
