"""The steps as pages: their titles, and the form of each that is one form."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda.applying import Step
from allomediateur.web.mediator.applying import claim_forms, forms
from allomediateur.web.mediator.applying.forms import StepForm

TITLES: dict[Step, str | Promise] = {
    Step.IDENTITY: lazy("Qui êtes-vous ?"),
    Step.CERTIFICATE: lazy("Votre certificat"),
    Step.MEMBERSHIP: lazy("Votre adhésion"),
    Step.INSURANCE: lazy("Votre assurance"),
    Step.TRAINING: lazy("Votre formation continue"),
    Step.ETHICS: lazy("Votre engagement"),
    Step.OFFICES: lazy("Vos lieux d’exercice"),
    Step.SPECIALTIES: lazy("Vos spécialités"),
    Step.LANGUAGES: lazy("Langues et visio"),
    Step.SERVICES: lazy("Vos prestations"),
    Step.PHOTO: lazy("Votre photo"),
    Step.PRESENTATION: lazy("Votre présentation"),
}
FORMS: dict[Step, type[StepForm]] = {
    Step.IDENTITY: forms.IdentityForm,
    Step.CERTIFICATE: claim_forms.CertificateForm,
    Step.MEMBERSHIP: claim_forms.MembershipForm,
    Step.INSURANCE: claim_forms.InsuranceForm,
    Step.TRAINING: claim_forms.TrainingForm,
    Step.ETHICS: forms.EthicsForm,
    Step.SPECIALTIES: forms.SpecialtiesForm,
    Step.LANGUAGES: forms.LanguagesForm,
    Step.PHOTO: forms.PhotoForm,
    Step.PRESENTATION: forms.PresentationForm,
}
TEMPLATES = {Step.PHOTO: "photo", Step.ETHICS: "ethics", Step.PRESENTATION: "presentation"}
ORDER = list(Step)


def following(step: Step) -> Step | None:
    """The next one, None after the last."""
    place = ORDER.index(step) + 1
    return ORDER[place] if place < len(ORDER) else None
