"""`manage.py demo_accounts`: who one may enter as in the demo."""

from typing import Any

from django.core.management.base import BaseCommand

from allomediateur.accounts.demo import ACCOUNTS
from allomediateur.accounts.models import User


class Command(BaseCommand):
    help = "Liste les comptes de la démonstration : rôle, adresse, nom."

    def handle(self, **options: Any) -> None:
        for account in ACCOUNTS:
            self.stdout.write(f"{User.Role(account.role).label:<15} {account.email:<24} {account.name}")
