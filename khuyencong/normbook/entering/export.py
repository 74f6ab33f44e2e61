"""Entered documents in the format of the shipped files, so that a good entry can become part of a release."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace

from khuyencong.core.errors import Refused
from khuyencong.core.text import fold
from khuyencong.law.book import combine, target_of
from khuyencong.law.regulations import REGULATIONS_FOLDER, regulations
from khuyencong.law.values import Document
from khuyencong.law.yamlwriter import changed_text, document_text
from khuyencong.normbook.book import as_law, confirmed_documents
from khuyencong.normbook.models import EnteredDocument, EntryState

# A zip of the same files is the same bytes, whenever it is made.
_NO_DAY = (1980, 1, 1, 0, 0, 0)


def document_yaml(document: EnteredDocument) -> str:
    """The document as one law file; of a correction, the corrected file as a whole. See `law_files`."""
    return next(iter(law_files(document).values()))


def law_files(document: EnteredDocument) -> dict[str, str]:
    """Names and texts of the files by which the shipped folder would say what this confirmed document says.

    First its own file, or the file that it corrects; then every file that it ends, with its last day. They load beside
    the other shipped files with `load_regulations`. Raises Refused unless the document is confirmed.
    """
    if document.state != EntryState.CONFIRMED:
        raise Refused("Chỉ xuất văn bản đã xác nhận.")
    others = [one for one in confirmed_documents() if one.pk != document.pk]
    law = as_law(document)
    entered = {one.document_id: as_law(one) for one in others}
    stems = {key: file_stem(one) for key, one in entered.items()} | {law.id: file_stem(law)}
    shipped = regulations().documents
    known = {one.id: one for one in combine(shipped.values(), [*entered.values(), law])}
    main = target_of(law, known) or law.id
    ended = [key for key in known[main].replaces if key in known] if main in stems else []
    return {f"{stems.get(key, key)}.yaml": _text(key, known, shipped, stems) for key in (main, *ended)}


def as_zip(files: Mapping[str, str]) -> bytes:
    """The files in one archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _NO_DAY), text.encode())
    return stream.getvalue()


def file_stem(document: Document) -> str:
    """The name of its file without the ending: 08-2026-nq-hdnd-82, 28-2018-tt-btc."""
    words = [document.number, *([document.scope.replace("@2025", "-cu")] if document.scope else [])]
    return re.sub(r"[^a-z0-9]+", "-", fold(" ".join(words))).strip("-")


def _text(key: str, known: Mapping[str, Document], shipped: Mapping[str, Document], stems: Mapping[str, str]) -> str:
    after = known[key]
    if key in shipped:
        path = REGULATIONS_FOLDER / f"{key}.yaml"
        return changed_text(path.read_text(encoding="utf-8"), shipped[key], after)
    return document_text(replace(after, replaces=tuple(stems.get(one, one) for one in after.replaces if one in known)))
