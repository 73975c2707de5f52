"""What must not stand in a log: links that open something. Knows the standard library only; settings name it."""

import logging
import re

# An invitation, and the reset of a password: the part of the address that is the key.
SECRETS = re.compile(r"(/invitacion/|/password/reset/key/)[^/\s?\"']+")


class HideLinks(logging.Filter):
    """Blanks the key in every message of the handler, wherever it came from."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if SECRETS.search(message):
            record.msg, record.args = SECRETS.sub(r"\1[...]", message), ()
        return True
