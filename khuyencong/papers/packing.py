"""A batch as one ZIP: the papers under plain names in their order, and an index of them."""

from __future__ import annotations

import io
import zipfile

from khuyencong.core.zips import member
from khuyencong.papers.models import Paper, PaperBatch
from khuyencong.papers.queries import index_of, plain

INDEX = "muc-luc.xlsx"


def zip_of(batch: PaperBatch) -> bytes:
    """What is made of the batch so far; of equal papers the same names and order. Two queries and the files."""
    rows: list[tuple[str, str, Paper | None, str]] = []
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for item in batch.items.select_related("paper").order_by("position"):
            path, told = "", item.told or ("" if item.paper else "chưa lập")
            if item.paper is not None:
                path = f"{item.position:03d}-{plain(item.label)}.docx"
                with item.paper.file.open("rb") as file:
                    info = member(path)
                    info.compress_type = zipfile.ZIP_STORED  # a .docx is packed already
                    archive.writestr(info, file.read())
            rows.append((path, item.label, item.paper, told))
        archive.writestr(member(INDEX), index_of(batch, rows))
    return stream.getvalue()
