"""The registry of establishments."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import Field

from khuyencong.api.checked import as_typed, checked, with_places
from khuyencong.api.cursors import Cursor, Limit, Page, page_of
from khuyencong.api.door import ApiRequest
from khuyencong.api.once import creation_key
from khuyencong.api.operations import change, create, read
from khuyencong.api.scopes import Scope
from khuyencong.api.shapes import Answer, Body, Code, Count, Dong, Key, Named, Number, OneOf, named
from khuyencong.establishments import actions
from khuyencong.establishments.forms import EditEstablishmentForm, NewEstablishmentForm
from khuyencong.establishments.forms.entry import KINDS, initial_of
from khuyencong.establishments.models import Establishment, EstablishmentKind, Gender
from khuyencong.establishments.personal import Eyes
from khuyencong.establishments.tax_code import is_personal
from khuyencong.establishments.web import establishment_or_404
from khuyencong.law.catalogue import catalogue
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed

router = Router(tags=["Cơ sở"])

Kind = Annotated[str, OneOf(code for code, _ in KINDS)]
Sector = Annotated[str, OneOf(catalogue().sectors)]
Text = Annotated[str, Field(max_length=300)]
Latitude = Annotated[Decimal, Number(least=4, most=24)]
Longitude = Annotated[Decimal, Number(least=101, most=119)]
PLACES = ("province__current", "province_before", "commune", "merged_into")


class EstablishmentOut(Answer):
    """An entry. What persons it names is shown whole only to roles that may see it (`personal_shown`)."""

    version: int
    id: int
    name: str
    kind: Named
    tax_code: str
    registration_number: str
    province: Named
    province_before: Named | None
    commune: Named | None
    place_text: str
    sector: str
    other_sectors: list[str]
    workers: int | None
    women_workers: int | None
    ethnic_workers: int | None
    charter_capital: int | None
    latitude: float | None
    longitude: float | None
    women_owned: bool
    ethnic_minority_owned: bool
    owner_name: str
    contact: str
    phone: str
    email: str
    personal_shown: bool
    merged_into: int | None


class EstablishmentChange(Body):
    """What is named is changed; null empties it."""

    name: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    kind: Kind | None = None
    tax_code: Annotated[str, Field(max_length=20)] | None = None
    registration_number: Annotated[str, Field(max_length=40)] | None = None
    province: Code | None = Field(None, description="Khóa của tỉnh hôm nay, ví dụ 82")
    province_before: Code | None = Field(None, description="Khóa của tỉnh trước 01/07/2025, ví dụ 87@2025")
    commune: Code | None = None
    place_text: Text | None = None
    sector: Sector | None = None
    other_sectors: Annotated[list[Sector], Field(max_length=40)] | None = None
    workers: Count | None = None
    women_workers: Count | None = None
    ethnic_workers: Count | None = None
    charter_capital: Dong | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    owner_name: Annotated[str, Field(max_length=120)] | None = None
    owner_gender: Annotated[str, OneOf(Gender.values)] | None = None
    owner_ethnicity: Annotated[str, Field(max_length=40)] | None = None
    owner_born_in: Annotated[int, Field(ge=1900, le=2100)] | None = None
    owner_id_number: Annotated[str, Field(max_length=12)] | None = None
    women_owned: bool | None = None
    ethnic_minority_owned: bool | None = None
    contact: Annotated[str, Field(max_length=120)] | None = None
    phone: Annotated[str, Field(max_length=20)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None


class EstablishmentIn(EstablishmentChange):
    """A new entry; an officer registers in the own province only."""

    name: Annotated[str, Field(min_length=1, max_length=300)]
    kind: Kind
    province: Code
    sector: Sector


def shown(actor: Actor, one: Establishment) -> dict[str, Any]:
    """An entry of the actor's scope; expects PLACES loaded, no query."""
    # In scope it is already: then the role alone says what may be seen of persons.
    eyes = Eyes(allowed(actor, Permission.PERSONAL_VIEW))
    commune, before = one.commune, one.province_before
    return {
        "version": one.version,
        "id": one.pk,
        "name": one.name,
        "kind": named(one.kind, EstablishmentKind(one.kind).label),
        "tax_code": eyes.tax_code(one.tax_code),
        "registration_number": one.registration_number,
        "province": named(one.province.key, one.province.name),
        "province_before": named(before.key, before.name) if before else None,
        "commune": named(commune.key, commune.name) if commune else None,
        "place_text": one.place_text,
        "sector": one.sector,
        "other_sectors": one.other_sectors,
        "workers": one.workers,
        "women_workers": one.women_workers,
        "ethnic_workers": one.ethnic_workers,
        "charter_capital": one.charter_capital,
        "latitude": one.latitude,
        "longitude": one.longitude,
        "women_owned": one.women_owned,
        "ethnic_minority_owned": one.ethnic_minority_owned,
        "owner_name": eyes.name(one.owner_name),
        "contact": eyes.name(one.contact),
        "phone": eyes.number(one.phone),
        "email": eyes.email(one.email),
        "personal_shown": eyes.see_all,
        "merged_into": one.merged_into_id,
    }


