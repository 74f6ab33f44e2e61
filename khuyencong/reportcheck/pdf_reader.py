"""Reads the text of a PDF from the standard input; started by `pdf_text` as a process of its own, without our packages."""

import resource
import sys

import pypdfium2

MAX_PAGES = 300
SECONDS = 20
MAX_MEMORY = 1024 * 1024 * 1024
TOO_LONG, NOT_READ = 3, 4


def main(most: int) -> int:
    """Write at most `most` characters of text; return the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError:
        return NOT_READ
    if len(document) > MAX_PAGES:
        return TOO_LONG
    for page in document:
        text = page.get_textpage().get_text_bounded()[:most]
        most -= len(text)
        sys.stdout.buffer.write(text.encode("utf-8", errors="replace") + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
