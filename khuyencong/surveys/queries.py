"""What is shown of surveys."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.places.models import folded_words
from khuyencong.surveys.models import Survey, SurveyQuerySet

MOST_CANDIDATES = 8


def surveys_for(actor: Actor, *, state: str = "", text: str = "") -> SurveyQuerySet:
    """The surveys that the actor may see, the newest visit first; one query."""
    surveys = Survey.objects.visible_to(actor).select_related("commune", "surveyed_by", "establishment")
    if state:
        surveys = surveys.filter(state=state)
    return surveys.filter(folded_words(text[:200])) if text.strip() else surveys


def candidates(actor: Actor, survey: Survey) -> QuerySet[Establishment]:
    """Entries in the actor's sight that may be the surveyed establishment: same tax code or telephone, or its name."""
    digits = "".join(sign for sign in survey.phone if sign.isdigit())
    same = Q(folded=survey.folded)
    if survey.tax_code:
        same |= Q(tax_code=survey.tax_code)
    if digits:
        same |= Q(phone_digits=digits)
    inside = Establishment.objects.visible_to(actor).filter(
        merged_into__isnull=True, province__current=survey.province.current_id
    )
    found = inside.filter(same).values_list("pk", flat=True)[:MOST_CANDIDATES]
    return Establishment.objects.filter(pk__in=list(found)).select_related("commune")
