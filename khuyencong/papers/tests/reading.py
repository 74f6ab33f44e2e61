"""A Word file read back by another library than the one that filled it, and the shape of data."""

import io
from collections.abc import Mapping

from docx import Document
from docx.oxml.ns import qn


def text_of(content):
    """Everything that stands in the body, paragraph by paragraph, cells in their order."""
    body = Document(io.BytesIO(content)).element.body
    return "\n".join("".join(part.text or "" for part in one.iter(qn("w:t"))) for one in body.iter(qn("w:p")))


def rows_of(content):
    """The tables with lines: of each the texts of its rows."""
    tables = [
        one for one in Document(io.BytesIO(content)).tables if one.style is not None and one.style.name == "Table Grid"
    ]
    return [[[cell.text for cell in row.cells] for row in one.rows] for one in tables]


def differences(data, sample, at=""):
    """Where data and a sample are of different shape: other names, a list here and a text there. Empty lists say nothing."""
    if isinstance(data, Mapping) and isinstance(sample, Mapping):
        if set(data) != set(sample):
            return [f"{at}: {sorted(set(data) ^ set(sample))}"]
        return [one for key in data for one in differences(data[key], sample[key], f"{at}.{key}")]
    if isinstance(data, list) and isinstance(sample, list):
        return [one for row in data if sample for one in differences(row, sample[0], f"{at}[]")]
    return [] if type(data) is type(sample) else [f"{at}: {data!r}"]
