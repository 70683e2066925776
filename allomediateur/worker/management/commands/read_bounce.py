"""A pipe of the mail server: `read_bounce < message`. Exit 0 whatever the message is, or it would come back again;
75 (sysexits.h: EX_TEMPFAIL) when the database is away, so that the server tries later."""

import sys
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from allomediateur.notify import bounces, undelivered

EX_TEMPFAIL = 75


class Command(BaseCommand):
    help = "Lit sur l’entrée standard un message revenu (RFC 3464) et note que la lettre n’est pas arrivée."

    def handle(self, *args: Any, **options: Any) -> None:
        message = sys.stdin.buffer.read(bounces.MOST_BYTES)
        try:
            noted = undelivered.take_back(message, datetime.now(UTC))
        except Error as away:
            raise CommandError(f"La base ne répond pas : {away}", returncode=EX_TEMPFAIL) from away
        self.stdout.write("noté" if noted else "rien à noter")
