"""The demo's invented people who may be entered with one button. Nothing here exists outside the demo."""

from allomediateur.accounts.models import User

CLIENT, MEDIATOR, STAFF = "client@example.org", "mediator@example.org", "staff@example.org"
SECRETARY = "secretary@example.org"
ACCOUNTS = (CLIENT, MEDIATOR, SECRETARY, STAFF)


def people() -> list[User]:
    """Those of the demo's accounts that exist, client first."""
    found = {user.email: user for user in User.objects.filter(email__in=ACCOUNTS)}
    return [found[email] for email in ACCOUNTS if email in found]
