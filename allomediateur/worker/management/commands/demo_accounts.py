"""`manage.py demo_accounts`: who one may enter as in the demo."""

from typing import Any

from django.core.management.base import BaseCommand

from allomediateur.accounts import demo


class Command(BaseCommand):
    help = "Liste les comptes de la démonstration : rôle, adresse, nom."

    def handle(self, **options: Any) -> None:
        for user in demo.people():
            self.stdout.write(f"{user.get_role_display():<15} {user.email:<24} {user.name}")
