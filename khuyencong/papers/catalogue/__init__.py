"""Every official paper, by its code. Each module describes the papers about one kind of record in a tuple `FORMS`."""

from __future__ import annotations

from khuyencong.papers.form import Form

_MODULES: tuple[tuple[Form, ...], ...] = ()

FORMS: dict[str, Form] = {form.code: form for forms in _MODULES for form in forms}
