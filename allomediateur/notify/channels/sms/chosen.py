"""The engine that the installation has, if it has one whole: SMS_ENGINE, and for Brevo SMS_URL, SMS_KEY, SMS_SENDER."""

from django.conf import settings

from allomediateur.notify.channels.sms.brevo import Brevo
from allomediateur.notify.channels.sms.console import Console
from allomediateur.notify.channels.sms.engines import Engine


def engine() -> Engine | None:
    """None: this installation sends no SMS."""
    if settings.SMS_ENGINE == "console":
        return Console()
    if settings.SMS_ENGINE == "brevo" and settings.SMS_URL and settings.SMS_KEY and settings.SMS_SENDER:
        return Brevo(settings.SMS_URL, settings.SMS_KEY, settings.SMS_SENDER)
    return None
