"""Traces for an OpenTelemetry collector, where the office runs one: a span for each request, and one for each of its queries.

Off, and nothing imported, unless `OTEL_EXPORTER_OTLP_ENDPOINT` names the collector; the packages stand in
`requirements/telemetry.txt`. Spans are made after the answer, of what `observed` has measured: the name of the page and not its
address, queries without a value. Where to send, with which headers and how many of them is told by OpenTelemetry's own variables.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from khuyencong.core.logs import current_id
from khuyencong.core.measures import without_values
from khuyencong.core.version import program_version

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
FAILED = 500
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """One query of a request: its SQL, when it began and ended (nanoseconds since 1970)."""

    sql: str
    began: int
    ended: int


@dataclass(frozen=True, slots=True)
class Answered:
    """One request: what it was, when it began and ended (nanoseconds since 1970), and its queries."""

    method: str
    page: str
    status: int
    vendor: str
    began: int
    ended: int
    queries: Sequence[Asked]


# What takes up an answered request; None while nobody wants it.
tell: Callable[[Answered], None] | None = None


def begin(processor: SpanProcessor | None = None) -> None:
    """Send from now on what this process answers, where a collector is named; called once in each worker.

    Without the packages a sentence goes into the log, and the work goes on untraced. `processor`: what a test looks at.
    """
    global tell  # noqa: PLW0603  # one collector for the process
    if not os.environ.get(ENDPOINT, "").strip() and processor is None:
        return
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider

        processor = processor or _sending()
    except ImportError:
        logger.error("%s is set, but the packages of requirements/telemetry.txt are not installed", ENDPOINT)  # noqa: TRY400  # no traceback
        return
    about = Resource.create({"service.name": "khuyencong", "service.version": program_version()})
    provider = TracerProvider(resource=about)
    provider.add_span_processor(processor)
    tell = _teller(provider)


def _sending() -> SpanProcessor:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    return BatchSpanProcessor(OTLPSpanExporter())


def _teller(provider: TracerProvider) -> Callable[[Answered], None]:
    from opentelemetry import trace

    tracer = provider.get_tracer("khuyencong")

    def made(answered: Answered) -> None:
        request = tracer.start_span(
            f"{answered.method} {answered.page}",
            kind=trace.SpanKind.SERVER,
            start_time=answered.began,
            attributes={
                "http.request.method": answered.method,
                "http.route": answered.page,
                "http.response.status_code": answered.status,
                "khuyencong.request_id": current_id.get(),
            },
        )
        if answered.status >= FAILED:
            request.set_status(trace.StatusCode.ERROR)
        inside = trace.set_span_in_context(request)
        for one in answered.queries:
            sql = without_values(one.sql)
            query = tracer.start_span(
                sql.lstrip("(").partition(" ")[0],  # PostgreSQL writes each side of a union in brackets
                context=inside,
                kind=trace.SpanKind.CLIENT,
                start_time=one.began,
                attributes={"db.system.name": answered.vendor, "db.query.text": sql},
            )
            query.end(one.ended)
        request.end(answered.ended)

    return made
