"""Under /api/v1/ and /ket-noi/."""

from __future__ import annotations

from django.urls import URLPattern, include, path

from khuyencong.api.api import api
from khuyencong.api.operations import PREFIX
from khuyencong.api.views import description, subscriptions, tokens
from khuyencong.people.web import TOKEN


def _endpoints() -> tuple[list[URLPattern], str, str]:
    """The endpoints, each saying that it opens to a token; its scope stands in the description."""
    patterns, app, namespace = api.urls
    for one in patterns:
        one.callback.opens_to = TOKEN  # type: ignore[union-attr]  # a function carries its declaration
    return patterns, app, namespace  # type: ignore[return-value]  # ninja makes no resolvers


_patterns, _app, _namespace = _endpoints()
urlpatterns = [
    path("ket-noi/", tokens.connections, name="connections"),
    path("ket-noi/moi/", tokens.connection_new, name="connection_new"),
    path("ket-noi/<int:pk>/", tokens.connection, name="connection"),
    path("ket-noi/<int:pk>/thu-hoi/", tokens.connection_revoke, name="connection_revoke"),
    path("ket-noi/<int:pk>/nhan-tin/", subscriptions.subscription_new, name="subscription_new"),
    path("ket-noi/nhan-tin/<int:pk>/", subscriptions.subscription, name="subscription"),
    path("ket-noi/nhan-tin/<int:pk>/thoi/", subscriptions.subscription_end, name="subscription_end"),
    path("ket-noi/tin/<int:pk>/gui-lai/", subscriptions.delivery_resend, name="delivery_resend"),
    path(f"{PREFIX}openapi.json", description.openapi, name="api_openapi"),
    path(f"{PREFIX}docs", description.docs, name="api_docs"),
    path(PREFIX, include((_patterns, _app), namespace=_namespace)),
]
