import string
from datetime import date, datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from allomediateur.accounts.names import Words
from allomediateur.directory import rights
from allomediateur.scheduling.territories import is_territory, territory_of
from allomediateur.scheduling.wall import is_zone


def check_zone(value: str) -> None:
    if not is_zone(value):
        raise ValidationError(
            _("« %(zone)s » n’est pas un fuseau horaire connu, par exemple Europe/Paris."), params={"zone": value}
        )


def check_territory(value: str) -> None:
    if value and not is_territory(value):
        raise ValidationError(
            _("« %(code)s » n’est pas un territoire connu. Écrivez un code ISO 3166 : BE, LU, CH-GE, CA-QC."),
            params={"code": value},
        )


def whose_holidays(territory: str, department: str | None) -> str:
    """The territory whose public holidays are kept (R13): the one that is named, or that of the department."""
    return territory or territory_of(department or "")


def check_room(value: str) -> None:
    if value and not value.startswith("https://"):
        raise ValidationError(_("L’adresse de la salle vidéo doit commencer par https://."))


class Commune(models.Model):
    """A French commune or arrondissement (INSEE code). `key` is its name without accents, in lower case."""

    code = models.CharField(_("code INSEE"), primary_key=True, max_length=5)
    name = models.CharField(_("nom"), max_length=80)
    key = models.CharField(max_length=80, editable=False)
    department = models.CharField(_("département"), max_length=3)
    region = models.CharField(_("région"), max_length=3, blank=True)
    postal_codes = ArrayField(models.CharField(max_length=5), verbose_name=_("codes postaux"))
    population = models.IntegerField(_("population"))
    lon = models.FloatField(_("longitude"))
    lat = models.FloatField(_("latitude"))
    zone = models.CharField(_("fuseau horaire"), max_length=40)

    class Meta:
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        ordering = ("key", "department")
        indexes = (
            models.Index(fields=["key"], name="commune_key_prefix", opclasses=["varchar_pattern_ops"]),
            GinIndex(fields=["postal_codes"], name="commune_postal_codes"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.department})"

    @property
    def town(self) -> str:
        """The name an address bears: that of the city for an arrondissement."""
        return self.name.split()[0] if self.name.endswith(" Arrondissement") else self.name


class Specialty(models.Model):
    """A field of intervention. The slug is that of its French label, in pages and in the API."""

    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    label_fr = models.CharField(_("libellé français"), max_length=60)
    label_en = models.CharField(_("libellé anglais"), max_length=60)
    rank = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("spécialité")
        verbose_name_plural = _("spécialités")
        ordering = ("rank", "slug")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """In the active language."""
        return self.label_en if (get_language() or "fr").startswith("en") else self.label_fr


SIGNS = "bcdfghjkmnpqrstvwxyz23456789"
"""No eye mixes them up, and no word comes of them."""

_BASE64 = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"


class ShortCode(models.Func):
    """Eight SIGNS drawn by the database: rows made by any release have theirs. From the 48 random bits at the head of
    a UUID (RFC 9562, version 4): ten thousand codes collide once in six thousand draws of them all."""

    template = (
        "translate(left(encode(uuid_send(gen_random_uuid()), 'base64'), 8), "
        f"'{_BASE64}', '{(SIGNS * 3)[: len(_BASE64)]}')"
    )
    arity = 0
    output_field = models.CharField(max_length=8)


class MediatorQuerySet(models.QuerySet["Mediator"]):
    def listed(self, now: datetime) -> "MediatorQuerySet":
        """Those the rights table lists (directory.rights)."""
        return self.filter(rights.listed(rights.day_of(now)))

    def bookable(self, now: datetime) -> "MediatorQuerySet":
        return self.filter(rights.bookable(rights.day_of(now)))


