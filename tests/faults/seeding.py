"""Run in a process of its own on a trial's empty database: tables, a mediator with free slots, one of the staff."""

import json
import sys
from datetime import UTC, datetime


def main() -> int:
    import django  # its settings are the trial's

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    sys.stdout.write(json.dumps(_people()))
    return 0


def _people() -> dict[str, object]:
    """What a visitor's forms name, and the session of somebody of the staff."""
    from django.conf import settings
    from django.test import Client

    from allomediateur.accounts.models import User
    from tests import factories
    from tests.web.signing_in import enter

    bob = factories.make_mediator(now=datetime.now(UTC))
    client = Client()
    enter(client, factories.make_user("staff@example.org", name="Sacha", role=User.Role.STAFF))
    return {
        "slug": bob.slug,
        "service": factories.service_of(bob).pk,
        "staff": client.cookies[settings.SESSION_COOKIE_NAME].value,
    }


if __name__ == "__main__":
    sys.exit(main())
