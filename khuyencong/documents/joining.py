"""Several PDF files as one, page after page."""

import io
import threading
from collections.abc import Iterable

import pypdfium2 as pdfium

# PDFium keeps one state for the whole process: whoever uses it holds this.
ONE_AT_A_TIME = threading.Lock()


def join(parts: Iterable[bytes]) -> bytes:
    """The pages of all parts in their order. ValueError where there is none; a part that is no PDF is PDFium's own error."""
    with ONE_AT_A_TIME:
        whole, count = pdfium.PdfDocument.new(), 0
        for part in parts:
            document = pdfium.PdfDocument(part)
            whole.import_pages(document)
            document.close()
            count += 1
        if not count:
            raise ValueError("there is nothing to join")
        out = io.BytesIO()
        whole.save(out)
        whole.close()
    return out.getvalue()
