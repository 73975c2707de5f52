"""What stands in a log: the request that each line belongs to, and never a link that opens something.

Knows the standard library only; settings name what is here.
"""

import contextvars
import datetime as dt
import json
import logging
import re

# The request at hand in this thread, by a number that its answer carries too (`X-Request-ID`); empty outside of one.
request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")

# An invitation, and the reset of a password: the part of the address that is the key.
SECRETS = re.compile(r"(/invitacion/|/password/reset/key/)[^/\s?\"']+")
# What a line about a request tells beside its message (institution.middleware.Traced).
FACTS = ("method", "path", "status", "milliseconds", "user")


class HideLinks(logging.Filter):
    """Blanks the key in every message of the handler, wherever it came from."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if SECRETS.search(message):
            record.msg, record.args = hide_links(message), ()
        return True


def hide_links(text: str) -> str:
    return SECRETS.sub(r"\1[...]", text)


class NameRequest(logging.Filter):
    """Gives every line the number of its request, `-` where there is none."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get() or "-"
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line, for programs that gather logs: `at` (UTC), `level`, `logger`, `message`, `request_id`.

    A line about a request has `FACTS` too, one about an error its `traceback`.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", "-"),
            **{name: getattr(record, name) for name in FACTS if hasattr(record, name)},
        }
        if record.exc_info:
            line["traceback"] = hide_links(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)
