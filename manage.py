#!/usr/bin/env python3
"""Django's own commands for developers; users have `khuyencong` (see khuyencong/cli.py)."""

import sys

from khuyencong.cli import manage

if __name__ == "__main__":
    sys.exit(manage(sys.argv))
