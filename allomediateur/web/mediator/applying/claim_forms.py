"""Certificate, membership, insurance, training: what is claimed, and the paper that proves it."""

from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda import applying
from allomediateur.directory import papers
from allomediateur.directory.models import Credential
from allomediateur.directory.rights import day_of
from allomediateur.web.mediator.applying.forms import FileField, StepForm
from allomediateur.web.ui.forms import DateInput

FIRST_YEAR = 1999
FARTHEST_YEARS = 10
Kind = Credential.Kind
WHAT_FILE = lazy("PDF, ou photo JPEG, PNG ou WebP, 10 Mo au plus. Vous seul et l’administration le voyez.")


def _until() -> forms.DateField:
    return forms.DateField(
        label=lazy("Valable jusqu’au"), widget=DateInput,
        error_messages={
            "required": lazy("Écrivez jusqu’à quand : c’est sur le document."),
            "invalid": lazy("Écrivez la date ainsi : 31/12/2027."),
        },
    )  # fmt: skip


def _number(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=60,
        error_messages={
            "required": lazy("Écrivez le numéro : il est sur le document."),
            "max_length": lazy("Ce numéro est trop long : 60 caractères au plus."),
        },
    )  # fmt: skip


class ClaimForm(StepForm):
    """The claim that waits is shown again, and replaced; its paper is kept when no other one is sent."""

    kind: ClassVar[Kind]
    wants_file = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        has_paper = self._has_paper()
        self.fields["paper"] = FileField(
            label=_("Un autre document") if has_paper else _("Le document"), take=papers.check, required=not has_paper,
            help_text=_("Vide : celui que vous avez déposé est gardé.") if has_paper else WHAT_FILE,
            error_messages={
                "empty": lazy("Ce fichier est vide. Choisissez-en un autre."),
                "required": lazy("Choisissez le document : une photo lisible suffit."),
            },
            widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png,image/webp"}),
        )  # fmt: skip

    @property
    def waiting(self) -> Credential | None:
        rows = Credential.objects.filter(mediator=self.mediator, kind=self.kind, state=Credential.State.CLAIMED)
        return rows.select_related("document").defer("document__sealed").first()

    def known(self) -> dict[str, Any]:
        one = self.waiting
        names = ("number", "issuer", "year", "valid_until")
        return {name: getattr(one, name) for name in names} if one else {}

    def clean_valid_until(self) -> date:
        until: date = self.cleaned_data["valid_until"]
        today = day_of(timezone.now())
        if until < today:
            raise forms.ValidationError(_("Cette date est passée : déposez le document de la période en cours."))
        if until.year > today.year + FARTHEST_YEARS:
            raise forms.ValidationError(_("Cette date est trop lointaine : vérifiez l’année."))
        return until

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if self.is_too_heavy:
            self.errors.pop("paper", None)
            self.add_error("paper", papers.too_heavy())
        elif self.errors and told.get("paper"):
            self.add_error("paper", _("Choisissez de nouveau le fichier : le navigateur ne le garde pas."))
        return told

    def _has_paper(self) -> bool:
        one = self.waiting
        return one is not None and hasattr(one, "document")

    def keep(self, now: datetime) -> None:
        told = dict(self.cleaned_data)
        applying.claim(self.mediator, self.kind, paper=told.pop("paper"), now=now, **told)


class CertificateForm(ClaimForm):
    kind = Kind.CERTIFICATE
    lead = lazy("Seuls les titulaires du certificat sont dans la liste.")
    number = _number(lazy("Numéro du certificat"))
    year = forms.IntegerField(label=lazy("Année d’obtention"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = day_of(timezone.now()).year
        wrong = _("Écrivez l’année, de %(first)s à %(last)s.") % {"first": FIRST_YEAR, "last": last}
        year = forms.IntegerField(
            label=lazy("Année d’obtention"), min_value=FIRST_YEAR, max_value=last,
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
        )  # fmt: skip
        self.fields["year"] = year


class MembershipForm(ClaimForm):
    kind = Kind.MEMBERSHIP
    lead = lazy(
        "L’adhésion, avec l’assurance, ouvre la carte, le bouton de contact et l’agenda. Pas "
        "encore membre ? Passez cette étape."
    )
    number = _number(lazy("Numéro d’adhérent"))
    valid_until = _until()


class InsuranceForm(ClaimForm):
    kind = Kind.INSURANCE
    lead = lazy("Votre assurance de responsabilité civile professionnelle.")
    issuer = forms.CharField(
        label=lazy("Assureur"), max_length=120, error_messages={"required": lazy("Écrivez le nom de l’assureur.")}
    )
    number = _number(lazy("Numéro du contrat"))
    valid_until = _until()


class TrainingForm(ClaimForm):
    kind = Kind.TRAINING
    lead = lazy("Votre dernière formation continue, si vous en suivez. Son échéance est suivie comme les autres.")
    issuer = forms.CharField(
        label=lazy("Intitulé et organisme"), max_length=120,
        error_messages={"required": lazy("Écrivez l’intitulé et l’organisme.")},
    )  # fmt: skip
    valid_until = _until()