class Mediator(models.Model):
    """A professional mediator's profile. Zone and holidays for phone and video are those of the main office."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mediator", verbose_name=_("compte")
    )
    slug = models.SlugField(_("adresse de la fiche"), max_length=80, unique=True)
    code = models.CharField(_("adresse courte"), max_length=8, db_default=ShortCode(), editable=False)
    name = models.CharField(_("nom affiché"), max_length=120)
    presentation_fr = models.TextField(_("présentation"), blank=True, max_length=2000)
    presentation_en = models.TextField(_("présentation en anglais"), blank=True, max_length=2000)
    specialties = models.ManyToManyField(Specialty, related_name="+", verbose_name=_("spécialités"))
    languages = ArrayField(models.CharField(max_length=2), verbose_name=_("langues (ISO 639-1)"))
    phone = PhoneNumberField(_("téléphone professionnel"), blank=True)
    contact_email = models.EmailField(
        _("e-mail professionnel"),
        blank=True,
        db_default="",
        help_text=_("Donné avec le téléphone à qui le demande sur la fiche. Vide : aucun, jamais celui du compte."),
    )
    video_room = models.URLField(
        _("salle vidéo"),
        blank=True,
        validators=[check_room],
        help_text=_("Adresse https de votre salle. Elle est montrée au client après confirmation."),
    )
    payment = models.CharField(_("moyens de paiement"), max_length=200, blank=True)
    capm_verified = models.BooleanField(_("certificat vérifié"), default=False)
    capm_year = models.PositiveSmallIntegerField(_("année du certificat"), null=True, blank=True)
    cpmn_member = models.BooleanField(_("membre de la chambre"), default=False)
    trained_until = models.DateField(_("formation continue valable jusqu’au"), null=True, blank=True)
    member_until = models.DateField(_("adhésion valable jusqu’au"), null=True, blank=True)
    insured_until = models.DateField(_("assurance valable jusqu’au"), null=True, blank=True)
    ethics_version = models.CharField(_("version du code d’éthique"), max_length=20, blank=True)
    ethics_signed_on = models.DateField(_("code d’éthique signé le"), null=True, blank=True)
    suspended_at = models.DateTimeField(_("suspendu le"), null=True, blank=True)
    closed_on_holidays = models.BooleanField(_("fermé les jours fériés"), default=True)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)

    objects = MediatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("médiateur")
        verbose_name_plural = _("médiateurs")
        ordering = ("name", "id")
        indexes = (
            GinIndex(Words("name"), name="mediator_words"),
            models.Index(fields=["phone"], name="mediator_phone"),
        )
        constraints = (models.UniqueConstraint(fields=["code"], name="mediator_code_unique"),)

    def __str__(self) -> str:
        return self.name

    def rights_at(self, now: datetime) -> rights.Rights:
        """What the standing opens on that day; whether the account is open is asked by `listed` and `bookable`."""
        standing = rights.Standing(
            capm_verified=self.capm_verified,
            cpmn_member=self.cpmn_member,
            suspended=self.suspended_at is not None,
            trained_until=self.trained_until,
            member_until=self.member_until,
            insured_until=self.insured_until,
        )
        return rights.rights_of(standing, rights.day_of(now))

    @property
    def entitled_until(self) -> date | None:
        """The last day on which nothing has lapsed; none: no end."""
        return min(filter(None, (self.trained_until, self.member_until, self.insured_until)), default=None)

    @property
    def presentation(self) -> str:
        """In the active language, French when there is no English one."""
        english = (get_language() or "fr").startswith("en")
        return (self.presentation_en if english else "") or self.presentation_fr


class Office(models.Model):
    """A place of practice. Exactly one a mediator is the main one.

    In France it has its commune; elsewhere its own `city`, `country` and `territory`.
    """

    mediator = models.ForeignKey(
        Mediator, on_delete=models.CASCADE, related_name="offices", verbose_name=_("médiateur")
    )
    name = models.CharField(_("nom"), max_length=80)
    address = models.CharField(_("adresse"), max_length=160)
    postal_code = models.CharField(_("code postal"), max_length=10)
    commune = models.ForeignKey(
        Commune, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("commune")
    )
    city = models.CharField(_("ville hors de France"), max_length=80, blank=True, db_default="")
    country = models.CharField(_("pays hors de France"), max_length=60, blank=True, db_default="")
    lon = models.FloatField(_("longitude"))
    lat = models.FloatField(_("latitude"))
    zone = models.CharField(_("fuseau horaire"), max_length=40, validators=[check_zone])
    territory = models.CharField(
        _("territoire des jours fériés"),
        max_length=12,
        blank=True,
        validators=[check_territory],
        help_text=_("Vide : celui de la commune. Sinon un code ISO 3166 : BE, LU, CH-GE, CA-QC."),
    )
    access = models.CharField(
        _("comment entrer"), max_length=300, blank=True, help_text=_("Code, sonnette, salle d’attente.")
    )
    step_free = models.BooleanField(
        _("accessible de plain-pied"),
        default=False,
        db_default=False,
        help_text=_("Sans marche depuis la rue, ascenseur compris."),
    )
    floor = models.CharField(_("étage"), max_length=60, blank=True, db_default="")
    transport = models.CharField(_("transports"), max_length=200, blank=True, db_default="")
    parking = models.CharField(_("stationnement"), max_length=200, blank=True, db_default="")
    is_main = models.BooleanField(_("lieu principal"), default=False)

    class Meta:
        verbose_name = _("lieu d’exercice")
        verbose_name_plural = _("lieux d’exercice")
        ordering = ("-is_main", "id")
        constraints = (
            models.UniqueConstraint(fields=["mediator"], condition=models.Q(is_main=True), name="office_one_main"),
            models.CheckConstraint(
                condition=models.Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180), name="office_on_earth"
            ),
            models.CheckConstraint(
                condition=models.Q(commune__isnull=False) | (~models.Q(city="") & ~models.Q(territory="")),
                name="office_somewhere",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.town}"

    @property
    def town(self) -> str:
        """The name an address bears; reads the commune."""
        return self.commune.town if self.commune else self.city

    @property
    def commune_name(self) -> str:
        """The commune's own name, or the city; reads the commune."""
        return self.commune.name if self.commune else self.city

    @property
    def district(self) -> str:
        """The town, with the arrondissement where there is one: « Paris 8e »; reads the commune."""
        return self.commune.name.removesuffix(" Arrondissement") if self.commune else self.city

    @property
    def holidays_of(self) -> str:
        """The territory whose public holidays are kept here (R13); reads the commune."""
        return whose_holidays(self.territory, self.commune.department if self.commune else None)

    @property
    def full_address(self) -> str:
        """On one line; reads the commune."""
        town = f"{self.address}, {self.postal_code} {self.town}"
        return f"{town}, {self.country}" if self.country else town
