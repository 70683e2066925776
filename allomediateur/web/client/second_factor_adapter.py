"""allauth's second factors with our words, our QR code, our site's name, and secrets sealed at rest."""

from io import BytesIO
from urllib.parse import urlsplit

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.accounts.models import User
from allomediateur.vault import sealing

PURPOSE = "second factor"


class Adapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": lazy("Ce code ne convient pas. Prenez celui qui s’affiche maintenant, en entier."),
        "unverified_email": lazy("Confirmez d’abord votre adresse e-mail : sortez, puis entrez par un code."),
        "cannot_delete_authenticator": lazy(
            "Votre rôle demande un second facteur : ajoutez-en un autre avant de retirer celui-ci."
        ),
        "cannot_generate_recovery_codes": lazy("Ajoutez d’abord une application ou une clé d’accès."),
    }

    def build_totp_svg(self, url: str) -> str:
        picture = BytesIO()
        code = segno.make(url, micro=False)
        code.save(picture, kind="svg", xmldecl=False, scale=5, border=2, light="#fff", dark="#10211f")
        return picture.getvalue().decode()

    def encrypt(self, text: str) -> str:
        return sealing.seal(text, PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text, PURPOSE)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last one of who must have one stays."""
        user = User.objects.get(pk=authenticator.user_id)
        others = Authenticator.objects.filter(user=user).exclude(pk=authenticator.pk)
        others = others.exclude(type=Authenticator.Type.RECOVERY_CODES)
        return not user.needs_second_factor or bool(others.exists())

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 - allauth's name
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Clé d’accès %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site's own name, whatever Host the request came with (WebAuthn, 5.4.2)."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "localhost", "name": settings.BRAND}
