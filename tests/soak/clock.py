"""What cron does in an installation, every second: letters that are due leave, the audit log is sealed."""

import time

import django

SECONDS = 1


def main() -> None:
    django.setup()
    from django.db import DatabaseError, close_old_connections  # noqa: PLC0415  # Django is set up by now, not before

    from institution import audit, outbox  # noqa: PLC0415

    while True:
        time.sleep(SECONDS)
        close_old_connections()
        try:
            outbox.deliver_due()
            audit.seal()
        except DatabaseError as error:  # cron would write to the administrator, and try again
            print(f"{type(error).__name__}: {error}", flush=True)


if __name__ == "__main__":
    main()
