"""Opening the pages that read the law."""

from datetime import date
from html import unescape

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.core.text import fold, sort_key
from khuyencong.places.models import Province, ProvinceKind


def look(client, name="norms", *args, status=200, **query):
    """The answer of a page, whose status must be as said."""
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return answer


def text_of(answer):
    """What stands on a page without its tags, with blanks squeezed."""
    page = answer.content.decode()
    bare = "".join(part.split(">", 1)[-1] for part in page.split("<"))
    return " ".join(unescape(bare).split())


def queries_of(client, name, *args, **query):
    """How many queries a page takes, once what is read only once has been read."""
    look(client, name, *args, **query)
    with CaptureQueriesContext(connection) as captured:
        look(client, name, *args, **query)
    return len(captured)


def old_province(world, code, name, current):
    """A province of before the mergers that became part of today's province with the key `current`."""
    row = Province.objects.create(
        code=code,
        key=f"{code}@2025",
        name=f"Tỉnh {name}",
        short_name=name,
        kind=ProvinceKind.PROVINCE,
        folded=fold(f"Tỉnh {name}"),
        sort_key=sort_key(name),
        valid_to=date(2025, 6, 30),
        current=Province.objects.get(key=current),
    )
    world.provinces[row.key] = row
    return row


def new_province(world, code, name):
    """A province of today."""
    row = Province(
        code=code,
        key=code,
        name=f"Tỉnh {name}",
        short_name=name,
        kind=ProvinceKind.PROVINCE,
        folded=fold(f"Tỉnh {name}"),
        sort_key=sort_key(name),
        valid_from=date(2025, 7, 1),
    )
    row.save()
    row.current = row
    row.save()
    world.provinces[row.key] = row
    return row
