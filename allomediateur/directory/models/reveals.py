"""Who asked for whose contact details, for a while: enough to see somebody who gathers them all."""

from django.conf import settings
from django.db import models

from allomediateur.directory.models.mediators import Mediator


class Reveal(models.Model):
    """Contact details shown once. `network` is a fingerprint (directory.revealing), never the address itself."""

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    network = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["at"], name="reveal_at"),)

    def __str__(self) -> str:
        return f"{self.mediator_id} {self.network[:6]}… {self.at:%Y-%m-%d %H:%M}"
