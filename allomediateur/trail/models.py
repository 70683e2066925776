"""What was done and who saw what: rows that are only ever added, each sealed to the one before."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One act. People are account numbers and things are references: an erased person leaves no name here.

    `seal` is the HMAC of the row and of the seal before it. A trigger refuses what is not an insertion, but for the
    removal of rows older than a year.
    """

    class Act(models.TextChoices):
        SIGNED_IN = "signed_in", _("est entré")
        SIGNED_OUT = "signed_out", _("a déconnecté un appareil")
        PASSWORD = "password", _("a changé de mot de passe")
        ADDRESS = "address", _("a changé d’adresse e-mail")
        FACTOR_ADDED = "factor_added", _("a ajouté un second facteur")
        FACTOR_REMOVED = "factor_removed", _("a retiré un second facteur")
        CODES = "codes", _("a refait ses codes de secours")
        TOKEN_MADE = "token_made", _("a créé un jeton d’accès par programme")
        TOKEN_REVOKED = "token_revoked", _("a retiré un jeton d’accès par programme")
        EXPORTED = "exported", _("a emporté ses données")
        ERASED = "erased", _("a effacé son compte")
        SEEN = "seen", _("a vu")
        LISTED = "listed", _("a parcouru")
        ADDED = "added", _("a ajouté")
        CHANGED = "changed", _("a changé")
        DELETED = "deleted", _("a supprimé")
        SENT_AGAIN = "sent_again", _("a fait repartir une lettre")
        SETTLED = "settled", _("a réglé une lettre non arrivée")
        SEARCHED = "searched", _("a cherché")
        REVEALED = "revealed", _("a demandé les coordonnées")
        ACTED_FOR = "acted_for", _("a agi à la place de")
        PRINTED = "printed", _("a imprimé une lettre")
        ANSWERED = "answered", _("a répondu")
        CLAIMED = "claimed", _("a déposé une pièce")
        DECIDED = "decided", _("a décidé")
        CONFIRMED = "confirmed", _("a confirmé une décision")
        CONFIGURED = "configured", _("a réglé le site")
        IMPORTED = "imported", _("a importé")
        ENTRUSTED = "entrusted", _("a confié son agenda")
        TAKEN_BACK = "taken_back", _("a repris son agenda")
        ADMITTED = "admitted", _("a donné accès")
        DISMISSED = "dismissed", _("a retiré l’accès")
        PURGED = "purged", _("a purgé")
        FORGOTTEN = "forgotten", _("oubli après un an")

    at = models.DateTimeField(db_index=True)
    act = models.CharField(max_length=20)
    actor = models.BigIntegerField(null=True)
    role = models.CharField(max_length=12)
    person = models.BigIntegerField(null=True, db_index=True)
    thing = models.CharField(max_length=120, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    seal = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=["actor", "-at"], name="trail_actor"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act} {self.thing}"
