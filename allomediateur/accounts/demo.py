"""The demo's invented people who may be entered with one button. Nothing here exists outside the demo."""

from dataclasses import dataclass

from allomediateur.accounts.models import User


@dataclass(frozen=True)
class DemoAccount:
    email: str
    name: str
    role: str


ACCOUNTS = (
    DemoAccount("client@example.org", "Alice Fontaine", User.Role.CLIENT),
    DemoAccount("mediator@example.org", "Bastien Lacroix", User.Role.MEDIATOR),
    DemoAccount("staff@example.org", "Camille Duval", User.Role.STAFF),
)
