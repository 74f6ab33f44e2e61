"""Zip files whose bytes follow from what is in them."""

import io
import zipfile

# The first day that a zip can name: the moment of writing would make every copy another file.
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def steady(content: bytes) -> bytes:
    """The same zip with all members dated alike, in the same order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(member(name), old.read(name))
    return stream.getvalue()


def member(name: str) -> zipfile.ZipInfo:
    """A member of that name, dated like all others, to be written with `writestr`."""
    info = zipfile.ZipInfo(name, _FIRST_DAY)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info
