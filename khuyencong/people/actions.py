"""What happens to agencies and accounts in this room: both are created from data or at the command line.

What people do to them in the browser is in the room `accounts`.
"""

from collections.abc import Sequence

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from khuyencong.core.text import fold, sort_key
from khuyencong.people import pattern
from khuyencong.people.models import LONGEST_FOLDED, Agency, AgencyName, AgencyParent, Membership, User
from khuyencong.people.pattern import Spec
from khuyencong.people.roles import Role


@transaction.atomic
def load_agencies() -> int:
    """Create what is missing of the agencies that `people.pattern` gives: those of today, and those before 01/07/2025.

    Names of departments and centres follow a pattern and are there to be corrected: an existing agency is never changed,
    nor is a name or a parent added to one that was corrected. Returns how many agencies were created. Needs the places;
    raises nothing when there are none, it then creates only the Cục and the regional centres.
    """
    known = {agency.code: agency for agency in Agency.objects.prefetch_related("names", "parents")}
    standing = {(one.kind, one.province_id): one for one in known.values() if one.active_to is None}
    created = 0
    for level in pattern.levels():
        for spec in level:
            # Where users gave a province another department, that one stands for the pattern's.
            other = standing.get((spec.kind, spec.province.pk)) if spec.province else None
            if other is not None:
                known.setdefault(spec.code, other)
        missing = [spec for spec in level if spec.code not in known]
        for agency in Agency.objects.bulk_create(_agency(spec, known) for spec in missing):
            known[agency.code] = agency
        _add_history(level, known)
        created += len(missing)
    return created


def _add_history(level: Sequence[Spec], known: dict[str, Agency]) -> None:
    """Dated names and parents for those that have none and are as the pattern would have them."""
    names: list[AgencyName] = []
    parents: list[AgencyParent] = []
    for spec in level:
        agency = known.get(spec.code)
        if agency is None:
            continue
        if agency.name == spec.name and not agency.names.all():
            for name in spec.names:
                name.agency = agency
            names += spec.names
        parent = known.get(spec.parent)
        if parent is not None and agency.parent_id == parent.pk and not agency.parents.all():
            row = AgencyParent(
                agency=agency, parent=parent, from_on=spec.from_on, to_on=spec.to_on, source=pattern.SOURCE
            )
            parents.append(row)
    AgencyName.objects.bulk_create(names)
    AgencyParent.objects.bulk_create(parents)


def _agency(spec: Spec, known: dict[str, Agency]) -> Agency:
    return Agency(
        code=spec.code,
        kind=spec.kind,
        name=spec.name,
        short_name=spec.short_name,
        parent=known.get(spec.parent),
        successor=known.get(spec.successor),
        province=spec.province,
        region=spec.region,
        active_from=spec.from_on,
        active_to=spec.to_on,
        **search_columns(spec.name, spec.short_name, *(one.name for one in spec.names)),
    )


def search_columns(name: str, short_name: str, *borne: str) -> dict[str, str]:
    """The columns by which an agency is searched and sorted; it is found by the names it has `borne` as well."""
    words = dict.fromkeys(fold(text) for text in (name, short_name, *borne))
    return {"folded": " ".join(words)[:LONGEST_FOLDED], "sort_key": sort_key(name)}


def add_account(*, username: str, full_name: str, password: str, agency: Agency, role: Role) -> User:
    """A person with a first role at an agency; the way in for the first administrator of an installation.

    Raises ValidationError (Vietnamese sentences) on a taken or malformed user name and on a weak password.
    """
    user = User(username=User.objects.normalize_username(username), full_name=full_name)
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    with transaction.atomic():
        user.save()
        Membership.objects.create(user=user, agency=agency, role=role)
    return user
