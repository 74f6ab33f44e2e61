"""Deciding on a held file."""

from __future__ import annotations

from django import forms

from khuyencong.core.fields import NFCField
from khuyencong.core.forms import VersionedForm


class DecideForm(VersionedForm):
    """Why it is let go or destroyed."""

    reason = NFCField(label="Lý do", max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}))
