"""Every official paper, by its code. Each module describes the papers about one kind of record in a tuple `FORMS`."""

from __future__ import annotations

from khuyencong.papers.catalogue import (
    appraisals,
    competitions,
    contracts,
    estimates,
    minutes,
    plans,
    progress,
    settlements,
)
from khuyencong.papers.form import Form

_MODULES: tuple[tuple[Form, ...], ...] = (
    estimates.FORMS,
    plans.FORMS,
    appraisals.FORMS,
    contracts.FORMS,
    progress.FORMS,
    minutes.FORMS,
    settlements.FORMS,
    competitions.FORMS,
)

FORMS: dict[str, Form] = {form.code: form for forms in _MODULES for form in forms}