@read(router, "/establishments", Scope.ESTABLISHMENTS_READ, Page[EstablishmentOut], "Danh sách cơ sở")
def establishments(
    request: ApiRequest,
    q: Annotated[str, Field(max_length=200)] = "",
    tax_code: Annotated[str, Field(max_length=20)] = "",
    kind: Kind | None = None,
    sector: Sector | None = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """Entries in scope that stand for themselves; `q` finds words of names, `tax_code` one exact code."""
    actor = request.actor
    found = Establishment.objects.visible_to(actor).current()
    if q:
        found = found.search(q, by=actor)
    if tax_code:
        hidden = is_personal(tax_code) and not allowed(actor, Permission.PERSONAL_VIEW)
        found = found.none() if hidden else found.filter(tax_code=tax_code)
    if kind:
        found = found.filter(kind=kind)
    if sector:
        found = found.filter(sector=sector)
    rows = found.select_related(*PLACES)
    return page_of(rows, of="establishments", cursor=cursor, limit=limit, show=lambda one: shown(actor, one))


@read(router, "/establishments/{id}", Scope.ESTABLISHMENTS_READ, EstablishmentOut, "Một cơ sở")
def establishment(request: ApiRequest, id: Key) -> dict[str, Any]:  # noqa: A002  # the name in the address
    """One entry."""
    return shown(request.actor, establishment_or_404(request.actor, id))


@create(
    router,
    "/establishments",
    Scope.ESTABLISHMENTS_WRITE,
    EstablishmentOut,
    "Đăng ký cơ sở",
    stands_at="/establishments/{id}",
)
def establishment_create(request: ApiRequest, body: EstablishmentIn) -> dict[str, Any]:
    """Register an establishment."""
    key = creation_key(request)
    values = with_places(body.model_dump(exclude_unset=True)) | {"creation_key": key}
    fields = checked(NewEstablishmentForm(as_typed(values), actor=request.actor))
    made = actions.register_establishment(by=request.actor, creation_key=key, fields=fields)
    return _again(request.actor, made.pk)


@change(router, "/establishments/{id}", Scope.ESTABLISHMENTS_WRITE, EstablishmentOut, "Sửa cơ sở")
def establishment_change(request: ApiRequest, id: Key, body: EstablishmentChange) -> dict[str, Any]:  # noqa: A002  # as above
    """Correct an entry."""
    found = establishment_or_404(request.actor, id)
    initial = initial_of(found, actions.FIELDS)
    values = initial | with_places(body.model_dump(exclude_unset=True)) | {"version": request.expected_version}
    form = EditEstablishmentForm(as_typed(values), actor=request.actor, initial=initial)
    actions.update_establishment(
        establishment_id=found.pk, by=request.actor, version=request.expected_version, fields=checked(form)
    )
    return _again(request.actor, found.pk)


def _again(actor: Actor, pk: int) -> dict[str, Any]:
    """As it stands now."""
    rows = Establishment.objects.visible_to(actor).select_related(*PLACES)
    return shown(actor, get_object_or_404(rows, pk=pk))
