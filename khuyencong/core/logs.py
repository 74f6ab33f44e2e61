"""Lines of the log as JSON, one object each, for programs that gather them; and the id of the request in every line."""

from __future__ import annotations

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

current_id: ContextVar[str] = ContextVar("current_id", default="")
# What Python itself puts on a record; everything else was added by us and is told.
_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request_id"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
# What the database says from here to the end of its message repeats the query and the values of the row, with the breaks of lines
# that people typed; then Python goes on with one of its own sentences.
_VALUES = re.compile(r"\s*(DETAIL|CONTEXT|QUERY|LINE \d+):")
_PYTHON = re.compile(r"Traceback \(most recent|The above exception was the direct|During handling of the above")


class RequestId(logging.Filter):
    """Adds `request_id` to every record, "" outside a request; and puts the name of the page where Django wrote its address.

    An address can hold what is for one person alone: the link of a new password, of a calendar, of a question. Django writes it
    with its letters escaped, so it is known by how every address begins.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_id.get()
        request = getattr(record, "request", None)
        if getattr(request, "path", "") and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            page = (match.view_name if match else "") or "-"
            record.args = tuple(page if str(one).startswith("/") else one for one in record.args)
        return True


class JsonFormatter(logging.Formatter):
    """One line of JSON: at, level, logger, message, request_id, what the record carries besides, and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if identity := getattr(record, "request_id", ""):
            told["request_id"] = identity
        told |= {
            name: value
            for name, value in vars(record).items()
            if name not in _ORDINARY and isinstance(value, str | int | float | bool)
        }
        if record.exc_info:
            told["traceback"] = without_values(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False)


class LineFormatter(logging.Formatter):
    """A line for people at a terminal, with the id where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        told = [f"{name}={getattr(record, name)}" for name in ("page", "ms", "queries", "sql") if hasattr(record, name)]
        line = " ".join([super().format(record), *told])
        identity = getattr(record, "request_id", "")
        return f"{line} [{identity}]" if identity else line

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # Python's own name
        """The line itself stays one line: an address that somebody typed must not write a second one."""
        record.message = _CONTROL.sub("?", record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802  # Python's own name
        return without_values(super().formatException(ei))


def without_values(traceback: str) -> str:
    """A traceback without what the database repeats of queries and rows: it can name people."""
    kept, told = [], True
    for line in traceback.splitlines():
        told = bool(_PYTHON.match(line)) or (told and not _VALUES.match(line))
        if told:
            kept.append(line)
    return "\n".join(kept)
