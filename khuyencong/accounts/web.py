"""What the views of this room share."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest

from khuyencong.core.findings import Finding


def warn(request: HttpRequest, findings: Iterable[Finding]) -> None:
    """Say on the next page what should be known about what was done."""
    for finding in findings:
        messages.warning(request, finding.sentence)
