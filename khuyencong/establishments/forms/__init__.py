"""The registry's forms."""

from khuyencong.establishments.forms.details import DetailForm, detail_form
from khuyencong.establishments.forms.entry import EditEstablishmentForm, EstablishmentForm, NewEstablishmentForm

__all__ = [
    "DetailForm",
    "EditEstablishmentForm",
    "EstablishmentForm",
    "NewEstablishmentForm",
    "detail_form",
]
