"""A walk through the whole trail: whose names, numbers and telephones stand in it."""

import json

from django.db.models import Q

from khuyencong.audit.models import AuditEvent
from khuyencong.persons.holding import HIDDEN, Kind, Sort
from khuyencong.persons.where import HOLDINGS
from khuyencong.persons.where.outside import BUSINESS

PRIVATE = frozenset({Sort.NAME, Sort.PHONE, Sort.EMAIL, Sort.IDENTITY, Sort.ACCOUNT})
# Who acted for an agency, or was named to act by its decision; firms that do business at a fair are told as well (ADR 0038).
OFFICIAL = frozenset({Kind.USER, Kind.SIGNER, Kind.JUROR})
SHORTEST = 6  # letters: a shorter word stands by chance in others


def private_words():
    """Every name and number of a private person that the records hold: word → where."""
    found = {}
    for holding in HOLDINGS:
        if holding.kind in OFFICIAL or holding.stays == BUSINESS or holding.model is AuditEvent:
            continue
        names = [name for name, sort in holding.fields.items() if sort in PRIVATE]
        for values in holding.model._default_manager.values_list(*names) if names else ():
            for name, value in zip(names, values, strict=True):
                if isinstance(value, str) and len(value) >= SHORTEST and value != HIDDEN:
                    found[value] = f"{holding.key}.{name}"
    return found


def named_in_trail(*, public=frozenset()):
    """«action: where» for each private word that stands in the trail; `public` words are those of registers and accounts."""
    words = {word: where for word, where in private_words().items() if word not in public}
    told = set()
    for event in AuditEvent.objects.filter(~Q(action__startswith="account.")).order_by("seq").iterator():
        text = json.dumps([event.subject_label, event.before, event.after], ensure_ascii=False)
        told |= {f"{event.action}: {where} ({word})" for word, where in words.items() if word in text}
    return sorted(told)
