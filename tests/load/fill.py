"""The made-up nation at a part of its size, in a demo database: `python -m tests.load.fill DIVIDE`."""

import os
import sys

import django


def main() -> int:
    """As `khuyencong demo --national --no-serve`, but so many times smaller."""
    os.environ["KHUYENCONG_DEMO"] = "1"
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from khuyencong.demo.mark import mark_as_demo

    if not mark_as_demo(connection):
        return 1
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_places")
    call_command("load_national", divide=int(sys.argv[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
