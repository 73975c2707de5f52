"""Mail with attempts: a letter is written with what it tells of, leaves once that is safe, and is kept until it did.

`post()` inside a transaction leaves nothing behind if that is undone. A server that refuses or does not answer costs
a delay, never an error page: `manage.py deliver_mail`, run every few minutes, tries again, and says what it gave up.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from institution import clock
from institution.models import Letter

log = logging.getLogger(__name__)

SUBJECT_PREFIX = "PMH: "
# How long to wait after each failed attempt; after the last of them it is given up.
WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (5, 30, 2 * 60, 8 * 60, 24 * 60))
MAX_ATTEMPTS = len(WAITS) + 1


@transaction.atomic
def post(
    *, to: str, subject: str, body: str, kind: str, key: str, is_secret: bool = False, at_once: bool = True
) -> Letter:
    """Writes the letter and, once the transaction has succeeded, tries to deliver it. Plain text, one link.

    `key` says what it is about: posting it again returns the letter that is there, whatever its text. A secret letter
    (its link opens something) is blanked when it is sent or given up. Many letters at one time are better left to
    `deliver_mail` (`at_once=False`), since a server that does not answer takes seconds for each.
    """
    # Names stand in it: a line break in one would be another header, and such a letter would never leave.
    subject = " ".join(f"{SUBJECT_PREFIX}{subject}".split())
    fields = {"to": to, "subject": subject, "body": body, "kind": kind, "is_secret": is_secret}
    letter, is_new = Letter.objects.get_or_create(key=key, defaults=fields | {"next_attempt_at": clock.real_now()})
    if is_new and at_once:
        transaction.on_commit(lambda: deliver(letter=letter))
    return letter


def link(path: str) -> str:
    """The whole address of a page, for a letter that no browser asked for."""
    return settings.SITE_URL.rstrip("/") + path


def withdraw(*, letter: Letter) -> bool:
    """The letter is not sent any more, if it has not been: what it says is no longer true. Whether it was in time."""
    return bool(Letter.objects.filter(pk=letter.pk, sent_at__isnull=True).delete()[0])


def deliver(*, letter: Letter) -> None:
    """One attempt, if the letter is due and nobody else is at it. What came of it stands in the letter.

    A process that dies between sending and saying so makes the letter leave twice: better than never. Both bear one
    Message-ID, by which mail servers and readers know that they are the same.
    """
    if not _claim(letter):
        return
    try:
        headers = {"Message-ID": message_id(letter)}
        EmailMessage(letter.subject, letter.body, to=[letter.to], headers=headers).send()
    except Exception as error:  # each mail backend has errors of its own, and none may reach the page
        letter.last_error = f"{type(error).__name__}: {error}"[:300]
        log.warning("letter %s was not delivered (attempt %s): %s", letter.pk, letter.attempts, letter.last_error)
        _record(letter, is_done=letter.attempts >= MAX_ATTEMPTS)
    else:
        letter.sent_at, letter.last_error = clock.real_now(), ""
        _record(letter, is_done=True)


def message_id(letter: Letter) -> str:
    """The same for every attempt at the letter, and told by no other one of any installation."""
    own = hashlib.sha256(f"{letter.pk} {letter.created_at.isoformat()} {letter.to}".encode()).hexdigest()[:32]
    return f"<{own}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def deliver_due() -> list[Letter]:
    """One attempt for each letter that is due; returns them with what came of it."""
    letters = list(Letter.objects.due(clock.real_now()))
    for letter in letters:
        deliver(letter=letter)
    return letters


def _claim(letter: Letter) -> bool:
    """Counts the attempt before it is made, so that two processes never make it both, nor one for ever."""
    now = clock.real_now()
    attempts = letter.attempts + 1
    again = now + WAITS[min(letter.attempts, len(WAITS) - 1)]
    due = Letter.objects.due(now).filter(pk=letter.pk, attempts=letter.attempts)
    if not due.update(attempts=attempts, next_attempt_at=again):
        return False
    letter.attempts, letter.next_attempt_at = attempts, again
    return True


def _record(letter: Letter, *, is_done: bool) -> None:
    """An update, never an insert: the letter may have been withdrawn meanwhile."""
    if is_done:
        letter.next_attempt_at = None
        letter.body = "" if letter.is_secret else letter.body
    fields = ("body", "sent_at", "last_error", "next_attempt_at")
    Letter.objects.filter(pk=letter.pk).update(**{field: getattr(letter, field) for field in fields})
